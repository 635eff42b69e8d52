"""Naming studios of a tier: one batch a year, what it is decided by, who judges, and what the meeting decided."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import NEVER_REUSED, Aggregate, Base, now
from marketplace.models.review.sheet import Seat

if TYPE_CHECKING:
    from marketplace.models.studios.studio_application import StudioApplication

# The tiers that are named in a batch. A unit names its own, and the national tier is not the province's to name.
NAMED_TIERS = ("county", "city", "industry", "province", "showcase")
BATCH_STATES = ("open", "scoring", "scored", "meeting", "publicity", "named", "cancelled")


class NamingJudge(Seat, Base):
    """A judge of a batch."""

    __tablename__ = "naming_judge"

    naming_batch_id: Mapped[int] = mapped_column(sa.ForeignKey("naming_batch.id", ondelete="CASCADE"), primary_key=True)


class NamingBatch(Aggregate, Base):
    """A batch of studios to be named for a tier. What it is decided by is locked with the first application.

    ``quota`` is how many may be named, ``city_cap`` how many of one city, ``recommendation_cap`` how many each city or
    industry union may recommend; None where the batch sets no such bound. ``indicators`` are the points of each
    criterion, 100 together; ``barring`` names the conditions without which nobody may apply; ``line`` is the lowest
    score, in points of 100, that may be named. Units apply from ``opens_on`` to ``closes_on``, what they hand in is
    recommended by ``recommend_by`` and scored by ``score_by``. In "meeting" the list has been before a
    meeting, and may be once more until it is announced. ``reminded_on`` is when it was reminded of the last day of the
    state the batch is in, or of the end of its list.
    """

    __tablename__ = "naming_batch"

    title: Mapped[str] = mapped_column(sa.String(200))
    year: Mapped[int]
    tier: Mapped[str] = mapped_column(sa.String(10))
    region_path: Mapped[str] = mapped_column(sa.String(60), default="")
    industry_path: Mapped[str] = mapped_column(sa.String(30), default="")
    state: Mapped[str] = mapped_column(sa.String(20), default="open", index=True)
    announcement: Mapped[str] = mapped_column(sa.Text, default="")

    opens_on: Mapped[dt.date]
    closes_on: Mapped[dt.date]
    recommend_by: Mapped[dt.date]
    score_by: Mapped[dt.date]

    quota: Mapped[int]
    city_cap: Mapped[int | None]
    recommendation_cap: Mapped[int | None]
    indicators: Mapped[dict[str, int]]
    barring: Mapped[list[str]] = mapped_column(default=list)
    line: Mapped[Decimal] = mapped_column(sa.Numeric(5, 2))
    judges_needed: Mapped[int]
    publicity_days: Mapped[int]

    named_on: Mapped[dt.date | None]
    reminded_on: Mapped[dt.date | None]

    panel: Mapped[list[NamingJudge]] = relationship(
        order_by="NamingJudge.invited_at, NamingJudge.account_id", cascade="all, delete-orphan"
    )
    applications: Mapped[list[StudioApplication]] = relationship(
        order_by="StudioApplication.rank, StudioApplication.id", back_populates="batch"
    )
    meetings: Mapped[list[NamingMeeting]] = relationship(order_by="NamingMeeting.id", back_populates="batch")
    notices: Mapped[list[NamingNotice]] = relationship(order_by="NamingNotice.id", back_populates="batch")

    __table_args__ = (
        sa.CheckConstraint(f"tier IN {NAMED_TIERS}", name="tier"),
        sa.CheckConstraint(f"state IN {BATCH_STATES}", name="state"),
        sa.CheckConstraint(
            "closes_on >= opens_on AND recommend_by >= closes_on AND score_by >= recommend_by", name="calendar"
        ),
        sa.CheckConstraint("quota > 0", name="quota"),
        sa.CheckConstraint("city_cap IS NULL OR city_cap > 0", name="city_cap"),
        sa.CheckConstraint("recommendation_cap IS NULL OR recommendation_cap > 0", name="recommendation_cap"),
        sa.CheckConstraint("(state = 'named') = (named_on IS NOT NULL)", name="named"),
        # One batch a year for a tier and a place; one that was called off does not count.
        sa.Index(
            "uq_naming_batch_year", "year", "tier", "region_path", "industry_path", unique=True,
            sqlite_where=sa.text("state <> 'cancelled'"), postgresql_where=sa.text("state <> 'cancelled'"),
        ),
        NEVER_REUSED,
    )  # fmt: skip


class NamingMeeting(Base):
    """The minutes of a meeting on a batch; they never change, and what is decided otherwise later is another meeting.

    ``present`` are names. ``changes`` are to the ranked list, each ``{"application", "from", "to", "reason"}`` with
    the outcomes before and after; ``ties`` are the equals the meeting decided between, each
    ``{"applications", "chosen", "reason"}`` with ids of applications.
    """

    __tablename__ = "naming_meeting"

    id: Mapped[int] = mapped_column(primary_key=True)
    naming_batch_id: Mapped[int] = mapped_column(sa.ForeignKey("naming_batch.id"), index=True)
    held_on: Mapped[dt.date]
    place: Mapped[str] = mapped_column(sa.String(200), default="")
    chair: Mapped[str] = mapped_column(sa.String(100))
    present: Mapped[list[str]]
    minutes: Mapped[str] = mapped_column(sa.Text)
    changes: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    ties: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    written_by: Mapped[str] = mapped_column(sa.String(120))
    written_at: Mapped[dt.datetime] = mapped_column(default=now)

    batch: Mapped[NamingBatch] = relationship(back_populates="meetings")

    __table_args__ = (sa.CheckConstraint("chair <> '' AND minutes <> ''", name="minutes"),)


class NamingNotice(Base):
    """The document that names studios. It is written on until it is issued, and never changes from then on.

    ``named`` is its annex as issued: for each studio ``{"studio", "name", "unit", "place", "leader", "plaque"}``. Who
    could not be named with the others, for an objection that was open, is named by a further one.
    """

    __tablename__ = "naming_notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    naming_batch_id: Mapped[int] = mapped_column(sa.ForeignKey("naming_batch.id"), index=True)
    number: Mapped[str] = mapped_column(sa.String(120), default="")
    text: Mapped[str] = mapped_column(sa.Text, default="")
    named: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    issued_on: Mapped[dt.date | None]
    issued_by: Mapped[str | None] = mapped_column(sa.String(120))

    batch: Mapped[NamingBatch] = relationship(back_populates="notices")

    __table_args__ = (
        sa.CheckConstraint(
            "(issued_on IS NULL) = (issued_by IS NULL) AND (issued_on IS NULL OR (number <> '' AND text <> ''))",
            name="issued",
        ),
    )
