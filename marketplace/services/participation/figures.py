"""What a campaign has reached: by item, in a unit, a place or all of it; persons exactly, person-times beside them.

A unit is one row, whichever hierarchies it answers to, so that nothing counts twice; ``by_place`` counts it where its
primary hierarchy says and shows the others as "of which" (domain rule 66). Several campaigns that count the same are
asked for like one, as a ``Subject``.

Cities and divisions of industry, and all of a campaign, are read from the sums by place, what is smaller from those of
the units. Persons come from sums as well where the months are one month, or begin in January of their year or with the
campaign; of other months everybody's own rows are looked through, which takes seconds for millions of entries.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.models import (
    CampaignItem,
    Organisation,
    ParticipationPerson,
    ParticipationPlace,
    ParticipationTally,
)
from marketplace.models.participation.tally import CITY, DIVISION, OF_ENTRIES
from marketplace.permissions import path_within
from marketplace.services.participation import claims, places
from marketplace.services.participation.counting import Figures
from marketplace.services.participation.places import DEPTHS
from marketplace.services.participation.subject import Subject
from marketplace.services.participation.sums import settle_places

# What only the sums by unit tell.
_SMALL = frozenset({"county", "unit"})
# What the sums of a page are read by, once; what is asked by fewer of these is added up from there.
_FINEST = ("month", "city", "section", "hierarchy")
Key = tuple[Any, ...]
# Sums that were read, by what they are of; whoever asks for many figures of one moment keeps them.
Read = dict[Any, dict[Key, list[int]]]
_READ = (*OF_ENTRIES, "persons", "persons_of_year", "persons_of_all")


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


# A campaign by its id, or whatever else is counted as one.
What = int | Subject


def by_item(session: Session, campaign_id: int, of: Slice) -> dict[int, Figures]:
    """Return the figures of each item that has any, by its id."""
    items = session.scalars(sa.select(CampaignItem.id).where(CampaignItem.campaign_id == campaign_id))
    return {key[0]: it for key, it in grouped(session, Subject(single=tuple(items)), of, ("item_id",)).items()}


def total(session: Session, what: What, of: Slice) -> Figures:
    """Return the figures of all items together; whoever took part in several is one person."""
    return grouped(session, what, of, ()).get((), Figures())


def complete(session: Session, campaign_id: int, of: Slice, items: int) -> int:
    """Return how many persons have so many items; quickly where that is every one of the campaign (rule 49)."""
    subject = Subject(whole=(campaign_id,))
    found = complete_of(session, subject, of) if session.scalar(_items_of(campaign_id)) == items else None
    return _complete(session, subject, of, items) if found is None else found


def complete_of(session: Session, subject: Subject, of: Slice) -> int | None:
    """Return how many persons have every item of one of some campaigns that are counted whole.

    None where these months, or this many campaigns, have no sums of it.
    """
    span = _span(session, subject, of)
    sums = _Sums(session, subject, of)
    if span is None or subject.single or not (subject.is_one or (sums.are_of_places and subject.overlap)):
        return None
    query = sa.select(sa.func.coalesce(sa.func.sum(sums.column(f"complete{span}")), 0))
    settled = int(session.scalar(sums.chosen(query)) or 0)
    if sums.are_of_places:
        return settled + places.more(session, subject, of, (), f"complete{span}").get((), 0)
    (campaign_id,) = subject.whole
    return settled + _complete(session, subject, of, _items_of(campaign_id).scalar_subquery(), only_mobile=True)


def grouped(
    session: Session, what: What, of: Slice, groups: Sequence[str], read: Read | None = None
) -> dict[Key, Figures]:
    """Return the figures by "month", "unit", "hierarchy" or what ``DEPTHS`` names; what has no entries is left out.

    What the sums by place come to is taken from ``read`` where it is there, and kept there.
    """
    subject = Subject(whole=(what,)) if isinstance(what, int) else what
    # Every month for itself is what its own column says.
    span = "" if "month" in groups else _span(session, subject, of)
    sums = _Sums(session, subject, of, groups)
    # What tells the items apart has nobody in two of them.
    is_one = subject.is_one or "item_id" in groups
    has_sums = span is not None and (is_one or (sums.are_of_places and subject.overlap is not None))
    measures = (*OF_ENTRIES, f"persons{span}") if has_sums else OF_ENTRIES
    if read is not None and sums.are_of_places and set(groups) <= set(_FINEST):
        told = _rolled_up(session, subject, of, groups, measures, read)
    else:
        told = sums.added_up(session, groups, measures)
    if has_sums and sums.are_of_places:
        more = places.more(session, subject, of, groups, f"persons{span}")
    else:
        more = _counted(session, subject, of, groups, only_mobile=has_sums)
    found = {}
    for key, numbers in told.items():
        named = dict(zip(OF_ENTRIES, numbers, strict=False))
        settled = numbers[len(OF_ENTRIES)] if has_sums else 0
        if named["entries"]:
            found[key] = Figures(**named, persons=settled + more.get(key, 0))
    return found


def _rolled_up(
    session: Session, subject: Subject, of: Slice, groups: Sequence[str], measures: Sequence[str], read: Read
) -> dict[Key, list[int]]:
    """Return sums by place, added up from the finest that a page asks for."""
    if (subject, of) not in read:
        read[subject, of] = _Sums(session, subject, of, _FINEST).added_up(session, _FINEST, _READ)
    places_of, columns = [_FINEST.index(it) for it in groups], [_READ.index(it) for it in measures]
    found: dict[Key, list[int]] = {}
    for finest, numbers in read[subject, of].items():
        held = found.setdefault(tuple(finest[place] for place in places_of), [0] * len(columns))
        for at, column in enumerate(columns):
            held[at] += numbers[column]
    return found


def by_month(session: Session, what: What, of: Slice) -> dict[int, Figures]:
    """Return the figures of each month that has any; whoever took part in two months is a person of both."""
    return {key[0]: it for key, it in grouped(session, what, of, ("month",)).items()}


def by_place(session: Session, what: What, hierarchy: str, of: Slice) -> dict[str, Place]:
    """Return the figures by path of the cities ("region") or of the industries ("industry"), "" where none is known."""
    found: dict[str, dict[bool, Figures]] = {}
    for (path, primary), figures in grouped(session, what, of, (hierarchy, "hierarchy")).items():
        found.setdefault(path, {})[primary == hierarchy] = figures
    return {path: Place(it.get(True, Figures()), it.get(False, Figures())) for path, it in found.items()}


def crossed(session: Session, what: What, of: Slice) -> dict[tuple[str, str], Figures]:
    """Return the figures by path of city and of division of industry; each unit lies in one cell (rule 66)."""
    return {(key[0], key[1]): it for key, it in grouped(session, what, of, ("region", "industry")).items()}


def units(session: Session, what: What, of: Slice) -> int:
    """Return how many units have confirmed entries; each counts once."""
    subject, tally = Subject(whole=(what,)) if isinstance(what, int) else what, ParticipationTally
    query = sa.select(tally.organisation_id).where(
        subject.sums(tally), tally.entries > 0, tally.month.between(of.first_month, of.last_month)
    )
    some = _within(query, tally.organisation_id, of).distinct().subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(some)) or 0


class _Sums:
    """The smallest table that holds what a slice asks for, with its columns by one name."""

    def __init__(self, session: Session, subject: Subject, of: Slice, groups: Sequence[str] = ()) -> None:
        is_small = of.organisation_id is not None or of.among is not None or not _SMALL.isdisjoint(groups)
        is_small = is_small or len(of.region_path) not in (0, CITY) or len(of.industry_path) > DIVISION
        self._subject, self._of, self._groups = subject, of, groups
        self._table: Any = ParticipationTally if is_small else ParticipationPlace
        self.are_of_places = not is_small
        if self.are_of_places:
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

    def added_up(self, session: Session, groups: Sequence[str], measures: Sequence[str]) -> dict[Key, list[int]]:
        """Return what measures come to by some groups."""
        columns, width = [self.column(name) for name in groups], len(groups)
        query = self.chosen(sa.select(*columns, *(sa.func.sum(self.column(name)) for name in measures)))
        query = (query.group_by(*columns) if columns else query).having(sa.func.sum(self.column("entries")) > 0)
        return {tuple(row[:width]): list(map(int, row[width:])) for row in session.execute(query)}

    def chosen(self, query: sa.Select[Any]) -> sa.Select[Any]:
        """Return a query narrowed to the subject, the months and the units of the slice."""
        of, table = self._of, self._table
        query = query.where(self._subject.sums(table), table.month.between(of.first_month, of.last_month))
        if table is ParticipationTally:
            return _within(query, table.organisation_id, of, self._groups)
        bounds = ((table.region, of.region_path), (table.industry, of.industry_path))
        return query.where(*(path_within(column, path) for column, path in bounds if path))


def _counted(
    session: Session, subject: Subject, of: Slice, groups: Sequence[str], *, only_mobile: bool
) -> dict[tuple[Any, ...], int]:
    """Return how many persons there are by their own rows: all, or those who took part in several units."""
    person = ParticipationPerson
    own = {"item_id": person.item_id, "month": person.month, "unit": person.organisation_id}
    columns: list[Any] = [own[name] if name in own else _of_unit(name) for name in groups]
    named = [column.label(f"of_{place}") for place, column in enumerate(columns)]
    query = _people(sa.select(person.person_id, *named).distinct(), subject, of, groups)
    query = query.where(person.is_mobile) if only_mobile else query
    # Persons made distinct before they are counted are hashed, not sorted.
    once = query.subquery()
    keys = [once.c[column.name] for column in named]
    counted = sa.select(*keys, sa.func.count()).select_from(once)
    return {tuple(row[:-1]): row[-1] for row in session.execute(counted.group_by(*keys) if keys else counted)}


def _complete(session: Session, subject: Subject, of: Slice, items: Any, *, only_mobile: bool = False) -> int:
    """Return how many persons have so many items by their own rows: all, or those who took part in several units."""
    person = ParticipationPerson
    whole = _people(sa.select(person.person_id), subject, of).group_by(person.person_id)
    whole = whole.where(person.is_mobile) if only_mobile else whole
    whole = whole.having(sa.func.count(sa.distinct(person.item_id)) == items)
    return session.scalar(sa.select(sa.func.count()).select_from(whole.subquery())) or 0


def _items_of(campaign_id: int) -> sa.Select[int]:
    return sa.select(sa.func.count()).where(CampaignItem.campaign_id == campaign_id)


def _people(query: sa.Select[Any], subject: Subject, of: Slice, groups: Sequence[str] = ()) -> sa.Select[Any]:
    person = ParticipationPerson
    query = query.where(subject.people(), person.month.between(of.first_month, of.last_month))
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


def _span(session: Session, subject: Subject, of: Slice) -> str | None:
    """Return which sums of persons give the months of a slice, as the end of their names; None where none do."""
    days = session.execute(subject.days()).one()
    if None in days:
        return ""
    begins, ends = (claims.month(day) for day in days)
    first, last = max(of.first_month, begins), min(of.last_month, ends)
    if first == begins:
        return "_of_all"
    if first == last:
        return ""
    return "_of_year" if first % 100 == 1 and first // 100 == last // 100 else None
