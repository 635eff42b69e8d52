"""Write what was done into the chain of events of an object.

Each event carries the hash of the one before it for the same object, so that a removed or altered event is found by
``broken_link``. Personal data never enters an event: the payload is kept as its hash only.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.db import now
from marketplace.models.audit import AuditEntry
from marketplace.permissions import Actor

_HASHED = ("actor", "role", "verb", "noun", "object_id", "from_state", "to_state", "reason", "payload_hash")


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

    ``is_first`` saves an import the look for an event before the creation of the object.
    """
    entry = AuditEntry(
        at=now(),
        actor=actor.name,
        role=actor.role,
        verb=verb,
        noun=noun,
        object_id=object_id,
        from_state=from_state,
        to_state=to_state,
        reason=reason,
        payload_hash=_sha256(json.dumps(payload or {}, ensure_ascii=False, sort_keys=True, default=str)),
        previous_hash=None if is_first else _last_hash(session, noun, object_id),
    )
    entry.hash = _link(entry)
    session.add(entry)
    return entry


def history(session: Session, noun: str, object_id: int) -> list[AuditEntry]:
    """Return the events of an object, oldest first."""
    query = sa.select(AuditEntry).filter_by(noun=noun, object_id=object_id).order_by(AuditEntry.id)
    return list(session.scalars(query))


def broken_link(session: Session, noun: str, object_id: int) -> AuditEntry | None:
    """Return the first event that does not follow from the one before it, or None where the chain holds."""
    previous: str | None = None
    for entry in history(session, noun, object_id):
        if entry.previous_hash != previous or entry.hash != _link(entry):
            return entry
        previous = entry.hash
    return None


def _last_hash(session: Session, noun: str, object_id: int) -> str | None:
    query = sa.select(AuditEntry.hash).filter_by(noun=noun, object_id=object_id).order_by(AuditEntry.id.desc()).limit(1)
    return session.scalar(query)


def _link(entry: AuditEntry) -> str:
    fields = [str(getattr(entry, name)) for name in _HASHED]
    return _sha256("\x1f".join([entry.previous_hash or "", entry.at.isoformat(), *fields]))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
