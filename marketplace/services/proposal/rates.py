"""How a unit, or a whole territory, deals with proposals: each rate with what it divides, and up to which day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.db import today
from marketplace.models import Organisation, Proposal
from marketplace.permissions import Actor, Permission, readable, require

_SICHUAN = ZoneInfo("Asia/Shanghai")
# Where a proposal stands once it was adopted, whatever became of it since.
ADOPTED = (
    "adopted", "partly_adopted", "implementing", "implemented", "benefit_verified", "nominated", "scored",
    "publicity", "objected", "awarded", "revoked",
)  # fmt: skip
IMPLEMENTED = ADOPTED[ADOPTED.index("implemented") :]
# What nobody has submitted, or its author took back, is of no cohort; what went into another counts there.
_OUTSIDE = ("draft", "withdrawn", "merged")


@dataclass(frozen=True, slots=True)
class Rate:
    """A part of a whole. Without a whole there is no rate, which is not the same as none."""

    part: int
    whole: int | None

    @property
    def value(self) -> Fraction | None:
        return Fraction(self.part, self.whole) if self.whole else None


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates of the proposals submitted from one day to another, both counted in (rules 61 and 62).

    ``partly`` is how many of the adopted were adopted in part. ``per_head`` divides by the staff of the unit, whose
    ``headcount_source`` is told with it; None for both where no headcount is on record.
    """

    since: dt.date
    until: dt.date
    decision: Rate
    adoption: Rate
    implementation: Rate
    partly: int
    per_head: Rate
    headcount_source: str | None


def of_unit(session: Session, actor: Actor, organisation: Organisation, since: dt.date, until: dt.date) -> Rates:
    """Return the rates of a unit, of the proposals the actor may read."""
    counts = _counts(session, actor, since, until, [Proposal.organisation_id == organisation.id])
    return _rates(counts, since, until, organisation.headcount, organisation.source or None)


def of_scope(session: Session, actor: Actor, since: dt.date, until: dt.date) -> Rates:
    """Return the rates of all the proposals an office may read; of a territory no headcount is on record."""
    require(actor, Permission.CURATION_ENTER)
    return _rates(_counts(session, actor, since, until, []), since, until, None, None)


def this_year() -> tuple[dt.date, dt.date]:
    """Return the first day of this year and today."""
    return today().replace(month=1, day=1), today()


def _counts(
    session: Session, actor: Actor, since: dt.date, until: dt.date, among: Sequence[sa.ColumnElement[bool]]
) -> tuple[int, int, int, int, int]:
    """Return how many were submitted, decided, adopted, adopted in part and implemented."""
    begins, ends = (dt.datetime.combine(day, dt.time(), _SICHUAN) for day in (since, until + dt.timedelta(days=1)))
    in_part = sa.and_(Proposal.state.in_(ADOPTED), Proposal.adopted_part != "")
    conditions = (
        Proposal.decided_at.is_not(None),
        Proposal.state.in_(ADOPTED),
        in_part,
        Proposal.state.in_(IMPLEMENTED),
    )
    sums = (sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0) for condition in conditions)
    query = sa.select(sa.func.count(), *sums).where(
        Proposal.submitted_at >= begins,
        Proposal.submitted_at < ends,
        Proposal.state.not_in(_OUTSIDE),
        readable(Proposal, actor),
        *among,
    )
    submitted, decided, adopted, partly, implemented = session.execute(query).one()
    return submitted, decided, adopted, partly, implemented


def _rates(
    counts: tuple[int, int, int, int, int], since: dt.date, until: dt.date, staff: int | None, source: str | None
) -> Rates:
    submitted, decided, adopted, partly, implemented = counts
    return Rates(
        since=since,
        until=until,
        decision=Rate(decided, submitted or None),
        adoption=Rate(adopted, submitted or None),
        implementation=Rate(implemented, adopted or None),
        partly=partly,
        per_head=Rate(submitted, staff or None),
        headcount_source=source if staff else None,
    )
