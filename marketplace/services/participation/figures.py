"""What a campaign has reached: by item, in a unit, a place or all of it; persons exactly, person-times beside them.

A unit is one row, whichever hierarchies it answers to, so that nothing counts twice; ``by_place`` counts it where its
primary hierarchy says and shows the others as "of which" (domain rule 66).

Cities and divisions of industry, and all of a campaign, are read from the sums by place, what is smaller from those of
the units. Persons come from sums as well where the months are one month, or begin in January of their year or with the
campaign; of other months everybody's own rows are looked through, which takes seconds for millions of entries.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.models import (
    Campaign,
    CampaignItem,
    Organisation,
    ParticipationPerson,
    ParticipationPlace,
    ParticipationTally,
)
from marketplace.models.participation.tally import ALL_ITEMS, CITY, DIVISION
from marketplace.permissions import path_within
from marketplace.services.participation import claims
from marketplace.services.participation.counting import Figures, settle_places

# How many signs of which path name a place or an industry: "region" and "industry" are those that sums are kept of.
DEPTHS = {
    "region": ("region", CITY), "city": ("region", CITY), "county": ("region", 14),
    "industry": ("industry", DIVISION), "division": ("industry", DIVISION), "section": ("industry", 1),
}  # fmt: skip
# What only the sums by unit tell.
_SMALL = frozenset({"county", "unit"})
_SUMS = ("entries", "objects", "person_times", "batch_persons", "uncounted")


@dataclass(frozen=True, slots=True)
class Slice:
    """Which units and months are asked for (year × 100 + month, both included); all where nothing is said.

    ``among`` is the query of the ids of the only units that are asked for.
    """

    organisation_id: int | None = None
    region_path: str = ""
    industry_path: str = ""
    first_month: int = 0
    last_month: int = 999_912
    among: sa.Select[Any] | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A city or an industry: what units count there, and what units of the other hierarchy did that lie there too."""

    figures: Figures
    of_which: Figures


def by_item(session: Session, campaign_id: int, of: Slice) -> dict[int, Figures]:
    """Return the figures of each item that has any, by its id."""
    return {key[0]: it for key, it in _figures(session, campaign_id, of, ("item_id",), item_id=None).items()}


def total(session: Session, campaign_id: int, of: Slice) -> Figures:
    """Return the figures of all items together; whoever took part in several is one person."""
    return _figures(session, campaign_id, of, ()).get((), Figures())


def complete(session: Session, campaign_id: int, of: Slice, items: int) -> int:
    """Return how many persons have so many items; quickly where that is every one of the campaign (rule 49)."""
    every = sa.select(sa.func.count()).where(CampaignItem.campaign_id == campaign_id)
    span = _span(session, campaign_id, of) if session.scalar(every) == items else None
    person = ParticipationPerson
    whole = _people(sa.select(person.person_id), campaign_id, of)
    if span is not None:
        whole = whole.where(person.is_mobile)
    whole = whole.group_by(person.person_id).having(sa.func.count(sa.distinct(person.item_id)) == items)
    counted = session.scalar(sa.select(sa.func.count()).select_from(whole.subquery())) or 0
    if span is None:
        return counted
    sums = _Sums(session, of)
    query = sa.select(sa.func.coalesce(sa.func.sum(sums.column(f"complete{span}")), 0))
    return counted + int(session.scalar(sums.chosen(query, campaign_id)) or 0)


def grouped(
    session: Session, campaign_id: int, of: Slice, groups: Sequence[str], item_id: int = ALL_ITEMS
) -> dict[tuple[Any, ...], Figures]:
    """Return the figures of an item, or of all together, by "month", "unit", "hierarchy" or what ``DEPTHS`` names."""
    return _figures(session, campaign_id, of, groups, item_id=item_id)


