"""The searchable side of a running process: the index and the embedding model, each opened when first needed.

A command that neither searches nor writes never loads the model. Readers keep the index open; whoever writes opens
it apart and for as long as it writes, because there is one writer at a time.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from search.document import Hit, Page, SearchRequest
from search.embedded import EmbeddedEngine
from search.embedding import Embedder, load_embedder
from search.errors import IndexMissing


class Catalogue:
    """``folder`` holds the index; ``model`` names the embedding model, None the bundled one."""

    def __init__(self, folder: Path, model: str | None) -> None:
        self.folder = folder
        self._model = model
        self._opening = threading.Lock()
        self._reader: EmbeddedEngine | None = None

    @cached_property
    def embedder(self) -> Embedder:
        return load_embedder(self._model)

    def reader(self) -> EmbeddedEngine:
        """Return the index for reading; raise IndexMissing or IndexMismatch where it must be built first."""
        with self._opening:
            if self._reader is None:
                self._reader = self._open()
            return self._reader

    def search(self, request: SearchRequest) -> Page:
        from search import hybrid  # Here, because whoever only writes or compares asks nothing.

        return hybrid.search(self.reader(), self.embedder, request)

    def similar(self, kind: str, identity: str, tokens: frozenset[str], limit: int) -> tuple[Hit, ...]:
        from search import hybrid

        return hybrid.similar(self.reader(), kind, identity, tokens=tokens, limit=limit)

    @contextmanager
    def writer(self) -> Iterator[EmbeddedEngine]:
        """Open the index for writing, creating it where there is none; raise IndexLocked when another writes."""
        engine = self._open(writable=True, create=True)
        try:
            yield engine
        finally:
            engine.close()

    @contextmanager
    def rebuilt(self) -> Iterator[EmbeddedEngine]:
        """Give an empty index to fill; it takes the place of the present one when the block ends well."""
        with EmbeddedEngine.rebuild(self.folder, self.embedder.fingerprint, self.embedder.dimensions) as engine:
            yield engine

    def exists(self) -> bool:
        """Say whether there is an index, without loading the model that would tell whether it can be used."""
        return EmbeddedEngine.exists(self.folder)

    def is_ready(self) -> bool:
        """Say whether questions can be answered."""
        try:
            self.reader()
        except IndexMissing:
            return False
        return True

    def _open(self, *, writable: bool = False, create: bool = False) -> EmbeddedEngine:
        return EmbeddedEngine.open(
            self.folder, self.embedder.fingerprint, self.embedder.dimensions, writable=writable, create=create
        )

    def close(self) -> None:
        """Close the index that was opened for reading."""
        with self._opening:
            if self._reader is not None:
                self._reader.close()
            self._reader = None
