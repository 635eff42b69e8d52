"""What confirmed entries add up to, kept in the transaction of each change, and the recount that proves it.

Every change of what counts goes through ``apply``: it moves the tallies by the difference and, where a period is
closed, keeps an erratum. It holds the campaign in common with other writers, so that nobody closes a period or changes
the terms meanwhile; ``hold`` alone decides who waits for whom.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from marketplace.db import now
from marketplace.errors import N_, Conflict
from marketplace.models import (
    Campaign,
    ParticipationEntry,
    ParticipationPerson,
    ParticipationTally,
    PeriodClose,
    PeriodErratum,
)

# Fewer values than any database takes as parameters of one statement.
_AT_ONCE = 1000
_KEY = ("campaign_id", "item_id", "organisation_id", "month")
_TALLY = cast("sa.Table", ParticipationTally.__table__)
_PEOPLE = cast("sa.Table", ParticipationPerson.__table__)

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


def hold_tallies(session: Session, keys: Collection[Key]) -> None:
    """Wait until nobody else records these items in these units and months, and let nobody before the end."""
    nothing = dict.fromkeys(FIGURES, 0)
    for some in _portions(dict.fromkeys(keys)):
        rows = [dict(zip(_KEY, key, strict=True)) | nothing for key in some]
        session.execute(_upsert(session, _TALLY, _KEY, FIGURES), rows)


def apply(session: Session, by: str, changes: Sequence[Change], reason: str = "") -> None:
    """Count the difference; raise Conflict where it lies in a closed period and no reason is given (rule 48)."""
    told = [it for it in changes if it.before != it.after]
    if not told:
        return
    hold(session, {key[0] for key in _keys(told)})
    _note_errata(session, by, told, reason)
    _settle(session, [it.before for it in told if it.before], [it.after for it in told if it.after])


def closes_over(session: Session, keys: Collection[Key]) -> dict[Key, list[int]]:
    """Return the ids of the closed periods over units and months, of those that lie in one."""
    of = PeriodClose
    query = sa.select(of.id, of.campaign_id, of.organisation_id, of.first_month, of.last_month).where(
        of.campaign_id.in_({key[0] for key in keys}),
        sa.or_(of.organisation_id.is_(None), of.organisation_id.in_({key[2] for key in keys})),
    )
    found: dict[Key, list[int]] = {}
    for row in session.execute(query):
        for key in keys:
            is_of = row.campaign_id == key[0] and row.organisation_id in (None, key[2])
            if is_of and row.first_month <= key[3] <= row.last_month:
                found.setdefault(key, []).append(row.id)
    return found


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the tallies are not what the entries add up to; the figures are None where there are none."""

    table: str
    key: tuple[int, ...]
    kept: tuple[int, ...] | None
    counted: tuple[int, ...] | None


def recount(session: Session, campaign_id: int, *, mend: bool = False) -> list[Difference]:
    """Add all entries of a campaign up anew, compare, and put the tallies right where that is wanted."""
    hold(session, [campaign_id], alone=True)
    differences = []
    for table, width, counted in (
        (_TALLY, len(_KEY), _tallied(campaign_id)),
        (_PEOPLE, len(_KEY) + 1, _people(campaign_id)),
    ):
        kept = sa.select(*table.c).where(table.c.campaign_id == campaign_id)
        if table is _TALLY:
            # A tally of which everything was taken back stays, and says nothing.
            kept = kept.where(table.c.entries > 0)
        surplus = {tuple(row[:width]): tuple(row[width:]) for row in session.execute(sa.except_(kept, counted))}
        missing = {tuple(row[:width]): tuple(row[width:]) for row in session.execute(sa.except_(counted, kept))}
        keys = sorted(surplus.keys() | missing.keys())
        differences += [Difference(table.name, key, surplus.get(key), missing.get(key)) for key in keys]
        if mend and keys:
            session.execute(sa.delete(table).where(table.c.campaign_id == campaign_id))
            session.execute(sa.insert(table).from_select([it.name for it in table.c], counted))
    return differences


def _tallied(campaign_id: int) -> sa.Select[Any]:
    of = ParticipationEntry
    key = [getattr(of, name) for name in _KEY]
    is_batch = of.person_id.is_(None)
    return (
        sa.select(
            *key,
            sa.func.count(of.id),
            sa.func.sum(of.objects),
            sa.func.sum(of.person_times),
            sa.func.count(sa.distinct(of.person_id)),
            sa.func.coalesce(sa.func.sum(sa.case((is_batch, of.persons))), 0),
            sa.func.sum(sa.case((sa.and_(is_batch, of.persons.is_(None)), 1), else_=0)),
        )
        .where(of.campaign_id == campaign_id, of.state == "confirmed")
        .group_by(*key)
    )


