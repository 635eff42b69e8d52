"""Records that are probably one, found while a file streams by.

Two are suspected when their titles and units fold alike, or when their texts share nearly all of their four-character
shingles. The second is estimated with MinHash (Broder 1997) in bands, so that the time grows with the number of rows
and not with its square: 24 hashes in 6 bands of 4 find 99.8 % of pairs that share nine tenths.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.nouns import Entry

HASHES = 24
BAND = 4
SHINGLE = 4
# Shorter texts share their shingles by chance.
SHORTEST = 40
NEARLY_ALL = 0.85

_random = np.random.default_rng(20_150_501)
_FACTORS = _random.integers(1, 2**63, HASHES, dtype=np.uint64) | np.uint64(1)
_MIX = _random.integers(1, 2**63, SHINGLE, dtype=np.uint64) | np.uint64(1)
_NOT_TEXT = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a record resembles: where that is, and how much of the text they share, None for title and unit."""

    where: Any
    shared: float | None


class Resemblance:
    """Remembers what it has seen, a few hundred bytes a record."""

    def __init__(self) -> None:
        self._where: list[Any] = []
        self._titles: dict[tuple[str, str], int] = {}
        self._bands: dict[int, int] = {}
        self._signatures: list[NDArray[np.uint32] | None] = []

    def look(self, entries: Sequence[Entry]) -> list[Likeness | None]:
        """Return for each entry what earlier record it resembles, and remember it."""
        signatures = _signatures([fold(entry.text) for entry in entries])
        return [self._look(entry, signature) for entry, signature in zip(entries, signatures, strict=True)]

    def _look(self, entry: Entry, signature: NDArray[np.uint32] | None) -> Likeness | None:
        number = len(self._where)
        self._where.append(entry.where)
        self._signatures.append(signature)
        same_title = self._same_title(entry, number)
        same_text = self._same_text(signature, number)
        return same_text or same_title

    def _same_title(self, entry: Entry, number: int) -> Likeness | None:
        title = fold(entry.title)
        keys = [(title, fold(unit)) for unit in entry.units or ("",)]
        found = [self._titles.setdefault(key, number) for key in keys]
        earlier = next((other for other in found if other != number), None)
        return None if earlier is None else Likeness(self._where[earlier], None)

    def _same_text(self, signature: NDArray[np.uint32] | None, number: int) -> Likeness | None:
        if signature is None:
            return None
        candidates = {self._bands.setdefault(band, number) for band in _band_keys(signature)} - {number}
        shared = {other: float(np.mean(self._signatures[other] == signature)) for other in candidates}
        nearest = max(shared, key=lambda other: (shared[other], -other), default=None)
        if nearest is None or shared[nearest] < NEARLY_ALL:
            return None
        return Likeness(self._where[nearest], shared[nearest])


def fold(text: str) -> str:
    """Return a text as it is compared: letters, digits and characters only, without width and case."""
    return _NOT_TEXT.sub("", unicodedata.normalize("NFKC", text).casefold())


def _signatures(texts: Sequence[str]) -> list[NDArray[np.uint32] | None]:
    """Return the MinHash of each text, (24,) uint32, or None for a short one; all texts go through numpy at once."""
    long = [place for place, text in enumerate(texts) if len(text) >= SHORTEST]
    signatures: list[NDArray[np.uint32] | None] = [None] * len(texts)
    if not long:
        return signatures
    lengths = np.array([len(texts[place]) for place in long])
    joined = "".join(texts[place] for place in long)
    characters = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    count = len(characters) - SHINGLE + 1
    shingles = sum(characters[offset : offset + count] * _MIX[offset] for offset in range(SHINGLE))
    shingles ^= shingles >> np.uint64(29)
    ends = np.cumsum(lengths)
    starts = np.concatenate(([0], ends[:-1]))
    for back in range(1, SHINGLE):
        # A shingle that reaches into the next text belongs to neither; the last whole one stands in its place.
        shingles[ends[:-1] - back] = shingles[ends[:-1] - SHINGLE]
    least = [np.minimum.reduceat((shingles * factor) >> np.uint64(32), starts) for factor in _FACTORS]
    hashed = np.stack(least, axis=1)
    for place, signature in zip(long, hashed.astype(np.uint32), strict=True):
        signatures[place] = signature
    return signatures


def _band_keys(signature: NDArray[np.uint32]) -> list[int]:
    bands = signature.reshape(-1, BAND)
    return [hash((place, band.tobytes())) for place, band in enumerate(bands)]
