"""What speaks for a hit, weighed: the order of the best hits of a question.

Fusing two rankings finds the candidates; here the first of them are put in order by what is known of each. The weights
are fitted to judged questions by ``python -m search.training.ranker`` and stand in ``ranking.json`` beside those of
matching.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from search.asking.question import Question
from search.engine import Vector
from search.thesaurus import known_solutions

FILE = Path(__file__).parent / "ranking.json"
FITTED: Mapping[str, Mapping[str, float]] = json.loads(FILE.read_text("utf-8"))
# How many hits are put in order.
HEAD = 50


def features(
    question: Question,
    vectors: Vector,
    lexical_scores: Sequence[float],
    documented: Sequence[bool],
) -> list[dict[str, float]]:
    """Return for each document what speaks for it: its vector, its BM25 and whether its readiness is documented.

    cosine: of question and document, -1 to 1. lexical_score: BM25 relative to the best, 0 to 1. lexical_lead: by how
    much of it the best exceeds the second, 0 for all others. known_solution: cosine with the nearest technique known to
    solve the trouble, 0 where none is known. maturity: 1 where the readiness is documented, which a record that can be
    used has and a paper has not.
    """
    highest, second = ([*sorted(lexical_scores, reverse=True), 0.0, 0.0])[:2]
    highest = highest or 1.0
    cosines = (vectors @ question.vector).tolist()
    solved = known_solutions(question.ways, vectors)
    return [
        {
            "cosine": cosine,
            "lexical_score": lexical / highest,
            "lexical_lead": max(0.0, lexical - second) / highest,
            "known_solution": known.similarity if known else 0.0,
            "maturity": float(mature),
        }
        for cosine, lexical, known, mature in zip(cosines, lexical_scores, solved, documented, strict=True)
    ]


def contributions(values: Mapping[str, float], weights: Mapping[str, float]) -> dict[str, float]:
    """Return what each feature adds to the score: its value times its weight."""
    return {name: weights[name] * value for name, value in values.items()}


def weighted(values: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Return the weighted sum of features; it orders one list and means nothing across lists."""
    return sum([weights[name] * value for name, value in values.items()])


def best_first(values: Mapping[str, Mapping[str, float]]) -> list[tuple[str, float]]:
    """Return (id, score) by the features of each, best first; ties stay as they were."""
    scored = [(identity, weighted(one, FITTED["question"])) for identity, one in values.items()]
    return sorted(scored, key=lambda pair: -pair[1])
