"""The embedded engine: one index in a folder, which gives every question the newest committed state."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from search.document import KINDS, SearchDocument
from search.embedded import disk
from search.embedded.journal import Documents, Journal, JournalWriter, Position, Vectors
from search.embedded.rows import Rows
from search.embedded.selection import Selection
from search.embedded.sketch import Sketch
from search.embedded.words import WordReader, WordWriter, create
from search.engine import LegRequest, LegResult, Vector
from search.errors import IndexMissing, IndexReplaced

# The folder of a kind, and which commit of it.
_Stamp = tuple[Path, int, int]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One kind of document as of one commit, never changed while questions are answered from it."""

    stamp: _Stamp
    position: Position
    words: WordReader
    rows: Rows
    vectors: Vectors
    documents: Documents


@dataclass(slots=True)
class Writing:
    """One kind of document while it is being written, on top of the rows that were there before."""

    words: WordWriter
    journal: JournalWriter
    before: Rows
    # The revision of each document written or deleted since, and whether it is there.
    since: dict[str, tuple[int, bool]] = field(default_factory=dict)
    is_committed: bool = True

    def knows(self, identity: str) -> tuple[int, bool]:
        """Return the last revision of a document and whether it is there; one never seen has a revision of -1."""
        return self.since.get(identity) or (
            self.before.revision_of(identity),
            self.before.number_of(identity) is not None,
        )

    def put(self, document: SearchDocument, vector: Vector) -> None:
        revision, _there = self.knows(document.id)
        if document.revision >= revision:
            self.words.put(document, self.journal.add(document, vector))
            self.since[document.id] = document.revision, True
            self.is_committed = False

    def remove(self, kind: str, identity: str, revision: int) -> None:
        known, there = self.knows(identity)
        if there and revision >= known:
            self.words.remove(identity, self.journal.add_tombstone(kind, identity, revision))
            self.since[identity] = revision, False
            self.is_committed = False

    def commit(self) -> None:
        """Make what was written true at once: the rows are on disk before the words that name them."""
        if not self.is_committed:
            self.journal.flush()
            self.words.commit()
            self.is_committed = True

    def close(self) -> None:
        self.words.close()
        self.journal.close()


