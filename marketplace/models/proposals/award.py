"""Choosing golden ideas: a round with its rubric and quotas, what is nominated, who judges, which scores."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import NEVER_REUSED, Aggregate, Base
from marketplace.models.people.organisation import Organisation
from marketplace.models.proposals.proposal import Proposal
from marketplace.models.review.sheet import Seat, Sheet, facts_of_a_sheet

# From the narrowest to the widest; a city and an industry stand side by side.
LEVELS = ("unit", "county", "city", "industry", "province")
STATES = ("open", "scoring", "second_round", "scored", "publicity", "awarded", "cancelled")
OUTCOMES = ("proposed", "not_selected", "awarded", "struck", "revoked")


class PanelMember(Seat, Base):
    """A judge of a round."""

    __tablename__ = "panel_member"

    award_round_id: Mapped[int] = mapped_column(sa.ForeignKey("award_round.id", ondelete="CASCADE"), primary_key=True)


class AwardRound(Aggregate, Base):
    """A round of choosing. What it is judged by is copied into it when it opens, and no longer changes then.

    ``rubrics`` holds the criteria with their points by name ("A", "B"), ``quotas`` the number of awards a grade from
    the highest down, ``line`` the lowest score that may be awarded, ``spread`` the difference between the highest and
    the lowest counted score above which a second round is held; scores are points of 100. ``decision`` is what the
    meeting wrote where it had to choose between equals.
    """

    __tablename__ = "award_round"

    title: Mapped[str] = mapped_column(sa.String(200))
    year: Mapped[int]
    level: Mapped[str] = mapped_column(sa.String(10))
    region_path: Mapped[str] = mapped_column(sa.String(60), default="")
    industry_path: Mapped[str] = mapped_column(sa.String(30), default="")
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    state: Mapped[str] = mapped_column(sa.String(20), default="open", index=True)
    opens_on: Mapped[dt.date]
    closes_on: Mapped[dt.date]
    rubrics: Mapped[dict[str, Any]]
    quotas: Mapped[list[dict[str, Any]]]
    line: Mapped[Decimal] = mapped_column(sa.Numeric(5, 2))
    spread: Mapped[Decimal] = mapped_column(sa.Numeric(5, 2))
    judges_needed: Mapped[int]
    publicity_days: Mapped[int]
    bars_heads_of_unit: Mapped[bool] = mapped_column(default=False)

    decision: Mapped[str] = mapped_column(sa.Text, default="")
    decided_by: Mapped[str | None] = mapped_column(sa.String(120))
    decided_at: Mapped[dt.datetime | None]

    organisation: Mapped[Organisation | None] = relationship()
    panel: Mapped[list[PanelMember]] = relationship(
        order_by="PanelMember.invited_at, PanelMember.account_id", cascade="all, delete-orphan"
    )
    nominations: Mapped[list[Nomination]] = relationship(
        order_by="Nomination.rank, Nomination.id", back_populates="award_round"
    )

    __table_args__ = (
        sa.CheckConstraint(f"level IN {LEVELS}", name="level"),
        sa.CheckConstraint(f"state IN {STATES}", name="state"),
        sa.CheckConstraint("closes_on >= opens_on", name="closes_on"),
        sa.CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name="decided"),
        sa.CheckConstraint("state NOT IN ('publicity', 'awarded') OR decided_at IS NOT NULL", name="decision"),
        NEVER_REUSED,
    )


class Nomination(Aggregate, Base):
    """A proposal put forward in a round. Judges know it by its ``alias`` until the scores are locked.

    ``first_author_checked`` says that whoever put it forward looked whether the first author may be awarded where the
    round bars heads of units. ``stated`` is what the certificate states, as it was when it was given; a certificate
    that was revoked stays on record.
    """

    __tablename__ = "nomination"

    award_round_id: Mapped[int] = mapped_column(sa.ForeignKey("award_round.id"), index=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id"), index=True)
    alias: Mapped[str] = mapped_column(sa.String(12))
    rubric: Mapped[str] = mapped_column(sa.String(4), default="A")
    recommended_by: Mapped[str] = mapped_column(sa.String(200))
    score: Mapped[Decimal | None] = mapped_column(sa.Numeric(5, 2))
    rank: Mapped[int | None]
    grade: Mapped[str | None] = mapped_column(sa.String(30))
    outcome: Mapped[str | None] = mapped_column(sa.String(20))
    first_author_checked: Mapped[bool] = mapped_column(default=False)
    certificate_number: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    stated: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    granted_on: Mapped[dt.date | None]
    revoked_on: Mapped[dt.date | None]
    revoked_because: Mapped[str] = mapped_column(sa.Text, default="")

    award_round: Mapped[AwardRound] = relationship(back_populates="nominations")
    proposal: Mapped[Proposal] = relationship()
    sheets: Mapped[list[ScoreSheet]] = relationship(
        order_by="ScoreSheet.id", cascade="all, delete-orphan", back_populates="nomination"
    )

    __table_args__ = (
        sa.CheckConstraint(f"outcome IS NULL OR outcome IN {OUTCOMES}", name="outcome"),
        sa.CheckConstraint(
            "(outcome IS NOT NULL AND outcome IN ('awarded', 'revoked')) = (certificate_number IS NOT NULL)"
            " AND (certificate_number IS NULL) = (granted_on IS NULL)",
            name="granted",
        ),
        sa.CheckConstraint("(outcome IS NOT NULL AND outcome = 'revoked') = (revoked_on IS NOT NULL)", name="revoked"),
        sa.UniqueConstraint("award_round_id", "proposal_id"),
        sa.UniqueConstraint("award_round_id", "alias"),
        NEVER_REUSED,
    )


class ScoreSheet(Sheet, Base):
    """What one judge gave one nomination in one round of scoring, or why he stays away."""

    __tablename__ = "score_sheet"

    nomination_id: Mapped[int] = mapped_column(sa.ForeignKey("nomination.id", ondelete="CASCADE"), index=True)
    scoring: Mapped[int] = mapped_column(default=1)

    nomination: Mapped[Nomination] = relationship(back_populates="sheets")

    __table_args__ = (sa.UniqueConstraint("nomination_id", "account_id", "scoring"), *facts_of_a_sheet())
