"""The rows of an index on disk: files that only grow, so that any number of readers follow one writer without a lock.

``rows.jsonl`` holds what every reader keeps in memory, a block of rows a line, column by column, because that is read
twenty times as fast as a line for each row. ``documents.jsonl`` holds what is read for a hit. The others hold one
vector a row: as it is (``vectors.f32``), and in eight bits with the size of a step (``steps.i8``, ``scales.f32``).
"""

from __future__ import annotations

import json
import mmap
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypedDict

import msgspec
import numpy as np
from numpy.typing import DTypeLike, NDArray

from search.document import SearchDocument
from search.engine import Vector

Steps = NDArray[np.int8]

# The largest magnitude of eight signed bits that is the same on both sides of zero.
_STEPS = 127
_BLOCK = 1000
# Made once: ``json.dumps`` makes one each time it is given an option.
_JSON = json.JSONEncoder(ensure_ascii=False)
_DOCUMENTS = msgspec.json.Decoder(SearchDocument)


class Coded(TypedDict):
    """Some values for each row: ``codes`` has shape (most values of a row, rows), 0 for none, i for ``values[i-1]``."""

    values: list[str]
    codes: list[list[int]]


class Block(TypedDict):
    """Rows that were written together; ``places`` are (first byte, length) of their documents, length 0 for none."""

    ids: list[str]
    revisions: list[int]
    places: list[tuple[int, int]]
    facets: dict[str, Coded]
    numbers: dict[str, list[int | None]]
    readers: Coded


class Position(NamedTuple):
    """How far the rows have been read: their number, and where the next block begins in ``rows.jsonl``."""

    rows: int = 0
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class Documents:
    """The documents of the first rows, as a view of the file they lie in."""

    stored: memoryview

    def at(self, places: Iterable[Sequence[int]]) -> list[SearchDocument]:
        """Return the documents that lie at these places, (first byte, length) each."""
        return [_decode(self.stored[start : start + length]) for start, length in places]


class Vectors(NamedTuple):
    """The vectors of the first rows: row i is about ``steps[i] * scales[i]``."""

    exact: Vector
    steps: Steps
    scales: Vector


class Journal:
    """The files of one kind of document, for reading."""

    def __init__(self, folder: Path, dimensions: int) -> None:
        self._folder = folder
        self._dimensions = dimensions

    def blocks(self, after: Position, rows: int) -> tuple[list[Block], Position]:
        """Return the blocks from a position up to a number of rows, and the position reached."""
        found: list[Block] = []
        position = after
        if rows > after.rows:
            with (self._folder / "rows.jsonl").open("rb") as stream:
                stream.seek(after.bytes)
                while position.rows < rows:
                    found.append(json.loads(stream.readline().decode("utf-8", "surrogatepass")))
                    position = Position(position.rows + len(found[-1]["ids"]), stream.tell())
        return found, position

    def vectors(self, rows: int) -> Vectors:
        """Return the vectors of the first rows, as views of the files."""
        return Vectors(
            self._mapped("vectors.f32", np.float32, (rows, self._dimensions)),
            self._mapped("steps.i8", np.int8, (rows, self._dimensions)),
            self._mapped("scales.f32", np.float32, (rows,)),
        )

    def documents(self, rows: int) -> Documents:
        """Return the documents of the first rows, as a view of the file."""
        file = self._folder / "documents.jsonl"
        # An empty file cannot be mapped: all that was ever written are deletions.
        if not rows or not file.stat().st_size:
            return Documents(memoryview(b""))
        with file.open("rb") as stream:
            return Documents(memoryview(mmap.mmap(stream.fileno(), 0, prot=mmap.PROT_READ)))

    def _mapped(self, name: str, dtype: DTypeLike, shape: tuple[int, ...]) -> Any:
        if not shape[0]:
            return np.zeros(shape, dtype)
        # As a plain array: indexing a memmap object costs more than the reading.
        return np.asarray(np.memmap(self._folder / name, dtype, "r", shape=shape))


