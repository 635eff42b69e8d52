"""A contest (比武, 比赛) of a campaign: its stages and groups, what each group is scored by, who judges."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import NEVER_REUSED, Aggregate, Base
from marketplace.models.participation.campaign import Campaign
from marketplace.models.review.sheet import Seat

if TYPE_CHECKING:
    from marketplace.models.participation.contestant import Contestant

STATES = ("draft", "open", "running", "ranked", "publicity", "published", "cancelled")
STAGE_STATES = ("waiting", "scoring", "second_round", "ranked")


class ContestStage(Base):
    """A stage, such as preliminary and final; the days it is held on both belong to it.

    ``advancing`` is how many of each group go on to the next stage, None in the last. Who shares the last place that
    goes on goes on as well. In "second_round" those are scored once more whose sheets lay too far apart.
    """

    __tablename__ = "contest_stage"

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("contest.id", ondelete="CASCADE"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(60))
    begins_on: Mapped[dt.date]
    ends_on: Mapped[dt.date]
    advancing: Mapped[int | None]
    state: Mapped[str] = mapped_column(sa.String(20), default="waiting")

    contest: Mapped[Contest] = relationship(back_populates="stages")

    __table_args__ = (
        sa.CheckConstraint(f"state IN {STAGE_STATES}", name="state"),
        sa.CheckConstraint("ends_on >= begins_on", name="ends_on"),
        sa.CheckConstraint("advancing IS NULL OR advancing > 0", name="advancing"),
        sa.UniqueConstraint("contest_id", "position"),
    )


class ContestJudge(Seat, Base):
    """A judge of a group."""

    __tablename__ = "contest_judge"

    contest_group_id: Mapped[int] = mapped_column(
        sa.ForeignKey("contest_group.id", ondelete="CASCADE"), primary_key=True
    )


class ContestGroup(Base):
    """A trade or event. ``criteria`` are points, 100 together.

    ``tie_break`` names criteria in the order in which equals are told apart; who is equal in all of them shares a rank.
    """

    __tablename__ = "contest_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("contest.id", ondelete="CASCADE"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(100))
    criteria: Mapped[dict[str, int]]
    tie_break: Mapped[list[str]] = mapped_column(default=list)

    contest: Mapped[Contest] = relationship(back_populates="groups")
    panel: Mapped[list[ContestJudge]] = relationship(
        order_by="ContestJudge.invited_at, ContestJudge.account_id", cascade="all, delete-orphan"
    )

    __table_args__ = (sa.CheckConstraint("name <> ''", name="name"), sa.UniqueConstraint("contest_id", "name"))


class Contest(Aggregate, Base):
    """A contest; who took part counts in the ledger by himself. What it is decided by is fixed when it opens.

    ``unit_quota`` is how many a unit may register in all, None without a bound. ``drops_extremes`` leaves the highest
    and the lowest sheet out, ``spread`` is the difference of points between the sheets that count above which a
    second round is held, ``prizes`` are ``{"grade", "count"}`` of each group from the highest down. ``is_public`` says
    whether everybody reads the results; names are shown of those alone who agreed.
    """

    __tablename__ = "contest"

    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    announcement: Mapped[str] = mapped_column(sa.Text, default="")
    place: Mapped[str] = mapped_column(sa.String(200), default="")
    state: Mapped[str] = mapped_column(sa.String(20), default="draft", index=True)
    registers_until: Mapped[dt.date]
    unit_quota: Mapped[int | None]
    judges_needed: Mapped[int]
    drops_extremes: Mapped[bool] = mapped_column(default=True)
    spread: Mapped[int]
    prizes: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    is_public: Mapped[bool] = mapped_column(default=True)
    cancelled_because: Mapped[str] = mapped_column(sa.String(500), default="")

    campaign: Mapped[Campaign] = relationship()
    stages: Mapped[list[ContestStage]] = relationship(
        order_by="ContestStage.position", cascade="all, delete-orphan", back_populates="contest"
    )
    groups: Mapped[list[ContestGroup]] = relationship(
        order_by="ContestGroup.position", cascade="all, delete-orphan", back_populates="contest"
    )
    contestants: Mapped[list[Contestant]] = relationship(order_by="Contestant.id", back_populates="contest")

    __table_args__ = (
        sa.CheckConstraint("title <> ''", name="title"),
        sa.CheckConstraint(f"state IN {STATES}", name="state"),
        sa.CheckConstraint("unit_quota IS NULL OR unit_quota > 0", name="unit_quota"),
        sa.CheckConstraint("judges_needed > 0 AND spread >= 0", name="judging"),
        sa.CheckConstraint("(state = 'cancelled') = (cancelled_because <> '')", name="cancelled"),
        NEVER_REUSED,
    )
