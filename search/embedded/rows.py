"""What an index knows of every row besides its words, held in memory as columns.

A row is written once and never changed; a newer version of a document is a new row and the old one stops being alive.
So a set of documents is a boolean mask over rows, a condition is a few operations on masks, and a reader that sees a
commit adds the new rows to copies of its columns while questions go on being answered from the old ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from search.document import FacetCount
from search.embedded.journal import Block
from search.engine import Facets

Mask = NDArray[np.bool_]
# Row numbers.
Ordinals = NDArray[np.int64]
Codes = NDArray[np.int32]

MISSING = np.iinfo(np.int64).min
# Who may read a document is kept like a facet, under a name no facet has.
_READERS = "\x00readers"
# How many masks are kept, a byte a row each.
_MASKS = 64
_NONE = np.zeros(0, np.int64)


@dataclass(frozen=True)
class Values:
    """The values of all facets for every row, as codes that are the same in all of them, so that one look counts all.

    ``codes`` has shape (rows, lines), 0 meaning none; a facet has as many ``lines`` as the most values a row has of it.
    """

    codes: Codes = field(default_factory=lambda: np.zeros((0, 0), np.int32))
    lines: dict[str, list[int]] = field(default_factory=dict)
    numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    # Who asks and what they choose is mostly the same, and the answer stays true as long as the rows are these.
    _held: dict[tuple[str, frozenset[str]], Mask] = field(default_factory=dict)

    def extended(self, blocks: Sequence[Block]) -> Values:
        """Return the values with the rows of more blocks."""
        lines = {facet: list(places) for facet, places in self.lines.items()}
        parts = [{**block["facets"], _READERS: block["readers"]} for block in blocks]
        count = self.codes.shape[1]
        for part in parts:
            for facet, coded in part.items():
                places = lines.setdefault(facet, [])
                wider = max(0, len(coded["codes"]) - len(places))
                places.extend(range(count, count + wider))
                count += wider
        numbers, start = dict(self.numbers), len(self.codes)
        codes = np.zeros((start + sum(len(block["ids"]) for block in blocks), count), np.int32)
        codes[:start, : self.codes.shape[1]] = self.codes
        for part, block in zip(parts, blocks, strict=True):
            end = start + len(block["ids"])
            for facet, coded in part.items():
                ours = [0, *(numbers.setdefault((facet, value), len(numbers) + 1) for value in coded["values"])]
                for line, theirs in zip(lines[facet], coded["codes"], strict=False):
                    codes[start:end, line] = np.array(ours)[theirs]
            start = end
        return Values(codes, lines, numbers)

    def holding(self, facet: str, values: Iterable[str]) -> Mask:
        """Return the rows that hold at least one of the values of a facet; not to be written to."""
        key = facet, frozenset(values)
        held = self._held.get(key)
        if held is None:
            wanted = np.zeros(len(self.numbers) + 1, np.bool_)
            wanted[[number for value in key[1] if (number := self.numbers.get((facet, value)))]] = True
            held = np.logical_or.reduce(wanted[self.codes[:, self.lines.get(facet, [])]], axis=1)
            if len(self._held) >= _MASKS:
                self._held.clear()
            self._held[key] = held
        return held

    def having(self, facet: str, rows: Ordinals) -> Mask:
        """Say for each of the rows whether it holds any value of a facet."""
        having: Mask = np.logical_or.reduce(self.codes.take(rows, axis=0)[:, self.lines.get(facet, [])] > 0, axis=1)
        return having

    def count(self, facets: Iterable[str], rows: Ordinals) -> Facets:
        """Return how many of the rows hold each value, the most frequent first, then by value."""
        counts = np.bincount(self.codes.take(rows, axis=0).ravel(), minlength=len(self.numbers) + 1)
        found: dict[str, tuple[FacetCount, ...]] = {}
        for facet in facets:
            values, numbers = self._sorted.get(facet, ((), _NONE))
            of_each = counts[numbers]
            frequent = np.argsort(-of_each, kind="stable")[: np.count_nonzero(of_each)]
            names = map(values.__getitem__, frequent.tolist())
            found[facet] = tuple(map(FacetCount, names, of_each[frequent].tolist()))
        return found

    @cached_property
    def _sorted(self) -> dict[str, tuple[list[str], Ordinals]]:
        """The values of each facet in their order, and their numbers."""
        places: dict[str, list[tuple[str, int]]] = {}
        for (facet, value), number in self.numbers.items():
            places.setdefault(facet, []).append((value, number))
        return {
            facet: ([value for value, _number in pairs], np.array([number for _value, number in pairs], np.int64))
            for facet, pairs in ((facet, sorted(pairs)) for facet, pairs in places.items())
        }


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows of one kind of document. ``alive`` says which hold the present version of a document that is there."""

    ids: list[str] = field(default_factory=list)
    revisions: Ordinals = field(default_factory=lambda: np.zeros(0, np.int64))
    # Where the document of each row lies, (first byte, length), shape (rows, 2).
    places: Ordinals = field(default_factory=lambda: np.zeros((0, 2), np.int64))
    alive: Mask = field(default_factory=lambda: np.zeros(0, np.bool_))
    latest: dict[str, int] = field(default_factory=dict)
    values: Values = field(default_factory=Values)
    numbers: dict[str, Ordinals] = field(default_factory=dict)

    def extended(self, blocks: Sequence[Block]) -> Rows:
        """Return the rows with more of them."""
        if not blocks:
            return self
        ids = self.ids + [identity for block in blocks for identity in block["ids"]]
        places = np.concatenate([self.places, *(np.array(block["places"], np.int64) for block in blocks)])
        alive, latest = np.concatenate([self.alive, places[len(self.ids) :, 1] > 0]), dict(self.latest)
        for row, identity in enumerate(ids[len(self.ids) :], start=len(self.ids)):
            if identity in latest:
                alive[latest[identity]] = False
            latest[identity] = row
        names = {*self.numbers, *(name for block in blocks for name in block["numbers"])}
        return Rows(
            ids=ids,
            revisions=np.concatenate([self.revisions, *(np.array(block["revisions"], np.int64) for block in blocks)]),
            places=places,
            alive=alive,
            latest=latest,
            values=self.values.extended(blocks),
            numbers={name: self._extended_number(name, blocks) for name in names},
        )

    def number_of(self, identity: str) -> int | None:
        """Return the row of the present version of a document, None where there is none."""
        row = self.latest.get(identity)
        return row if row is not None and self.alive[row] else None

    def numbers_of(self, identities: Sequence[str]) -> Ordinals:
        """Return the row of the present version of each document, -1 where there is none."""
        rows = np.array([self.latest.get(identity, -1) for identity in identities], np.int64)
        # The last of them stands for -1, and may be anything.
        return np.where(self.alive[rows], rows, -1) if len(self.alive) else rows

    def revision_of(self, identity: str) -> int:
        """Return the last revision seen of a document, deleted or not; -1 where there never was one."""
        row = self.latest.get(identity)
        return -1 if row is None else int(self.revisions[row])

    def visible(self, tokens: Iterable[str]) -> Mask:
        """Return the living rows whose readers meet the tokens."""
        return self.alive & self.values.holding(_READERS, tokens)

    def ordered(self, rows: Ordinals, number: str, most: int) -> list[str]:
        """Return the ids of the rows by a number, the greatest first, those without it last, ties by id."""
        values = self.numbers.get(number)
        keys = np.full(len(rows), MISSING) if values is None else values[rows]
        if len(rows) > most > 0:
            kept = keys >= np.partition(keys, len(rows) - most)[len(rows) - most]
            rows, keys = rows[kept], keys[kept]
        pairs = sorted((-key, self.ids[row]) for key, row in zip(keys.tolist(), rows.tolist(), strict=True))
        return [identity for _key, identity in pairs[: max(0, most)]]

    def _extended_number(self, name: str, blocks: Sequence[Block]) -> Ordinals:
        pieces = [self.numbers.get(name, np.full(len(self.ids), MISSING))]
        for block in blocks:
            given = block["numbers"].get(name) or [None] * len(block["ids"])
            pieces.append(np.array([MISSING if number is None else number for number in given], np.int64))
        return np.concatenate(pieces)
