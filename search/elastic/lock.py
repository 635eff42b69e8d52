"""The right to change which editions there are, held by one process of all machines that use a cluster.

It is a document that its holder writes again and again while it works. Whoever wants it watches: a document that
changes has a living holder, one that stays the same for a while was left by a killed one and is taken over. Only the
server's own count of writes is compared, so the clocks of the machines do not matter.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from elasticsearch import ConflictError, Elasticsearch, NotFoundError

from search.elastic.connection import typed
from search.errors import IndexLocked, SearchError

BEAT_SECONDS = 2.0
# Without a beat for so long, a holder is gone.
GONE_SECONDS = 10.0
_ID = "changing"
_LOOK_SECONDS = 0.2
# Who wrote the document, and the server's count of that write.
_Beat = tuple[int, int]


@contextmanager
def held(client: Elasticsearch, index: str) -> Iterator[Callable[[], None]]:
    """Hold the right; gives a function that raises IndexLocked where it was lost meanwhile.

    Raises IndexLocked as soon as another process is seen to have it, after ``BEAT_SECONDS`` or a little more.
    """
    lock = _Lock(client, index, uuid.uuid4().hex)
    lock.take()
    beating = threading.Thread(target=lock.keep, daemon=True)
    beating.start()
    try:
        yield lock.renew
    finally:
        lock.ended.set()
        beating.join()
        with suppress(SearchError):
            lock.release()


class _Lock:
    def __init__(self, client: Elasticsearch, index: str, holder: str) -> None:
        self._client = client
        self._index = index
        self._holder = holder
        self._beat: _Beat | None = None
        self._beating = threading.Lock()
        self.ended = threading.Event()

    def take(self) -> None:
        until = time.monotonic() + GONE_SECONDS
        there = self._there()
        while there is not None:
            if time.monotonic() >= until:
                break
            time.sleep(_LOOK_SECONDS)
            now = self._there()
            if now is not None and now != there:
                raise _taken()
            there = now
        self._write(there)

    def renew(self) -> None:
        """Show that the holder lives; raise IndexLocked where another has taken its place."""
        with self._beating:
            self._write(self._beat)

    def keep(self) -> None:
        while not self.ended.wait(BEAT_SECONDS):
            # A server that is away for a moment, or a place that was lost, is told of by whoever asks next.
            with suppress(SearchError):
                self.renew()

    def release(self) -> None:
        if self._beat is not None:
            number, term = self._beat
            with typed(), suppress(ConflictError, NotFoundError):
                self._client.delete(index=self._index, id=_ID, if_seq_no=number, if_primary_term=term)

    def _there(self) -> _Beat | None:
        with typed(), suppress(NotFoundError):
            found = self._client.get(index=self._index, id=_ID)
            return int(found["_seq_no"]), int(found["_primary_term"])
        return None

    def _write(self, after: _Beat | None) -> None:
        """Write the document anew after one that was seen, or as the first."""
        options: dict[str, Any] = {"op_type": "create"}
        if after is not None:
            options = {"if_seq_no": after[0], "if_primary_term": after[1]}
        with typed():
            try:
                done = self._client.index(index=self._index, id=_ID, document={"holder": self._holder}, **options)
            except (ConflictError, NotFoundError):
                raise _taken() from None
        self._beat = int(done["_seq_no"]), int(done["_primary_term"])


def _taken() -> IndexLocked:
    return IndexLocked("另一个进程正在重建或替换 Elasticsearch 中的索引，请等它结束后再试。")
