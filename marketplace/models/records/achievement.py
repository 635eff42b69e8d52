"""An innovation achievement as submitted, reviewed and shown.

``state`` is where the record stands in its review; ``published_state`` is what the public sees, and the two differ
while a published record is being amended.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import NEVER_REUSED, Aggregate, Base
from marketplace.models.people.organisation import Organisation
from marketplace.models.records.achievement_parts import (
    AppliedSite,
    Attachment,
    Contributor,
    Indicator,
    IntellectualProperty,
)

if TYPE_CHECKING:
    from marketplace.models.market.listing import Listing

STATES = (
    "draft", "submitted", "unit_endorsed", "first_review", "final_review", "publicity", "published", "archived",
    "returned", "rejected", "objected", "withdrawn", "revoked",
)  # fmt: skip
PUBLISHED_STATES = ("unpublished", "published", "revoked")
# The answer to the patent question that lets enabling fields be public, and the rights it is about.
FILED = "filed"
_PATENTS = ("invention_patent", "utility_model", "design_patent")

achievement_unit = sa.Table(
    "achievement_unit",
    Base.metadata,
    sa.Column("achievement_id", sa.ForeignKey("achievement.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("organisation_id", sa.ForeignKey("organisation.id"), primary_key=True, index=True),
    sa.Column("position", sa.Integer, nullable=False, default=1),
)


class Achievement(Aggregate, Base):
    """Money is integer fen. Text is kept as typed; what the public may read of it is set by ``disclosure``."""

    __tablename__ = "achievement"
    __outbox__ = ("achievement", "id")

    state: Mapped[str] = mapped_column(sa.String(20), default="draft", index=True)
    published_state: Mapped[str] = mapped_column(sa.String(20), default="unpublished")
    published_at: Mapped[dt.datetime | None]
    # Who submitted it in person; an imported record has nobody.
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), index=True)

    title: Mapped[str] = mapped_column(sa.String(300))
    teaser: Mapped[str] = mapped_column(sa.Text, default="")
    summary: Mapped[str] = mapped_column(sa.Text, default="")
    problem: Mapped[str] = mapped_column(sa.Text, default="")
    principle: Mapped[str] = mapped_column(sa.Text, default="")
    difference: Mapped[str] = mapped_column(sa.Text, default="")
    economic_comparison: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    language: Mapped[str] = mapped_column(sa.String(8), default="zh")

    kind: Mapped[str | None] = mapped_column(sa.String(30))
    achievement_class: Mapped[str | None] = mapped_column(sa.String(30))
    field: Mapped[str] = mapped_column(sa.String(120), default="")
    maturity: Mapped[str | None] = mapped_column(sa.String(30))
    level: Mapped[str | None] = mapped_column(sa.String(30))
    form: Mapped[str | None] = mapped_column(sa.String(30))
    trl: Mapped[int | None]
    trl_evidence: Mapped[str] = mapped_column(sa.Text, default="")
    industry: Mapped[str | None] = mapped_column(sa.String(8))
    region: Mapped[str | None] = mapped_column(sa.String(12))
    ipc: Mapped[list[str]] = mapped_column(default=list)
    keywords: Mapped[list[str]] = mapped_column(default=list)
    completed_on: Mapped[dt.date | None]

    rights_holder: Mapped[str] = mapped_column(sa.String(200), default="")
    is_duty: Mapped[bool | None]
    # The answer to the patent question, see ``vocabulary.protections``; nobody is asked of an imported record.
    protection: Mapped[str | None] = mapped_column(sa.String(20))
    supporters: Mapped[list[str]] = mapped_column(default=list)
    studio_name: Mapped[str] = mapped_column(sa.String(200), default="")
    campaign_name: Mapped[str] = mapped_column(sa.String(200), default="")

    transfer_modes: Mapped[list[str]] = mapped_column(default=list)
    transfer_note: Mapped[str] = mapped_column(sa.Text, default="")
    price_form: Mapped[str | None] = mapped_column(sa.String(30))
    price: Mapped[int | None] = mapped_column(sa.BigInteger)
    licence_kind: Mapped[str | None] = mapped_column(sa.String(30))
    territory: Mapped[str] = mapped_column(sa.String(200), default="")
    term: Mapped[str] = mapped_column(sa.String(200), default="")
    benefit_claimed: Mapped[int | None] = mapped_column(sa.BigInteger)

    contact_name: Mapped[str] = mapped_column(sa.String(100), default="")
    contact_phone: Mapped[str] = mapped_column(sa.String(60), default="")
    disclosure: Mapped[dict[str, int]] = mapped_column(default=dict)
    deferred_until: Mapped[dt.date | None]
    statements: Mapped[list[str]] = mapped_column(default=list)
    text_hash: Mapped[str] = mapped_column(sa.String(64), default="", index=True)

    source: Mapped[str] = mapped_column(sa.String(40), default="")
    source_id: Mapped[str | None] = mapped_column(sa.String(120))
    source_hash: Mapped[str | None] = mapped_column(sa.String(64))
    extra: Mapped[dict[str, str]] = mapped_column(default=dict)

    contributors: Mapped[list[Contributor]] = relationship(
        order_by="Contributor.position", cascade="all, delete-orphan"
    )
    indicators: Mapped[list[Indicator]] = relationship(order_by="Indicator.position", cascade="all, delete-orphan")
    sites: Mapped[list[AppliedSite]] = relationship(order_by="AppliedSite.position", cascade="all, delete-orphan")
    rights: Mapped[list[IntellectualProperty]] = relationship(
        order_by="IntellectualProperty.position", cascade="all, delete-orphan"
    )
    attachments: Mapped[list[Attachment]] = relationship(order_by="Attachment.position", cascade="all, delete-orphan")
    # On which terms it is offered is written there alone.
    listings: Mapped[list[Listing]] = relationship("Listing", order_by="Listing.id", viewonly=True)
    units: Mapped[list[Organisation]] = relationship(secondary=achievement_unit, order_by=achievement_unit.c.position)

    __table_args__ = (
        sa.CheckConstraint(f"state IN {STATES}", name="state"),
        sa.CheckConstraint(f"published_state IN {PUBLISHED_STATES}", name="published_state"),
        sa.CheckConstraint("(published_state = 'unpublished') = (published_at IS NULL)", name="published_at"),
        sa.CheckConstraint("trl IS NULL OR trl BETWEEN 1 AND 9", name="trl"),
        sa.CheckConstraint("price IS NULL OR price >= 0", name="price"),
        sa.CheckConstraint("title <> ''", name="title"),
        sa.UniqueConstraint("source", "source_id"),
        NEVER_REUSED,
    )

    @property
    def counts_as_duty(self) -> bool:
        """Whether it is taken to be made in the line of duty: by a unit, and nobody stated otherwise.

        What is not stated protects those who made it: their first refusal and their part of what it brings in.
        """
        return self.is_duty is not False and bool(self.units)

    @property
    def names_a_patent(self) -> bool:
        """Whether one of its rights is a patent that was applied for."""
        return any(it.kind in _PATENTS and (it.number or it.filed_on) for it in self.rights)
