"""Ask two indexes the same questions and say how far their answers agree, and which are better where that is judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from search import hybrid
from search.document import Leg, SearchRequest
from search.embedding import Embedder
from search.engine import Engine
from search.quality.evaluation import ndcg

_DEPTH = 10

# An index and the model it was made with.
Side = tuple[Engine, Embedder]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about one kind of document; ``grades`` says how relevant (0: not at all) each judged one is."""

    kind: str
    text: str
    grades: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two indexes answered to some questions, by one leg.

    ``overlap`` is the mean part of the first ten answers that both give, 0 to 1; ``same_first`` the part of the
    questions with the same first answer. ``ndcg`` holds the mean nDCG@10 of each index over the ``judged`` questions.
    """

    leg: Leg
    questions: int
    overlap: float
    same_first: float
    judged: int
    ndcg: tuple[float, float] | None


def compare(
    one: Side,
    other: Side,
    questions: Sequence[Asked],
    *,
    tokens: frozenset[str],
    progress: Callable[[int], None] = lambda _count: None,
) -> list[Comparison]:
    """Compare the page a reader sees and the ranking by meaning alone; ``tokens`` are those of who asks."""
    answers: dict[Leg, list[tuple[list[str], list[str]]]] = {Leg.HYBRID: [], Leg.VECTOR: []}
    for asked in questions:
        for leg, given in answers.items():
            given.append((_first(one, asked, leg, tokens), _first(other, asked, leg, tokens)))
        progress(1)
    return [_comparison(leg, questions, given) for leg, given in answers.items()] if questions else []


def _first(side: Side, asked: Asked, leg: Leg, tokens: frozenset[str]) -> list[str]:
    """Return the ids of the first ten answers."""
    engine, embedder = side
    if leg is Leg.VECTOR:
        return hybrid.ranking(engine, embedder, asked.kind, asked.text, leg=leg, tokens=tokens, limit=_DEPTH)
    request = SearchRequest(asked.kind, asked.text, tokens=tokens, limit=_DEPTH)
    return [hit.document.id for hit in hybrid.search(engine, embedder, request).hits]


def _comparison(leg: Leg, questions: Sequence[Asked], given: Sequence[tuple[list[str], list[str]]]) -> Comparison:
    judged = [(asked.grades, pair) for asked, pair in zip(questions, given, strict=True) if any(asked.grades.values())]
    first, second = ([ndcg(pair[side], grades) for grades, pair in judged] for side in (0, 1))
    return Comparison(
        leg=leg,
        questions=len(questions),
        overlap=fmean(_overlap(*pair) for pair in given),
        same_first=fmean(one[:1] == other[:1] for one, other in given),
        judged=len(judged),
        ndcg=(fmean(first), fmean(second)) if judged else None,
    )


def _overlap(one: Sequence[str], other: Sequence[str]) -> float:
    # Two indexes that find nothing agree.
    return len({*one} & {*other}) / max(len(one), len(other)) if one or other else 1.0
