"""The rates the rules ask for: six-ones (49), coverage of enterprises (52), how proposals fare (61, 62).

A rate over headcounts counts in both its parts the units whose headcount is known, and tells how many took part without
one: whoever is not in the denominator is not in the numerator.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.models import Organisation
from marketplace.services.competition.registering import registrations_of
from marketplace.services.statistics import designated, headcounts, targets
from marketplace.services.statistics.period import Period
from marketplace.services.statistics.rate import LEDGER, REGISTRATIONS, Rate
from marketplace.services.statistics.scope import Scope
from marketplace.services.tally import some_units
from marketplace.services.tally.items import Counted, counted
from marketplace.services.tally.slices import place_of_unit

SIX_ONES = "six_ones"


@dataclass(frozen=True, slots=True)
class SixOnes:
    """The rates of rule 49; ``without_headcount`` units took part whose headcount nobody has told."""

    participation: Rate
    full: Rate
    per_head: Rate
    without_headcount: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """Enterprises of the list with a registered competition in the year; ``target`` is in per cent."""

    rate: Rate
    target: int

    @property
    def is_reached(self) -> bool | None:
        return None if self.rate.value is None else self.rate.value * 100 >= self.target


def six_ones(session: Session, scope: Scope, period: Period, known: Counted | None = None) -> SixOnes:
    """Return the rates of six-ones in a scope, with the staff at the end of the period; ``known`` are its items."""
    of = scope.slice(period.first_month, period.last_month)
    items = known or counted(session, of, kind=SIX_ONES)
    staff = headcounts.staff(session, scope, period.cut_off)
    among = headcounts.units_known(session, scope, period.cut_off)
    some = some_units.of_some(session, items, of, among)

    def rate(part: int, *, per_head: bool = False) -> Rate:
        return Rate(part, staff.number, LEDGER, staff.source, period.cut_off, per_head)

    return SixOnes(
        participation=rate(some.figures.persons),
        full=rate(some.complete),
        per_head=rate(some.figures.entries, per_head=True),
        without_headcount=some.left_out,
    )


def coverage(session: Session, scope: Scope, period: Period) -> Coverage:
    """Return how many enterprises of the list of the year have a registered competition in it (rule 52)."""
    year = period.year
    whole, source = None, designated.NO_LIST
    if designated.has_list(session, year):
        whole, source = designated.enterprises(session, scope, year), designated.source(year)
    part = session.scalar(sa.select(sa.func.count()).select_from(_covered(scope, year).subquery())) or 0
    return Coverage(Rate(part, whole, REGISTRATIONS, source, period.cut_off), targets.coverage(session, year))


def coverage_by_place(session: Session, scope: Scope, period: Period, level: str) -> dict[str, Rate]:
    """Return the coverage by path of the places, or industries, at a level of ``places.DEPTHS``."""
    year = period.year
    if not designated.has_list(session, year):
        return {}
    whole = _by_place(session, designated.listed_in(scope, year), level)
    part = _by_place(session, _covered(scope, year), level)
    source = designated.source(year)
    return {path: Rate(part.get(path, 0), whole[path], REGISTRATIONS, source, period.cut_off) for path in whole}


def _covered(scope: Scope, year: int) -> sa.Select[Any]:
    listed = designated.listed_in(scope, year).subquery()
    return sa.select(listed.c.organisation_id).where(listed.c.organisation_id.in_(registrations_of(year)))


def _by_place(session: Session, ids: sa.Select[Any], level: str) -> dict[str, int]:
    place = place_of_unit(level)
    query = sa.select(place, sa.func.count()).where(Organisation.id.in_(ids)).group_by(place)
    return {row[0]: row[1] for row in session.execute(query)}
