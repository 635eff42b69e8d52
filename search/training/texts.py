"""The texts of training as token ids: every text is cut once, however often it is used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from multiprocessing import Pool

import numpy as np
from numpy.typing import NDArray

from search import analysis

Ids = NDArray[np.int32]

# Longer texts are cut here, as ``search.embedding`` does with documents and more so: their beginning tells the rest.
_LONGEST = 1200


class Texts:
    """A growing list of texts, each known by its number; the same text always has the same number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def add(self, text: str) -> int:
        return self._numbers.setdefault(text[:_LONGEST], len(self._numbers))

    def tokens(self) -> list[tuple[str, ...]]:
        """Return the tokens of every text, by number."""
        with Pool() as pool:
            return pool.map(analysis.terms, self._numbers, chunksize=2000)


def vocabulary(tokens: Sequence[tuple[str, ...]], always: Iterable[int], size: int) -> dict[str, int]:
    """Return the ids of the tokens worth a place: all of the texts ``always``, then the commonest. 0 is unknown."""
    counts = Counter(token for text in tokens for token in text)
    kept = dict.fromkeys(token for number in always for token in tokens[number])
    for token, count in counts.most_common():
        if len(kept) >= size or count < 2:
            break
        kept[token] = None
    ordered = sorted(kept, key=lambda token: (-counts[token], token))
    return {token: number for number, token in enumerate(ordered, start=1)}


def encoded(tokens: Sequence[tuple[str, ...]], ids: dict[str, int]) -> list[Ids]:
    """Return the known token ids of every text."""
    return [np.array([ids[token] for token in text if token in ids], np.int32) for text in tokens]
