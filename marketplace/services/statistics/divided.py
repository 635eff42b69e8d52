"""What a rate divides, one by one: the persons, units, entries, proposals, achievements and matches its numbers count.

A listing has as many lines as the number says, or, of staff, lines that add up to it. Whoever sees the number and may
read nothing of what it counts gets the number alone; of matches, those are told that the actor may open.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from marketplace.errors import NotFound
from marketplace.models import Achievement, Match, Organisation, ParticipationEntry, Person, Proposal
from marketplace.permissions import Actor, entries_seen
from marketplace.services.competition.registering import registrations_of
from marketplace.services.proposal import rates as proposal_rates
from marketplace.services.statistics import designated, headcounts, market, rates
from marketplace.services.statistics.period import Period
from marketplace.services.statistics.rate import Rate
from marketplace.services.statistics.scope import Scope, may_see
from marketplace.services.tally import together
from marketplace.services.tally.items import counted

Record = Person | Organisation | ParticipationEntry | Proposal | Achievement | Match

# What may be listed of each rate: its numerator, its denominator, what is in the denominator alone, and of what was
# adopted that which was in part.
SIDES: Mapping[str, tuple[str, ...]] = {
    "participation": ("part", "whole"), "full_six": ("part", "whole"), "items_per_head": ("part", "whole"),
    "coverage": ("part", "whole", "rest"),
    "decision": ("part", "whole", "rest"), "adoption": ("part", "whole", "rest", "partly"),
    "implementation": ("part", "whole", "rest"), "proposals_per_head": ("part", "whole"),
    market.TRANSFER: ("part", "whole", "rest"), **dict.fromkeys(market.OF_MATCHES, ("part", "whole")),
}  # fmt: skip
_SIX_ONES = ("participation", "full_six", "items_per_head")
# What is asked of a proposal to be in the numerator of a rate, and in its denominator.
_PROPOSALS = {"decision": ("decided", ""), "adoption": ("adopted", ""), "implementation": ("implemented", "adopted")}


@dataclass(frozen=True, slots=True)
class Line:
    """One of what is counted; of a unit whose staff is divided by, ``staff`` with its source and its day."""

    record: Record
    staff: Fraction | None = None
    source: str = ""
    day: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """Some lines of a number, all of one ``noun``, the name of the table of what is counted.

    ``withheld`` is how many of what the number counts the actor may not read, none where he reads any of it; of matches
    he may read some. The lines of ``of_period`` are of the months asked for, those of the market as of today.
    """

    noun: str
    rate: Rate
    number: int | Fraction
    lines: list[Line]
    next_after: int | None
    withheld: int
    of_period: bool

    @property
    def is_withheld(self) -> bool:
        """Say whether the actor sees the number and nothing of what it counts."""
        return bool(self.withheld) and not self.lines


@dataclass(frozen=True, slots=True)
class _Asked:
    session: Session
    actor: Actor
    scope: Scope
    period: Period


def listing(
    session: Session, actor: Actor, name: str, side: str, scope: Scope, period: Period, *,
    limit: int, after: int | None = None,
) -> Listing:  # fmt: skip
    """Return what a side of a rate of ``SIDES`` counts, from below the id ``after``.

    Raises NotFound for a rate or a side there is not, and NotAllowed for a scope beyond the actor's offices.
    """
    may_see(actor, scope)
    if side not in SIDES.get(name, ()):
        raise NotFound("statistics", f"{name}/{side}")
    asked = _Asked(session, actor, scope, period)
    rate, number = _number(asked, name, side)
    model, query = _query(asked, name, side)
    paged = query.order_by(model.id.desc()).limit(limit + 1)
    rows = session.execute(paged if after is None else paged.where(model.id < after)).all()
    lines = [Line(record, *_staff(*told)) for record, *told in rows]
    return Listing(
        noun=model.__tablename__,
        rate=rate,
        number=number,
        lines=lines[:limit],
        next_after=lines[limit - 1].record.id if len(lines) > limit else None,
        withheld=_withheld(session, model, query, number, has_lines=bool(lines) or after is not None),
        of_period=name not in market.NAMES,
    )


def _withheld(
    session: Session, model: type[Any], query: sa.Select[Any], number: int | Fraction, *, has_lines: bool
) -> int:
    if model is not Match:
        return 0 if has_lines else int(number)
    seen = sa.select(sa.func.count()).select_from(query.with_only_columns(Match.id).subquery())
    return int(number) - (session.scalar(seen) or 0)


def _staff(twice: int | None = None, source: str = "", day: dt.date | None = None) -> tuple[Fraction | None, str, Any]:
    return (None if twice is None else Fraction(int(twice), 2)), source, day


def _number(asked: _Asked, name: str, side: str) -> tuple[Rate, int | Fraction]:
    rate, partly = _rate(asked, name)
    whole = rate.whole or 0
    return rate, {"part": rate.part, "whole": whole, "rest": whole - rate.part, "partly": partly}[side]


def _rate(asked: _Asked, name: str) -> tuple[Rate, int]:
    session, scope, period = asked.session, asked.scope, asked.period
    if name in market.NAMES:
        return market.rates(session, asked.actor, scope)[name], 0
    if name == "coverage":
        return rates.coverage(session, scope, period).rate, 0
    if name in _SIX_ONES:
        six = rates.six_ones(session, scope, period)
        return {"participation": six.participation, "full_six": six.full, "items_per_head": six.per_head}[name], 0
    told = proposal_rates.of_scope(session, asked.actor, period.first_day, period.cut_off, scope)
    found = {"decision": told.decision, "adoption": told.adoption, "implementation": told.implementation}
    return found.get(name, told.per_head), told.partly


def _query(asked: _Asked, name: str, side: str) -> tuple[type[Any], sa.Select[Any]]:
    """Return what is listed and the query of it; of staff, with twice its number, its source and its day."""
    session, scope, period = asked.session, asked.scope, asked.period
    if name in market.NAMES:
        return market.listed(asked.actor, scope, name, side)
    if name == "coverage":
        return Organisation, _enterprises(side, scope, period.year)
    if side == "whole" and name == "proposals_per_head":
        return Organisation, _staffed(asked, headcounts.on_average(session, scope, period.first_day, period.cut_off))
    if side == "whole" and name in _SIX_ONES:
        return Organisation, _staffed(asked, headcounts.at_end(session, scope, period.cut_off))
    if name in _SIX_ONES:
        return _taking_part(asked, name)
    return Proposal, _proposals(asked, name, side)


def _enterprises(side: str, scope: Scope, year: int) -> sa.Select[Any]:
    query = sa.select(Organisation).where(Organisation.id.in_(designated.listed_in(scope, year)))
    is_registered = Organisation.id.in_(registrations_of(year))
    return query if side == "whole" else query.where(is_registered if side == "part" else ~is_registered)


def _staffed(asked: _Asked, staff: sa.Select[*tuple[Any, ...]]) -> sa.Select[Any]:
    found = staff.subquery()
    query = sa.select(Organisation, found.c.twice, found.c.source, found.c.day)
    return query.join(found, found.c.organisation_id == Organisation.id).where(entries_seen(asked.actor))


def _proposals(asked: _Asked, name: str, side: str) -> sa.Select[Any]:
    session, scope, period = asked.session, asked.scope, asked.period
    query = sa.select(Proposal).where(*proposal_rates.cohort(asked.actor, scope, period.first_day, period.cut_off))
    query = query.options(joinedload(Proposal.organisation))
    if name == "proposals_per_head":
        return query.where(proposal_rates.of_staffed(session, scope, period.cut_off))
    facts = proposal_rates.facts()
    part, whole = _PROPOSALS[name]
    query = query.where(facts[whole]) if whole else query
    chosen = {"whole": sa.true(), "part": facts[part], "rest": ~facts[part], "partly": facts["partly"]}
    return query.where(chosen[side])


def _taking_part(asked: _Asked, name: str) -> tuple[type[Any], sa.Select[Any]]:
    session, scope, period = asked.session, asked.scope, asked.period
    of = scope.slice(period.first_month, period.last_month)
    items = counted(session, of, kind=rates.SIX_ONES)
    among = headcounts.units_known(session, scope, period.cut_off)
    if name == "items_per_head":
        entry = ParticipationEntry
        query = sa.select(entry).join(entry.organisation).where(entries_seen(asked.actor))
        query = query.options(joinedload(entry.organisation), joinedload(entry.person), joinedload(entry.item))
        return entry, together.entries_behind(items, of, query, among)
    persons = together.complete_persons if name == "full_six" else together.persons
    seen = sa.select(Person).where(Person.id.in_(persons(items, of, among).where(entries_seen(asked.actor))))
    return Person, seen.options(joinedload(Person.organisation))
