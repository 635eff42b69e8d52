"""Rank achievements for a demand, or demands for an achievement, and say why.

The same pairs are judged the same way in both directions. What must not be offered is excluded before anything is
ranked, with the reason kept. The rest is scored by a weighted sum of features that are all shown with the match, so
that a person can see what made the order. The score orders one list; it is no probability and is never shown as one.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from search.asking.question import understand
from search.document import Candidate, SearchDocument
from search.embedding import Embedder
from search.engine import Vector
from search.matching import evidence
from search.matching.evidence import ClauseReason
from search.matching.features import Pair, features, folded, score
from search.matching.nearness import Nearness
from search.thesaurus import Way

# Records whose texts are nearer than this are variants of one thing: the next one must be that much better to stand
# beside the first.
_VARIANT = 0.9
_VARIANT_COST = 0.3
# An owner who only uses a result himself offers it to nobody. All other modes are open to talks: of the judged
# achievements that solve a demand, every fourth shares no mode with it.
_NOT_OFFERED = frozenset({"own_implementation"})


class Barred(enum.StrEnum):
    """Why a record must not be matched."""

    EXCLUDED_OWNER = "excluded_owner"
    NOT_OFFERED = "not_offered"
    NOT_VISIBLE = "not_visible"
    TRL_TOO_LOW = "trl_too_low"


@dataclass(frozen=True, slots=True)
class Exclusion:
    id: str
    reason: Barred


@dataclass(frozen=True, slots=True)
class Match:
    """One place of the list. ``rank`` counts from 1; ``matching.features.features`` says what the features mean."""

    document: SearchDocument
    rank: int
    score: float
    features: Mapping[str, float]
    reasons: tuple[ClauseReason, ...]


def exclusions(
    subject: SearchDocument, candidates: Sequence[Candidate], *, tokens: frozenset[str] | None = None
) -> list[Exclusion]:
    """Return the candidates that must not be matched, with the reason; ``tokens`` are those of who will see the list.

    Without tokens the caller vouches for what may be seen. An unknown readiness level is no reason to exclude.
    """
    judged = [(it.document.id, _barred(subject, it.document, tokens)) for it in candidates]
    return [Exclusion(id, reason) for id, reason in judged if reason is not None]


def match(
    subject: SearchDocument,
    candidates: Sequence[Candidate],
    embedder: Embedder,
    *,
    limit: int = 10,
    tokens: frozenset[str] | None = None,
) -> list[Match]:
    """Return the best matches of a demand among achievements, or of an achievement among demands, best first."""
    barred = {it.id for it in exclusions(subject, candidates, tokens=tokens)}
    admitted = [it for it in candidates if it.document.id not in barred]
    if not admitted:
        return []
    pairs = _pairs(subject, admitted, embedder)
    weights = _word_weights(pairs)
    highest = max(it.lexical_score for it in admitted)
    nearness = Nearness(pairs, embedder, weights)
    values = [features(pair, weights, highest, nearness.of(pair)) for pair in pairs]
    scores = [score(it) for it in values]
    return [
        Match(
            document=pairs[at].candidate.document,
            rank=rank,
            score=scores[at],
            features=values[at],
            reasons=evidence.reasons(pairs[at].needs, pairs[at].statements, weights, embedder.floor, pairs[at].ways),
        )
        for rank, at in enumerate(_varied(scores, _meanings(pairs, embedder), limit), 1)
    ]


def _barred(subject: SearchDocument, other: SearchDocument, tokens: frozenset[str] | None) -> Barred | None:
    demand, achievement = (subject, other) if subject.kind == "demand" else (other, subject)
    if tokens is not None and not tokens & other.readers:
        return Barred.NOT_VISIBLE
    if set(demand.facets.get("excluded_owner", ())) & set(achievement.facets.get("owner", ())):
        return Barred.EXCLUDED_OWNER
    modes = frozenset(achievement.facets.get("transfer_mode", ()))
    if modes and modes <= _NOT_OFFERED:
        return Barred.NOT_OFFERED
    least, trl = demand.numbers.get("min_trl"), achievement.numbers.get("trl")
    return Barred.TRL_TOO_LOW if least is not None and trl is not None and trl < least else None


def _pairs(subject: SearchDocument, candidates: Sequence[Candidate], embedder: Embedder) -> list[Pair]:
    """Read each side once and embed all its sentences in one batch."""
    others = [it.document for it in candidates]
    if subject.kind == "demand":
        (needs,) = evidence.read_needs([subject], embedder)
        said = evidence.read_statements(others, embedder)
        ways = _ways(subject, embedder)
        return [Pair(it, subject, it.document, needs, own, ways) for it, own in zip(candidates, said, strict=True)]
    (statements,) = evidence.read_statements([subject], embedder)
    asked = evidence.read_needs(others, embedder)
    return [
        Pair(it, it.document, subject, own, statements, _ways(it.document, embedder))
        for it, own in zip(candidates, asked, strict=True)
    ]


def _ways(demand: SearchDocument, embedder: Embedder) -> tuple[Way, ...]:
    """Return the techniques known to solve what a demand speaks of."""
    text = f"{demand.title}\n{demand.body}"
    return understand(text, embedder).ways


def _word_weights(pairs: Sequence[Pair]) -> dict[str, float]:
    words = frozenset[str]().union(*(pair.words for pair in pairs))
    return evidence.rarity(words, [folded(pair.candidate.document) for pair in pairs])


def _meanings(pairs: Sequence[Pair], embedder: Embedder) -> Vector:
    """Return one unit vector for each candidate, shape (pairs, dimensions), from the sentences already embedded."""
    vectors = np.zeros((len(pairs), embedder.dimensions), dtype=np.float32)
    for vector, pair in zip(vectors, pairs, strict=True):
        own = pair.needs if pair.candidate.document is pair.demand else pair.statements
        for sentence in own:
            vector += sentence.vector
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    meanings: Vector = vectors / np.maximum(lengths, np.float32(1e-9))
    return meanings


def _varied(scores: Sequence[float], meanings: Vector, limit: int) -> Iterator[int]:
    """Yield the places of the best candidates, a variant of one already taken at a cost."""
    left = list(range(len(scores)))
    variant = np.zeros(len(scores), dtype=bool)
    while left and limit > 0:
        at = max(left, key=lambda it: (scores[it] - _VARIANT_COST * variant[it], -it))
        yield at
        left.remove(at)
        limit -= 1
        variant |= meanings @ meanings[at] > _VARIANT