class EmbeddedEngine:
    """An index in a folder; made by ``open``."""

    def __init__(self, folder: Path, fingerprint: str, dimensions: int, is_wanted: Callable[[], bool]) -> None:
        self.fingerprint = fingerprint
        self._folder = folder
        # Joined here, because they are looked at several times a question.
        self._folders = {kind: folder / kind for kind in KINDS}
        self._dimensions = dimensions
        self._is_wanted = is_wanted
        self._lock: IO[str] | None = None
        self._refreshing = threading.Lock()
        self._snapshots: dict[str, Snapshot] = {}
        self._sketching = threading.Lock()
        self._sketches: dict[str, Sketch] = {}
        self._writing: dict[str, Writing] = {}

    @classmethod
    def open(
        cls,
        folder: Path,
        fingerprint: str,
        dimensions: int,
        *,
        writable: bool = False,
        create: bool = False,
        is_wanted: Callable[[], bool] = lambda: True,
    ) -> EmbeddedEngine:
        """Open the index in a folder; where it is not ``is_wanted`` any more, ``commit`` raises IndexReplaced.

        Raises IndexMissing where there is none and ``create`` is off, IndexMismatch where another model made it, and
        IndexLocked where another process writes to it.
        """
        engine = cls(folder, fingerprint, dimensions, is_wanted)
        if writable and (create or disk.exists(folder)):
            engine._lock = disk.lock(folder / "LOCK", f"另一个进程正在写入 {folder} 中的索引，请等它结束后再试。")
        try:
            if writable and create and not disk.exists(folder):
                _make_empty(folder, fingerprint, dimensions)
            disk.check(folder, fingerprint)
        except BaseException:
            engine.close()
            raise
        return engine

    def write(self, documents: Sequence[SearchDocument], vectors: Vector) -> None:
        """Store documents with their vectors at the next commit; see ``Engine``."""
        with disk.writing(self._folder):
            for document, vector in zip(documents, vectors, strict=True):
                self._writer(document.kind).put(document, vector)

    def delete(self, kind: str, revisions: Mapping[str, int]) -> None:
        """Remove documents at the next commit; see ``Engine``."""
        with disk.writing(self._folder):
            for identity, revision in revisions.items():
                self._writer(kind).remove(kind, identity, revision)

    def commit(self) -> None:
        """Make everything written true, at once for each kind."""
        if not self._is_wanted():
            raise IndexReplaced(f"{self._folder} 中的索引已被另一个替换。")
        with disk.writing(self._folder):
            for writing in self._writing.values():
                writing.commit()

    def search(self, request: LegRequest) -> LegResult:
        """Answer a question; see ``Engine``."""
        snapshot = self._snapshot(request.kind)
        sketch = None if request.vector is None else self._sketch(request.kind, snapshot.vectors.exact)
        return Selection(snapshot.words, snapshot.rows, snapshot.vectors, request, sketch).answer()

    def fetch(self, kind: str, ids: Sequence[str]) -> list[SearchDocument]:
        """Return the stored documents in the order of ``ids``; see ``Engine``."""
        return self.read(kind, ids)[0]

    def read(self, kind: str, ids: Sequence[str]) -> tuple[list[SearchDocument], Vector]:
        """Return stored documents with their vectors; see ``Engine``."""
        snapshot = self._snapshot(kind)
        rows = snapshot.rows.numbers_of(ids)
        rows = rows[rows >= 0]
        with disk.reading(self._folder):
            documents = snapshot.documents.at(snapshot.rows.places[rows].tolist())
        return documents, snapshot.vectors.exact.take(rows, axis=0)

    def frequency(self, kind: str, term: str) -> int:
        """Return how many documents of a kind hold a term."""
        return self._snapshot(kind).words.frequency(term)

    def revisions(self, kind: str) -> Iterable[tuple[str, int]]:
        """Yield the id and revision of every document of a kind."""
        rows = self._snapshot(kind).rows
        return ((identity, int(rows.revisions[row])) for identity, row in rows.latest.items() if rows.alive[row])

    def close(self) -> None:
        """Release the index; what was not committed is forgotten."""
        self._finish_writing()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _writer(self, kind: str) -> Writing:
        writing = self._writing.get(kind)
        if writing is None:
            snapshot = self._snapshot(kind)
            folder = snapshot.stamp[0]
            journal = JournalWriter(folder, snapshot.position, self._dimensions)
            writing = self._writing[kind] = Writing(WordWriter(folder), journal, snapshot.rows)
        return writing

    def _finish_writing(self) -> None:
        for writing in self._writing.values():
            writing.close()
        self._writing = {}

    def _snapshot(self, kind: str) -> Snapshot:
        """Return the newest committed state, reading only what was added since the last look."""
        stamp = _stamp(self._folders[kind])
        held = self._snapshots.get(kind)
        if held is not None and held.stamp == stamp:
            return held
        with self._refreshing:
            held = self._snapshots.get(kind)
            if held is None or held.stamp != stamp:
                with disk.reading(self._folder):
                    held = self._refreshed(stamp, held)
                self._snapshots[kind] = held
            return held

    def _refreshed(self, stamp: _Stamp, held: Snapshot | None) -> Snapshot:
        folder = stamp[0]
        words = WordReader(folder, held.words if held else None)
        rows, position = (held.rows, held.position) if held else (Rows(), Position())
        journal = self._journal(folder)
        blocks, position = journal.blocks(position, words.rows)
        vectors, documents = journal.vectors(words.rows), journal.documents(words.rows)
        return Snapshot(stamp, position, words, rows.extended(blocks), vectors, documents)

    def _sketch(self, kind: str, vectors: Vector) -> Sketch | None:
        """Return the sketches of these rows, made when first asked for; whoever asks meanwhile does without."""
        held = self._sketches.get(kind)
        if (held is None or held.rows < len(vectors)) and self._sketching.acquire(blocking=False):
            try:
                held = held.extended(vectors) if held else Sketch.of(vectors)
                if held is not None:
                    self._sketches[kind] = held
            finally:
                self._sketching.release()
        return held if held is not None and held.rows == len(vectors) else None

    def _journal(self, folder: Path) -> Journal:
        return Journal(folder, self._dimensions)


def _make_empty(folder: Path, fingerprint: str, dimensions: int) -> None:
    """Make an index of words for every kind, so that a reader never finds none."""
    for kind in KINDS:
        # What an interrupted attempt left is not yet an index of anything.
        shutil.rmtree(folder / kind, ignore_errors=True)
        create(folder / kind)
    disk.describe(folder, fingerprint, dimensions)


def _stamp(folder: Path) -> _Stamp:
    try:
        # A commit of tantivy replaces this file as a whole.
        state = os.stat(f"{folder}/meta.json")  # noqa: PTH116 - asked several times a question
    except FileNotFoundError:
        raise IndexMissing(f"{folder.parent} 中的索引已被删除。") from None
    return folder, state.st_ino, state.st_mtime_ns
