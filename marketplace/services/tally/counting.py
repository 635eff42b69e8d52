"""What confirmed entries add up to, kept in the transaction of each change.

Every change of what counts goes through ``apply``: it moves the tallies by the difference and, where a period is
closed, keeps an erratum. It holds the campaign in common with other writers, so that nobody closes a period or changes
the terms meanwhile; ``hold`` alone decides who waits for whom. ``recounting`` proves what is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.db import now
from marketplace.errors import N_, Conflict
from marketplace.models import (
    Campaign,
    CampaignItem,
    ParticipationEntry,
    PeriodClose,
    PeriodErratum,
)
from marketplace.models.participation.tally import ALL_ITEMS, OF_ENTRIES, OF_PERSONS, OF_REPEATS, OF_YEARS
from marketplace.services.tally import newcomers, repeats, seats
from marketplace.services.tally.appearances import Moved, Spot, Who
from marketplace.services.tally.repeats import Made
from marketplace.services.tally.seats import Seat
from marketplace.services.tally.sums import OVERLAP, PLACES, TALLIES, UNITS, Sums, add, forget, move, move_later

# Fewer values than any database takes as parameters of one statement.
_AT_ONCE = 1000
Key = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Figures:
    """What was counted; ``persons`` are known by name, ``batch_persons`` were only counted (rule 53)."""

    entries: int = 0
    objects: int = 0
    person_times: int = 0
    persons: int = 0
    batch_persons: int = 0
    uncounted: int = 0


FIGURES = tuple(field.name for field in fields(Figures))


@dataclass(frozen=True, slots=True)
class Part:
    """What one confirmed entry adds, where, and of whom; of nobody by name where it is a number.

    ``noun`` and ``object_id`` are those of the linked object that counts by it.
    """

    key: Key
    person_id: int | None
    figures: Figures
    noun: str = ""
    object_id: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What an entry added before and adds now; None where it does not count."""

    entry_id: int
    before: Part | None
    after: Part | None


def figures_of(person_times: int, persons: int | None, *, is_named: bool, objects: int = 0) -> Figures:
    """Return what one entry adds."""
    return Figures(
        entries=1, objects=objects, person_times=person_times, persons=int(is_named),
        batch_persons=0 if is_named else persons or 0, uncounted=int(not is_named and persons is None),
    )  # fmt: skip


def part(entry: ParticipationEntry | sa.Row[Any]) -> Part | None:
    """Return what an entry adds; None unless it is confirmed."""
    if entry.state != "confirmed":
        return None
    is_named = entry.person_id is not None
    figures = figures_of(entry.person_times, entry.persons, is_named=is_named, objects=entry.objects)
    key = (entry.campaign_id, entry.item_id, entry.organisation_id, entry.month)
    return Part(key, entry.person_id, figures, entry.noun, entry.object_id)


def hold(session: Session, campaign_ids: Collection[int], *, alone: bool = False) -> None:
    """Hold campaigns until the transaction ends: with whoever writes entries, or ``alone`` to close or to change them.

    What was read of a campaign before may be old by then and is to be read again.
    """
    if session.get_bind().dialect.name == "sqlite":
        # It has one writer at a time: to be that one is to write, if nothing.
        session.execute(sa.text("UPDATE campaign SET id = id WHERE 1 = 0"))
        return
    query = sa.select(Campaign.id).where(Campaign.id.in_(campaign_ids)).order_by(Campaign.id)
    session.execute(query.with_for_update(read=not alone))


def hold_units(session: Session, unit_ids: Collection[int], people: Collection[int] = ()) -> dict[int, Seat]:
    """Wait until nobody else counts in these units, and let nobody before the end; return where each is counted.

    Whoever of ``people`` took part elsewhere may no longer be counted there: these units are held at once with the
    others, in one order, so that two who move somebody to each other's units never wait for each other both.
    """
    return seats.of_units(session, {*unit_ids, *newcomers.units_of(session, people)}, hold=True)


