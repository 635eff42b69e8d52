"""How a unit, or a whole territory, deals with proposals: each rate with what it divides, and up to which day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.db import today
from marketplace.models import Organisation, Proposal
from marketplace.permissions import Actor, readable
from marketplace.services.statistics import headcounts
from marketplace.services.statistics.rate import PROPOSALS, Rate
from marketplace.services.statistics.scope import Scope, may_see, own

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
class Rates:
    """The rates of the proposals submitted from one day to another, both counted in (rules 61 and 62).

    ``partly`` is how many of the adopted were adopted in part. ``per_head`` divides by the average staff of the units
    whose headcount is on record, and counts the proposals of these units alone.
    """

    since: dt.date
    until: dt.date
    decision: Rate
    adoption: Rate
    implementation: Rate
    partly: int
    per_head: Rate


def of_unit(session: Session, actor: Actor, organisation: Organisation, since: dt.date, until: dt.date) -> Rates:
    """Return the rates of a unit, of the proposals the actor may read."""
    scope = Scope(organisation.region_path, organisation.industry_path, organisation.id)
    return _rates(session, actor, scope, since, until)


def of_scope(session: Session, actor: Actor, since: dt.date, until: dt.date, scope: Scope | None = None) -> Rates:
    """Return the rates of a scope, of the proposals an office may read: of all of these where no scope is said."""
    asked = scope or own(actor)
    may_see(actor, asked)
    return _rates(session, actor, asked, since, until)


def this_year() -> tuple[dt.date, dt.date]:
    """Return the first day of this year and today."""
    return today().replace(month=1, day=1), today()


def cohort(actor: Actor, scope: Scope, since: dt.date, until: dt.date) -> list[sa.ColumnElement[bool]]:
    """Return, as conditions on Proposal, which were submitted in a scope on these days; of those the actor may read."""
    begins, ends = (dt.datetime.combine(day, dt.time(), _SICHUAN) for day in (since, until + dt.timedelta(days=1)))
    conditions = [
        Proposal.submitted_at >= begins, Proposal.submitted_at < ends, Proposal.state.not_in(_OUTSIDE),
        readable(Proposal, actor),
    ]  # fmt: skip
    return conditions if scope == Scope() else [*conditions, Proposal.organisation.has(scope.units())]


def facts() -> dict[str, sa.ColumnElement[bool]]:
    """Return, as conditions on Proposal, what may have become of one."""
    adopted = Proposal.state.in_(ADOPTED)
    return {
        "decided": Proposal.decided_at.is_not(None),
        "adopted": adopted,
        "partly": sa.and_(adopted, Proposal.adopted_part != ""),
        "implemented": Proposal.state.in_(IMPLEMENTED),
    }


def of_staffed(session: Session, scope: Scope, until: dt.date) -> sa.ColumnElement[bool]:
    """Return, as a condition on Proposal, whether it is divided by a headcount: all are where none is known."""
    known = headcounts.units_known(session, scope, until)
    is_any = session.scalar(known.limit(1)) is not None
    return Proposal.organisation_id.in_(known) if is_any else sa.true()


def _rates(session: Session, actor: Actor, scope: Scope, since: dt.date, until: dt.date) -> Rates:
    among = cohort(actor, scope, since, until)
    sums = (sa.func.coalesce(sa.func.sum(sa.case((fact, 1), else_=0)), 0) for fact in facts().values())
    counted = session.execute(sa.select(sa.func.count(), *sums).where(*among)).one()
    submitted, decided, adopted, partly, implemented = counted
    staff = headcounts.average_staff(session, scope, since, until)
    by_staff = sa.select(sa.func.count()).where(*among, of_staffed(session, scope, until))

    def rate(part: int, whole: int) -> Rate:
        return Rate(part, whole or None, PROPOSALS, PROPOSALS, until)

    return Rates(
        since=since,
        until=until,
        decision=rate(decided, submitted),
        adoption=rate(adopted, submitted),
        implementation=rate(implemented, adopted),
        partly=partly,
        per_head=Rate(session.scalar(by_staff) or 0, staff.number, PROPOSALS, staff.source, until, per_head=True),
    )