def summed(
    session: Session, campaign_ids: Collection[int], item_ids: Collection[int], of: Slice, groups: Sequence[str]
) -> dict[tuple[Any, ...], Figures]:
    """Return what items of several campaigns add up to; persons, who do not add up, are left at 0."""
    sums = _Sums(session, of, groups)
    columns = [sums.column(name) for name in groups]
    query = sa.select(*columns, *(sa.func.sum(sums.column(name)) for name in _SUMS))
    query = sums.within(query).where(sums.column("campaign_id").in_(campaign_ids), sums.column("item_id").in_(item_ids))
    query = (query.group_by(*columns) if columns else query).having(sa.func.sum(sums.column("entries")) > 0)
    width = len(groups)
    return {
        tuple(row[:width]): Figures(**dict(zip(_SUMS, map(int, row[width:]), strict=True)))
        for row in session.execute(query)
    }


def by_month(session: Session, campaign_id: int, of: Slice) -> dict[int, Figures]:
    """Return the figures of each month that has any; whoever took part in two months is a person of both."""
    return {key[0]: it for key, it in _figures(session, campaign_id, of, ("month",)).items()}


def by_place(session: Session, campaign_id: int, hierarchy: str, of: Slice) -> dict[str, Place]:
    """Return the figures by path of the cities ("region") or of the industries ("industry"), "" where none is known."""
    found: dict[str, dict[bool, Figures]] = {}
    for (path, primary), figures in _figures(session, campaign_id, of, (hierarchy, "hierarchy")).items():
        found.setdefault(path, {})[primary == hierarchy] = figures
    return {path: Place(it.get(True, Figures()), it.get(False, Figures())) for path, it in found.items()}


def crossed(session: Session, campaign_id: int, of: Slice) -> dict[tuple[str, str], Figures]:
    """Return the figures by path of city and of division of industry; each unit lies in one cell (rule 66)."""
    return {(key[0], key[1]): it for key, it in _figures(session, campaign_id, of, ("region", "industry")).items()}


def units(session: Session, campaign_id: int, of: Slice, item_id: int = ALL_ITEMS) -> int:
    """Return how many units have confirmed entries; each counts once."""
    tally = ParticipationTally
    query = sa.select(tally.organisation_id).where(
        tally.campaign_id == campaign_id, tally.item_id == item_id, tally.entries > 0,
        tally.month.between(of.first_month, of.last_month),
    )  # fmt: skip
    some = _within(query, tally.organisation_id, of).distinct().subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(some)) or 0


class _Sums:
    """The smallest table that holds what a slice asks for, with its columns by one name."""

    def __init__(self, session: Session, of: Slice, groups: Sequence[str] = ()) -> None:
        is_small = of.organisation_id is not None or len(of.region_path) > CITY or len(of.industry_path) > DIVISION
        is_small = is_small or of.among is not None or not _SMALL.isdisjoint(groups)
        self._of, self._groups = of, groups
        self._table: Any = ParticipationTally if is_small else ParticipationPlace
        if not is_small:
            settle_places(session)

    def column(self, name: str) -> Any:
        if name == "unit":
            return self._table.organisation_id
        if self._table is ParticipationTally and (name == "hierarchy" or name in DEPTHS):
            return _of_unit(name)
        if name in DEPTHS:
            hierarchy, depth = DEPTHS[name]
            kept = getattr(self._table, hierarchy)
            return sa.func.substr(kept, 1, depth) if DEPTHS[hierarchy][1] > depth else kept
        return getattr(self._table, name)

    def chosen(self, query: sa.Select[Any], campaign_id: int, item_id: int | None = ALL_ITEMS) -> sa.Select[Any]:
        """Return a query narrowed to a campaign and to one item, to all together, or to each item where it is None."""
        table = self._table
        is_of_items = table.item_id != ALL_ITEMS if item_id is None else table.item_id == item_id
        return self.within(query).where(table.campaign_id == campaign_id, is_of_items)

    def within(self, query: sa.Select[Any]) -> sa.Select[Any]:
        """Return a query narrowed to the months and the units of the slice."""
        of, table = self._of, self._table
        query = query.where(table.month.between(of.first_month, of.last_month))
        if table is ParticipationTally:
            return _within(query, table.organisation_id, of, self._groups)
        bounds = ((table.region, of.region_path), (table.industry, of.industry_path))
        return query.where(*(path_within(column, path) for column, path in bounds if path))


