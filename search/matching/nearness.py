"""How near the words of a demand are to those of an achievement that says the same in other words.

For each word of the demand the achievement lacks, the nearest word it has is looked for (the greatest cosine, as in
late interaction: Khattab and Zaharia, SIGIR 2020). Where the embedding model has no vectors of words, nothing is near.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from search.embedding import Embedder
from search.matching.features import Pair, terms_of


class Nearness:
    """The words of all pairs compared at once, since most of them are in many pairs."""

    def __init__(self, pairs: Sequence[Pair], embedder: Embedder, weights: Mapping[str, float]) -> None:
        asked = sorted(frozenset[str]().union(*(pair.words for pair in pairs)))
        offered = sorted(frozenset[str]().union(*(terms_of(pair.achievement) for pair in pairs)))
        self._rows = {word: row for row, word in enumerate(asked)}
        self._columns = {word: column for column, word in enumerate(offered)}
        self._cosines = np.maximum(embedder.words(asked) @ embedder.words(offered).T, 0)
        self._weights = np.array([weights[word] for word in asked])

    def of(self, pair: Pair) -> float:
        """Return the mean nearness of the demand's words, weighted by rarity; words both have count 0 here."""
        offered = terms_of(pair.achievement)
        rows = [self._rows[word] for word in pair.words]
        missing = [self._rows[word] for word in pair.words if word not in offered]
        columns = [self._columns[word] for word in offered]
        if not missing or not columns:
            return 0.0
        best = self._cosines[np.ix_(missing, columns)].max(axis=1)
        return float(best @ self._weights[missing] / self._weights[rows].sum())
