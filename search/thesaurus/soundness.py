"""What makes a concept unsound, by itself or beside the others; the same rules for a file and for what staff write."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass

from search import analysis
from search.thesaurus.concepts import Concept, Kind, Thesaurus


class Fault(enum.StrEnum):
    """What is wrong with a name in a field of a concept."""

    CYCLE = "cycle"
    GONE = "gone"
    ITSELF = "itself"
    NO_PROBLEM = "no_problem"
    TAKEN = "taken"
    TWICE = "twice"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Flaw:
    """A fault, the field of Concept it is in, and the name it is about."""

    field: str
    fault: Fault
    name: str


def own_flaws(concept: Concept) -> Iterator[Flaw]:
    """Yield what is wrong with a concept whatever the others are."""
    if concept.solved_by and concept.kind is not Kind.PROBLEM:
        yield Flaw("solved_by", Fault.NO_PROBLEM, concept.solved_by[0])
    own = {_folded(concept.preferred)}
    # A name may well be the same in Chinese and in English.
    for field, names in (("alternatives", concept.alternatives), ("hidden", concept.hidden)):
        for name in names:
            if _folded(name) in own:
                yield Flaw(field, Fault.TWICE, name)
            own.add(_folded(name))
    for field, names in _references(concept):
        yield from (Flaw(field, Fault.ITSELF, name) for name in names if _folded(name) in own)


def flaws(concept: Concept, thesaurus: Thesaurus) -> Iterator[Flaw]:
    """Yield what is wrong with a concept that is to stand in a thesaurus, in place of the one with its id if any.

    A name it refers to must be that of a concept, or one the thesaurus already refers to.
    """
    yield from own_flaws(concept)
    if any(it.id != concept.id and _prefers(it, concept.preferred) for it in thesaurus.named(concept.preferred)):
        yield Flaw("preferred", Fault.TAKEN, concept.preferred)
    for field, names in _references(concept):
        for name in names:
            if _folded(name) not in thesaurus.known_names:
                yield Flaw(field, Fault.UNKNOWN, name)
    if goes_round(concept, thesaurus):
        yield Flaw("broader", Fault.CYCLE, concept.broader)


def _references(concept: Concept) -> tuple[tuple[str, tuple[str, ...]], ...]:
    broader = (concept.broader,) if concept.broader else ()
    return ("broader", broader), ("related", concept.related), ("solved_by", concept.solved_by)


def _prefers(concept: Concept, name: str) -> bool:
    return _folded(concept.preferred) == _folded(name)


def goes_round(concept: Concept, thesaurus: Thesaurus) -> bool:
    """Say whether the way up from a concept leads back to it, by whichever of its names."""
    ahead = _above(concept, thesaurus)
    own = {_folded(name) for name in concept.names} if ahead else set()
    seen: set[str] = set()
    while ahead:
        above = ahead.pop()
        if above.broader and _folded(above.broader) in own:
            return True
        if above.id not in seen:
            seen.add(above.id)
            ahead += _above(above, thesaurus)
    return False


def _above(concept: Concept, thesaurus: Thesaurus) -> list[Concept]:
    return [*thesaurus.named(concept.broader)] if concept.broader else []


def _folded(name: str) -> str:
    return analysis.normalise(name)