def _figures(
    session: Session, campaign_id: int, of: Slice, groups: Sequence[str], *, item_id: int | None = ALL_ITEMS
) -> dict[tuple[Any, ...], Figures]:
    """Return the figures by the values of some columns; what has no entries is not among them."""
    # Every month for itself is what its own column says.
    span = "" if "month" in groups else _span(session, campaign_id, of)
    sums = _Sums(session, of, groups)
    columns = [sums.column(name) for name in groups]
    persons = [] if span is None else [sa.func.sum(sums.column(f"persons{span}"))]
    query = sa.select(*columns, *(sa.func.sum(sums.column(name)) for name in _SUMS), *persons)
    query = sums.chosen(query, campaign_id, item_id)
    query = (query.group_by(*columns) if columns else query).having(sa.func.sum(sums.column("entries")) > 0)
    counted = _counted(session, campaign_id, of, groups, item_id, only_mobile=span is not None)
    found, width = {}, len(groups)
    for row in session.execute(query):
        key, numbers = tuple(row[:width]), list(map(int, row[width:]))
        settled = numbers.pop() if persons else 0
        named = dict(zip(_SUMS, numbers, strict=True))
        found[key] = Figures(**named, persons=settled + counted.get(key, 0))
    return found


def _counted(
    session: Session, campaign_id: int, of: Slice, groups: Sequence[str], item_id: int | None, *, only_mobile: bool
) -> dict[tuple[Any, ...], int]:
    """Return how many persons there are by their own rows: all, or those who took part in several units."""
    person = ParticipationPerson
    own = {"item_id": person.item_id, "month": person.month, "unit": person.organisation_id}
    columns: list[Any] = [own[name] if name in own else _of_unit(name) for name in groups]
    named = [column.label(f"of_{place}") for place, column in enumerate(columns)]
    query = _people(sa.select(person.person_id, *named).distinct(), campaign_id, of, groups)
    query = query.where(person.is_mobile) if only_mobile else query
    query = query.where(person.item_id == item_id) if item_id else query
    # Persons made distinct before they are counted are hashed, not sorted.
    once = query.subquery()
    keys = [once.c[column.name] for column in named]
    counted = sa.select(*keys, sa.func.count()).select_from(once)
    return {tuple(row[:-1]): row[-1] for row in session.execute(counted.group_by(*keys) if keys else counted)}


def _people(query: sa.Select[Any], campaign_id: int, of: Slice, groups: Sequence[str] = ()) -> sa.Select[Any]:
    person = ParticipationPerson
    query = query.where(person.campaign_id == campaign_id, person.month.between(of.first_month, of.last_month))
    return _within(query, person.organisation_id, of, groups)


def _within(query: sa.Select[Any], unit_id: Any, of: Slice, groups: Sequence[str] = ()) -> sa.Select[Any]:
    """Return a query of what units a slice has; units are looked up where that or the groups ask for them."""
    if of.organisation_id is not None:
        query = query.where(unit_id == of.organisation_id)
    bounds = [(Organisation.region_path, of.region_path), (Organisation.industry_path, of.industry_path)]
    within = [path_within(column, path) for column, path in bounds if path]
    if of.among is not None:
        query = query.where(unit_id.in_(of.among))
    if within or not {"hierarchy", *DEPTHS}.isdisjoint(groups):
        query = query.join(Organisation, Organisation.id == unit_id)
    return query.where(*within)


def place_of_unit(level: str) -> Any:
    """Return, as a column of Organisation, the path of a unit at a level of ``DEPTHS``."""
    hierarchy, depth = DEPTHS[level]
    return sa.func.substr(getattr(Organisation, f"{hierarchy}_path"), 1, depth)


def _of_unit(name: str) -> Any:
    if name == "hierarchy":
        return Organisation.primary_hierarchy
    return place_of_unit(name)


def _span(session: Session, campaign_id: int, of: Slice) -> str | None:
    """Return which sums of persons give the months of a slice, as the end of their names; None where none do."""
    days = session.execute(sa.select(Campaign.opens_on, Campaign.closes_on).where(Campaign.id == campaign_id)).one()
    begins, ends = (claims.month(day) for day in days)
    first, last = max(of.first_month, begins), min(of.last_month, ends)
    if first == begins:
        return "_of_all"
    if first == last:
        return ""
    return "_of_year" if first % 100 == 1 and first // 100 == last // 100 else None
