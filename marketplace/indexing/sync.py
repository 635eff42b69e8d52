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
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from marketplace import outbox
from marketplace.db import SessionFactory, unit_of_work
from marketplace.indexing.bringing import MODELS, Model, Refusals, bring, noting, with_parts
from marketplace.indexing.documents import document_for
from marketplace.models import OutboxEntry
from marketplace.outbox import Record, enqueue
from search.embedding import Embedder
from search.engine import Engine
from search.errors import IndexBusy

# How many records are compared at once.
_COMPARED = 500
# The first pause after an engine had too much to do, in seconds, and how often it may have so before the drain ends.
_PAUSE = 0.5
_MOST_PAUSES = 6

logger = structlog.get_logger(__name__)


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


def differences(session: Session, engine: Engine) -> Iterator[Difference]:
    """Yield every record on which the index and the database do not agree, reading both in small parts."""
    for kind, model in MODELS.items():
        yield from _missing_or_stale(session, engine, kind, model)
        yield from _left_over(session, engine, kind, model)


def _round(session: Session, engine: Engine, embedder: Embedder, batch: int) -> Changes:
    entries = outbox.claim(session, batch)
    changes = Changes(entries=len(entries))
    if not entries:
        return changes
    refused: Refusals = {}
    for kind in MODELS:
        ids = _ids(entries, kind)
        changes.written[kind], changes.deleted[kind] = bring(session, engine, embedder, kind, ids, refused)
    with noting(refused):
        engine.commit()
    changes.forget(refused)
    for kind, identity in outbox.settle(session, entries, refused):
        logger.warning("change_parked", kind=kind, id=identity, reason=refused[kind, identity])
    return changes


def _ids(entries: Iterable[OutboxEntry], kind: str) -> set[int]:
    return {entry.object_id for entry in entries if entry.kind == kind}


def _missing_or_stale(session: Session, engine: Engine, kind: str, model: Model) -> Iterator[Difference]:
    after = 0
    while records := list(
        session.scalars(with_parts(model).where(model.id > after).order_by(model.id).limit(_COMPARED))
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


def _left_over(session: Session, engine: Engine, kind: str, model: Model) -> Iterator[Difference]:
    """Yield what the index holds of records that no longer exist."""
    indexed = (int(identity) for identity, _revision in engine.revisions(kind))
    while ids := list(islice(indexed, _COMPARED)):
        there = set(session.scalars(sa.select(model.id).where(model.id.in_(ids))))
        yield from (Difference(kind, identity, "surplus") for identity in sorted(set(ids) - there))