def _people(campaign_id: int) -> sa.Select[Any]:
    of = ParticipationEntry
    key = [getattr(of, name) for name in (*_KEY, "person_id")]
    stands = (of.campaign_id == campaign_id, of.state == "confirmed", of.person_id.is_not(None))
    return sa.select(*key, sa.func.count(of.id)).where(*stands).group_by(*key)


def _keys(changes: Iterable[Change]) -> set[Key]:
    return {it.key for change in changes for it in (change.before, change.after) if it is not None}


def _note_errata(session: Session, by: str, changes: Sequence[Change], reason: str) -> None:
    closed = closes_over(session, _keys(changes))
    if not closed:
        return
    if not reason:
        raise Conflict(N_("这一期已经结账，要改必须写明理由，改动记入勘误表。"))
    rows = []
    for change in changes:
        figures: dict[int, Counter[str]] = {}
        for sign, it in ((-1, change.before), (1, change.after)):
            for close_id in closed.get(it.key, ()) if it else ():
                for name, number in asdict(it.figures).items() if it else ():
                    figures.setdefault(close_id, Counter())[name] += sign * number
        for close_id, counted in figures.items():
            differing = {name: number for name, number in counted.items() if number}
            rows.append(
                {"close_id": close_id, "entry_id": change.entry_id, "change": differing, "reason": reason, "by": by}
                | {"at": now()}
            )
    session.execute(sa.insert(PeriodErratum), rows)


def _settle(session: Session, gone: Iterable[Part], come: Iterable[Part]) -> None:
    tallies: dict[Key, Counter[str]] = {}
    people: Counter[tuple[int, ...]] = Counter()
    for sign, parts in ((-1, gone), (1, come)):
        for it in parts:
            tally = tallies.setdefault(it.key, Counter())
            for name, number in asdict(it.figures).items():
                if name != "persons":
                    tally[name] += sign * number
            if it.person_id is not None:
                people[(*it.key, it.person_id)] += sign
    for key, appeared in _move_people(session, people).items():
        tallies[key]["persons"] += appeared
    _move_tallies(session, tallies)


def _move_people(session: Session, people: Mapping[tuple[int, ...], int]) -> Counter[Key]:
    """Move the entries of persons, and return how many persons more, or fewer, each tally has by it."""
    names = (*_KEY, "person_id")
    appeared: Counter[Key] = Counter()
    for some in _portions({key: number for key, number in people.items() if number > 0}):
        rows = [dict(zip(names, key, strict=True)) | {"entries": people[key]} for key in some]
        session.execute(_upsert(session, _PEOPLE, names, ("entries",)), rows)
        of_these = sa.select(_PEOPLE).where(
            _PEOPLE.c.campaign_id.in_({key[0] for key in some}), _PEOPLE.c.person_id.in_({key[4] for key in some})
        )
        moved = {key: people[key] for key in some}
        for row in session.execute(of_these):
            # Whoever has no more than was just added had nothing before.
            if row.entries == moved.get(tuple(row[: len(names)])):
                appeared[(row[0], row[1], row[2], row[3])] += 1
    for key in sorted(key for key, number in people.items() if number < 0):
        is_it = sa.and_(*(_PEOPLE.c[name] == value for name, value in zip(names, key, strict=True)))
        statement = sa.update(_PEOPLE).where(is_it).values(entries=_PEOPLE.c.entries + people[key])
        if session.scalar(statement.returning(_PEOPLE.c.entries)) == 0:
            session.execute(sa.delete(_PEOPLE).where(is_it))
            appeared[(key[0], key[1], key[2], key[3])] -= 1
    return appeared


def _move_tallies(session: Session, tallies: Mapping[Key, Counter[str]]) -> None:
    # A check of the table sees what is to be inserted even where a row is there already: what falls is updated.
    grown = {key: it for key, it in tallies.items() if min(it.values()) >= 0}
    for some in _portions(grown):
        rows = [dict(zip(_KEY, key, strict=True)) | {name: tallies[key][name] for name in FIGURES} for key in some]
        session.execute(_upsert(session, _TALLY, _KEY, FIGURES), rows)
    for key in sorted(tallies.keys() - grown.keys()):
        is_it = sa.and_(*(_TALLY.c[name] == value for name, value in zip(_KEY, key, strict=True)))
        moved = {name: _TALLY.c[name] + number for name, number in tallies[key].items() if number}
        session.execute(sa.update(_TALLY).where(is_it).values(moved))


def _upsert(session: Session, table: sa.Table, key: Sequence[str], added: Sequence[str]) -> Any:
    """Return the statement that adds to rows, or makes them, however many it is executed with."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(table)
    moved = {name: table.c[name] + statement.excluded[name] for name in added}
    return statement.on_conflict_do_update(index_elements=list(key), set_=moved)


def _portions(keys: Mapping[Any, Any]) -> Iterable[list[Any]]:
    # Always in the same order, so that two who count at once wait for each other and not both.
    ordered = sorted(keys)
    return (ordered[start : start + _AT_ONCE] for start in range(0, len(ordered), _AT_ONCE))
