"""Lay what people changed over a thesaurus, without touching the files it came from.

A change holds only the fields that differ, so that a later edition of the files still brings what nobody changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from search import analysis
from search.thesaurus.concepts import Concept, Thesaurus
from search.thesaurus.soundness import Fault, Flaw, own_flaws


@dataclass(frozen=True, slots=True)
class Change:
    """``fields`` of Concept by name, all that a new one needs; ``is_retired`` takes the concept out of use."""

    id: str
    fields: Mapping[str, Any]
    is_retired: bool = False


@dataclass(frozen=True, slots=True)
class Overlaid:
    """The thesaurus with its changes, and those left out because a newer file of concepts contradicts them, by id."""

    thesaurus: Thesaurus
    refused: Mapping[str, tuple[Flaw, ...]]


def changed(shipped: Thesaurus, change: Change) -> Concept | None:
    """Return a concept as a change makes it, None where the files no longer hold the concept it is a change of."""
    known = shipped.concepts.get(change.id)
    if known is not None:
        return replace(known, **change.fields)
    return Concept(id=change.id, **change.fields) if {"kind", "preferred"} <= change.fields.keys() else None


def overlaid(shipped: Thesaurus, changes: Iterable[Change]) -> Overlaid:
    """Return a thesaurus with changes in it; one that cannot be made leaves the concept as the files have it.

    What refers to a retired concept does so no longer, unless another concept has the name as well.
    """
    made = {change.id: (changed(shipped, change), change.is_retired) for change in changes}
    concepts = {identity: concept for identity, concept in shipped.concepts.items() if identity not in made}
    holders = {_folded(concept.preferred) for concept in concepts.values()}
    refused: dict[str, tuple[Flaw, ...]] = {}
    gone: list[Concept] = []
    for identity, (concept, is_retired) in made.items():
        found = tuple(_flaws(concept, holders)) if concept else (Flaw("id", Fault.GONE, identity),)
        if concept is not None and is_retired:
            gone.append(concept)
            continue
        if found:
            refused[identity] = found
            concept = shipped.concepts.get(identity)
        if concept is not None:
            holders.add(_folded(concept.preferred))
            concepts[identity] = concept
    return Overlaid(Thesaurus(_without(concepts.values(), gone)), refused)


def _flaws(concept: Concept, holders: set[str]) -> Iterator[Flaw]:
    yield from own_flaws(concept)
    if _folded(concept.preferred) in holders:
        yield Flaw("preferred", Fault.TAKEN, concept.preferred)


def _without(concepts: Iterable[Concept], gone: Iterable[Concept]) -> Iterable[Concept]:
    kept = list(concepts)
    living = {_folded(name) for concept in kept for name in concept.names}
    retired = {_folded(name) for concept in gone for name in concept.names} - living
    if not retired:
        return kept
    return [
        replace(
            concept,
            related=_kept(concept.related, retired),
            solved_by=_kept(concept.solved_by, retired),
        )
        for concept in kept
    ]


def _kept(names: tuple[str, ...], retired: set[str]) -> tuple[str, ...]:
    return tuple(name for name in names if _folded(name) not in retired)


def _folded(name: str) -> str:
    return analysis.normalise(name)
