"""What is known to solve the trouble a text speaks of, for a record that solves it without sharing a word.

The trouble is found by its names in the text and, because shop-floor language has more names than any list, by the
nearest problems in the space of the embedding model.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from search.embedding import Embedder
from search.engine import Vector
from search.thesaurus.concepts import Concept, Mention, Thesaurus

# How many problems are taken for near ones, and how much nearer than the floor of the model they must be.
_NEAREST = 3
_MARGIN = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """A technique known to solve a problem; ``path`` leads to it from the words of the text or the nearest problem."""

    path: tuple[str, ...]
    vector: Vector


class KnownSolution(NamedTuple):
    """How near a record is to the nearest of the ways, as a cosine, and the path to that way."""

    similarity: float
    path: tuple[str, ...]


class Solutions:
    """The problems of a thesaurus and their techniques, as an embedding model sees them.

    ``before`` are those of an earlier thesaurus, seen by the same model: what is told alike is not embedded again.
    """

    def __init__(self, thesaurus: Thesaurus, embedder: Embedder, before: Solutions | None = None) -> None:
        self.thesaurus = thesaurus
        self._embedder = embedder
        self._by_text: dict[str, Vector] = dict(before._by_text) if before else {}
        self._problems = [concept for concept in thesaurus.concepts.values() if concept.solved_by]
        self._known: dict[str, Vector] = {}

    def ways(self, mentions: Sequence[Mention], vector: Vector) -> tuple[Way, ...]:
        """Return the techniques for the problems a text names or, by its vector, lies near."""
        paths: dict[str, tuple[str, ...]] = {}
        named = [(it.concept, it.name) for it in mentions if it.concept.solved_by]
        for concept, said in [*named, *((concept, "") for concept in self._near(vector))]:
            for technique in concept.solved_by:
                path = tuple(filter(None, dict.fromkeys((said, concept.preferred, technique))))
                paths.setdefault(technique, path)
        vectors = self._vectors(paths)
        return tuple(Way(path, one) for path, one in zip(paths.values(), vectors, strict=True))

    def _near(self, vector: Vector) -> list[Concept]:
        if not self._embedder.is_swift:
            # Embedding every problem would keep the first reader waiting for minutes.
            return []
        cosines = self._problem_vectors @ vector
        near = np.flatnonzero(cosines >= self._embedder.floor + _MARGIN)
        nearest = near[np.argsort(-cosines[near], kind="stable")][:_NEAREST]
        return [self._problems[at] for at in nearest.tolist()]

    @cached_property
    def _problem_vectors(self) -> Vector:
        texts = [f"{' '.join((it.preferred, *it.alternatives))}\n{it.gloss}" for it in self._problems]
        return np.stack(self._passages(texts)) if texts else self._embedder.passages(texts)

    def _vectors(self, techniques: Iterable[str]) -> list[Vector]:
        names = list(techniques)
        unknown = [name for name in names if name not in self._known]
        if unknown:
            told = ["\n".join((name, *(it.gloss for it in self.thesaurus.named(name)[:1]))) for name in unknown]
            self._known |= zip(unknown, self._passages(told), strict=True)
        return [self._known[name] for name in names]

    def _passages(self, texts: Sequence[str]) -> list[Vector]:
        new = [text for text in dict.fromkeys(texts) if text not in self._by_text]
        if new:
            self._by_text |= zip(new, self._embedder.passages(new), strict=True)
        return [self._by_text[text] for text in texts]


def known_solutions(ways: Sequence[Way], vectors: Vector) -> list[KnownSolution | None]:
    """Return for each record, of ``vectors`` shape (records, dimensions), the way it is nearest to."""
    if not ways:
        return [None] * len(vectors)
    cosines = vectors @ np.stack([way.vector for way in ways]).T
    nearest = cosines.argmax(axis=1).tolist()
    return [KnownSolution(row[at], ways[at].path) for row, at in zip(cosines.tolist(), nearest, strict=True)]
