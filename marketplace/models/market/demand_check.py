"""What the desk found when it verified a demand: what was checked, how complex it is, and which broker sees to it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import Base, now
from marketplace.models.people.account import Account
from marketplace.models.records.demand import Demand

# What is looked at before a demand is shown (rule 16); without the first three it is not.
CHECKS = ("unit", "contact", "problem", "indicator", "budget", "due")
NEEDED = CHECKS[:3]


class DemandCheck(Base):
    """``factors`` lists {name, weight, met} as they were weighed that day, and ``score`` is the sum of those met.

    The verification is no promise to buy: it says what was looked at, and ``note`` why the rest was not.
    """

    __tablename__ = "demand_check"

    demand_id: Mapped[int] = mapped_column(sa.ForeignKey("demand.id", ondelete="CASCADE"), primary_key=True)
    checked: Mapped[list[str]] = mapped_column(default=list)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    checked_by: Mapped[str] = mapped_column(sa.String(120))
    checked_at: Mapped[dt.datetime] = mapped_column(default=now)
    score: Mapped[int]
    factors: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    tier: Mapped[str] = mapped_column(sa.String(10))
    broker_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    assigned_by: Mapped[str | None] = mapped_column(sa.String(120))
    assigned_at: Mapped[dt.datetime | None]

    demand: Mapped[Demand] = relationship(back_populates="check")
    broker: Mapped[Account | None] = relationship()

    __table_args__ = (
        sa.CheckConstraint("tier IN ('direct', 'hint', 'broker')", name="tier"),
        sa.CheckConstraint("score >= 0", name="score"),
        sa.CheckConstraint(
            "(broker_id IS NULL) = (assigned_at IS NULL) AND (broker_id IS NULL) = (assigned_by IS NULL)",
            name="assigned",
        ),
    )
