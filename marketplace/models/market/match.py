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
# Nobody has answered yet: whoever may not read the other side knows of no match.
PROPOSED = STATES[:2]
# Both sides want it, and a third has brought them together.
MUTUAL = STATES[STATES.index("mutual") : STATES.index("verified") + 1]
INTRODUCED = MUTUAL[1:]
ENDED = ("declined", "expired")


class Match(Aggregate, Base):
    """``reasons`` quotes both records, each field by its name and with offsets into it: {clause, clause_field,
    clause_start, clause_end, field, quote, start, end, met, indicators}.

    ``rank`` counts from 1 among the matches of the demand. ``fingerprint`` names the model the score was made with;
    ``demand_revision`` and ``achievement_revision`` say which wording was compared.

    A state stands on its facts: who opened the page, who wants it, who introduced the two, when the agreement of both
    was signed and what it covers first seen. They stay where a match has ended. ``stirred_at`` is when anything last
    happened between the two, no moment before anybody looked; ``warned_at`` when they were told that silence ends it,
    and ``taken_up_at`` when the side ``taken_up_by`` last began again what silence had ended.
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
    seen_by_enterprise_at: Mapped[dt.datetime | None]
    seen_by_owner_at: Mapped[dt.datetime | None]
    wanted_by_enterprise_at: Mapped[dt.datetime | None]
    wanted_by_owner_at: Mapped[dt.datetime | None]
    introduced_at: Mapped[dt.datetime | None]
    introduced_by: Mapped[str | None] = mapped_column(sa.String(120))
    introduced_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    nda_at: Mapped[dt.datetime | None]
    disclosed_at: Mapped[dt.datetime | None]
    stirred_at: Mapped[dt.datetime | None]
    warned_at: Mapped[dt.datetime | None]
    taken_up_at: Mapped[dt.datetime | None]
    taken_up_by: Mapped[str | None] = mapped_column(sa.String(10))

    demand: Mapped[Demand] = relationship()
    achievement: Mapped[Achievement] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("demand_id", "achievement_id"),
        sa.CheckConstraint(f"state IN {STATES}", name="state"),
        sa.CheckConstraint("rank >= 1", name="rank"),
        sa.CheckConstraint(
            "state <> 'seen' OR seen_by_enterprise_at IS NOT NULL OR seen_by_owner_at IS NOT NULL", name="seen"
        ),
        sa.CheckConstraint(
            f"state NOT IN {('interest_e', *MUTUAL)} OR wanted_by_enterprise_at IS NOT NULL",
            name="wanted_by_enterprise",
        ),
        sa.CheckConstraint(
            f"state NOT IN {('interest_o', *MUTUAL)} OR wanted_by_owner_at IS NOT NULL", name="wanted_by_owner"
        ),
        sa.CheckConstraint("(introduced_at IS NULL) = (introduced_by IS NULL)", name="introduced_by"),
        sa.CheckConstraint(f"state NOT IN {INTRODUCED} OR introduced_at IS NOT NULL", name="introduced"),
        sa.CheckConstraint("state NOT IN ('nda', 'disclosed') OR nda_at IS NOT NULL", name="nda"),
        sa.CheckConstraint("disclosed_at IS NULL OR nda_at IS NOT NULL", name="disclosed_under_nda"),
        sa.CheckConstraint("state <> 'disclosed' OR disclosed_at IS NOT NULL", name="disclosed"),
        sa.CheckConstraint("(taken_up_at IS NULL) = (taken_up_by IS NULL)", name="taken_up"),
        sa.CheckConstraint("taken_up_by IN ('enterprise', 'owner')", name="taken_up_by"),
        # The worker looks for those that have been silent for long.
        sa.Index("ix_match_silence", "state", "stirred_at"),
        NEVER_REUSED,
    )
