"""What a campaign has reached: by item, in a unit, a place or all of it; persons exactly, person-times beside them.

A unit is one row, whichever hierarchies it answers to, so that nothing counts twice; ``by_place`` counts it where its
primary hierarchy says and shows the others as "of which" (domain rule 66). Several campaigns that count the same are
asked for like one, as a ``Subject``.

Counties, cities and industries, and all of a campaign, are read from the sums by place, units and what they are grouped
by otherwise from those of the units (``unit_sums``). Persons come from sums as well where the months are of one year or
begin with the campaign; of other months everybody's own rows are looked through, which takes seconds for millions of
entries.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import bulk
from marketplace.models import CampaignItem, Organisation, ParticipationOverlap, ParticipationPlace
from marketplace.models.participation.tally import ALL_CODES, OF_ENTRIES
from marketplace.services.tally import places, slices, unit_sums
from marketplace.services.tally.counting import Figures
from marketplace.services.tally.slices import Slice
from marketplace.services.tally.subject import Subject
from marketplace.services.tally.sums import Sums, add, settle_places
from marketplace.services.tally.unit_sums import Key

_OF_BATCHES = ("batch_persons", "uncounted")


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
    found = complete_of(session, subject, of) if unit_sums.sizes(session, subject) == {campaign_id: items} else None
    if found is not None:
        return found
    return _count(session, unit_sums.everybody(subject).complete(of, {campaign_id: items}))


def complete_of(session: Session, subject: Subject, of: Slice) -> int | None:
    """Return how many persons have every item of one of some campaigns that are counted whole.

    None where these months, or these campaigns, have no sums of it.
    """
    if subject.single:
        return None
    if places.are_kept(of, ()):
        span = unit_sums.span_of(session, subject, of)
        if span is None or not (subject.is_one or subject.overlap):
            return None
        return _of_places(session, subject, of, (), (f"complete_{span}",)).get((), [0])[0]
    units = unit_sums.of_units(session, subject, of)
    if units.span is None:
        return None
    settled = units.summed(session, of, (), (f"complete_{units.span}",)).get((), [0])[0]
    return settled + _count(session, units.complete(of, unit_sums.sizes(session, subject)))


def _count(session: Session, people: sa.Select[Any]) -> int:
    """Return how many rows a query finds."""
    return session.scalar(sa.select(sa.func.count()).select_from(people.subquery())) or 0


def grouped(session: Session, what: What, of: Slice, groups: Sequence[str]) -> dict[Key, Figures]:
    """Return the figures by "month", "unit", "hierarchy" or what ``DEPTHS`` names; what has no entries is left out."""
    subject = Subject(whole=(what,)) if isinstance(what, int) else what
    if not places.are_kept(of, groups):
        units = unit_sums.of_units(session, subject, of, groups)
        told = units.summed(session, of, groups, _measures(units.span))
        return _figures(told, units.counted(session, of, groups))
    span = unit_sums.span_of(session, subject, of, groups)
    # What tells the items apart has nobody in two of them.
    if span is not None and (subject.is_one or "item_id" in groups or subject.overlap is not None):
        return _figures(_of_places(session, subject, of, groups, _measures(span)), {})
    persons = unit_sums.everybody(subject).counted(session, of, groups)
    return _figures(_of_places(session, subject, of, groups, OF_ENTRIES), persons)


def by_code(session: Session, subject: Subject, of: Slice, codes: Mapping[int, str]) -> dict[str, Figures] | None:
    """Return the figures by the code of the item of all that counts for a measure, whose items have these ``codes``.

    What has no entries is left out. None where these months or units have no sums.
    """
    span = unit_sums.span_of(session, subject, of)
    if not subject.measure or span is None or not places.are_kept(of, ()):
        return None
    settle_places(session)
    table, measures = ParticipationPlace, _measures(span)
    of_items: Sums = {}
    are_its = Subject(single=tuple(codes)).sums(table)
    for (item_id,), numbers in _summed(session, table, are_its, of, ("item_id",), measures).items():
        add(of_items, (codes[item_id],), numbers)
    told: Mapping[Key, Sequence[int]] = of_items
    if not subject.is_one:
        are_of_codes = ParticipationOverlap.measure == subject.measure, ParticipationOverlap.code != ALL_CODES
        told = _without_surplus(session, of_items, sa.and_(*are_of_codes), of, ("code",), measures)
    return {code: it for (code,), it in _figures(told, {}).items()}


def _measures(span: str | None) -> tuple[str, ...]:
    return OF_ENTRIES if span is None else (*OF_ENTRIES, f"persons_{span}")


def _figures(told: Mapping[Key, Sequence[int]], more: Mapping[Key, int]) -> dict[Key, Figures]:
    """Return what sums say, and persons who are not in them."""
    found = {}
    for key, numbers in told.items():
        named = dict(zip(OF_ENTRIES, numbers, strict=False))
        settled = sum(numbers[len(OF_ENTRIES) :])
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
    # Where a unit has no entries it has no row.
    table, are_its = unit_sums.of_any_month(subject)
    query = sa.select(table.organisation_id).where(are_its)
    if within := slices.bounds(of):
        # Of the units that lie there few rows are looked at, once it is known which they are.
        query = query.where(bulk.among_found(session, table.organisation_id, sa.select(Organisation.id).where(*within)))
    everywhere = dataclasses.replace(of, region_path="", industry_path="")
    return slices.within(query, table, everywhere).distinct()


def _of_places(
    session: Session, subject: Subject, of: Slice, groups: Sequence[str], measures: Sequence[str]
) -> Mapping[Key, Sequence[int]]:
    """Return what measures come to by some groups, from the sums by place, everybody once."""
    settle_places(session)
    found = _summed(session, ParticipationPlace, subject.sums(ParticipationPlace), of, groups, measures)
    if not has_overlap(session, subject, of, groups):
        return found
    table, (measure, code) = ParticipationOverlap, cast("tuple[str, str]", subject.overlap)
    return _without_surplus(session, found, sa.and_(table.measure == measure, table.code == code), of, groups, measures)


def _without_surplus(
    session: Session, told: Mapping[Key, Sequence[int]], are_its: sa.ColumnElement[bool], of: Slice,
    groups: Sequence[str], measures: Sequence[str],
) -> Mapping[Key, Sequence[int]]:  # fmt: skip
    """Take off what campaigns come to too much together; a repeat is one person-time."""
    surplus = {it: "entries" if it == "person_times" else it for it in measures if it not in _OF_BATCHES}
    found = {key: list(numbers) for key, numbers in told.items()}
    for key, too_many in _summed(session, ParticipationOverlap, are_its, of, groups, tuple(surplus.values())).items():
        for name, number in zip(surplus, too_many, strict=True):
            # Of what did not run in these months there is nothing.
            if key in found:
                found[key][measures.index(name)] -= number
    return found


def has_overlap(session: Session, subject: Subject, of: Slice, groups: Sequence[str]) -> bool:
    """Say whether what several campaigns come to too much is known, and comes off what ``grouped`` returns."""
    if subject.overlap is None or subject.is_one or "item_id" in groups:
        return False
    return places.are_kept(of, groups) or unit_sums.of_units(session, subject, of, groups).span is not None


def _summed(
    session: Session, table: Any, is_it: sa.ColumnElement[bool], of: Slice, groups: Sequence[str],
    measures: Sequence[str],
) -> dict[Key, list[int]]:  # fmt: skip
    columns = [places.column(table, name, of, groups) for name in groups]
    query = sa.select(*columns, *(sa.func.sum(unit_sums.measured(table, name)) for name in measures))
    return unit_sums.by_key(session, query.where(is_it, *places.rows(table, of, groups)), columns)
