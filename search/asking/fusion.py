"""Fuse rankings that were made on different scales into one.

Reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009) looks at ranks alone, so a BM25 score and a cosine
need no common scale. It stands here rather than in a server because the ranking must be the same for every engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from operator import add

# The constant of the original paper; larger values let lower ranks count for more.
K = 60


def reciprocal_rank_fusion(
    rankings: Sequence[Sequence[str]], k: int = K, weights: Sequence[float] | None = None
) -> list[tuple[str, float]]:
    """Return (id, score), best first, where score is the sum of weight / (k + rank) over the rankings, rank from 1.

    A document that a ranking does not hold gets nothing from it. Exact ties are in ascending order of id.
    """
    scores: dict[str, float] = {}
    for ranking, weight in zip(rankings, weights or [1.0] * len(rankings), strict=True):
        gains = [weight / (k + rank) for rank in range(1, len(ranking) + 1)]
        before = map(scores.get, ranking, repeat(0.0))
        scores |= zip(ranking, map(add, before, gains), strict=True)
    best_first = sorted([(-score, identity) for identity, score in scores.items()])
    return [(identity, -score) for score, identity in best_first]
