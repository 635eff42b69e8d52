"""Hold a new text against the records nearest to it: is it one of them, an improvement of one, another way, or new?

A person decides; this says where to look. What one text has in common with another is judged by pairs of characters,
weighted by how rare they are, and by quantities: whoever tells the same thing in other words keeps the numbers. Whether
two texts without common wording treat the same problem is judged by meaning, which is right less often; see
``benchmarks/novelty_quality.py`` for how often.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from search import analysis
from search.document import Candidate, SearchDocument, Span
from search.embedding import Embedder
from search.matching import evidence
from search.matching.evidence import Field
from search.matching.features import folded
from search.quantities import Quantity, alike, quantities

# The part of a text's character pairs, by weight, that another text must hold to be its source: reworded texts share
# a third, texts about the same thing by another method a twentieth.
_SAME_WORDING = 0.2
# The part of its quantities, where it has at least so many, that shows the same with fewer common words.
_SAME_NUMBERS, _FEWEST_NUMBERS = 0.6, 3
_SOME_WORDING = 0.12
# Cosine above the model's floor, with common wording added at this weight, from which two texts treat one problem.
_SAME_PROBLEM, _WORDING_WEIGHT = 0.4, 1.0
# A sentence of which less than this stands in the other text, and none of its numbers, is an addition: at once where
# it has numbers of its own, else where its meaning is not much above the model's floor either.
_ADDED, _ADDED_MEANING = 0.15, 0.1
_CHANGED = 0.7
_FEWEST_CHARACTERS = 8


class Verdict(enum.StrEnum):
    """What a text is beside a record, the strongest first."""

    SAME = "same"
    IMPROVEMENT = "improvement"
    OTHER_METHOD = "other_method"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence and its place, ``text == document.<field>[span.start:span.end]``."""

    field: Field
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Difference:
    """A sentence of the new text that the record does not say so; ``record`` is what it says instead, if anything."""

    passage: Passage
    record: Passage | None


@dataclass(frozen=True, slots=True)
class Likeness:
    """How a new text stands to one record. ``shared`` is the weighted part of its wording that the record holds."""

    document: SearchDocument
    verdict: Verdict
    cosine: float
    shared: float
    differences: tuple[Difference, ...]


def compare(new: SearchDocument, candidates: Sequence[Candidate], embedder: Embedder, limit: int = 5) -> list[Likeness]:
    """Return the records nearest to a new text, those it repeats before those it resembles, at most ``limit``."""
    pairs = _pairs_of_characters(folded(new)).union(*(_pairs_of_characters(_folded(it)) for it in _passages(new)))
    weights = evidence.rarity(pairs, [folded(it.document) for it in candidates])
    found = [_likeness(new, it, pairs, weights, embedder) for it in candidates]
    order = list(Verdict)
    found.sort(key=lambda it: (order.index(it.verdict), -it.shared, -it.cosine))
    return found[:limit]


def verdict(found: Iterable[Likeness]) -> Verdict:
    """Return what a text is beside all of its nearest records together: the strongest of them, new without any."""
    held = {it.verdict for it in found}
    return next((one for one in Verdict if one in held), Verdict.NEW)


def _likeness(
    new: SearchDocument, candidate: Candidate, pairs: frozenset[str], weights: Mapping[str, float], embedder: Embedder
) -> Likeness:
    record = candidate.document
    shared = evidence.share(pairs, folded(record), weights)
    differences: tuple[Difference, ...] = ()
    if shared >= _SOME_WORDING and _repeats(
        shared, mine := quantities(_said(new)), theirs := quantities(_said(record))
    ):
        differences = tuple(_differences(new, record, weights, embedder))
        adds = any(it.record is None for it in differences) or any(_values_changed(mine, theirs))
        found = Verdict.IMPROVEMENT if adds else Verdict.SAME
    elif candidate.cosine + _WORDING_WEIGHT * shared >= embedder.floor + _SAME_PROBLEM:
        found = Verdict.OTHER_METHOD
    else:
        found = Verdict.NEW
    return Likeness(record, found, candidate.cosine, shared, differences)


def _repeats(shared: float, mine: Sequence[Quantity], theirs: Sequence[Quantity]) -> bool:
    own = {_value(it) for it in mine}
    kept = len(own & {_value(it) for it in theirs})
    return shared >= _SAME_WORDING or (kept >= _FEWEST_NUMBERS and kept >= _SAME_NUMBERS * len(own))


def _values_changed(mine: Sequence[Quantity], theirs: Sequence[Quantity]) -> Iterator[tuple[Quantity, Quantity]]:
    """Yield the quantities of the new text that name what the record names, with a value the record does not have."""
    held = {_value(it) for it in theirs}
    for own in mine:
        if _value(own) in held or not own.indicator:
            continue
        other = next(
            (it for it in theirs if it.unit.base == own.unit.base and alike(own.indicator, it.indicator)), None
        )
        if other is not None:
            yield own, other


def _differences(
    new: SearchDocument, record: SearchDocument, weights: Mapping[str, float], embedder: Embedder
) -> Iterator[Difference]:
    """Yield the sentences of the new text that are not in the record: changed ones with what the record says."""
    mine, theirs = list(_passages(new)), list(_passages(record))
    meanings = embedder.passages([it.text for it in mine]) @ embedder.passages([it.text for it in theirs]).T
    whole, texts = folded(record), [_folded(it) for it in theirs]
    held = {_value(it) for it in quantities(_said(record))}
    for passage, meaning in zip(mine, meanings, strict=True):
        own = _pairs_of_characters(_folded(passage))
        values = {_value(it) for it in quantities(passage.text)}
        if len(own) < _FEWEST_CHARACTERS and not values:
            continue
        is_strange = evidence.share(own, whole, weights) < _ADDED and not values & held
        if is_strange and passage.field == "body" and (values or meaning.max() < embedder.floor + _ADDED_MEANING):
            yield Difference(passage, None)
            continue
        shares = [evidence.share(own, text, weights) for text in texts]
        best = max(range(len(shares)), key=shares.__getitem__)
        if shares[best] < _CHANGED or not values <= held:
            yield Difference(passage, theirs[best])


def _passages(document: SearchDocument) -> Iterator[Passage]:
    fields: tuple[tuple[Field, str], ...] = (("title", document.title), ("body", document.body))
    for name, text in fields:
        for span in analysis.sentences(text):
            yield Passage(name, text[span.start : span.end], span)


def _folded(passage: Passage) -> str:
    return analysis.normalise(passage.text)


def _said(document: SearchDocument) -> str:
    return f"{document.title}\n{document.body}"


def _pairs_of_characters(text: str) -> frozenset[str]:
    plain = re.sub(r"[\W_]+", " ", text)
    return frozenset(plain[at : at + 2] for at in range(len(plain) - 1) if " " not in plain[at : at + 2])


def _value(quantity: Quantity) -> tuple[str, Fraction | None, Fraction | None]:
    """Return what two quantities of one amount have in common, whichever way it is bounded and written."""
    low, high = quantity.low, quantity.high
    return quantity.unit.base, high if low is None else low, low if high is None else high
