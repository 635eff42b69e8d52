"""Record every change of an indexed aggregate in the transaction that makes it.

A model names itself in ``__outbox__ = (kind, attribute holding the root's id)``; a part names its root's kind. The
listener below writes the entry at flush, so no service can forget it. A bulk ``update()`` or ``delete()`` bypasses
the session and must call ``enqueue`` beside it.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session, UOWTransaction

from marketplace.db import SessionFactory, now
from marketplace.models.outbox import OutboxEntry


def enqueue(session: Session, kind: str, ids: Iterable[int]) -> None:
    """Note that the objects of a kind changed and must reach the index."""
    rows = [{"kind": kind, "object_id": object_id, "created_at": now()} for object_id in ids]
    if rows:
        session.connection().execute(sa.insert(OutboxEntry), rows)


def listen(factory: SessionFactory) -> None:
    """Make every session of the factory write outbox entries for what it flushes."""
    event.listen(factory, "after_flush", _record_changes)


def _record_changes(session: Session, _context: UOWTransaction) -> None:
    touched: dict[str, set[int]] = {}
    changed = (item for item in session.dirty if session.is_modified(item))
    for item in (*session.new, *changed, *session.deleted):
        kind, attribute = getattr(type(item), "__outbox__", (None, ""))
        if kind is not None:
            touched.setdefault(kind, set()).add(getattr(item, attribute))
    for kind, ids in touched.items():
        enqueue(session, kind, sorted(ids))
