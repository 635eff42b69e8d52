"""Who takes part in a contest, how he fared in each stage, and what each judge gave him."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import NEVER_REUSED, Aggregate, Base, now
from marketplace.models.participation.contest import Contest, ContestGroup, ContestStage
from marketplace.models.people.organisation import Organisation
from marketplace.models.people.person import Person
from marketplace.models.review.sheet import Sheet, facts_of_a_sheet

CONTESTANT_STATES = (
    "registered", "withdrawn", "disqualified", "publicity", "objected", "struck", "awarded", "revoked",
)  # fmt: skip
# Who is out of the contest, whatever he did in it before.
OUT = ("withdrawn", "disqualified", "struck", "revoked")


class Contestant(Aggregate, Base):
    """A person of a unit in one group of a contest, once.

    ``number`` is drawn by lot in the group when registration is over. ``reason`` says why he is no longer in it. A
    prize is its ``grade``, shown to the public before it is given; ``stated`` is what the certificate states.
    """

    __tablename__ = "contestant"

    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("contest.id"), index=True)
    contest_group_id: Mapped[int] = mapped_column(sa.ForeignKey("contest_group.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    state: Mapped[str] = mapped_column(sa.String(20), default="registered")
    registered_by: Mapped[str] = mapped_column(sa.String(120))
    registered_at: Mapped[dt.datetime] = mapped_column(default=now)
    number: Mapped[int | None]
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    grade: Mapped[str | None] = mapped_column(sa.String(60))
    certificate_number: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    stated: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    granted_on: Mapped[dt.date | None]

    contest: Mapped[Contest] = relationship(back_populates="contestants")
    group: Mapped[ContestGroup] = relationship()
    person: Mapped[Person] = relationship()
    organisation: Mapped[Organisation] = relationship()
    results: Mapped[list[ContestResult]] = relationship(
        order_by="ContestResult.id", cascade="all, delete-orphan", back_populates="contestant"
    )

    __table_args__ = (
        sa.CheckConstraint(f"state IN {CONTESTANT_STATES}", name="state"),
        sa.CheckConstraint(f"(state IN {OUT}) = (reason <> '')", name="reason"),
        sa.CheckConstraint(
            "(state IN ('awarded', 'revoked')) = (certificate_number IS NOT NULL)"
            " AND (certificate_number IS NULL) = (granted_on IS NULL)",
            name="granted",
        ),
        sa.UniqueConstraint("contest_id", "person_id"),
        sa.UniqueConstraint("contest_group_id", "number"),
        NEVER_REUSED,
    )


class ContestResult(Base):
    """How somebody fared in a stage. Whoever was absent has neither a score nor a rank, and does not count.

    ``parts`` are the points by criterion that equals are told apart by, as text with two decimals. ``advanced`` says
    whether he goes on.
    """

    __tablename__ = "contest_result"

    id: Mapped[int] = mapped_column(primary_key=True)
    contestant_id: Mapped[int] = mapped_column(sa.ForeignKey("contestant.id", ondelete="CASCADE"))
    contest_stage_id: Mapped[int] = mapped_column(sa.ForeignKey("contest_stage.id"), index=True)
    is_absent: Mapped[bool] = mapped_column(default=False)
    score: Mapped[Decimal | None] = mapped_column(sa.Numeric(5, 2))
    parts: Mapped[dict[str, str]] = mapped_column(default=dict)
    rank: Mapped[int | None]
    advanced: Mapped[bool] = mapped_column(default=False)

    contestant: Mapped[Contestant] = relationship(back_populates="results")
    stage: Mapped[ContestStage] = relationship()
    sheets: Mapped[list[ContestSheet]] = relationship(
        order_by="ContestSheet.id", cascade="all, delete-orphan", back_populates="result"
    )

    __table_args__ = (
        sa.CheckConstraint("NOT is_absent OR (score IS NULL AND rank IS NULL)", name="absent"),
        sa.UniqueConstraint("contestant_id", "contest_stage_id"),
    )


class ContestSheet(Sheet, Base):
    """What one judge gave somebody in one round of scoring of a stage, or why he stays away."""

    __tablename__ = "contest_sheet"

    contest_result_id: Mapped[int] = mapped_column(sa.ForeignKey("contest_result.id", ondelete="CASCADE"), index=True)
    scoring: Mapped[int] = mapped_column(default=1)

    result: Mapped[ContestResult] = relationship(back_populates="sheets")

    __table_args__ = (sa.UniqueConstraint("contest_result_id", "account_id", "scoring"), *facts_of_a_sheet())
