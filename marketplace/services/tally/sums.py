"""The tables of sums, and how what a transaction counted is added to them.

The sums by place are shared by all units that lie somewhere. They are moved as a transaction ends, all at once
and in one order: two who count in the same places wait for each other, never both, and nobody waits long.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from marketplace import bulk
from marketplace.models import (
    ParticipationMover,
    ParticipationObject,
    ParticipationOverlap,
    ParticipationPerson,
    ParticipationPlace,
    ParticipationTally,
    ParticipationUnit,
)
from marketplace.models.participation.tally import OF_ENTRIES, OF_PERSONS, OF_REPEATS, OF_YEARS

# How many rows are moved by one statement.
_AT_ONCE = 10_000
# Where a session keeps what its transaction is to move of the sums by place.
_LATER = "participation_places"


@dataclass(frozen=True, slots=True)
class Kept:
    """A table of sums: what a row is of, and what it adds up.

    Where ``stays`` is true a row of which everything was taken back stays, and says nothing; otherwise a row says that
    there are entries, also where these come to nothing.
    """

    table: sa.Table
    key: tuple[str, ...]
    measures: tuple[str, ...]
    stays: bool = False


_PLACED = ("campaign_id", "item_id", "level", "region", "industry", "hierarchy", "month")
# What ``newcomers`` says of persons stands after what entries come to.
TALLIES = Kept(
    cast("sa.Table", ParticipationTally.__table__),
    ("campaign_id", "item_id", "organisation_id", "month"),
    OF_ENTRIES + OF_PERSONS,
)
PLACES = Kept(cast("sa.Table", ParticipationPlace.__table__), _PLACED, OF_ENTRIES + OF_PERSONS, stays=True)
OVERLAP = Kept(
    cast("sa.Table", ParticipationOverlap.__table__),
    ("measure", "code", *_PLACED[2:]),
    OF_REPEATS + OF_PERSONS,
    stays=True,
)
UNITS = Kept(
    cast("sa.Table", ParticipationUnit.__table__), ("measure", "organisation_id", "month"), OF_ENTRIES + OF_YEARS
)
MOVERS = Kept(cast("sa.Table", ParticipationMover.__table__), tuple(ParticipationMover.__table__.c.keys()), ())
PEOPLE = Kept(
    cast("sa.Table", ParticipationPerson.__table__),
    ("campaign_id", "person_id", "item_id", "organisation_id", "month"),
    (),
)
OBJECTS = Kept(cast("sa.Table", ParticipationObject.__table__), tuple(ParticipationObject.__table__.c.keys()), ())
Sums = dict[tuple[Any, ...], Sequence[int]]


def settle_places(session: Session) -> None:
    """Move the sums by place now by what this transaction counted so far: who reads them in it asks for that."""
    for transaction, moved in session.info.pop(_LATER, {}).items():
        # What another transaction counted was kept when it ended, or it was undone.
        if transaction is session.get_transaction():
            for kept, sums in moved.items():
                move(session, kept, sums)


def move_later(session: Session, moved: Mapping[Kept, Sums]) -> None:
    """Move sums as the transaction ends, together with all else that is moved in it."""
    if session.in_nested_transaction():
        # It may be undone by itself.
        for kept, sums in moved.items():
            move(session, kept, sums)
        return
    if not event.contains(session, "before_commit", _before_commit):
        event.listen(session, "before_commit", _before_commit)
    later: dict[Any, dict[Kept, Sums]] = session.info.setdefault(_LATER, {})
    of_this = later.setdefault(session.get_transaction(), {PLACES: {}, OVERLAP: {}})
    for kept, sums in moved.items():
        for key, numbers in sums.items():
            add(of_this[kept], key, numbers)


def _before_commit(session: Session) -> None:
    if not session.in_nested_transaction():
        # What is not written yet may count as well.
        session.flush()
        settle_places(session)


def add(sums: Sums, key: tuple[Any, ...], numbers: Sequence[int]) -> None:
    """Add numbers to those of a key."""
    held = sums.get(key)
    # Most places have one unit: what is added first is kept as it came, and never changed.
    sums[key] = numbers if held is None else list(map(operator.add, held, numbers))


def move(session: Session, kept: Kept, moved: Sums) -> None:
    """Add to rows, or make them, always in the same order: two who count at once wait for each other and not both."""
    table, names, measures = kept.table, kept.key, kept.measures
    added = {name: table.c[name] + sa.bindparam(f"more_{name}") for name in measures}
    is_it = sa.and_(*(table.c[name] == sa.bindparam(f"at_{name}") for name in names))
    fallen = sa.update(table).where(is_it).values(added)
    parameters = (*(f"at_{name}" for name in names), *(f"more_{name}" for name in measures))
    connection = session.connection()
    for some in _portions(key for key, numbers in moved.items() if any(numbers) or not kept.stays):
        # A check of the table sees what is to be inserted even where a row is there already: what falls is updated.
        for is_grown, keys in groupby(some, lambda key: min(moved[key]) >= 0):
            rows = [(*key, *moved[key]) for key in keys]
            if not is_grown:
                connection.execute(fallen, [dict(zip(parameters, row, strict=True)) for row in rows])
                continue
            columns = dict(zip((*names, *measures), zip(*rows, strict=True), strict=True))
            # Most of them nothing is added to: nobody has every item, no month is after this one.
            used = {name: values for name, values in columns.items() if name in names or any(values)}
            grown = [name for name in measures if name in used]
            if connection.dialect.name == "sqlite":
                made = [dict(zip(used, row, strict=True)) for row in zip(*used.values(), strict=True)]
                connection.execute(_added(sqlite.insert(table), kept, grown), made)
            else:
                chosen = postgresql.insert(table).from_select(list(used), bulk.rows_of(table, used))
                connection.execute(_added(chosen, kept, grown))


def forget(session: Session, kept: Kept, keys: Iterable[tuple[Any, ...]], condition: sa.ColumnElement[bool]) -> None:
    """Take those rows away that meet a condition, because everything was taken back of them."""
    table, rows = kept.table, [dict(zip((f"at_{name}" for name in kept.key), key, strict=True)) for key in sorted(keys)]
    is_it = sa.and_(*(table.c[name] == sa.bindparam(f"at_{name}") for name in kept.key))
    if rows:
        session.connection().execute(sa.delete(table).where(is_it, condition), rows)


def _added(insert: Any, kept: Kept, measures: Iterable[str]) -> Any:
    """Return the statement that adds to rows, or makes them."""
    moved = {name: kept.table.c[name] + insert.excluded[name] for name in measures}
    if not moved:
        return insert.on_conflict_do_nothing(index_elements=list(kept.key))
    return insert.on_conflict_do_update(index_elements=list(kept.key), set_=moved)


def _portions(keys: Iterable[Any]) -> Iterable[list[Any]]:
    ordered = sorted(keys)
    return (ordered[start : start + _AT_ONCE] for start in range(0, len(ordered), _AT_ONCE))
