"""Decide which documents of an embedded index answer a question, rank them both ways and count them.

What is found is decided before any filter is applied, and filters only ever narrow it, so the count shown beside a
facet's value is the number of documents that remain when it is chosen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from search.document import Sort
from search.embedded.journal import Vectors
from search.embedded.rows import Mask, Ordinals, Rows
from search.embedded.sketch import Sketch
from search.embedded.vectors import Nearness
from search.embedded.words import WordReader
from search.engine import Facets, LegRequest, LegResult, Ranking, Vector
from search.timing import leg

# How many hits of the words are looked at before what was not found is dropped from them.
_DEPTH = 300
_ORDERS = {Sort.NEWEST: "date", Sort.RELEVANCE: "date", Sort.BENEFIT: "benefit"}


@dataclass(frozen=True, slots=True)
class Selection:
    """One question to one state of an index; ``sketch`` holds just its rows, where there is one."""

    words: WordReader
    rows: Rows
    vectors: Vectors
    request: LegRequest
    sketch: Sketch | None = None

    def answer(self) -> LegResult:
        request = self.request
        visible = self._visible()
        nearness = self._nearness(visible)
        found = self._found(visible, nearness)
        chosen = {facet: self.rows.values.holding(facet, values) for facet, values in request.filters.items() if values}
        remaining = _narrowed(found, chosen)
        rows = np.flatnonzero(remaining)
        rankings: tuple[Ranking, Ranking] = ((), ())
        if request.sort is Sort.RELEVANCE and len(rows):
            rankings = self._by_words(visible, remaining), self._by_meaning(rows, nearness)
        return LegResult(
            *rankings,
            listed=self._listed(remaining, rankings),
            total=len(rows),
            facets=self._counts(found, chosen, rows),
        )

    def _nearness(self, visible: Mask) -> Nearness | None:
        if self.request.vector is None or not len(visible):
            return None
        # Choosing the best afterwards is nothing beside this.
        with leg("meaning"):
            floor = self.request.floor if self.request.least else None
            return Nearness.of(self.vectors, self.request.vector, self.sketch, floor)

    def _visible(self) -> Mask:
        visible = self.rows.visible(self.request.tokens)
        if self.request.only is not None:
            asked = np.zeros_like(visible)
            asked[[row for it in self.request.only if (row := self.rows.number_of(it)) is not None]] = True
            visible &= asked
        hidden = (self.rows.number_of(identity) for identity in self.request.exclude)
        visible[[row for row in hidden if row is not None]] = False
        return visible

    def _found(self, visible: Mask, nearness: Nearness | None) -> Mask:
        if not self.request.least:
            return visible
        found = visible & self.words.holding(self.request.words, self.request.least)
        if nearness is not None:
            found[nearness.reaching(self.request.floor, visible)] = True
        return found

    def _by_words(self, visible: Mask, remaining: Mask) -> Ranking:
        terms = self.words.telling(self.request.terms, self.request.share)
        if not terms:
            return ()
        with leg("words"):
            return self._best_by_words(terms, visible, remaining)

    def _best_by_words(self, terms: Mapping[str, float], visible: Mask, remaining: Mask) -> Ranking:
        filters = {facet: values for facet, values in self.request.filters.items() if values}
        depth = _DEPTH
        while True:
            rows, scores = self.words.rank(terms, filters, depth)
            # Documents the asker may not read take up places; look deeper until enough others were seen.
            if len(rows) < depth or np.count_nonzero(visible[rows]) >= self.request.window:
                break
            depth *= 10
        kept = remaining[rows]
        return self._ranking(rows[kept], scores[kept])

    def _by_meaning(self, remaining: Ordinals, nearness: Nearness | None) -> Ranking:
        if nearness is None:
            return ()
        return self._ranking(*nearness.best(remaining, self.request.window))

    def _ranking(self, rows: Ordinals, scores: Vector) -> Ranking:
        """Return (id, score), best first, ties by id, at most a window of them."""
        best = np.argsort(-scores, kind="stable")
        descending = scores[best]
        if len(best) > self.request.window:
            # With those that tie with the last of the window: which of them belong to it their ids decide.
            wanted = descending >= descending[self.request.window - 1]
            best, descending = best[wanted], descending[wanted]
        pairs = list(zip(map(self.rows.ids.__getitem__, rows[best].tolist()), descending.tolist(), strict=True))
        if (descending[1:] == descending[:-1]).any():
            pairs.sort(key=lambda pair: (-pair[1], pair[0]))
        return tuple(pairs[: self.request.window])

    def _listed(self, remaining: Mask, rankings: tuple[Ranking, Ranking]) -> tuple[str, ...]:
        if max(map(len, rankings)) >= self.request.most:
            return ()
        ranked = {identity for ranking in rankings for identity, _score in ranking}
        wanted = self.request.most - len(ranked)
        if wanted <= 0:
            return ()
        others = remaining.copy()
        others[[self.rows.latest[identity] for identity in ranked]] = False
        return tuple(self.rows.ordered(np.flatnonzero(others), _ORDERS[self.request.sort], wanted))

    def _counts(self, found: Mask, chosen: Mapping[str, Mask], remaining: Ordinals) -> Facets:
        """Count the values of each facet among what remains when that facet's own filter is lifted."""
        free = [facet for facet in self.request.facets if facet not in chosen]
        counts = {**self.rows.values.count(free, remaining)}
        for facet in chosen:
            if facet in self.request.facets:
                lifted = np.flatnonzero(_narrowed(found, chosen, without=facet))
                counts |= self.rows.values.count([facet], lifted)
        return counts


def _narrowed(found: Mask, chosen: Mapping[str, Mask], *, without: str | None = None) -> Mask:
    narrowed = found.copy()
    for facet, holding in chosen.items():
        if facet != without:
            narrowed &= holding
    return narrowed
