"""Choosing golden ideas: a round with its rubric and quotas, what is nominated, who judges, which scores."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import NEVER_REUSED, Aggregate, Base, now

LEVELS = ("unit", "county", "city", "industry", "province")
STATES = ("open", "scoring", "second_round", "scored", "publicity", "awarded", "cancelled")
OUTCOMES = ("proposed", "not_selected", "awarded", "struck", "revoked")


class PanelMember(Base):
    """A judge of a round."""

    __tablename__ = "panel_member"

    award_round_id: Mapped[int] = mapped_column(sa.ForeignKey("award_round.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    invited_at: Mapped[dt.datetime] = mapped_column(default=now)


class AwardRound(Aggregate, Base):
    """A round of choosing. What it is judged by is copied into it when it opens, and no longer changes then.

    ``rubrics`` holds the criteria with their points by name ("A", "B"), ``quotas`` the number of awards a grade from
    the highest down, ``line`` the lowest score that may be awarded, ``spread`` the difference between the highest and
    the lowest counted score from which a second round is held; scores are points of 100.
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

    panel: Mapped[list[PanelMember]] = relationship(cascade="all, delete-orphan")

    __table_args__ = (
        sa.CheckConstraint(f"level IN {LEVELS}", name="level"),
        sa.CheckConstraint(f"state IN {STATES}", name="state"),
        sa.CheckConstraint("closes_on >= opens_on", name="closes_on"),
        NEVER_REUSED,
    )


class Nomination(Aggregate, Base):
    """A proposal put forward in a round. Judges know it by its ``alias`` until the scores are locked."""

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
    certificate_number: Mapped[str | None] = mapped_column(sa.String(40), unique=True)

    sheets: Mapped[list[ScoreSheet]] = relationship(order_by="ScoreSheet.id", cascade="all, delete-orphan")

    __table_args__ = (
        sa.CheckConstraint(f"outcome IS NULL OR outcome IN {OUTCOMES}", name="outcome"),
        sa.UniqueConstraint("award_round_id", "proposal_id"),
        sa.UniqueConstraint("award_round_id", "alias"),
        NEVER_REUSED,
    )


class ScoreSheet(Base):
    """What one judge gave one nomination in one round of scoring, or why he stayed away. Locked sheets stay."""

    __tablename__ = "score_sheet"

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(sa.ForeignKey("nomination.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    scoring: Mapped[int] = mapped_column(default=1)
    scores: Mapped[dict[str, int]] = mapped_column(default=dict)
    total: Mapped[int | None]
    comment: Mapped[str] = mapped_column(sa.Text, default="")
    recused_because: Mapped[str | None] = mapped_column(sa.Text)
    updated_at: Mapped[dt.datetime] = mapped_column(default=now, onupdate=now)
    locked_at: Mapped[dt.datetime | None]

    __table_args__ = (
        sa.UniqueConstraint("nomination_id", "account_id", "scoring"),
        sa.CheckConstraint("recused_because IS NULL OR total IS NULL", name="recused"),
        sa.CheckConstraint("total IS NULL OR total BETWEEN 0 AND 100", name="total"),
    )