def apply(
    session: Session, by: str, changes: Sequence[Change], reason: str = "", *, reasons: Mapping[int, str] | None = None
) -> None:
    """Count the difference; raise Conflict where it lies in a closed period and no reason is given (rule 48).

    ``reasons`` are those of single entries, where they differ.
    """
    told = [it for it in changes if it.before != it.after]
    if not told:
        return
    keys = {it.key for change in told for it in (change.before, change.after) if it is not None}
    hold(session, {key[0] for key in keys})
    people = {it.person_id for change in told for it in (change.before, change.after) if it and it.person_id}
    held = hold_units(session, {key[2] for key in keys}, people)
    _note_errata(session, by, told, keys, {it.entry_id: (reasons or {}).get(it.entry_id, reason) for it in told})
    _settle(session, told, held)


def closes_over(session: Session, keys: Collection[Key]) -> dict[Key, list[int]]:
    """Return the ids of the closed periods over units and months, of those that lie in one."""
    of = PeriodClose
    query = sa.select(of.id, of.campaign_id, of.organisation_id, of.first_month, of.last_month).where(
        of.campaign_id.in_({key[0] for key in keys}),
        sa.or_(of.organisation_id.is_(None), of.organisation_id.in_({key[2] for key in keys})),
    )
    closed: dict[tuple[int, int | None], list[Any]] = {}
    for row in session.execute(query):
        closed.setdefault((row.campaign_id, row.organisation_id), []).append(row)
    found: dict[Key, list[int]] = {}
    for key in keys if closed else ():
        over = (*closed.get((key[0], None), ()), *closed.get((key[0], key[2]), ()))
        ids = [row.id for row in over if row.first_month <= key[3] <= row.last_month]
        if ids:
            found[key] = ids
    return found


def move_units(session: Session, before: Mapping[int, Seat]) -> None:
    """Count what units did where they lie now; ``before`` says under which county, division and hierarchy each was."""
    after = hold_units(session, before)
    moved = {unit_id: it for unit_id, it in before.items() if after[unit_id] != it}
    if not moved:
        return
    sums: Sums = {}
    of = TALLIES.table.c
    for some in _portions(moved):
        for row in session.execute(sa.select(TALLIES.table).where(of.organisation_id.in_(some))):
            unit_id = row.organisation_id
            for sign, where in ((-1, moved[unit_id]), (1, after[unit_id])):
                numbers = [sign * getattr(row, name) for name in PLACES.measures]
                for place in seats.places(where):
                    add(sums, (row.campaign_id, row.item_id, *place, row.month), numbers)
    _move_places(session, sums, newcomers.reseated(session, moved), repeats.reseated(session, moved))


def _move_places(session: Session, sums: Sums, new: Moved, overlap: Sums) -> None:
    for key, numbers in new.places.items():
        add(sums, key, [*_NOTHING, *numbers])
    for key, numbers in new.overlap.items():
        add(overlap, key, [*_NO_REPEATS, *numbers])
    move_later(session, {PLACES: sums, OVERLAP: overlap})


def _note_errata(
    session: Session, by: str, changes: Sequence[Change], keys: Collection[Key], reasons: Mapping[int, str]
) -> None:
    closed = closes_over(session, keys)
    if not closed:
        return
    rows = []
    for change in changes:
        figures: dict[int, Counter[str]] = {}
        for sign, it in ((-1, change.before), (1, change.after)):
            if it is None:
                continue
            for close_id in closed.get(it.key, ()):
                counted = figures.setdefault(close_id, Counter())
                counted.update({name: sign * getattr(it.figures, name) for name in FIGURES})
        if figures and not reasons[change.entry_id]:
            raise Conflict(N_("这一期已经结账，要改必须写明理由，改动记入勘误表。"))
        for close_id, counted in figures.items():
            differing = {name: number for name, number in counted.items() if number}
            rows.append(
                {"close_id": close_id, "entry_id": change.entry_id, "change": differing, "by": by, "at": now()}
                | {"reason": reasons[change.entry_id]}
            )
    if rows:
        session.execute(sa.insert(PeriodErratum), rows)


