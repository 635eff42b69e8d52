"""Bring records to an index as they are now: read them, write the documents of some, delete those of the others.

A record that cannot be indexed holds up no other: why the index is without it is noted, and what follows from that is
for the caller. An engine that cannot be used at all is an error.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, selectinload

from marketplace.indexing import market
from marketplace.indexing.documents import Indexed, document_for, revision_of
from marketplace.models import Achievement, Demand, Studio
from marketplace.outbox import Record
from marketplace.services.studio import public
from search.document import SearchDocument
from search.embedding import Embedder, passage_text
from search.engine import Engine
from search.errors import DocumentsRefused, SearchError

Model = type[Achievement] | type[Demand] | type[Studio]
# Why the index is without some records.
Refusals = dict[Record, str]

MODELS: dict[str, Model] = {"achievement": Achievement, "demand": Demand, "studio": Studio}

logger = structlog.get_logger(__name__)


def bring(
    session: Session, engine: Engine, embedder: Embedder, kind: str, ids: Collection[int], refused: Refusals
) -> tuple[set[int], set[int]]:
    """Write or delete the documents of records, and return the ids of both; the caller commits the engine."""
    documents, gone = present(session, kind, ids, refused)
    with noting(refused):
        _write_what_can_be(engine, embedder, documents, refused)
    with noting(refused):
        engine.delete(kind, gone)
    return {int(document.id) for document in documents}, {int(identity) for identity in gone}


def present(
    session: Session, kind: str, ids: Collection[int], refused: Refusals
) -> tuple[list[SearchDocument], dict[str, int]]:
    """Return the documents of records as they are now, and for those that have none the revisions to delete."""
    model = MODELS[kind]
    found = {record.id: record for record in session.scalars(with_parts(model).where(model.id.in_(ids)))}
    documents, gone = [], {}
    for identity in sorted(ids):
        record = found.get(identity)
        with _unforeseen(refused, kind, identity):
            document = document_for(record) if record else None
            if document is not None:
                documents.append(document)
            else:
                # A record that no longer exists has no revision; whatever the index holds of it is older.
                gone[str(identity)] = revision_of(record) if record else 2**31
    return documents, gone


def with_parts(model: Model) -> sa.Select[tuple[Indexed]]:
    """Select records with what their documents need, so that no record asks the database again."""
    if model is Achievement:
        parts = (Achievement.units, Achievement.indicators, Achievement.listings)
        return sa.select(Achievement).options(*map(selectinload, parts))
    if model is Studio:
        return sa.select(Studio).options(*public.told())
    return sa.select(Demand).options(selectinload(Demand.organisation))


def revisions(model: Model) -> sa.ColumnElement[int]:
    """Return the revision that the document of a record has, as an SQL expression on its model."""
    return market.revisions() if model is Achievement else sa.type_coerce(model.revision, sa.Integer)


@contextmanager
def noting(refused: Refusals) -> Iterator[None]:
    """Note the documents an engine refuses; it has taken all others."""
    try:
        yield
    except DocumentsRefused as error:
        refused |= {(kind, int(identity)): reason for (kind, identity), reason in error.reasons.items()}


def _write_what_can_be(
    engine: Engine, embedder: Embedder, documents: Sequence[SearchDocument], refused: Refusals
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
def _unforeseen(refused: Refusals, kind: str, identity: int) -> Iterator[None]:
    """Let a record no one could foresee the trouble with hold up no other; its stack trace goes to the log."""
    try:
        yield
    except (SearchError, SQLAlchemyError):
        raise
    except Exception as error:
        logger.exception("document_failed", kind=kind, id=identity)
        refused[kind, identity] = f"{type(error).__name__}: {error}"
