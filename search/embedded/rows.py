"""What an index knows of every row besides its words, held in memory as columns.

A row is written once and never changed; a newer version of a document is a new row and the old one stops being alive.
So a set of documents is a boolean mask over rows, a condition is a few operations on masks, and a reader that sees a
commit adds the new rows to copies of its columns while questions go on being answered from the old ones.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from search.document import FacetCount
from search.embedded.journal import Block
from search.engine import Facets

Mask = NDArray[np.bool_]
# Row numbers.
Ordinals = NDArray[np.int64]

MISSING = np.iinfo(np.int64).min
# Who may read a document is kept like a facet, under a name no facet has.
_READERS = "\x00readers"


@dataclass(frozen=True, slots=True)
class Values:
    """The values of all facets for every row, as codes that are the same in all of them, so that one look counts all.

    ``codes`` has shape (lines, rows), 0 meaning none; a facet has as many ``lines`` as the most values a row has of
    it. Codes are as wide as an index, because numpy would widen narrower ones at every look-up.
    """

    codes: NDArray[np.intp] = field(default_factory=lambda: np.zeros((0, 0), np.intp))
    lines: dict[str, list[int]] = field(default_factory=dict)
    numbers: dict[tuple[str, str], int] = field(default_factory=dict)

    def extended(self, blocks: Sequence[Block]) -> Values:
        """Return the values with the rows of more blocks."""
        lines = {facet: list(places) for facet, places in self.lines.items()}
        parts = [{**block["facets"], _READERS: block["readers"]} for block in blocks]
        count = len(self.codes)
        for part in parts:
            for facet, coded in part.items():
                places = lines.setdefault(facet, [])
                wider = max(0, len(coded["codes"]) - len(places))
                places.extend(range(count, count + wider))
                count += wider
        numbers, start = dict(self.numbers), self.codes.shape[1]
        codes = np.zeros((count, start + sum(len(block["ids"]) for block in blocks)), np.intp)
        codes[: len(self.codes), :start] = self.codes
        for part, block in zip(parts, blocks, strict=True):
            end = start + len(block["ids"])
            for facet, coded in part.items():
                ours = [0, *(numbers.setdefault((facet, value), len(numbers) + 1) for value in coded["values"])]
                for line, theirs in zip(lines[facet], coded["codes"], strict=False):
                    codes[line, start:end] = np.array(ours)[theirs]
            start = end
        return Values(codes, lines, numbers)

    def holding(self, facet: str, values: Iterable[str]) -> Mask:
        """Return the rows that hold at least one of the values of a facet."""
        wanted = np.zeros(len(self.numbers) + 1, np.bool_)
        wanted[[number for value in values if (number := self.numbers.get((facet, value)))]] = True
        held = np.zeros(self.codes.shape[1], np.bool_)
        for line in self.lines.get(facet, ()):
            held |= wanted[self.codes[line]]
        return held

    def has(self, facet: str, row: int) -> bool:
        """Say whether a row holds any value of a facet."""
        return any(self.codes[line, row] for line in self.lines.get(facet, ()))

    def count(self, facets: Collection[str], rows: Ordinals) -> Facets:
        """Return how many of the rows hold each value, the most frequent first, then by value."""
        lines = [line for facet in facets for line in self.lines.get(facet, ())]
        held = self.codes[np.ix_(np.array(lines, np.intp), rows)]
        counts = np.bincount(held.ravel(), minlength=len(self.numbers) + 1).tolist()
        found: dict[str, list[FacetCount]] = {facet: [] for facet in facets}
        for (facet, value), count in zip(self.numbers, counts[1:], strict=True):
            if count:
                found[facet].append(FacetCount(value, count))
        return {facet: tuple(sorted(them, key=lambda one: (-one.count, one.value))) for facet, them in found.items()}


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
