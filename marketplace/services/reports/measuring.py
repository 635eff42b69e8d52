"""What is counted in the rows and the column groups of a table, with every margin counted anew.

Person-times add up; persons do not: whoever took part in two items, two months or two cities is one person in the sum.
So the margins of persons are counted from the persons, and never added up from the cells (domain rule 53).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.models import Campaign, CampaignItem, Organisation, ParticipationPerson, ParticipationTally
from marketplace.permissions import path_within
from marketplace.services.participation.counting import Figures

# The key of a margin: all rows together, or all groups together.
ALL = ""
# How many signs of a path name a city ("51/5106"), a county ("51/5106/510603") and a section of industry ("C").
_PLACES = {"city": ("region_path", 7), "county": ("region_path", 14), "industry": ("industry_path", 1)}
_SUMMED = ("entries", "objects", "person_times", "batch_persons", "uncounted")


@dataclass(frozen=True, slots=True)
class Covered:
    """Which entries a table counts: of which campaigns, in which months (both included), of the units of a place."""

    campaigns: tuple[int, ...]
    first_month: int
    last_month: int
    region_path: str = ""
    industry_path: str = ""
    organisation_id: int | None = None


Counted = dict[tuple[str, str], Figures]


def counted(session: Session, covered: Covered, row: str, group: str) -> Counted:
    """Return the figures by (row, group), ``ALL`` for the margins; places are keyed by path, "?" where it is unknown.

    ``row`` is one of ``models.participation.report.ROWS``, ``group`` "item", "measure" or "class".
    """
    keys = (row_key(row), group_key(group))
    found: Counted = {}
    for line in session.execute(_tallies(covered, *keys)):
        cell = Figures(**dict(zip(_SUMMED, map(int, line[2:]), strict=True)))
        for place in margins(str(line[0]), str(line[1])):
            found[place] = _added(found.get(place, Figures()), cell)
    for place, persons in _persons(session, covered, keys):
        found[place] = Figures(**{**asdict(found.get(place, Figures())), "persons": persons})
    return found


def of_other_hierarchy(session: Session, covered: Covered, row: str) -> dict[str, int]:
    """Return the person-times by row of units that answer to the other hierarchy first (domain rule 66)."""
    other = "region" if row == "industry" else "industry"
    query = _tallies(covered, row_key(row)).where(Organisation.primary_hierarchy == other)
    place = _SUMMED.index("person_times") + 1
    found = {str(line[0]): int(line[place]) for line in session.execute(query)}
    return found | {ALL: sum(found.values())}


def unit_names(session: Session, covered: Covered) -> dict[str, str]:
    """Return the names of the units that have figures, by their number as a key."""
    query = sa.select(Organisation.id, Organisation.name).where(
        Organisation.id.in_(_within(sa.select(ParticipationTally.organisation_id), ParticipationTally, covered))
    )
    return {str(identity): name for identity, name in session.execute(query)}


def row_key(row: str) -> Any:
    """Return, as SQL on Organisation, the key of the row a unit belongs to; None where rows are months."""
    if row in _PLACES:
        name, depth = _PLACES[row]
        path = sa.func.substr(getattr(Organisation, name), 1, depth)
        # A unit of which only the city is known lies in none of its counties.
        is_known = sa.func.length(getattr(Organisation, name)) >= depth
        return sa.case((is_known, path), else_="?")
    return Organisation.id if row == "unit" else None


def group_key(group: str) -> Any:
    """Return, as SQL on CampaignItem and Campaign, the key of the column group an entry belongs to."""
    return {"item": CampaignItem.code, "measure": CampaignItem.measure, "class": Campaign.competition_class}[group]


def _tallies(covered: Covered, *keys: Any) -> sa.Select[Any]:
    tally = ParticipationTally
    groups = [tally.month if key is None else key for key in keys]
    sums = [sa.func.coalesce(sa.func.sum(getattr(tally, name)), 0) for name in _SUMMED]
    return _within(sa.select(*groups, *sums), tally, covered).where(tally.entries > 0).group_by(*groups)


def _persons(session: Session, covered: Covered, keys: tuple[Any, Any]) -> Iterator[tuple[tuple[str, str], int]]:
    of = ParticipationPerson
    row, group = (of.month if key is None else key for key in keys)
    for kept in ((True, True), (True, False), (False, True), (False, False)):
        groups = [key for key, is_kept in zip((row, group), kept, strict=True) if is_kept]
        query = _within(sa.select(*groups, sa.func.count(sa.distinct(of.person_id))), of, covered)
        for line in session.execute(query.group_by(*groups) if groups else query):
            names = iter(line)
            place = [str(next(names)) if is_kept else ALL for is_kept in kept]
            if line[-1]:
                yield (place[0], place[1]), int(line[-1])


def of_place(covered: Covered) -> Iterator[sa.ColumnElement[bool]]:
    """Yield, as SQL on Organisation, which units are covered."""
    if covered.organisation_id is not None:
        yield Organisation.id == covered.organisation_id
    # The province is everywhere, also where no region is written.
    if "/" in covered.region_path:
        yield path_within(Organisation.region_path, covered.region_path)
    if covered.industry_path:
        yield path_within(Organisation.industry_path, covered.industry_path)


def _within(query: sa.Select[Any], table: Any, covered: Covered) -> sa.Select[Any]:
    return (
        query.join(Organisation, Organisation.id == table.organisation_id)
        .join(CampaignItem, CampaignItem.id == table.item_id)
        .join(Campaign, Campaign.id == table.campaign_id)
        .where(table.campaign_id.in_(covered.campaigns), *of_place(covered))
        .where(table.month.between(covered.first_month, covered.last_month))
    )


def margins(row: str, group: str) -> Sequence[tuple[str, str]]:
    """Return every cell an entry of a row and a group counts in."""
    return (row, group), (row, ALL), (ALL, group), (ALL, ALL)


def _added(one: Figures, other: Figures) -> Figures:
    return Figures(**{name: getattr(one, name) + getattr(other, name) for name in (*_SUMMED, "persons")})
