"""Add to a question what its concepts imply: other names for the same, and what is known to solve it.

Every addition keeps its reason, the way from the words of the question to the words added, so that a reader can follow
it: 淬不硬 → 淬火软点 → 淬火槽强制搅拌.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from search.thesaurus.concepts import Concept, Mention, Thesaurus

# What an added word weighs beside one that was said. A name is the same thing, a solution only one that may fit.
NAME_WEIGHT = 0.35
SOLUTION_WEIGHT = 0.25


@dataclass(frozen=True, slots=True)
class Expansion:
    """Words added to a question. ``path`` leads from what was said to them, by the names on the way."""

    words: str
    weight: float
    path: tuple[str, ...]

    @property
    def is_solution(self) -> bool:
        """Whether the words name something that solves what was said, rather than the same thing."""
        return self.weight == SOLUTION_WEIGHT


def expand(mentions: Sequence[Mention]) -> list[Expansion]:
    """Return what the concepts a text names add to it, in its order, nothing twice."""
    found: dict[str, Expansion] = {}
    for mention in mentions:
        for expansion in _of(mention):
            found.setdefault(expansion.words, expansion)
    said = {mention.name for mention in mentions}
    return [expansion for words, expansion in found.items() if words not in said]


def _of(mention: Mention) -> Iterator[Expansion]:
    concept = mention.concept
    for name in _names(concept):
        if name != mention.name:
            yield Expansion(name, NAME_WEIGHT, _path(mention, name))
    for solution in concept.solved_by:
        yield Expansion(solution, SOLUTION_WEIGHT, _path(mention, solution))


def _names(concept: Concept) -> tuple[str, ...]:
    return (concept.preferred, *concept.alternatives)


def _path(mention: Mention, words: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((mention.name, mention.concept.preferred, words)))


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a text is widened by after a change: ``kept`` before and after, ``come`` and ``gone`` with the change."""

    kept: tuple[Expansion, ...]
    come: tuple[Expansion, ...]
    gone: tuple[Expansion, ...]


def compare(text: str, before: Thesaurus, after: Thesaurus) -> Comparison:
    """Return how a text would be widened by one thesaurus and by another."""
    had, has = (expand(known.find(text)) for known in (before, after))
    words_before, words_after = {it.words for it in had}, {it.words for it in has}
    return Comparison(
        kept=tuple(it for it in has if it.words in words_before),
        come=tuple(it for it in has if it.words not in words_before),
        gone=tuple(it for it in had if it.words not in words_after),
    )
