"""What speaks for a pair of demand and achievement, each as one number a person can understand.

The weights stand in ``ranking.json``, fitted to judged demands with sector by sector held out; what the judgements
could not decide (region, industry, mode, budget, age) has a small weight that only breaks near ties.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from search import analysis
from search.asking.ranking import FITTED, weighted
from search.document import Candidate, SearchDocument
from search.matching import evidence
from search.matching.evidence import Need, Statement
from search.thesaurus import Way

WEIGHTS = FITTED["match"]
_DAYS_TO_HALF = 3652
_DAYS_A_YEAR = 365.2425


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """A demand and an achievement, one of them the candidate, with what was read in both."""

    candidate: Candidate
    demand: SearchDocument
    achievement: SearchDocument
    needs: Sequence[Need]
    statements: Sequence[Statement]
    ways: Sequence[Way] = ()

    @property
    def words(self) -> frozenset[str]:
        """The words of the demand's need-bearing clauses."""
        return frozenset().union(*(need.words for need in self.needs))


def folded(document: SearchDocument) -> str:
    """Return the whole text of a document in the form in which words are looked up in it."""
    return analysis.normalise("\n".join((document.title, *document.keywords, document.body)))


def terms_of(document: SearchDocument) -> frozenset[str]:
    """Return the different tokens of a document."""
    return frozenset(analysis.terms(document.text))


def features(pair: Pair, weights: Mapping[str, float], highest: float, near_words: float) -> dict[str, float]:
    """Return the features of a pair; 0 to 1 where nothing else is said.

    ``weights`` are those of the words, ``highest`` is the best lexical score among the candidates, ``near_words`` what
    ``search.matching.nearness`` says of the pair.

    cosine: of the two documents, -1 to 1. coverage: mean over the demand's clauses of the best sentence's cosine, -1
    to 1, what is wished counting double. words, title_words: share of the demand's words that the achievement, or its
    title and keywords, holds. near_words: how near the achievement's nearest words are to the demand's other ones.
    known_solution: cosine of the nearest sentence with a technique known to solve what the demand speaks of, 0 where
    none is known. lexical_score: BM25 relative to the best candidate. lexical_rank, vector_rank: 61 / (60 +
    rank), 0 where not found. indicators: -1 (all comparable ones fall short) to 1 (all are met), 0 without any.
    maturity: 1 where the readiness is documented. modes: 1 shared, 0.5 unstated, 0 disjoint. budget: 1 within, falling
    to 0 at twice the budget, 0.5 unstated. industry: 1 same division, 0.5 same section. region: a third for each level
    shared, to the county. recency: halves every ten years, 0.5 where a date is missing.
    """
    demand, achievement, candidate = pair.demand, pair.achievement, pair.candidate
    title = analysis.normalise(" ".join((achievement.title, *achievement.keywords)))
    return {
        "cosine": candidate.cosine,
        "coverage": _coverage(pair),
        "lexical_score": candidate.lexical_score / highest if highest > 0 else 0.0,
        "words": evidence.share(pair.words, folded(achievement), weights),
        "title_words": evidence.share(pair.words, title, weights),
        "near_words": near_words,
        "known_solution": _known_solution(pair),
        "lexical_rank": _from_rank(candidate.lexical_rank),
        "vector_rank": _from_rank(candidate.vector_rank),
        "indicators": _indicators(pair),
        "maturity": float("trl" in achievement.numbers),
        "modes": _modes(demand.facets.get("transfer_mode", ()), achievement.facets.get("transfer_mode", ())),
        "budget": _budget(demand.numbers.get("budget"), achievement.numbers.get("price")),
        "industry": _nearness(demand, achievement, "industry", levels=2),
        "region": _nearness(demand, achievement, "region", levels=3),
        "recency": _recency(demand, achievement),
    }


def score(values: Mapping[str, float]) -> float:
    """Return the weighted sum of features; it orders one list and means nothing across lists."""
    return weighted(values, WEIGHTS)


def _coverage(pair: Pair) -> float:
    if not pair.needs or not pair.statements:
        return 0.0
    best = evidence.similarities(pair.needs, pair.statements).max(axis=1)
    return float(np.average(best, weights=[2 if need.clause.goal else 1 for need in pair.needs]))


def _known_solution(pair: Pair) -> float:
    if not pair.ways or not pair.statements:
        return 0.0
    techniques = np.stack([way.vector for way in pair.ways])
    return float((techniques @ np.stack([it.vector for it in pair.statements]).T).max())


def _from_rank(rank: int | None) -> float:
    return 0.0 if rank is None else 61 / (60 + rank)


def _indicators(pair: Pair) -> float:
    verdicts = evidence.verdicts(pair.needs, pair.statements)
    return sum(1 if met else -1 for met in verdicts) / len(verdicts) if verdicts else 0.0


def _modes(wanted: Sequence[str], offered: Sequence[str]) -> float:
    return float(bool(set(wanted) & set(offered))) if wanted and offered else 0.5


def _budget(budget: int | None, price: int | None) -> float:
    if budget is None or price is None:
        return 0.5
    return 1.0 if price <= budget else max(0.0, 2 - price / budget) if budget > 0 else 0.0


def _nearness(demand: SearchDocument, achievement: SearchDocument, facet: str, *, levels: int) -> float:
    """Return how far down a hierarchy two documents agree; a facet holds a code and all its ancestors."""
    shared = set(demand.facets.get(facet, ())) & set(achievement.facets.get(facet, ()))
    return min(len(shared), levels) / levels


def _recency(demand: SearchDocument, achievement: SearchDocument) -> float:
    year = achievement.numbers.get("year")
    done = achievement.numbers.get("date", None if year is None else round(year * _DAYS_A_YEAR))
    asked = demand.numbers.get("date")
    if done is None or asked is None:
        return 0.5
    return float(0.5 ** (max(0, asked - done) / _DAYS_TO_HALF))
