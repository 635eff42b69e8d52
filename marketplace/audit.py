"""Write what was done into the chain of events of an object, and find where a chain does not hold.

``marketplace.chain`` says what is hashed and how an event follows from the one before it; this is the only place that
writes events, and the database refuses to change or remove them. Personal data never enters an event: the payload is
kept as its hash only.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import chain
from marketplace.db import now
from marketplace.models.audit import AuditEntry
from marketplace.permissions import Actor

_AT_A_TIME = 1000


@dataclass(frozen=True, slots=True)
class Fault:
    """The first event of an object that does not follow from the one before it; ``kind`` is one of ``chain``'s."""

    noun: str
    object_id: int
    sequence: int
    kind: str


def record(
    session: Session,
    actor: Actor,
    verb: str,
    noun: str,
    object_id: int,
    *,
    from_state: str | None = None,
    to_state: str | None = None,
    reason: str | None = None,
    payload: Mapping[str, Any] | None = None,
    is_first: bool = False,
) -> AuditEntry:
    """Append one event to the chain of an object; the transaction of the session decides whether it stays.

    Whoever else writes an event of the object waits until that transaction ends, so that a chain never forks.
    ``is_first`` saves an import the look for an event before the creation of the object.
    """
    sequence, last_hash = (0, None) if is_first else _last(session, noun, object_id)
    entry = AuditEntry(
        at=now(),
        actor=actor.name,
        role=actor.role,
        verb=verb,
        noun=noun,
        object_id=object_id,
        sequence=sequence + 1,
        from_state=from_state,
        to_state=to_state,
        reason=reason,
        payload_hash=chain.sha256(chain.canonical(payload or {})),
        previous_hash=last_hash,
    )
    entry.hash = chain.event_hash(as_hashed(entry))
    session.add(entry)
    return entry


def hold(session: Session, noun: str, object_id: int) -> None:
    """Wait until nobody else is about to write an event of an object, and let nobody before this transaction ends."""
    if session.get_bind().dialect.name == "sqlite":
        # It has one writer at a time: to be that one is to write, if nothing.
        session.execute(sa.text("UPDATE audit_entry SET id = id WHERE 1 = 0"))
    else:
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(noun), object_id)))


def history(session: Session, noun: str, object_id: int) -> list[AuditEntry]:
    """Return the events of an object, oldest first."""
    query = sa.select(AuditEntry).filter_by(noun=noun, object_id=object_id).order_by(AuditEntry.sequence)
    return list(session.scalars(query))


def count(session: Session, noun: str | None = None, object_id: int | None = None) -> int:
    """Return how many events ``faults`` would read."""
    return session.scalar(_of(sa.select(sa.func.count()), noun, object_id)) or 0


def faults(
    session: Session,
    noun: str | None = None,
    object_id: int | None = None,
    progress: Callable[[int], None] = lambda _count: None,
) -> Iterator[Fault]:
    """Yield the first fault of each chain, of all objects, those of one noun or one object; reads a page at a time.

    Events taken from the end of a chain leave one that holds; only a proof handed out before tells of those.
    """
    columns = (*(getattr(AuditEntry, name) for name in chain.FIELDS), AuditEntry.hash)
    query = _of(sa.select(*columns), noun, object_id)
    query = query.order_by(AuditEntry.noun, AuditEntry.object_id, AuditEntry.sequence)
    rows = session.execute(query, execution_options={"yield_per": _AT_A_TIME})
    for (its_noun, its_id), events in itertools.groupby(rows, key=lambda row: (row.noun, row.object_id)):
        before = None
        for row in events:
            progress(1)
            event = as_hashed(row)
            kind = chain.fault(event, before)
            if kind is not None:
                yield Fault(its_noun, its_id, row.sequence, kind)
                # What follows was reckoned from this event and says nothing of itself.
                progress(sum(1 for _ in events))
                break
            before = event


def as_hashed(event: AuditEntry | sa.Row[Any]) -> dict[str, Any]:
    """Return an event as ``marketplace.chain`` hashes it, with its hash where it has one."""
    moment = event.at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return {name: getattr(event, name) for name in (*chain.FIELDS, "hash")} | {"at": moment}


def _of(query: sa.Select[Any], noun: str | None, object_id: int | None) -> sa.Select[Any]:
    query = query.select_from(AuditEntry)
    query = query if noun is None else query.where(AuditEntry.noun == noun)
    return query if object_id is None else query.where(AuditEntry.object_id == object_id)


def _last(session: Session, noun: str, object_id: int) -> tuple[int, str | None]:
    """Return the number and the hash of an object's last event, once nobody else is about to write the next."""
    hold(session, noun, object_id)
    query = sa.select(AuditEntry.sequence, AuditEntry.hash).filter_by(noun=noun, object_id=object_id)
    found = session.execute(query.order_by(AuditEntry.sequence.desc()).limit(1)).one_or_none()
    return (found.sequence, found.hash) if found else (0, None)
