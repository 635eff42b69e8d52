"""A question, analysed once: its own words, what the thesaurus adds to them, and what it means."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from search import analysis, thesaurus
from search.embedding import Embedder
from search.engine import Vector
from search.thesaurus import Mention, Solutions, Thesaurus, Way

# Kept with the model they were made with, and gone with it.
_MADE: MutableMapping[Embedder, Solutions] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """``terms`` weigh the ranking by words: the question's own tokens, and those implied at a smaller weight."""

    text: str
    own: Mapping[str, float]
    terms: Mapping[str, float]
    vector: Vector
    ways: tuple[Way, ...]


def understand(text: str, embedder: Embedder, meant: str | None = None) -> Question:
    """Analyse a text; ``meant`` is what its meaning is taken from where that is not the text itself."""
    own = analysis.term_weights(text)
    (vector,) = embedder.queries([meant or text])
    solutions = _solutions(embedder)
    mentions = solutions.thesaurus.find(text)
    return Question(text, own, _with_implied(own, mentions), vector, solutions.ways(mentions, vector))


def teach(embedder: Embedder, known: Thesaurus) -> None:
    """Let every question analysed with a model from now on be understood by a thesaurus instead of the bundled one."""
    before = _solutions(embedder)
    if before.thesaurus is not known:
        _MADE[embedder] = Solutions(known, embedder, before)


def _solutions(embedder: Embedder) -> Solutions:
    """Return the known solutions as a model sees them, made when first asked for."""
    made = _MADE.get(embedder)
    if made is None:
        made = _MADE.setdefault(embedder, Solutions(thesaurus.bundled(), embedder))
    return made


def _with_implied(own: Mapping[str, float], mentions: Sequence[Mention]) -> dict[str, float]:
    terms = dict(own)
    for expansion in thesaurus.expand(mentions):
        for term in analysis.terms(expansion.words):
            terms[term] = max(terms.get(term, 0.0), expansion.weight)
    return terms
