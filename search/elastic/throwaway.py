"""An index to measure with, which leaves nothing behind."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace

from search.elastic.connection import Connection, typed
from search.elastic.editions import ElasticEditions
from search.elastic.engine import ElasticEngine


class ThrowAwayEngine(ElasticEngine):
    """An empty index under a prefix of its own; closing it removes it."""

    def __init__(self, connection: Connection, fingerprint: str, dimensions: int) -> None:
        # Measuring waits as long as it takes.
        own = replace(connection, asking=connection.writing, prefix=f"{connection.prefix}-{uuid.uuid4().hex[:12]}")
        self._editions = ElasticEditions(own)
        edition = self._editions.create("", fingerprint, dimensions, mark=0)
        super().__init__(own, self._editions.indexes(edition), fingerprint, dimensions)

    def size(self) -> int:
        """Return the bytes on disk of its first copies."""
        return size(self._connection, list(self._indexes.values()))

    def close(self) -> None:
        super().close()
        self._editions.remove_all()


def size(connection: Connection, indexes: Sequence[str]) -> int:
    """Return the bytes on disk of the first copies of indexes."""
    with typed():
        stated = connection.writing.indices.stats(index=list(indexes), metric="store")
    return int(stated["_all"]["primaries"]["store"]["size_in_bytes"])
