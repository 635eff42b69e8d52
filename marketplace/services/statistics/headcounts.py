"""How many people units employ: typed or brought in by a unit or an office above it, and what rates divide by.

A unit has one number a day; typing it again corrects it. What a rate divides by is the latest number up to its cut-off,
as long as that is not older than the rule says, and the average of two such numbers where staff is averaged.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from marketplace import audit, rules
from marketplace.errors import N_, NotAllowed
from marketplace.models import Headcount, Organisation
from marketplace.permissions import Actor, Permission, can_confirm_entries, entries_seen, require
from marketplace.services.organisation import name_key
from marketplace.services.outreach.events import units_named
from marketplace.services.records import Outcome
from marketplace.services.statistics.rate import NO_HEADCOUNT, Source
from marketplace.services.statistics.scope import Scope

# How many sources are named before the rest is only counted.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Staff:
    """The staff of the units that have a number; ``number`` is None where none has."""

    number: Fraction | None
    units: int
    source: Source


def record(session: Session, actor: Actor, data: Mapping[str, Any]) -> Headcount:
    """Keep what ``HeadcountSchema.load`` returned; raise Invalid for an unknown unit, NotAllowed for another's."""
    return _kept(session, actor, [data])[0][0]


def import_records(session: Session, actor: Actor, rows: Sequence[dict[str, Any]]) -> list[tuple[Headcount, Outcome]]:
    """Bring headcounts in; each row is what ``HeadcountRosterSchema.load`` returned. Raises as ``record`` does."""
    return _kept(session, actor, rows)


def listed(session: Session, actor: Actor, *, limit: int, after: int | None = None) -> list[Headcount]:
    """Return the headcounts of the units the actor keeps or audits, the newest first, from below the id ``after``."""
    query = sa.select(Headcount).join(Headcount.organisation).where(entries_seen(actor))
    query = query.options(joinedload(Headcount.organisation)).order_by(Headcount.id.desc()).limit(limit)
    return list(session.scalars(query if after is None else query.where(Headcount.id < after)))


def latest(session: Session, scope: Scope, on: dt.date) -> sa.Select[int, int, str, dt.date]:
    """Return the query of (organisation_id, number, source, day): the latest number of each unit up to a day."""
    of = Headcount
    oldest = on - dt.timedelta(days=rules.value(session, "headcount_age", on=on))
    newest = (
        sa.select(of.organisation_id, sa.func.max(of.day).label("day"))
        .join(Organisation, Organisation.id == of.organisation_id)
        .where(of.day <= on, of.day >= oldest, scope.units())
        .group_by(of.organisation_id)
        .subquery()
    )
    is_newest = sa.and_(of.organisation_id == newest.c.organisation_id, of.day == newest.c.day)
    return sa.select(of.organisation_id, of.number, of.source, of.day).join(newest, is_newest)


def units_known(session: Session, scope: Scope, on: dt.date) -> sa.Select[int]:
    """Return the query of the ids of the units of a scope whose headcount is known for a day."""
    known = latest(session, scope, on).subquery()
    return sa.select(known.c.organisation_id)


def at_end(session: Session, scope: Scope, on: dt.date) -> sa.Select[int, int, str, dt.date]:
    """Return the query of (organisation_id, twice its staff, source, day) of a scope at the end of a period."""
    found = latest(session, scope, on).subquery()
    return sa.select(found.c.organisation_id, _twice(found).label("twice"), found.c.source, found.c.day)


def on_average(session: Session, scope: Scope, first: dt.date, last: dt.date) -> sa.Select[int, int, str, dt.date]:
    """Return the same of the average of both ends of a period, of one end where only that is known."""
    begun, ended = (latest(session, scope, day).subquery() for day in (first, last))
    joined = ended.outerjoin(begun, begun.c.organisation_id == ended.c.organisation_id)
    twice = sa.func.coalesce(sa.cast(begun.c.number, sa.BigInteger), ended.c.number) + ended.c.number
    query = sa.select(ended.c.organisation_id, twice.label("twice"), ended.c.source, ended.c.day)
    return query.select_from(joined)


def staff(session: Session, scope: Scope, on: dt.date) -> Staff:
    """Return the staff of a scope at the end of a period (rule 49)."""
    return _staff(session, at_end(session, scope, on))


def average_staff(session: Session, scope: Scope, first: dt.date, last: dt.date) -> Staff:
    """Return the average of the staff at both ends of a period, of one end where only that is known (rule 62)."""
    return _staff(session, on_average(session, scope, first, last))


def _twice(found: sa.Subquery) -> sa.ColumnElement[int]:
    return sa.cast(found.c.number, sa.BigInteger) * 2


def _staff(session: Session, query: sa.Select[int, int, str, dt.date]) -> Staff:
    found = query.subquery()
    sums = sa.select(sa.func.sum(found.c.twice), sa.func.count(), sa.func.min(found.c.day), sa.func.max(found.c.day))
    number, units, oldest, newest = session.execute(sums).one()
    if not units:
        return Staff(None, 0, NO_HEADCOUNT)
    named = sa.select(found.c.source, sa.func.count().label("units")).group_by(found.c.source)
    ordered = [row[0] for row in session.execute(named.order_by(sa.desc("units"), found.c.source).limit(_NAMED + 1))]
    more = N_("%(units)s 个单位的职工人数（%(oldest)s 至 %(newest)s；来源：%(sources)s 等）")
    all_named = N_("%(units)s 个单位的职工人数（%(oldest)s 至 %(newest)s；来源：%(sources)s）")
    values = {
        "units": f"{units:,}", "oldest": oldest.isoformat(), "newest": newest.isoformat(),
        "sources": "、".join(ordered[:_NAMED]),
    }  # fmt: skip
    return Staff(Fraction(int(number), 2), units, Source(more if len(ordered) > _NAMED else all_named, values))


def _kept(session: Session, actor: Actor, rows: Sequence[Mapping[str, Any]]) -> list[tuple[Headcount, Outcome]]:
    require(actor, Permission.PARTICIPATION_CONFIRM)
    names = list(dict.fromkeys(row["organisation_name"] for row in rows))
    units = {it.name_key: it for it in units_named(session, names, "unit")}
    if not all(can_confirm_entries(actor, unit) for unit in units.values()):
        raise NotAllowed("record", "headcount")
    query = sa.select(Headcount).where(
        Headcount.organisation_id.in_({it.id for it in units.values()}), Headcount.day.in_({row["day"] for row in rows})
    )
    known = {(it.organisation_id, it.day): it for it in session.scalars(query)}
    kept = []
    for row in rows:
        unit = units[name_key(row["organisation_name"])]
        held = known.get((unit.id, row["day"]))
        outcome = Outcome.CREATED if held is None else Outcome.UPDATED
        if held is None:
            held = known[unit.id, row["day"]] = Headcount(organisation=unit, day=row["day"])
            session.add(held)
        elif (held.number, held.source) == (row["number"], row["source"]):
            kept.append((held, Outcome.UNCHANGED))
            continue
        held.number, held.source, held.recorded_by = row["number"], row["source"], actor.name
        kept.append((held, outcome))
    session.flush()
    for held, outcome in kept:
        if outcome is not Outcome.UNCHANGED:
            told = {"day": held.day.isoformat(), "number": held.number, "source": held.source}
            is_new = outcome is Outcome.CREATED
            audit.record(session, actor, "record", "headcount", held.id, payload=told, is_first=is_new)
    return kept
