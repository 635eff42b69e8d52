"""Documents and indexes for the tests of searching: a real engine, with vectors that follow from the id alone."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

import numpy as np

from search.document import SearchDocument
from search.editions import Arrangement, Edition, Editions
from search.embedded import EmbeddedEngine
from search.engine import Engine, LegRequest, Vector

FINGERPRINT = "made-up-8"
DIMENSIONS = 8
KIND = "achievement"
PUBLIC = frozenset({"public"})


def document(identity: str, title: str = "激光切割", body: str = "", **fields: object) -> SearchDocument:
    return SearchDocument(kind=KIND, id=identity, title=title, body=body, **{"revision": 1, **fields})  # type: ignore[arg-type]


def vector_of(identity: str, dimensions: int = DIMENSIONS) -> Vector:
    """Return a unit vector that follows from an id."""
    made = np.random.default_rng(zlib.crc32(identity.encode())).normal(size=dimensions).astype(np.float32)
    unit: Vector = made / np.linalg.norm(made)
    return unit


def opened(editions: Editions, fingerprint: str = FINGERPRINT, dimensions: int = DIMENSIONS) -> Engine:
    """Bring an empty index into use and open it for writing."""
    with editions.changing():
        editions.arrange(Arrangement(live=editions.create("", fingerprint, dimensions, mark=0)))
    return editions.writer()


def made(editions: Editions, *names: str) -> Edition:
    """Return a new edition that holds documents of these names; call it while editions are being changed."""
    edition = editions.create("", FINGERPRINT, DIMENSIONS, mark=7)
    with closing(editions.fill(edition)) as engine:
        write(engine, *(document(name) for name in names))
    return edition


def reader(editions: Editions) -> Engine:
    """Return the index in use, opened for reading as another process would."""
    live = editions.arrangement().live
    assert live is not None
    return editions.open(live)


def open_index(folder: Path, **options: bool) -> EmbeddedEngine:
    return EmbeddedEngine.open(folder, FINGERPRINT, DIMENSIONS, **options)


def write(engine: Engine, *documents: SearchDocument) -> None:
    """Write documents with their vectors and commit."""
    engine.write(documents, np.stack([vector_of(one.id) for one in documents]))
    engine.commit()


def filled(folder: Path, *documents: SearchDocument) -> EmbeddedEngine:
    """Return an index open for writing that holds the documents."""
    engine = open_index(folder, writable=True, create=True)
    write(engine, *documents)
    return engine


def found_by_words(engine: Engine, *words: str, filters: Mapping[str, tuple[str, ...]] | None = None) -> list[str]:
    """Return the ids of the documents that hold all words, best first."""
    asked = LegRequest(KIND, terms=dict.fromkeys(words, 1.0), words=words, least=len(words), filters=filters or {})
    return ids(engine.search(asked).lexical)


def ids(ranking: Iterable[tuple[str, float]]) -> list[str]:
    return [identity for identity, _score in ranking]
