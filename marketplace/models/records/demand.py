"""What an enterprise needs: its words as typed, and the brief they were turned into."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import NEVER_REUSED, Aggregate, Base
from marketplace.models.people.organisation import Organisation

if TYPE_CHECKING:
    from marketplace.models.market.demand_check import DemandCheck

STATES = ("draft", "submitted", "verified", "open", "in_talks", "solved", "closed_unsolved", "expired")


class Demand(Aggregate, Base):
    """Money is integer fen. A field of the brief that was not stated is empty: nothing is guessed."""

    __tablename__ = "demand"
    __outbox__ = ("demand", "id")

    state: Mapped[str] = mapped_column(sa.String(20), default="draft", index=True)
    # Whoever posts without an account keeps this key; it opens this one demand and nothing else.
    access_key: Mapped[str] = mapped_column(sa.String(43), unique=True)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(300))
    text: Mapped[str] = mapped_column(sa.Text)

    process: Mapped[str] = mapped_column(sa.Text, default="")
    object: Mapped[str] = mapped_column(sa.Text, default="")
    present_state: Mapped[str] = mapped_column(sa.Text, default="")
    base_conditions: Mapped[str] = mapped_column(sa.Text, default="")
    indicators: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    limits: Mapped[str] = mapped_column(sa.Text, default="")
    acceptance: Mapped[str] = mapped_column(sa.Text, default="")
    due: Mapped[dt.date | None]
    budget_min: Mapped[int | None] = mapped_column(sa.BigInteger)
    budget_max: Mapped[int | None] = mapped_column(sa.BigInteger)
    cooperation: Mapped[list[str]] = mapped_column(default=list)
    min_trl: Mapped[int | None]

    industry: Mapped[str | None] = mapped_column(sa.String(8))
    region: Mapped[str | None] = mapped_column(sa.String(12))
    valid_until: Mapped[dt.date | None]
    is_anonymous: Mapped[bool] = mapped_column(default=False)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    excluded_organisations: Mapped[list[int]] = mapped_column(default=list)
    contact_name: Mapped[str] = mapped_column(sa.String(100), default="")
    contact_phone: Mapped[str] = mapped_column(sa.String(60), default="")
    verified_by: Mapped[str | None] = mapped_column(sa.String(120))
    verified_at: Mapped[dt.datetime | None]
    expiry_warned_on: Mapped[dt.date | None]

    source: Mapped[str] = mapped_column(sa.String(40), default="")
    source_id: Mapped[str | None] = mapped_column(sa.String(120))
    source_hash: Mapped[str | None] = mapped_column(sa.String(64))
    extra: Mapped[dict[str, str]] = mapped_column(default=dict)

    organisation: Mapped[Organisation | None] = relationship()
    check: Mapped[DemandCheck | None] = relationship(back_populates="demand", passive_deletes="all")

    __table_args__ = (
        sa.CheckConstraint(f"state IN {STATES}", name="state"),
        sa.CheckConstraint("(verified_by IS NULL) = (verified_at IS NULL)", name="verified"),
        sa.CheckConstraint("min_trl IS NULL OR min_trl BETWEEN 1 AND 9", name="min_trl"),
        sa.CheckConstraint("budget_min IS NULL OR budget_min >= 0", name="budget_min"),
        sa.CheckConstraint("budget_max IS NULL OR budget_min IS NULL OR budget_max >= budget_min", name="budget"),
        sa.CheckConstraint("title <> '' AND text <> ''", name="text"),
        sa.UniqueConstraint("source", "source_id"),
        NEVER_REUSED,
    )