class JournalWriter:
    """The one writer of a journal; it starts by cutting off what was never committed."""

    def __init__(self, folder: Path, committed: Position, dimensions: int) -> None:
        rows = committed.rows
        sizes = {
            "documents.jsonl": None,
            "vectors.f32": rows * dimensions * 4,
            "steps.i8": rows * dimensions,
            "scales.f32": rows * 4,
            "rows.jsonl": committed.bytes,
        }
        self._files = {name: (folder / name).open("ab") for name in sizes}
        for name, size in sizes.items():
            # What is left over among the documents does no harm, for no row says that it lies there.
            if size is not None:
                self._files[name].truncate(size)
        self._next = rows
        self._no_vector = np.zeros(dimensions, np.float32)
        self._waiting: list[tuple[SearchDocument, tuple[int, int], Vector]] = []

    def add(self, document: SearchDocument, vector: Vector) -> int:
        """Append a document version and return the number of its row."""
        stored = _encode(document)
        place = self._files["documents.jsonl"].tell(), len(stored)
        self._files["documents.jsonl"].write(stored)
        return self._append(document, place, vector)

    def add_tombstone(self, kind: str, identity: str, revision: int) -> int:
        """Append a row that says a document is gone, and return its number."""
        nothing = SearchDocument(kind, identity, revision, title="", body="", readers=frozenset())
        return self._append(nothing, (0, 0), self._no_vector)

    def flush(self) -> None:
        """Force everything to disk, before whoever names it may be committed."""
        self._write_block()
        for stream in self._files.values():
            stream.flush()
            os.fsync(stream.fileno())

    def close(self) -> None:
        for stream in self._files.values():
            # What was not committed is forgotten, and a full disk need not take it.
            with suppress(OSError):
                stream.close()

    def _append(self, document: SearchDocument, place: tuple[int, int], vector: Vector) -> int:
        self._waiting.append((document, place, vector))
        if len(self._waiting) >= _BLOCK:
            self._write_block()
        self._next += 1
        return self._next - 1

    def _write_block(self) -> None:
        if not self._waiting:
            return
        documents, places, vectors = zip(*self._waiting, strict=True)
        exact = np.stack(vectors).astype(np.float32)
        steps, scales = quantised(exact)
        self._files["vectors.f32"].write(exact.tobytes())
        self._files["steps.i8"].write(steps.tobytes())
        self._files["scales.f32"].write(scales.tobytes())
        block = _JSON.encode(_block(documents, places))
        self._files["rows.jsonl"].write(block.encode("utf-8", "surrogatepass") + b"\n")
        self._waiting = []


def quantised(vectors: Vector) -> tuple[Steps, Vector]:
    """Return vectors in eight bits and the size of a step in each."""
    scales = np.maximum(np.abs(vectors).max(axis=1), np.float32(1e-12)) / np.float32(_STEPS)
    return np.rint(vectors / scales[:, None]).astype(np.int8), scales


def _block(documents: Sequence[SearchDocument], places: Sequence[tuple[int, int]]) -> Block:
    facets = {name: None for document in documents for name in document.facets}
    numbers = {name: None for document in documents for name in document.numbers}
    return {
        "ids": [document.id for document in documents],
        "revisions": [document.revision for document in documents],
        "places": list(places),
        "facets": {name: _coded([document.facets.get(name, ()) for document in documents]) for name in facets},
        "numbers": {name: [document.numbers.get(name) for document in documents] for name in numbers},
        "readers": _coded([sorted(document.readers) for document in documents]),
    }


def _coded(values: Iterable[Iterable[str]]) -> Coded:
    codes: dict[str, int] = {}
    # A value given twice is one value, or it would be counted twice.
    rows = [[codes.setdefault(value, len(codes) + 1) for value in dict.fromkeys(row)] for row in values]
    width = max(map(len, rows))
    padded = [row + [0] * (width - len(row)) for row in rows]
    return {"values": list(codes), "codes": [list(column) for column in zip(*padded, strict=True)]}


def _encode(document: SearchDocument) -> bytes:
    try:
        return msgspec.json.encode(document)
    except UnicodeEncodeError:
        # Text from files may hold lone surrogates, which UTF-8 alone refuses.
        return _JSON.encode(msgspec.to_builtins(document)).encode("utf-8", "surrogatepass")


def _decode(stored: memoryview) -> SearchDocument:
    try:
        return _DOCUMENTS.decode(stored)
    except UnicodeDecodeError:
        return msgspec.convert(json.loads(bytes(stored).decode("utf-8", "surrogatepass")), SearchDocument)
