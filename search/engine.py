"""What an engine must be able to do, whichever server or library stands behind it.

Words above this line never depend on which engine answers. An engine holds one index per kind of document
(``document.KINDS``); a leg is one ranking of documents, by words or by meaning, under one filter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from search.document import FacetCount, SearchDocument, Sort

Vector = NDArray[np.float32]
# Pairs of (id, score), best first; exact ties are in ascending order of id.
Ranking = tuple[tuple[str, float], ...]
Facets = Mapping[str, tuple[FacetCount, ...]]


@dataclass(frozen=True, slots=True)
class LegRequest:
    """One question to an engine, already analysed and embedded.

    What is found is decided first: a document the asker may read (``tokens``), not in ``exclude`` and, where
    ``only`` is given, in that, which holds at least ``least`` of ``words`` (0: every document) or whose cosine with
    ``vector`` reaches ``floor``. ``filters`` then narrow it, alternatives inside one facet and conditions between
    facets. What remains is ranked.

    ``terms`` maps an analysed token to its weight in the ranking by words (empty: none); an engine may leave out the
    commonest while the others carry ``share`` of the weight. ``vector`` is of unit length (None: no ranking by
    meaning). Each ranking holds the best ``window``; ``most`` is how many documents are wanted in all.
    """

    kind: str
    terms: Mapping[str, float] = field(default_factory=dict)
    share: float = 1.0
    words: tuple[str, ...] = ()
    least: int = 0
    vector: Vector | None = None
    floor: float = -1.0
    tokens: frozenset[str] = frozenset({"public"})
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    exclude: frozenset[str] = frozenset()
    only: frozenset[str] | None = None
    sort: Sort = Sort.RELEVANCE
    window: int = 200
    most: int = 0
    facets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LegResult:
    """What an engine found: a ranking by words and one by meaning, and the counts asked for.

    ``listed`` are ids that no ranking holds, newest first, enough to make ``most`` together with the rankings; sorted
    otherwise than by relevance there are no rankings and ``listed`` holds all, in that order. Ties are by id.
    ``total`` counts what remains under the filters; the counts of a facet lift that facet's own filter, so the count
    beside a value is the total when only that value is chosen.
    """

    lexical: Ranking = ()
    vector: Ranking = ()
    listed: tuple[str, ...] = ()
    total: int = 0
    facets: Facets = field(default_factory=dict)


class Engine(Protocol):
    """An index that can be written and asked.

    Writing is visible to every reader, of this process or another, once ``commit`` returns; what was written since
    is lost when the process ends. A rebuild fills an index that is not yet in use and then swaps it in, so readers
    that are open move over; each engine offers it in its own way, for it is not asked of an open engine.
    """

    fingerprint: str
    """The embedding model and text recipe the index was made with."""

    def write(self, documents: Sequence[SearchDocument], vectors: Vector) -> None:
        """Store documents with their vectors, shape (len(documents), dimensions); older revisions never win.

        Writing, deleting and committing raise DocumentsRefused when the engine refused single documents and took all
        others, IndexBusy when it must be given less, IndexBlocked when it takes nothing, and IndexUnavailable when
        it is not reached; whatever is raised, doing the same again is safe.
        """

    def delete(self, kind: str, revisions: Mapping[str, int]) -> None:
        """Remove documents by id, each up to a revision."""

    def commit(self) -> None:
        """Make everything written and deleted since the last commit true at once, for each kind."""

    def search(self, request: LegRequest) -> LegResult: ...

    def fetch(self, kind: str, ids: Sequence[str]) -> list[SearchDocument]:
        """Return the stored documents in the order of ``ids``, leaving out those that are not there.

        Who may read them is for the caller to check: a document may have changed since it was found.
        """

    def read(self, kind: str, ids: Sequence[str]) -> tuple[list[SearchDocument], Vector]:
        """Return what ``fetch`` does and the vectors of these documents, shape (documents, dimensions)."""

    def frequency(self, kind: str, term: str) -> int:
        """Return how many documents of a kind hold a term."""

    def revisions(self, kind: str) -> Iterable[tuple[str, int]]:
        """Yield the id and revision of every document of a kind, for comparing index and database."""

    def close(self) -> None: ...