def _settle(session: Session, changes: Iterable[Change], held: Mapping[int, Seat]) -> None:
    of_entries: Sums = {}
    people: dict[Who, Counter[Spot]] = {}
    linked: Counter[Made] = Counter()
    for change in changes:
        for sign, it in ((-1, change.before), (1, change.after)):
            if it is None:
                continue
            campaign, item, unit, month = it.key
            add(of_entries, it.key, [sign * getattr(it.figures, name) for name in OF_ENTRIES])
            if it.person_id is not None:
                people.setdefault((campaign, it.person_id), Counter())[item, unit, month] += sign
                if it.object_id is not None:
                    made = Made(it.noun, it.object_id, it.person_id, item, campaign, unit, month, it.figures.objects)
                    linked[made] += sign
    new = newcomers.settle(session, people)
    tallies: Sums = {}
    for (campaign, item, unit, month), numbers in of_entries.items():
        for of_item in (item, ALL_ITEMS):
            add(tallies, (campaign, of_item, unit, month), [*numbers, *_NOBODY])
    for key, persons in new.units.items():
        add(tallies, key, [*_NOTHING, *persons])
    repeated = repeats.settle(session, linked)
    units = _together(session, tallies, new.together, repeated.units)
    # Whoever came to a unit meanwhile, and where an object is repeated.
    reached = {key[2] for key in tallies} | {unit for _measure, unit, _month in units}
    held = {**held, **hold_units(session, reached - held.keys())}
    sums: Sums = {}
    for (campaign, item, unit, month), counted in tallies.items():
        for place in seats.places(held[unit]):
            add(sums, (campaign, item, *place, month), counted)
    move(session, TALLIES, tallies)
    move(session, UNITS, units)
    _forget(session, tallies)
    _move_places(session, sums, new, repeated.overlap)


def _forget(session: Session, tallies: Sums) -> None:
    """Take the rows away of units that have no entries left: how many units there are is how many have rows."""
    fallen = [key for key, numbers in tallies.items() if numbers[0] < 0]
    forget(session, TALLIES, fallen, TALLIES.table.c.entries == 0)
    of, unit, item = TALLIES.table.c, UNITS.table.c, CampaignItem
    measures = _measures(session, fallen)
    has_entries = sa.exists().where(
        of.organisation_id == unit.organisation_id, of.month == unit.month, of.item_id == item.id,
        item.measure == unit.measure,
    )  # fmt: skip
    keys = {(measures[it], unit_id, month) for _campaign, it, unit_id, month in fallen if it != ALL_ITEMS}
    forget(session, UNITS, keys, sa.not_(has_entries))


def _measures(session: Session, keys: Iterable[Key]) -> dict[int, str]:
    """Return what the items count for."""
    of = CampaignItem
    query = sa.select(of.id, of.measure).where(of.id.in_({item for _campaign, item, _unit, _month in keys}))
    return {row.id: row.measure for row in session.execute(query)}


def _together(session: Session, tallies: Sums, persons: Sums, repeated: Sums) -> Sums:
    """Return what units have more or less of all campaigns that count a measure: each person and each object once."""
    measures = _measures(session, tallies)
    units: Sums = {}
    for (_campaign, item, unit, month), numbers in tallies.items():
        if item != ALL_ITEMS:
            add(units, (measures[item], unit, month), [*numbers[: len(OF_ENTRIES)], *_NOBODY_OF_YEARS])
    for key, of_years in persons.items():
        add(units, key, [*_NOTHING, *of_years])
    for key, (entries, objects) in repeated.items():
        # A repeat is one person-time.
        add(units, key, [-entries, -objects, -entries, 0, 0, *_NOBODY_OF_YEARS])
    return units


_NOTHING, _NOBODY, _NO_REPEATS, _NOBODY_OF_YEARS = (
    [0] * len(it) for it in (OF_ENTRIES, OF_PERSONS, OF_REPEATS, OF_YEARS)
)


def _portions(keys: Iterable[Any]) -> Iterable[list[Any]]:
    ordered = sorted(keys)
    return (ordered[start : start + _AT_ONCE] for start in range(0, len(ordered), _AT_ONCE))
