"""Bring every change to the index, once or more often, until the index equals the database.

The outbox says what changed. A round takes some unprocessed entries, folds them to one a record, reads each record
again, writes or deletes its document, commits the index and only then marks the entries done, in that order: a crash
anywhere leaves entries that are not done, and doing them again changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from marketplace.db import SessionFactory, now, unit_of_work
from marketplace.indexing.documents import document_for
from marketplace.models import Achievement, Demand, OutboxEntry
from marketplace.outbox import enqueue
from search.document import SearchDocument
from search.embedding import Embedder, passage_text
from search.engine import Engine

MODELS: dict[str, type[Achievement] | type[Demand]] = {"achievement": Achievement, "demand": Demand}


@dataclass(slots=True)
class Changes:
    """The ids of the records a drain brought to the index, by kind, and how many entries it took."""

    entries: int = 0
    written: dict[str, set[int]] = field(default_factory=lambda: {kind: set() for kind in MODELS})
    deleted: dict[str, set[int]] = field(default_factory=lambda: {kind: set() for kind in MODELS})

    def add(self, other: Changes) -> None:
        self.entries += other.entries
        for kind in MODELS:
            self.written[kind] |= other.written[kind]
            self.deleted[kind] |= other.deleted[kind]


@dataclass(frozen=True, slots=True)
class Difference:
    """A record that index and database do not agree on: ``missing``, ``stale`` or ``surplus`` in the index."""

    kind: str
    id: int
    problem: str


def backlog(session: Session) -> int:
    """Return how many changes wait to reach the index."""
    query = sa.select(sa.func.count()).select_from(OutboxEntry).where(OutboxEntry.processed_at.is_(None))
    return session.scalar(query) or 0


def enqueue_all(session: Session) -> None:
    """Note every record that does not wait already: an index that is new, or was lost, holds none of them."""
    for kind, model in MODELS.items():
        waiting = sa.select(OutboxEntry.object_id).where(OutboxEntry.kind == kind, OutboxEntry.processed_at.is_(None))
        enqueue(session, kind, list(session.scalars(sa.select(model.id).where(model.id.not_in(waiting)))))


def drain(
    factory: SessionFactory, engine: Engine, embedder: Embedder, *, batch: int, progress: Callable[[int], None]
) -> Changes:
    """Process every waiting entry; ``progress`` is told how many entries each round took."""
    total = Changes()
    while True:
        with unit_of_work(factory) as session:
            changes = _round(session, engine, embedder, batch)
        if not changes.entries:
            return total
        total.add(changes)
        progress(changes.entries)


def load_all(
    factory: SessionFactory, engine: Engine, embedder: Embedder, *, batch: int, progress: Callable[[int], None]
) -> None:
    """Write the document of every record into an empty index, in the order of ids."""
    for model in MODELS.values():
        after = 0
        while True:
            with factory() as session:
                records = list(
                    session.scalars(_with_parts(model).where(model.id > after).order_by(model.id).limit(batch))
                )
                documents = [document for record in records if (document := document_for(record))]
            if not records:
                break
            write(engine, embedder, documents)
            after = records[-1].id
            progress(len(records))
    engine.commit()


def differences(session: Session, engine: Engine) -> Iterator[Difference]:
    """Yield every record on which the index and the database do not agree."""
    for kind, model in MODELS.items():
        indexed = {int(identity): revision for identity, revision in engine.revisions(kind)}
        for record in session.scalars(_with_parts(model).execution_options(yield_per=500)):
            document = document_for(record)
            revision = indexed.pop(record.id, None)
            if document is None and revision is not None:
                yield Difference(kind, record.id, "surplus")
            elif document is not None and revision is None:
                yield Difference(kind, record.id, "missing")
            elif document is not None and revision != document.revision:
                yield Difference(kind, record.id, "stale")
        yield from (Difference(kind, identity, "surplus") for identity in sorted(indexed))


def write(engine: Engine, embedder: Embedder, documents: Sequence[SearchDocument]) -> None:
    """Embed documents and hand them to the engine; the caller commits."""
    if documents:
        engine.write(documents, embedder.passages([passage_text(document) for document in documents]))


def _round(session: Session, engine: Engine, embedder: Embedder, batch: int) -> Changes:
    entries = _claim(session, batch)
    changes = Changes(entries=len(entries))
    if not entries:
        return changes
    for kind in MODELS:
        ids = {entry.object_id for entry in entries if entry.kind == kind}
        documents, gone = _documents(session, kind, ids)
        write(engine, embedder, documents)
        if gone:
            engine.delete(kind, gone)
        changes.written[kind] = {int(document.id) for document in documents}
        changes.deleted[kind] = {int(identity) for identity in gone}
    engine.commit()
    moment = now()
    for entry in entries:
        entry.processed_at = moment
    return changes


def _claim(session: Session, batch: int) -> list[OutboxEntry]:
    """Take the oldest waiting entries; on PostgreSQL they stay locked for this transaction, and others skip them."""
    query = sa.select(OutboxEntry).where(OutboxEntry.processed_at.is_(None)).order_by(OutboxEntry.id).limit(batch)
    return list(session.scalars(query.with_for_update(skip_locked=True)))


def _documents(session: Session, kind: str, ids: Iterable[int]) -> tuple[list[SearchDocument], dict[str, int]]:
    """Return the documents to write, and the revisions of those to delete."""
    model = MODELS[kind]
    found = {record.id: record for record in session.scalars(_with_parts(model).where(model.id.in_(ids)))}
    documents, gone = [], {}
    for identity in sorted(ids):
        record = found.get(identity)
        document = document_for(record) if record else None
        if document is not None:
            documents.append(document)
        else:
            # A record that no longer exists has no revision; whatever the index holds of it is older.
            gone[str(identity)] = record.revision if record else 2**31
    return documents, gone


def _with_parts(model: type[Achievement] | type[Demand]) -> sa.Select[tuple[Achievement | Demand]]:
    """Select records with what their documents need, so that no record asks the database again."""
    if model is Achievement:
        return sa.select(Achievement).options(selectinload(Achievement.units), selectinload(Achievement.indicators))
    return sa.select(Demand).options(selectinload(Demand.organisation))
