"""What confirmed entries add up to, kept in the transaction of each change.

Every change of what counts goes through ``apply``: it moves the tallies by the difference and, where a period is
closed, keeps an erratum. It holds the campaign in common with other writers, so that nobody closes a period or changes
the terms meanwhile; ``hold`` alone decides who waits for whom. ``recounting`` proves what is kept.

The sums by place are shared by all units of a city and an industry. They are moved as a transaction ends, all at once
and in one order: two who count in the same places wait for each other, never both, and nobody waits long.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import groupby
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from marketplace import bulk
from marketplace.db import now
from marketplace.errors import N_, Conflict
from marketplace.models import (
    Campaign,
    Organisation,
    ParticipationEntry,
    ParticipationPlace,
    ParticipationTally,
    PeriodClose,
    PeriodErratum,
)
from marketplace.models.participation.tally import ALL_ITEMS, CITY, DIVISION
from marketplace.services.participation import newcomers

# Fewer values than any database takes as parameters of one statement.
_AT_ONCE = 1000
_TALLY = cast("sa.Table", ParticipationTally.__table__)
_PLACE = cast("sa.Table", ParticipationPlace.__table__)
# What a tally counts of entries, and after it what ``newcomers`` says of persons.
_SUMS = ("entries", "objects", "person_times", "batch_persons", "uncounted")
MEASURES = (
    *_SUMS, "persons", "persons_of_year", "persons_of_all", "complete", "complete_of_year", "complete_of_all",
)  # fmt: skip
UNIT_KEY = ("campaign_id", "item_id", "organisation_id", "month")
PLACE_KEY = ("campaign_id", "item_id", "region", "industry", "hierarchy", "month")
# Where a session keeps what its transaction is to move of the sums by place.
_LATER = "participation_places"

Key = tuple[int, int, int, int]
# City, division of industry, primary hierarchy.
Seat = tuple[str, str, str]


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
    """What one confirmed entry adds, where, and of whom; of nobody by name where it is a number."""

    key: Key
    person_id: int | None
    figures: Figures


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
    return Part(key, entry.person_id, figures)


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


def hold_units(session: Session, unit_ids: Collection[int]) -> dict[int, Seat]:
    """Wait until nobody else counts in these units, and let nobody before the end; return where each is seated."""
    of, seats = Organisation, {}
    for some in _portions(unit_ids):
        query = sa.select(of.id, of.region_path, of.industry_path, of.primary_hierarchy).where(of.id.in_(some))
        for row in session.execute(query.order_by(of.id).with_for_update(key_share=True)):
            seats[row.id] = seat(row.region_path, row.industry_path, row.primary_hierarchy)
    return seats


def seat(region_path: str, industry_path: str, hierarchy: str) -> Seat:
    """Return the city, the division of industry and the primary hierarchy a unit is counted under."""
    return (region_path[:CITY], industry_path[:DIVISION], hierarchy)


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
    seats = hold_units(session, {key[2] for key in keys})
    _note_errata(session, by, told, keys, {it.entry_id: (reasons or {}).get(it.entry_id, reason) for it in told})
    _settle(session, told, seats)


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


def move_unit(session: Session, unit_id: int, before: Seat, after: Seat) -> None:
    """Count what a unit did under another city, division or hierarchy: it says now that it belongs there."""
    if before == after:
        return
    moved: dict[tuple[Any, ...], list[int]] = {}
    for row in session.execute(sa.select(_TALLY).where(_TALLY.c.organisation_id == unit_id)):
        for sign, where in ((-1, before), (1, after)):
            key = (row.campaign_id, row.item_id, *where, row.month)
            _add(moved, key, [sign * getattr(row, name) for name in MEASURES])
    _move_later(session, moved)


def settle_places(session: Session) -> None:
    """Move the sums by place now by what this transaction counted so far: who reads them in it asks for that."""
    for transaction, moved in session.info.pop(_LATER, {}).items():
        # What another transaction counted was kept when it ended, or it was undone.
        if transaction is session.get_transaction():
            _move(session, _PLACE, PLACE_KEY, moved)


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


def _settle(session: Session, changes: Iterable[Change], seats: Mapping[int, Seat]) -> None:
    tallies: dict[tuple[Any, ...], list[int]] = {}
    people: dict[newcomers.Who, Counter[newcomers.Spot]] = {}
    for change in changes:
        for sign, it in ((-1, change.before), (1, change.after)):
            if it is None:
                continue
            campaign, item, unit, month = it.key
            numbers = [sign * getattr(it.figures, name) for name in _SUMS]
            _add(tallies, it.key, numbers)
            _add(tallies, (campaign, ALL_ITEMS, unit, month), numbers)
            if it.person_id is not None:
                people.setdefault((campaign, it.person_id), Counter())[item, unit, month] += sign
    for key, numbers in newcomers.settle(session, people).items():
        _add(tallies, key, [*[0] * len(_SUMS), *numbers])
    # Whoever comes to a second unit is no longer counted in his first.
    seats = {**seats, **hold_units(session, {key[2] for key in tallies} - seats.keys())}
    places: dict[tuple[Any, ...], list[int]] = {}
    for (campaign, item, unit, month), numbers in tallies.items():
        _add(places, (campaign, item, *seats[unit], month), numbers)
    _move(session, _TALLY, UNIT_KEY, tallies)
    _move_later(session, places)


def _move_later(session: Session, moved: Mapping[tuple[Any, ...], list[int]]) -> None:
    if session.in_nested_transaction():
        # It may be undone by itself.
        _move(session, _PLACE, PLACE_KEY, moved)
        return
    if not event.contains(session, "before_commit", _before_commit):
        event.listen(session, "before_commit", _before_commit)
    kept: dict[Any, dict[tuple[Any, ...], list[int]]] = session.info.setdefault(_LATER, {})
    places = kept.setdefault(session.get_transaction(), {})
    for key, numbers in moved.items():
        _add(places, key, numbers)


def _before_commit(session: Session) -> None:
    if not session.in_nested_transaction():
        # What is not written yet may count as well.
        session.flush()
        settle_places(session)


def _add(sums: dict[tuple[Any, ...], list[int]], key: tuple[Any, ...], numbers: Sequence[int]) -> None:
    held = sums.get(key)
    if held is None:
        held = sums[key] = [0] * len(MEASURES)
    for place, number in enumerate(numbers):
        held[place] += number


def _move(session: Session, table: sa.Table, names: Sequence[str], moved: Mapping[tuple[Any, ...], list[int]]) -> None:
    """Add to rows, or make them, always in the same order: two who count at once wait for each other and not both."""
    added = {name: table.c[name] + sa.bindparam(f"more_{name}") for name in MEASURES}
    is_it = sa.and_(*(table.c[name] == sa.bindparam(f"at_{name}") for name in names))
    fallen = sa.update(table).where(is_it).values(added)
    columns = (*names, *MEASURES)
    parameters = (*(f"at_{name}" for name in names), *(f"more_{name}" for name in MEASURES))
    connection = session.connection()
    for some in _portions(key for key, numbers in moved.items() if any(numbers)):
        # A check of the table sees what is to be inserted even where a row is there already: what falls is updated.
        for is_grown, keys in groupby(some, lambda key: min(moved[key]) >= 0):
            named = columns if is_grown else parameters
            rows = [dict(zip(named, (*key, *moved[key]), strict=True)) for key in keys]
            if not is_grown:
                connection.execute(fallen, rows)
            elif connection.dialect.name == "sqlite":
                connection.execute(_added(sqlite.insert(table), table, names), rows)
            else:
                made = postgresql.insert(table).from_select(columns, bulk.rows_of(table, rows))
                connection.execute(_added(made, table, names))


def _added(insert: Any, table: sa.Table, key: Sequence[str]) -> Any:
    """Return the statement that adds to rows, or makes them."""
    moved = {name: table.c[name] + insert.excluded[name] for name in MEASURES}
    return insert.on_conflict_do_update(index_elements=list(key), set_=moved)


def _portions(keys: Iterable[Any]) -> Iterable[list[Any]]:
    ordered = sorted(keys)
    return (ordered[start : start + _AT_ONCE] for start in range(0, len(ordered), _AT_ONCE))
