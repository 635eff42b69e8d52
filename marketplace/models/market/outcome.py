"""How one side answered a match: interested, or why not, by codes that teach the ranking and tell what to mend."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import Base
from marketplace.models.market.match import Match

SIDES = ("enterprise", "owner")


class Outcome(Base):
    """``codes`` are of the list of refusals and empty exactly where there is interest.

    ``features`` and ``fingerprint`` are those of the match when it was answered: what was found anew since then is not
    what was answered.
    """

    __tablename__ = "outcome"

    id: Mapped[int] = mapped_column(primary_key=True)
    match_id: Mapped[int] = mapped_column(sa.ForeignKey("match.id", ondelete="CASCADE"))
    side: Mapped[str] = mapped_column(sa.String(10))
    is_interested: Mapped[bool]
    codes: Mapped[list[str]] = mapped_column(default=list)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    features: Mapped[dict[str, Any]] = mapped_column(default=dict)
    fingerprint: Mapped[str] = mapped_column(sa.String(120), index=True)
    answered_by: Mapped[str] = mapped_column(sa.String(120))
    answered_at: Mapped[dt.datetime]

    match: Mapped[Match] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("match_id", "side"),
        sa.CheckConstraint(f"side IN {SIDES}", name="side"),
    )
