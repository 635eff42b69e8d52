"""A demand and an achievement that may solve it, with the score and every reason that was computed for it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import NEVER_REUSED, Aggregate, Base
from marketplace.models.records.achievement import Achievement
from marketplace.models.records.demand import Demand

STATES = (
    "suggested", "seen", "interest_e", "interest_o", "mutual", "introduced", "nda", "disclosed", "negotiating",
    "letter_of_intent", "signed", "registered", "implemented", "verified", "declined", "expired",
)  # fmt: skip


class Match(Aggregate, Base):
    """``reasons`` quotes both records, each field by its name and with offsets into it: {clause, clause_field,
    clause_start, clause_end, field, quote, start, end, met, indicators}.

    ``rank`` counts from 1 among the matches of the demand. ``fingerprint`` names the model the score was made with;
    ``demand_revision`` and ``achievement_revision`` say which wording was compared.
    """

    __tablename__ = "match"

    demand_id: Mapped[int] = mapped_column(sa.ForeignKey("demand.id", ondelete="CASCADE"))
    achievement_id: Mapped[int] = mapped_column(sa.ForeignKey("achievement.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(sa.String(20), default="suggested")
    rank: Mapped[int]
    score: Mapped[float]
    features: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    fingerprint: Mapped[str] = mapped_column(sa.String(120))
    demand_revision: Mapped[int]
    achievement_revision: Mapped[int]
    matched_at: Mapped[dt.datetime]

    demand: Mapped[Demand] = relationship()
    achievement: Mapped[Achievement] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("demand_id", "achievement_id"),
        sa.CheckConstraint(f"state IN {STATES}", name="state"),
        sa.CheckConstraint("rank >= 1", name="rank"),
        NEVER_REUSED,
    )
