"""Concepts and where a text names them."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from search import analysis
from search.document import Span


class Kind(enum.StrEnum):
    """What sort of thing a concept is."""

    PROBLEM = "problem"
    TECHNIQUE = "technique"
    EQUIPMENT = "equipment"
    MATERIAL = "material"
    PROPERTY = "property"
    PROCESS = "process"
    EFFECT = "effect"


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing of the trades. ``related``, ``broader`` and ``solved_by`` are names, of concepts where one has them.

    ``preferred`` is the formal Chinese name, ``alternatives`` are shop-floor, formal and older ones; ``hidden`` are
    wrong or odd spellings, understood and never shown. Only a problem is solved by something.
    """

    id: str
    kind: Kind
    preferred: str
    alternatives: tuple[str, ...] = ()
    english: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    broader: str = ""
    related: tuple[str, ...] = ()
    solved_by: tuple[str, ...] = ()
    sector: str = ""
    gloss: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Every name in any language, the preferred one first."""
        return (self.preferred, *self.alternatives, *self.hidden, *self.english)


@dataclass(frozen=True, slots=True)
class Mention:
    """A concept that a text names, ``name == text[span.start:span.end]`` as written there."""

    concept: Concept
    name: str
    span: Span


class Thesaurus:
    """Concepts by id and by name; the names are compared folded, as ``search.analysis`` folds them."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self.concepts: Mapping[str, Concept] = MappingProxyType({concept.id: concept for concept in concepts})

    def __len__(self) -> int:
        return len(self.concepts)

    def named(self, name: str) -> tuple[Concept, ...]:
        """Return the concepts a name stands for; several where the trades use one word for different things."""
        return self._by_name.get(analysis.normalise(name), ())

    def like(self, text: str) -> list[Concept]:
        """Return the concepts with a name that holds a text: those named so first, then those whose name begins so."""
        wanted = analysis.normalise(text)
        ranked: dict[str, int] = {}
        for name, concepts in self._by_name.items():
            if wanted in name:
                rank = 0 if name == wanted else 1 if name.startswith(wanted) else 2
                ranked |= {it.id: min(rank, ranked.get(it.id, rank)) for it in concepts}
        return [self.concepts[identity] for identity in sorted(ranked, key=lambda it: (ranked[it], it))]

    def find(self, text: str) -> list[Mention]:
        """Return the concepts a text names, in its order; the longest name wins, none overlap."""
        folded, places = analysis.folded_with_places(text)
        found: list[Mention] = []
        at = 0
        while at < len(folded):
            length = self._name_at(folded, at)
            if not length:
                at += 1
                continue
            span = Span(places[at], places[at + length - 1] + 1)
            name = text[span.start : span.end]
            found += [Mention(concept, name, span) for concept in self._by_name[folded[at : at + length]]]
            at += length
        return found

    def _name_at(self, folded: str, at: int) -> int:
        """Return the length of the longest name that begins at a place; 0 where none does."""
        for length in self._lengths.get(folded[at], ()):
            end = at + length
            if end > len(folded) or folded[at:end] not in self._by_name:
                continue
            if not (analysis.divides_word(folded, at) or analysis.divides_word(folded, end)):
                return length
        return 0

    @cached_property
    def known_names(self) -> frozenset[str]:
        """Every name, folded, that a concept has or refers to another thing by."""
        named = (
            name
            for concept in self.concepts.values()
            for name in (*concept.names, concept.broader, *concept.related, *concept.solved_by)
        )
        return frozenset(analysis.normalise(name) for name in named if name)

    @cached_property
    def _by_name(self) -> Mapping[str, tuple[Concept, ...]]:
        names: dict[str, dict[str, Concept]] = {}
        for concept in self.concepts.values():
            for name in concept.names:
                names.setdefault(analysis.normalise(name), {})[concept.id] = concept
        return {name: tuple(known.values()) for name, known in names.items()}

    @cached_property
    def _lengths(self) -> Mapping[str, tuple[int, ...]]:
        """The lengths of the names that begin with a character, longest first."""
        lengths: dict[str, set[int]] = {}
        for name in self._by_name:
            lengths.setdefault(name[0], set()).add(len(name))
        return {first: tuple(sorted(known, reverse=True)) for first, known in lengths.items()}
