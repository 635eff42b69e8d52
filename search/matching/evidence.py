"""Say why an achievement answers a demand: which clause is met by which of its sentences, in its own words.

A reason is a quotation with its place, never a paraphrase, so that a reader can check it and a test can prove it.
Nothing is quoted for a clause the record does not speak to. A sentence that only tells the trouble again repeats the
demand's words best and answers nothing, so one that tells what was done is preferred. Where the thesaurus knows that
the technique it tells of solves the trouble, the path there is kept. Where a clause names an indicator, the quotation
is held against it; a value that falls short is named, and where there is none to compare the verdict stays open.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from search import analysis
from search.document import SearchDocument, Span
from search.embedding import Embedder
from search.engine import Vector
from search.matching.clauses import Clause, Role, needs, wanted
from search.matching.telling import tells_means, tells_trouble
from search.quantities import Comparison, Quantity, may_name, meets, quantities
from search.thesaurus import Way

Field = Literal["title", "body"]

# Whether a record speaks to a clause is told by meaning and shared words.
_WORDS_WEIGHT = 0.5
# So far below the model's floor lies the mean over the clauses of a demand of the cosines a record reaches that has
# nothing to do with it.
_UNRELATED = 0.08
# Which of its sentences does is told by meaning, by a comparable value, and by what the sentence tells: fitted to
# labelled sentences (``benchmarks/evidence_quality.py``).
_VALUE_WEIGHT = 0.5
_TROUBLE_COST, _MEANS_WORTH = 0.3, 0.3
# The parts a clause plays where it asks for something to be done.
_TELLING_TROUBLE = (Role.STATE, Role.OTHER)
# A sentence already quoted must speak this much more to another clause than the next one, or it says nothing new there.
_REPETITION = 0.05
# A title names the thing and does not say what it does.
_TITLE_COST = 0.3
# Cosines above the model's floor from which a technique is what a sentence tells of, and its problem that of a clause.
_TECHNIQUE_MARGIN, _PROBLEM_MARGIN = 0.2, 0.1
# More than this part of a technique's name must stand in the sentence as well: by meaning alone, records that do not
# solve a demand were given a path two thirds as often as those that do; with this, a third as often.
_NAMED = 1 / 3


@dataclass(frozen=True, slots=True)
class Indicator:
    """A value that is wanted beside the one that is offered, both as written: ("合格率", "≥98%", "95%", False)."""

    name: str
    wanted: str
    offered: str
    met: bool

    def __str__(self) -> str:
        return f"{self.name}：要求 {self.wanted}，成果 {self.offered}"


@dataclass(frozen=True, slots=True)
class ClauseReason:
    """What an achievement says to one clause of a demand.

    ``clause_span`` is the place in ``clause_field`` of the demand, ``span`` that of ``quote`` in ``field`` of the
    achievement; an empty quote means that nothing in it speaks to the clause. ``met`` is true or false only where
    ``indicators`` decide it. ``path`` leads from the trouble to the technique by the names in the thesaurus, where it
    is known that the one solves the other.
    """

    clause: str
    clause_field: Field
    clause_span: Span
    field: Field
    quote: str
    span: Span
    met: bool | None
    indicators: tuple[Indicator, ...] = ()
    path: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """What the comparison came to, in Chinese; empty where there is a quotation and nothing to compare."""
        if not self.quote:
            return "成果资料中没有与此对应的内容"
        return "；".join(map(str, self.indicators))


@dataclass(frozen=True, slots=True, eq=False)
class Need:
    """One clause of a demand, ready to be compared: its vector, its words and the quantities it asks for."""

    field: Field
    clause: Clause
    wanted: tuple[Quantity, ...]
    words: frozenset[str]
    vector: Vector


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """One sentence of an achievement, ready to be compared."""

    field: Field
    span: Span
    text: str
    vector: Vector


def read_needs(demands: Sequence[SearchDocument], embedder: Embedder) -> list[list[Need]]:
    """Return the clauses of each demand's title and body that a solution has to answer, embedded in one batch."""
    found = [[place for name, text in _fields(it) for place in _places(name, text)] for it in demands]
    vectors = iter(embedder.queries([clause.text for it in found for _, clause, _ in it]))
    return [[Need(*place, content_words(place[1].text), next(vectors)) for place in it] for it in found]


def read_statements(achievements: Sequence[SearchDocument], embedder: Embedder) -> list[list[Statement]]:
    """Return the sentences of each achievement's title and body, embedded in one batch."""
    found = [
        [(name, span, text[span.start : span.end]) for name, text in _fields(it) for span in analysis.sentences(text)]
        for it in achievements
    ]
    vectors = iter(embedder.passages([text for it in found for _, _, text in it]))
    return [[Statement(*place, next(vectors)) for place in it] for it in found]


def content_words(text: str) -> frozenset[str]:
    """Return the words and single characters of a text; a character found is better than a word cut wrongly."""
    return frozenset(analysis.terms(text))


def rarity(words: frozenset[str], texts: Sequence[str]) -> dict[str, float]:
    """Return the weight of each word by how few of the folded texts hold it (inverse document frequency)."""
    return {word: math.log(1 + len(texts) / (0.5 + sum(word in text for text in texts))) for word in words}


def share(words: frozenset[str], text: str, weights: Mapping[str, float]) -> float:
    """Return the weighted share, 0 to 1, of the words that a folded text holds."""
    total = sum(weights[word] for word in words)
    return sum(weights[word] for word in words if word in text) / total if total else 0.0


