"""What a judge is asked to sit on and to fill in, whatever it is that is judged."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from marketplace.db import now
from marketplace.models.people.account import Account


class Seat:
    """The place of a judge on a panel."""

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    invited_at: Mapped[dt.datetime] = mapped_column(default=now)

    @declared_attr
    def account(cls) -> Mapped[Account]:
        return relationship()


class Sheet:
    """What one judge gave, points by criterion, or why he stays away. Locked sheets stay."""

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    scores: Mapped[dict[str, int]] = mapped_column(default=dict)
    total: Mapped[int | None]
    comment: Mapped[str] = mapped_column(sa.Text, default="")
    recused_because: Mapped[str | None] = mapped_column(sa.Text)
    updated_at: Mapped[dt.datetime] = mapped_column(default=now, onupdate=now)
    locked_at: Mapped[dt.datetime | None]

    @declared_attr
    def account(cls) -> Mapped[Account]:
        return relationship()


def facts_of_a_sheet() -> tuple[sa.CheckConstraint, ...]:
    """Return what the database holds every sheet to."""
    return (
        sa.CheckConstraint("locked_at IS NULL OR total IS NOT NULL OR recused_because IS NOT NULL", name="locked"),
        sa.CheckConstraint("recused_because IS NULL OR total IS NULL", name="recused"),
        sa.CheckConstraint("total IS NULL OR total BETWEEN 0 AND 100", name="total"),
    )
