"""The arithmetic of a panel: scores made into one, ranked, and the places of the grades handed out.

The highest and the lowest sheet are dropped, unless a contest keeps them; the mean of the rest is rounded half up to
two decimals, and where the rest lie too far apart a second round is held (rule 28). Equal scores share a rank. No place
is filled with work under the line (rule 33), and where equals stand across the edge of a grade nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from typing import Any

_CENT = Decimal("0.01")
# Dropping two must leave one.
FEWEST_SHEETS = 3


def counted(totals: Sequence[int], *, trimmed: bool = True) -> list[int]:
    """Return the totals in order, ``trimmed`` without one highest and one lowest; raise ValueError for too few."""
    if len(totals) < (FEWEST_SHEETS if trimmed else 1):
        raise ValueError("a score needs at least three sheets, or one where none is dropped")
    return sorted(totals)[1:-1] if trimmed else sorted(totals)


def score_of(totals: Sequence[int], *, trimmed: bool = True) -> Decimal:
    """Return the mean of the counted totals, points of 100 with two decimals, halves rounded up."""
    kept = counted(totals, trimmed=trimmed)
    return (Decimal(sum(kept)) / len(kept)).quantize(_CENT, ROUND_HALF_UP)


def spread_of(totals: Sequence[int], *, trimmed: bool = True) -> int:
    """Return how far the highest and the lowest counted total lie apart, in points."""
    kept = counted(totals, trimmed=trimmed)
    return kept[-1] - kept[0]


def ranked(scores: Mapping[int, Any]) -> dict[int, int]:
    """Return the rank of each scored thing, from 1; equals share a rank and the next is as many further: 1, 2, 2, 4.

    A score is a number, or several of which the later tell apart who is equal in those before.
    """
    first: dict[Any, int] = {}
    for place, score in enumerate(sorted(scores.values(), reverse=True), start=1):
        first.setdefault(score, place)
    return {identity: first[score] for identity, score in scores.items()}


@dataclass(frozen=True, slots=True)
class Edge:
    """Equals that stand across the edge of a grade, and the places, a grade or none each, that they share."""

    score: Decimal
    equals: tuple[int, ...]
    places: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Allocation:
    """The grades that follow from the scores alone, None for no award, and the edges a meeting must decide."""

    grades: Mapping[int, str | None]
    edges: tuple[Edge, ...]


def allocate(scores: Mapping[int, Decimal], quotas: Sequence[Mapping[str, Any]], line: Decimal) -> Allocation:
    """Hand the places out from the highest score and the highest grade down; ``quotas`` hold grade and count."""
    places = [quota["grade"] for quota in quotas for _ in range(quota["count"])]
    grades: dict[int, str | None] = {}
    edges = []
    taken = 0
    for score, group in groupby(sorted(scores, key=lambda it: (-scores[it], it)), key=lambda it: scores[it]):
        equals = tuple(group)
        theirs = _places(places, taken, len(equals)) if score >= line else (None,) * len(equals)
        taken += len(equals)
        if len(set(theirs)) == 1:
            grades |= dict.fromkeys(equals, theirs[0])
        else:
            edges.append(Edge(score, equals, theirs))
    return Allocation(grades, tuple(edges))


def fits(edge: Edge, chosen: Iterable[str | None]) -> bool:
    """Say whether a choice among equals hands out exactly the places they share."""
    return sorted(it or "" for it in chosen) == sorted(it or "" for it in edge.places)


def _places(places: Sequence[str], taken: int, count: int) -> tuple[str | None, ...]:
    free = places[taken : taken + count]
    return (*free, *(None,) * (count - len(free)))
