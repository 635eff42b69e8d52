"""Number the changes of the records, so that an index which took no part in some can be brought up to date.

A mark is the id of an outbox entry, and an index that holds a mark holds every change up to it. Ids alone do not say
in which order transactions end; they do once nobody is in the middle of one, which ``hold`` waits for.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.models import OutboxEntry


def hold(session: Session) -> int:
    """Let nobody change a record until this transaction ends, and return the mark of the last change there is.

    Every change up to the mark can then be read, and every later one has a greater number. Others wait meanwhile, so
    the transaction must be a short one.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        # Conflicts with whoever adds or settles entries, and not with whoever only claims them.
        connection.execute(sa.text("LOCK TABLE outbox_entry IN SHARE MODE"))
    else:
        # SQLite has one writer: whoever may write, even where nothing is changed, is alone.
        connection.execute(sa.update(OutboxEntry).where(OutboxEntry.id < 0).values(kind=OutboxEntry.kind))
    return _last(session)


def reached(session: Session) -> int:
    """Return the mark up to which the index in use holds every change; changes must be held."""
    waiting = session.scalar(sa.select(sa.func.min(OutboxEntry.id)).where(OutboxEntry.processed_at.is_(None)))
    return _last(session) if waiting is None else waiting - 1


def changed(session: Session, *, after: int) -> dict[str, set[int]]:
    """Return the ids of the records, by kind, that changed after a mark."""
    records: dict[str, set[int]] = {}
    query = sa.select(OutboxEntry.kind, OutboxEntry.object_id).where(OutboxEntry.id > after).distinct()
    for kind, identity in session.execute(query):
        records.setdefault(kind, set()).add(identity)
    return records


def _last(session: Session) -> int:
    return session.scalar(sa.select(sa.func.max(OutboxEntry.id))) or 0
