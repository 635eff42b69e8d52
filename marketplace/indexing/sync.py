"""Bring every change to the index, once or more often, until the index equals the database.

The outbox says what changed. A round takes some unprocessed entries, folds them to one a record, reads each record
again, writes or deletes its document, commits the index and only then marks the entries done, in that order: a crash
anywhere leaves entries that are not done, and doing them again changes nothing. The index keeps the newest revision of
a record, so of two workers that hold changes of the same record the later one may write first.

A record that cannot be indexed holds up no other: it is retried and parked, see ``outbox.settle``. An engine that
cannot be used at all ends the drain with its error, and no entry has been touched.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, selectinload

from marketplace import outbox
from marketplace.db import SessionFactory, unit_of_work
from marketplace.indexing.documents import document_for
from marketplace.models import Achievement, Demand, OutboxEntry
from marketplace.outbox import Record, enqueue
from search.document import SearchDocument
from search.embedding import Embedder, passage_text
from search.engine import Engine
from search.errors import DocumentsRefused, IndexBusy, SearchError

# How many records are compared at once.
_COMPARED = 500
# The first pause after an engine had too much to do, in seconds, and how often it may have so before the drain ends.
_PAUSE = 0.5
_MOST_PAUSES = 6

logger = structlog.get_logger(__name__)

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

    def forget(self, records: Iterable[Record]) -> None:
        """Leave out records that did not reach the index after all."""
        for kind, identity in records:
            self.written[kind].discard(identity)
            self.deleted[kind].discard(identity)


@dataclass(frozen=True, slots=True)
class Difference:
    """A record that index and database do not agree on: ``missing``, ``stale`` or ``surplus`` in the index."""

    kind: str
    id: int
    problem: str


def enqueue_all(session: Session) -> None:
    """Note every record that does not wait already: an index that is new, or was lost, holds none of them."""
    for kind, model in MODELS.items():
        waits = sa.and_(OutboxEntry.processed_at.is_(None), OutboxEntry.parked_at.is_(None))
        waiting = sa.select(OutboxEntry.object_id).where(OutboxEntry.kind == kind, waits)
        enqueue(session, kind, list(session.scalars(sa.select(model.id).where(model.id.not_in(waiting)))))


@dataclass(slots=True)
class Pace:
    """How many changes an engine is given at once: half as many after a pause each time it has too much to do."""

    most: int
    batch: int
    refusals: int = 0

    def slower(self, error: IndexBusy) -> None:
        """Wait, twice as long each time; raise the error where it has been said too often in a row."""
        if self.refusals == _MOST_PAUSES:
            raise error
        pause = _PAUSE * 2**self.refusals
        self.batch, self.refusals = max(1, self.batch // 2), self.refusals + 1
        logger.warning("index_busy", said=str(error), seconds=pause, batch=self.batch)
        time.sleep(pause)

    def faster(self) -> None:
        self.batch, self.refusals = min(self.most, self.batch * 2), 0


def drain(
    factory: SessionFactory, engine: Engine, embedder: Embedder, *, batch: int, progress: Callable[[int], None]
) -> Changes:
    """Process every entry that is due; ``progress`` is told how many entries each round took."""
    total, pace = Changes(), Pace(batch, batch)
    while True:
        try:
            with unit_of_work(factory) as session:
                changes = _round(session, engine, embedder, pace.batch)
        except IndexBusy as error:
            pace.slower(error)
            continue
        if not changes.entries:
            return total
        pace.faster()
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
    """Yield every record on which the index and the database do not agree, reading both in small parts."""
    for kind, model in MODELS.items():
        yield from _missing_or_stale(session, engine, kind, model)
        yield from _left_over(session, engine, kind, model)


def write(engine: Engine, embedder: Embedder, documents: Sequence[SearchDocument]) -> None:
    """Embed documents and hand them to the engine; the caller commits."""
    if documents:
        engine.write(documents, embedder.passages([passage_text(document) for document in documents]))


def _round(session: Session, engine: Engine, embedder: Embedder, batch: int) -> Changes:
    entries = outbox.claim(session, batch)
    changes = Changes(entries=len(entries))
    if not entries:
        return changes
    refused: dict[Record, str] = {}
    for kind in MODELS:
        documents, gone = _documents(session, kind, _ids(entries, kind), refused)
        changes.written[kind] = {int(document.id) for document in documents}
        changes.deleted[kind] = {int(identity) for identity in gone}
        with _noting(refused):
            _write_what_can_be(engine, embedder, documents, refused)
        with _noting(refused):
            engine.delete(kind, gone)
    with _noting(refused):
        engine.commit()
    changes.forget(refused)
    for kind, identity in outbox.settle(session, entries, refused):
        logger.warning("change_parked", kind=kind, id=identity, reason=refused[kind, identity])
    return changes


@contextmanager
def _noting(refused: dict[Record, str]) -> Iterator[None]:
    try:
        yield
    except DocumentsRefused as error:
        refused |= {(kind, int(identity)): reason for (kind, identity), reason in error.reasons.items()}


def _ids(entries: Iterable[OutboxEntry], kind: str) -> set[int]:
    return {entry.object_id for entry in entries if entry.kind == kind}


def _documents(
    session: Session, kind: str, ids: Iterable[int], refused: dict[Record, str]
) -> tuple[list[SearchDocument], dict[str, int]]:
    """Return the documents to write, and the revisions of those to delete."""
    model = MODELS[kind]
    found = {record.id: record for record in session.scalars(_with_parts(model).where(model.id.in_(ids)))}
    documents, gone = [], {}
    for identity in sorted(ids):
        record = found.get(identity)
        with _unforeseen(refused, kind, identity):
            document = document_for(record) if record else None
            if document is not None:
                documents.append(document)
            else:
                # A record that no longer exists has no revision; whatever the index holds of it is older.
                gone[str(identity)] = record.revision if record else 2**31
    return documents, gone


def _write_what_can_be(
    engine: Engine, embedder: Embedder, documents: Sequence[SearchDocument], refused: dict[Record, str]
) -> None:
    """Write documents; where the model fails at them, those are found that it fails at."""
    if not documents:
        return
    try:
        vectors = embedder.passages([passage_text(document) for document in documents])
    except SearchError:
        raise
    except Exception:
        if len(documents) > 1:
            for half in (documents[::2], documents[1::2]):
                _write_what_can_be(engine, embedder, half, refused)
            return
        with _unforeseen(refused, documents[0].kind, int(documents[0].id)):
            raise
        return
    engine.write(documents, vectors)


@contextmanager
def _unforeseen(refused: dict[Record, str], kind: str, identity: int) -> Iterator[None]:
    """Let a record no one could foresee the trouble with hold up no other; its stack trace goes to the log."""
    try:
        yield
    except (SearchError, SQLAlchemyError):
        raise
    except Exception as error:
        logger.exception("document_failed", kind=kind, id=identity)
        refused[kind, identity] = f"{type(error).__name__}: {error}"


def _missing_or_stale(
    session: Session, engine: Engine, kind: str, model: type[Achievement] | type[Demand]
) -> Iterator[Difference]:
    after = 0
    while records := list(
        session.scalars(_with_parts(model).where(model.id > after).order_by(model.id).limit(_COMPARED))
    ):
        indexed = {document.id: document for document in engine.fetch(kind, [str(record.id) for record in records])}
        for record in records:
            document, stored = document_for(record), indexed.get(str(record.id))
            if document is not None and stored is None:
                yield Difference(kind, record.id, "missing")
            elif document is None and stored is not None:
                yield Difference(kind, record.id, "surplus")
            elif document != stored:
                yield Difference(kind, record.id, "stale")
        after = records[-1].id
        session.expunge_all()


def _left_over(
    session: Session, engine: Engine, kind: str, model: type[Achievement] | type[Demand]
) -> Iterator[Difference]:
    """Yield what the index holds of records that no longer exist."""
    indexed = (int(identity) for identity, _revision in engine.revisions(kind))
    while ids := list(islice(indexed, _COMPARED)):
        there = set(session.scalars(sa.select(model.id).where(model.id.in_(ids))))
        yield from (Difference(kind, identity, "surplus") for identity in sorted(set(ids) - there))


def _with_parts(model: type[Achievement] | type[Demand]) -> sa.Select[tuple[Achievement | Demand]]:
    """Select records with what their documents need, so that no record asks the database again."""
    if model is Achievement:
        return sa.select(Achievement).options(selectinload(Achievement.units), selectinload(Achievement.indicators))
    return sa.select(Demand).options(selectinload(Demand.organisation))
