"""Bring records of another system in, once each, however often they are brought.

A record is known by ``(source, source_id)``; without an id its own content stands in for one, so that the same row
found twice is one record. What was brought is kept as a hash: an equal hash means nothing to do.
"""

from __future__ import annotations

import enum
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.models import (
    Achievement,
    CrewHonour,
    Demand,
    Honour,
    Organisation,
    OutreachAttendance,
    Proposal,
    Studio,
)
from marketplace.permissions import Actor

Record = TypeVar("Record", Achievement, CrewHonour, Demand, Honour, Organisation, OutreachAttendance, Proposal, Studio)


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=str)


class Outcome(enum.StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


def content_hash(data: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a record's fields, whatever their order."""
    text = _ENCODER.encode(data)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def bring(
    session: Session,
    actor: Actor,
    model: type[Record],
    rows: Sequence[dict[str, Any]],
    *,
    begin: Callable[[dict[str, Any]], Record],
    fill: Callable[[Record, dict[str, Any]], None],
) -> list[tuple[Record, Outcome]]:
    """Create, update or leave the record of each row, and write the events; returns one result a row, in order.

    ``begin`` finds or makes the record of a row nobody brought before; ``fill`` copies the row into a record.
    """
    identities = _identify(rows)
    known = _already_brought(session, model, identities)
    results = []
    for row, (source, source_id, digest) in zip(rows, identities, strict=True):
        record = known.get((source, source_id)) or begin(row)
        outcome = _outcome(record, digest)
        if outcome is not Outcome.UNCHANGED:
            fill(record, row)
            record.source, record.source_id, record.source_hash = source, source_id, digest
            session.add(record)
        known[source, source_id] = record
        results.append((record, outcome))
    session.flush()
    _write_events(session, actor, model.__tablename__, results)
    return results


def _identify(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, str]]:
    hashes = [content_hash(row) for row in rows]
    return [
        (row.get("source") or "import", row.get("source_id") or digest, digest)
        for row, digest in zip(rows, hashes, strict=True)
    ]


def _already_brought(
    session: Session, model: type[Record], identities: Sequence[tuple[str, str, str]]
) -> dict[tuple[str, str], Record]:
    """Return the records of earlier imports by (source, source_id), in one query a source for a whole batch."""
    by_source: dict[str, set[str]] = {}
    for source, source_id, _digest in identities:
        by_source.setdefault(source, set()).add(source_id)
    found: dict[tuple[str, str], Record] = {}
    for source, ids in by_source.items():
        query = sa.select(model).where(model.source == source, model.source_id.in_(ids))
        for record in session.scalars(query):
            found[source, str(record.source_id)] = record
    return found


def _outcome(record: Record, digest: str) -> Outcome:
    if record.source_hash == digest:
        return Outcome.UNCHANGED
    return Outcome.CREATED if record.id is None else Outcome.UPDATED


def _write_events(session: Session, actor: Actor, noun: str, results: Sequence[tuple[Record, Outcome]]) -> None:
    for record, outcome in results:
        if outcome is not Outcome.UNCHANGED:
            audit.record(
                session,
                actor,
                f"import_{outcome}",
                noun,
                record.id,
                to_state=getattr(record, "state", None),
                payload={"hash": record.source_hash},
                is_first=outcome is Outcome.CREATED,
            )