def reasons(
    wants: Sequence[Need],
    statements: Sequence[Statement],
    weights: Mapping[str, float],
    floor: float,
    ways: Sequence[Way] = (),
) -> tuple[ClauseReason, ...]:
    """Return for each need the sentence that meets it best, a new one before one quoted, or that there is none.

    ``weights`` are those of the words, ``ways`` the techniques known to solve what the demand speaks of.
    """
    if not wants or not statements:
        return tuple(_reason(need) for need in wants)
    cosines = similarities(wants, statements)
    # A record that speaks to the rest of a demand is believed sooner to speak to a clause.
    needed = floor - (float(cosines.max(axis=1).mean()) - (floor - _UNRELATED))
    worth = _worth(statements)
    texts = [analysis.normalise(it.text) for it in statements]
    quoted = np.zeros(len(statements), dtype=np.bool_)
    found: list[ClauseReason] = []
    for need, meaning in zip(wants, cosines, strict=True):
        shared = [share(need.words, text, weights) for text in texts]
        compared = [_indicators(need, it) for it in statements]
        is_spoken_to = (meaning + _WORDS_WEIGHT * np.array(shared)).max() >= needed
        fit = meaning + worth[int(need.clause.role in _TELLING_TROUBLE)] - _REPETITION * quoted
        best = int((fit + _VALUE_WEIGHT * np.array([bool(it) for it in compared])).argmax())
        if is_spoken_to or compared[best]:
            quoted[best] = True
            path = _path(need, statements[best], texts[best], ways, floor)
            found.append(_reason(need, statements[best], compared[best], path))
        else:
            found.append(_reason(need))
    return tuple(found)


def similarities(wants: Sequence[Need], statements: Sequence[Statement]) -> NDArray[np.float32]:
    """Return the cosines of needs and sentences, shape (needs, sentences)."""
    return np.stack([it.vector for it in wants]) @ np.stack([it.vector for it in statements]).T


def verdicts(wants: Sequence[Need], statements: Sequence[Statement]) -> list[bool]:
    """Return for each wanted quantity that an achievement speaks of whether it is met."""
    return [it.met for need in wants for statement in statements for it in _indicators(need, statement)]


def _places(name: Field, text: str) -> Iterator[tuple[Field, Clause, tuple[Quantity, ...]]]:
    asked = wanted(text)
    for clause in needs(text):
        yield name, clause, tuple(it for it in asked if clause.start <= it.start < clause.end)


def _reason(
    need: Need,
    said: Statement | None = None,
    compared: tuple[Indicator, ...] = (),
    path: tuple[str, ...] = (),
) -> ClauseReason:
    clause = (need.clause.text, need.field, need.clause.span)
    if said is None:
        return ClauseReason(*clause, field="body", quote="", span=Span(0, 0), met=None)
    met = False if any(not it.met for it in compared) else True if len(compared) == len(need.wanted) > 0 else None
    return ClauseReason(*clause, said.field, said.text, said.span, met, compared, path)


def _worth(statements: Sequence[Statement]) -> NDArray[np.float64]:
    """Return what sentences are worth beside their meaning, to a clause that wishes and to one that tells of trouble.

    The shape is (2, sentences).
    """
    opening = next((it for it in statements if it.field == "body"), None)
    aside = [
        _TITLE_COST if it.field == "title" else _TROUBLE_COST * tells_trouble(it.text, opens=it is opening)
        for it in statements
    ]
    means = [_MEANS_WORTH * tells_means(it.text) for it in statements]
    worth: NDArray[np.float64] = np.array([[0.0] * len(statements), means]) - np.array(aside)
    return worth


def _path(need: Need, said: Statement, text: str, ways: Sequence[Way], floor: float) -> tuple[str, ...]:
    """Return the way from a need's trouble to the technique that a sentence tells of; empty where none is known.

    ``text`` is that of the sentence, normalised.
    """
    if not tells_means(said.text):
        return ()
    told = [
        (float(way.vector @ said.vector), way.path)
        for way in ways
        if _is_named(way.path, text)
        and (way.path[0] in need.clause.text or way.vector @ need.vector >= floor + _PROBLEM_MARGIN)
    ]
    nearness, path = max(told, default=(0.0, ()))
    return path if nearness >= floor + _TECHNIQUE_MARGIN else ()


def _is_named(path: Sequence[str], text: str) -> bool:
    """Say whether a normalised text holds enough of a technique's name, by pairs of characters its problem's lacks."""
    *trouble, technique = map(analysis.normalise, path)
    own = [pair for pair in map("".join, pairwise(technique)) if not any(pair in name for name in trouble)]
    return bool(own) and sum(pair in text for pair in own) > _NAMED * len(own)


def _indicators(need: Need, statement: Statement) -> tuple[Indicator, ...]:
    return tuple(_compared(need.wanted, statement.text)) if need.wanted else ()


def _compared(asked: Sequence[Quantity], text: str) -> Iterator[Indicator]:
    """Yield, for each wanted quantity, the offered one that is like it: one that meets it before one that does not."""
    for want in asked:
        if not may_name(text, want.indicator):
            continue
        judged = [(meets(want, it), it) for it in _offers(text)]
        comparable = [(met, it) for met, it in judged if met is not None]
        if comparable:
            met, offer = max(comparable, key=lambda it: it[0])
            yield Indicator(want.indicator, f"{want.comparison}{want.amount}", _as_offered(offer), met)


@functools.lru_cache(maxsize=4096)
def _offers(text: str) -> tuple[Quantity, ...]:
    return tuple(quantities(text))


def _as_offered(quantity: Quantity) -> str:
    sign = "" if quantity.reached or quantity.comparison is Comparison.EQUAL else quantity.comparison
    return f"{sign}{quantity.amount}"


def _fields(document: SearchDocument) -> tuple[tuple[Field, str], tuple[Field, str]]:
    return ("title", document.title), ("body", document.body)
