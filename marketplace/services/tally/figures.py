"""What a campaign has reached: by item, in a unit, a place or all of it; persons exactly, person-times beside them.

A unit is one row, whichever hierarchies it answers to, so that nothing counts twice; ``by_place`` counts it where its
primary hierarchy says and shows the others as "of which" (domain rule 66). Several campaigns that count the same are
asked for like one, as a ``Subject``.

Counties, cities and industries, and all of a campaign, are read from the sums by place, units and what they are grouped
by otherwise from those of the units. Persons come from sums as well where the months are of one year or begin with the
campaign; of other months everybody's own rows are looked through, which takes seconds for millions of entries.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import bulk
from marketplace.models import (
    CampaignItem,
    Organisation,
    ParticipationOverlap,
    ParticipationPerson,
    ParticipationPlace,
    ParticipationTally,
)
from marketplace.models.participation.tally import OF_ENTRIES, month_of
from marketplace.permissions import path_within
from marketplace.services.tally import places
from marketplace.services.tally.counting import Figures
from marketplace.services.tally.places import DEPTHS
from marketplace.services.tally.subject import Subject
from marketplace.services.tally.sums import settle_places

Key = tuple[Any, ...]
_OF_MONTH = "of_month"
_OF_BATCHES = ("batch_persons", "uncounted")


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
    if span is None or subject.single:
        return None
    what = f"complete_{span}"
    if places.are_kept(of, ()) and (subject.is_one or subject.overlap):
        return _of_places(session, subject, of, (), (what,)).get((), [0])[0]
    if not subject.is_one:
        return None
    (campaign_id,) = subject.whole
    settled = _of_units(session, subject, of, (), (what,)).get((), [0])[0]
    return settled + _complete(session, subject, of, _items_of(campaign_id).scalar_subquery(), only_mobile=True)


def grouped(session: Session, what: What, of: Slice, groups: Sequence[str]) -> dict[Key, Figures]:
    """Return the figures by "month", "unit", "hierarchy" or what ``DEPTHS`` names; what has no entries is left out."""
    subject = Subject(whole=(what,)) if isinstance(what, int) else what
    span = _OF_MONTH if "month" in groups else _span(session, subject, of)
    are_of_places = places.are_kept(of, groups)
    # What tells the items apart has nobody in two of them.
    is_one = subject.is_one or "item_id" in groups
    has_sums = span is not None and (is_one or (are_of_places and subject.overlap is not None))
    measures = (*OF_ENTRIES, f"persons_{span}") if has_sums else OF_ENTRIES
    told = (_of_places if are_of_places else _of_units)(session, subject, of, groups, measures)
    # Who was in several units is counted by his own rows where the sums leave him out.
    is_whole = has_sums and are_of_places
    more = {} if is_whole else _counted(session, subject, of, groups, only_mobile=has_sums)
    found = {}
    for key, numbers in told.items():
        named = dict(zip(OF_ENTRIES, numbers, strict=False))
        settled = numbers[len(OF_ENTRIES)] if has_sums else 0
        if named["entries"]:
            found[key] = Figures(**named, persons=settled + more.get(key, 0))
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
    subject = Subject(whole=(what,)) if isinstance(what, int) else what
    some = unit_ids(session, subject, of).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(some)) or 0


def unit_ids(session: Session, subject: Subject, of: Slice) -> sa.Select[int]:
    """Return the query of the ids of the units that have confirmed entries."""
    tally = ParticipationTally
    # Where a unit has no entries it has no row.
    query = sa.select(tally.organisation_id).where(
        subject.sums(tally), tally.month.between(of.first_month, of.last_month)
    )
    if within := bounds(of):
        # Of the units that lie there few rows are looked at, once it is known which they are.
        query = query.where(bulk.among_found(session, tally.organisation_id, sa.select(Organisation.id).where(*within)))
    everywhere = dataclasses.replace(of, region_path="", industry_path="")
    return _within(query, tally.organisation_id, everywhere).distinct()


def _of_places(
    session: Session, subject: Subject, of: Slice, groups: Sequence[str], measures: Sequence[str]
) -> dict[Key, list[int]]:
    """Return what measures come to by some groups, from the sums by place, everybody once."""
    settle_places(session)
    found = _summed(session, ParticipationPlace, subject.sums(ParticipationPlace), of, groups, measures)
    if has_overlap(subject, of, groups):
        table, (measure, code) = ParticipationOverlap, cast("tuple[str, str]", subject.overlap)
        # A repeat is one person-time.
        surplus = {it: "entries" if it == "person_times" else it for it in measures if it not in _OF_BATCHES}
        is_it = sa.and_(table.measure == measure, table.code == code)
        for key, too_many in _summed(session, table, is_it, of, groups, tuple(surplus.values())).items():
            for name, number in zip(surplus, too_many, strict=True):
                found[key][measures.index(name)] -= number
    return found


def has_overlap(subject: Subject, of: Slice, groups: Sequence[str]) -> bool:
    """Say whether it is kept what several campaigns come to too much, and what comes off the sums by place."""
    is_one = subject.is_one or "item_id" in groups
    return subject.overlap is not None and not is_one and places.are_kept(of, groups)


def _summed(
    session: Session, table: Any, is_it: sa.ColumnElement[bool], of: Slice, groups: Sequence[str],
    measures: Sequence[str],
) -> dict[Key, list[int]]:  # fmt: skip
    columns = [places.column(table, name, of, groups) for name in groups]
    query = sa.select(*columns, *(sa.func.sum(_measure(table, name)) for name in measures))
    return _by_key(session, query.where(is_it, *places.rows(table, of, groups)), columns)


def _of_units(
    session: Session, subject: Subject, of: Slice, groups: Sequence[str], measures: Sequence[str]
) -> dict[Key, list[int]]:
    """Return what measures come to by some groups, from the sums of units, without whoever was in several of these."""
    table = ParticipationTally
    own = {"month": table.month, "item_id": table.item_id, "unit": table.organisation_id}
    columns = [own[name] if name in own else _of_unit(name) for name in groups]
    query = sa.select(*columns, *(sa.func.sum(_measure(table, name)) for name in measures))
    query = query.where(subject.sums(table), table.month.between(of.first_month, of.last_month))
    return _by_key(session, _within(query, table.organisation_id, of, groups), columns)


def _by_key(session: Session, query: sa.Select[Any], columns: Sequence[Any]) -> dict[Key, list[int]]:
    query = query.group_by(*columns) if columns else query
    found = {tuple(row[: len(columns)]): row[len(columns) :] for row in session.execute(query)}
    return {key: [int(it or 0) for it in numbers] for key, numbers in found.items()}


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
    within = bounds(of)
    if of.among is not None:
        query = query.where(unit_id.in_(of.among))
    if within or not {"hierarchy", *DEPTHS}.isdisjoint(groups):
        query = query.join(Organisation, Organisation.id == unit_id)
    return query.where(*within)


def bounds(of: Slice) -> list[sa.ColumnElement[bool]]:
    """Return, as SQL on Organisation, where the units of a slice lie; nothing where they may lie anywhere."""
    paths = [(Organisation.region_path, of.region_path), (Organisation.industry_path, of.industry_path)]
    return [path_within(column, path) for column, path in paths if path]


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
        return "of_all"
    begins, ends = (month_of(day) for day in days)
    first, last = max(of.first_month, begins), min(of.last_month, ends)
    if first == begins:
        return "of_all"
    return f"since_{first % 100}" if first // 100 == last // 100 else None


def _measure(table: Any, name: str) -> Any:
    """Return what a sum is of; who is new in each month for itself is told by the column of that month."""
    what, _, span = name.partition("_")
    if span != _OF_MONTH:
        return getattr(table, name)
    return sa.case({month: getattr(table, f"{what}_since_{month}") for month in range(1, 13)}, value=table.month % 100)
