"""Record every change of an indexed aggregate in the transaction that makes it, and keep account of what became of it.

A model names itself in ``__outbox__ = (kind, attribute holding the root's id)``; a part names its root's kind. The
listener below writes the entry at flush, so no service can forget it. A bulk ``update()`` or ``delete()`` bypasses
the session and must call ``enqueue`` beside it.

Whoever brings changes to the index claims some entries, does the work and settles them in one transaction. On
PostgreSQL the claimed rows stay locked for as long, so that several workers share the work, and what a worker held when
it died is free with its connection. SQLite has no such locks; ``indexing.worker`` lets one worker at a time use it.

The entries are also the log by which an index that took no part in some changes catches up (``indexing.marks``). Of a
record only the last entry tells such an index anything, so ``prune`` leaves that one and no index ever misses a change.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session, UOWTransaction

from marketplace.db import SessionFactory, now, unit_of_work
from marketplace.errors import NotFound
from marketplace.models.outbox import OutboxEntry
from marketplace.studio_renewal import renew

# After each of these pauses a refused record is tried again; refused once more, it waits for a person.
RETRIES = tuple(dt.timedelta(seconds=seconds) for seconds in (5, 30, 180, 1200))

# A record: its kind and its id.
Record = tuple[str, int]

_PENDING = OutboxEntry.processed_at.is_(None)
_WAITING = sa.and_(_PENDING, OutboxEntry.parked_at.is_(None))
_UNMATCHED = sa.and_(OutboxEntry.processed_at.is_not(None), OutboxEntry.matched_at.is_(None))
# Fewer than any database takes as parameters of one statement.
_AT_ONCE = 5000
# So many superfluous entries are looked for in one pass over the table; they are deleted in smaller transactions.
_LOOKED_FOR = 100_000


def enqueue(session: Session, kind: str, ids: Iterable[int]) -> None:
    """Note that the objects of a kind changed and must reach the index."""
    rows = [{"kind": kind, "object_id": object_id, "created_at": now()} for object_id in ids]
    if rows:
        session.connection().execute(sa.insert(OutboxEntry), rows)


def listen(factory: SessionFactory) -> None:
    """Make every session of the factory write outbox entries for what it flushes."""
    event.listen(factory, "before_flush", renew)
    event.listen(factory, "after_flush", _record_changes)


def backlog(session: Session) -> int:
    """Return how many changes wait to reach the index, without those that are parked."""
    return _count(session, _WAITING)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the index is behind: changes that wait, since when the oldest (UTC) does, and how many are parked."""

    waiting: int
    since: dt.datetime | None
    parked: int


def standing(session: Session) -> Standing:
    """Return how far the index is behind the database."""
    waits = OutboxEntry.parked_at.is_(None)
    counts = (
        sa.func.count().filter(waits),
        sa.func.min(OutboxEntry.created_at).filter(waits),
        sa.func.count().filter(~waits),
    )
    waiting, since, parked = session.execute(sa.select(*counts).where(_PENDING)).one()
    return Standing(waiting, since, parked)


def due(session: Session) -> int:
    """Return how many changes can be brought to the index now: those that wait, without those to be retried later."""
    return _count(session, sa.and_(_WAITING, _is_due()))


def claim(session: Session, most: int) -> list[OutboxEntry]:
    """Take the oldest entries that are due, and every other one of the same records, whatever it waits for.

    The record is read after its entries are taken, so all of them are settled by what is read. An entry that becomes
    visible later is not taken along: nobody could say whether its change was read.
    """
    oldest = sa.select(OutboxEntry).where(_WAITING, _is_due()).order_by(OutboxEntry.id).limit(most)
    claimed = list(session.scalars(oldest.with_for_update(skip_locked=True)))
    records = {(entry.kind, entry.object_id) for entry in claimed}
    same = sa.select(OutboxEntry).where(_PENDING, OutboxEntry.object_id.in_({identity for _kind, identity in records}))
    others = session.scalars(same.with_for_update(skip_locked=True)) if claimed else ()
    return list(dict.fromkeys((*claimed, *(entry for entry in others if (entry.kind, entry.object_id) in records))))


