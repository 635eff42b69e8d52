"""The annual review of studios: a year with what it is judged by, a report for each studio, and what is appealed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import NEVER_REUSED, Aggregate, Base, now
from marketplace.models.studios.studio import Studio

GRADES = ("excellent", "qualified", "rectify", "failed")
# A report is due, handed in and graded; what must be mended is mended, looked at again, and passes or not. "dropped" is
# one of a studio that was closed meanwhile.
STATES = ("due", "submitted", "graded", "rectifying", "mended", "passed", "failed", "delisted", "dropped")
APPEAL_STATES = ("open", "upheld", "dismissed")
APPEALED = ("grade", "delisting")


class ReviewYear(Aggregate, Base):
    """A year of review. What it is judged by is copied from the rules when it opens, and locked with the first report.

    It holds the studios of ``tiers`` that lie in a region, the whole province where ``region_path`` is empty, as they
    were when it opened. Reports tell of the days from ``period_from`` to ``period_to`` and are due on ``cut_off``.
    ``weights`` are points of 100 by indicator, ``excellent_share`` is in hundredths of the reviews of an office and
    ``rectification`` in days. ``snapshot`` is what was decided when it closed, ``sha256`` its hash.
    """

    __tablename__ = "review_year"

    year: Mapped[int] = mapped_column(index=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    region_path: Mapped[str] = mapped_column(sa.String(60), default="")
    tiers: Mapped[list[str]]
    period_from: Mapped[dt.date]
    period_to: Mapped[dt.date]
    cut_off: Mapped[dt.date]
    weights: Mapped[dict[str, int]]
    excellent_share: Mapped[int]
    rectification: Mapped[int]
    opened_by: Mapped[str] = mapped_column(sa.String(120))
    closed_at: Mapped[dt.datetime | None]
    closed_by: Mapped[str | None] = mapped_column(sa.String(120))
    snapshot: Mapped[str] = mapped_column(sa.Text, default="")
    sha256: Mapped[str] = mapped_column(sa.String(64), default="")

    __table_args__ = (
        sa.CheckConstraint("period_to > period_from", name="period"),
        sa.CheckConstraint("cut_off >= period_from", name="cut_off"),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_by IS NULL) AND (closed_at IS NULL) = (sha256 = '')", name="closed"
        ),
        NEVER_REUSED,
    )


class StudioReview(Aggregate, Base):
    """The review of a studio in a year: the report of its unit, the grade of an office, and what followed from it.

    ``office`` and ``office_path`` are the office its tier belongs to, by role and place, whoever stands in for it.
    ``figures`` is what the record held when the report was handed in, None in it where that cannot be computed;
    ``remarks`` are the unit's words to an indicator. ``scores`` are points by indicator and leave out what cannot be
    computed; ``score`` is their sum in points of 100 of the ``weighed`` points there were to be had.
    """

    __tablename__ = "studio_review"

    review_year_id: Mapped[int] = mapped_column(sa.ForeignKey("review_year.id"), index=True)
    studio_id: Mapped[int] = mapped_column(sa.ForeignKey("studio.id"), index=True)
    year: Mapped[int]
    tier: Mapped[str] = mapped_column(sa.String(10))
    office: Mapped[str] = mapped_column(sa.String(20))
    office_path: Mapped[str] = mapped_column(sa.String(60), default="")
    state: Mapped[str] = mapped_column(sa.String(12), default="due", index=True)

    account: Mapped[str] = mapped_column(sa.Text, default="")
    plans: Mapped[str] = mapped_column(sa.Text, default="")
    remarks: Mapped[dict[str, str]] = mapped_column(default=dict)
    figures: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    submitted_by: Mapped[str | None] = mapped_column(sa.String(120))
    submitted_at: Mapped[dt.datetime | None]

    scores: Mapped[dict[str, int]] = mapped_column(default=dict)
    score: Mapped[Decimal | None] = mapped_column(sa.Numeric(5, 2))
    weighed: Mapped[int | None]
    grade: Mapped[str | None] = mapped_column(sa.String(12))
    opinion: Mapped[str] = mapped_column(sa.Text, default="")
    graded_as: Mapped[str | None] = mapped_column(sa.String(20))
    graded_by: Mapped[str | None] = mapped_column(sa.String(120))
    graded_on: Mapped[dt.date | None]

    rectify_by: Mapped[dt.date | None]
    mending: Mapped[str] = mapped_column(sa.Text, default="")
    mended_by: Mapped[str | None] = mapped_column(sa.String(120))
    mended_on: Mapped[dt.date | None]
    finding: Mapped[str] = mapped_column(sa.Text, default="")
    checked_by: Mapped[str | None] = mapped_column(sa.String(120))
    checked_on: Mapped[dt.date | None]
    reminded_on: Mapped[dt.date | None]

    review_year: Mapped[ReviewYear] = relationship(lazy="joined", innerjoin=True)
    studio: Mapped[Studio] = relationship()
    appeals: Mapped[list[ReviewAppeal]] = relationship(order_by="ReviewAppeal.id", back_populates="review")

    __table_args__ = (
        sa.CheckConstraint(f"state IN {STATES}", name="state"),
        sa.CheckConstraint(f"grade IS NULL OR grade IN {GRADES}", name="grade"),
        sa.CheckConstraint("(submitted_by IS NULL) = (submitted_at IS NULL)", name="submitted"),
        sa.CheckConstraint("state <> 'submitted' OR (submitted_at IS NOT NULL AND grade IS NULL)", name="handed_in"),
        sa.CheckConstraint("(grade IS NULL) = (graded_by IS NULL) AND (grade IS NULL) = (graded_on IS NULL)",
                           name="graded"),
        sa.CheckConstraint("state NOT IN ('rectifying', 'mended') OR rectify_by IS NOT NULL", name="rectify_by"),
        sa.CheckConstraint("state <> 'mended' OR (mending <> '' AND mended_on IS NOT NULL)", name="mended"),
        sa.UniqueConstraint("year", "studio_id"),
        sa.Index("ix_studio_review_office", "review_year_id", "office", "office_path"),
        NEVER_REUSED,
    )  # fmt: skip


class ReviewAppeal(Base):
    """What a unit appeals against, once each: the grade, or that the studio lost its name.

    It is decided by an office over the one ``appealed_from``, or by somebody else of the province; ``grade`` is what is
    given instead where an appeal against a grade is upheld.
    """

    __tablename__ = "review_appeal"

    id: Mapped[int] = mapped_column(primary_key=True)
    studio_review_id: Mapped[int] = mapped_column(sa.ForeignKey("studio_review.id"), index=True)
    against: Mapped[str] = mapped_column(sa.String(10))
    appealed_from: Mapped[str] = mapped_column(sa.String(20))
    text: Mapped[str] = mapped_column(sa.Text)
    raised_by: Mapped[str] = mapped_column(sa.String(120))
    raised_at: Mapped[dt.datetime] = mapped_column(default=now)
    due_on: Mapped[dt.date]
    state: Mapped[str] = mapped_column(sa.String(10), default="open", index=True)
    grade: Mapped[str | None] = mapped_column(sa.String(12))
    finding: Mapped[str] = mapped_column(sa.Text, default="")
    decided_by: Mapped[str | None] = mapped_column(sa.String(120))
    decided_at: Mapped[dt.datetime | None]

    review: Mapped[StudioReview] = relationship(back_populates="appeals")

    __table_args__ = (
        sa.CheckConstraint(f"against IN {APPEALED}", name="against"),
        sa.CheckConstraint(f"state IN {APPEAL_STATES}", name="state"),
        sa.CheckConstraint("text <> ''", name="text"),
        sa.CheckConstraint(
            "(state = 'open') = (decided_at IS NULL)"
            " AND (state = 'open' OR (finding <> '' AND decided_by IS NOT NULL))",
            name="decided",
        ),
        sa.UniqueConstraint("studio_review_id", "against"),
    )