def settle(session: Session, entries: Sequence[OutboxEntry], refused: Mapping[Record, str]) -> list[Record]:
    """Mark claimed entries as done; those of refused records are retried later or, after the last retry, parked.

    ``refused`` gives the reason for each record the index did not take. Returns the records parked by this.
    """
    moment = now()
    parked = []
    for entry in entries:
        record = (entry.kind, entry.object_id)
        if record not in refused:
            entry.processed_at, entry.retry_at, entry.parked_at = moment, None, None
            continue
        entry.reason = refused[record] or "?"
        if entry.attempts < len(RETRIES):
            entry.retry_at = moment + RETRIES[entry.attempts]
        elif entry.parked_at is None:
            entry.retry_at, entry.parked_at = None, moment
            parked.append(record)
        entry.attempts += 1
    session.flush()
    return list(dict.fromkeys(parked))


def parked(session: Session) -> list[OutboxEntry]:
    """Return the changes the index refused for good, oldest first."""
    return list(
        session.scalars(sa.select(OutboxEntry).where(OutboxEntry.parked_at.is_not(None)).order_by(OutboxEntry.id))
    )


def retry(session: Session, ids: Iterable[int] | None = None) -> int:
    """Let parked entries, all of them where no ids are given, be tried again; raise NotFound for any other entry."""
    held = {entry.id: entry for entry in parked(session)}
    chosen = list(held) if ids is None else list(dict.fromkeys(ids))
    for identity in chosen:
        if identity not in held:
            raise NotFound("change", identity)
        held[identity].attempts, held[identity].retry_at, held[identity].parked_at = 0, None, None
    session.flush()
    return len(chosen)


def unmatched(session: Session) -> dict[int, Record]:
    """Take the changes the index has and matching has not yet followed: the record of each entry by its id."""
    query = sa.select(OutboxEntry.id, OutboxEntry.kind, OutboxEntry.object_id).where(_UNMATCHED)
    rows = session.execute(query.order_by(OutboxEntry.id).with_for_update(skip_locked=True))
    return {identity: (kind, object_id) for identity, kind, object_id in rows}


def are_unmatched(session: Session) -> bool:
    """Say whether there are changes that matching has not yet followed."""
    return bool(session.scalar(sa.select(sa.exists().where(_UNMATCHED))))


def settle_matched(session: Session, ids: Sequence[int]) -> None:
    """Mark entries as followed by matching."""
    moment = now()
    for start in range(0, len(ids), _AT_ONCE):
        some = OutboxEntry.id.in_(ids[start : start + _AT_ONCE])
        session.connection().execute(sa.update(OutboxEntry).where(some).values(matched_at=moment))


def prune(factory: SessionFactory, days: int) -> int:
    """Delete what was settled more than so many days ago and changed again since; return how many entries those were.

    The last entry of each record stays, however old: it says that the record changed after a mark, and none is numbered
    anew. Whatever waits, is parked or was not matched stays too.
    """
    before, count = now() - dt.timedelta(days), 0
    while ids := _superfluous(factory, before):
        for start in range(0, len(ids), _AT_ONCE):
            with unit_of_work(factory) as session:
                some = OutboxEntry.id.in_(ids[start : start + _AT_ONCE])
                session.connection().execute(sa.delete(OutboxEntry).where(some))
        count += len(ids)
    return count


def _superfluous(factory: SessionFactory, before: dt.datetime) -> Sequence[int]:
    record = (OutboxEntry.kind, OutboxEntry.object_id)
    later = sa.func.lead(OutboxEntry.id).over(partition_by=record, order_by=OutboxEntry.id)
    entries = sa.select(
        OutboxEntry.id, OutboxEntry.processed_at, OutboxEntry.matched_at, later.label("later")
    ).subquery()
    settled = sa.and_(entries.c.processed_at < before, entries.c.matched_at.is_not(None))
    query = sa.select(entries.c.id).where(settled, entries.c.later.is_not(None)).limit(_LOOKED_FOR)
    with factory() as session:
        return session.scalars(query).all()


def _is_due() -> sa.ColumnElement[bool]:
    return sa.or_(OutboxEntry.retry_at.is_(None), OutboxEntry.retry_at <= now())


def _count(session: Session, condition: sa.ColumnElement[bool]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(OutboxEntry).where(condition)) or 0


def _record_changes(session: Session, _context: UOWTransaction) -> None:
    touched: dict[str, set[int]] = {}
    changed = (item for item in session.dirty if session.is_modified(item))
    for item in (*session.new, *changed, *session.deleted):
        kind, attribute = getattr(type(item), "__outbox__", (None, ""))
        if kind is not None:
            touched.setdefault(kind, set()).add(getattr(item, attribute))
    for kind, ids in touched.items():
        enqueue(session, kind, sorted(ids))
