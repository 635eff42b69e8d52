"""A question, analysed once: its own words, what the thesaurus adds to them, and what it means."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from search import analysis, thesaurus
from search.embedding import Embedder
from search.engine import Vector
from search.thesaurus import Mention, Solutions, Thesaurus, Way

# Of more than two words of a question this part must be there; two or one must all be.
_ENOUGH = 0.5
# Words that ask or only join others: a record that answers holds none of them.
_ASKING = frozenset(
    """
    什么 什么样 什么时候 哪个 哪些 哪些地方 哪里 哪儿 哪年 哪一年 哪种 哪位 哪家 哪部 何时 何处 为何 为什么 如何
    怎么 怎样 怎么办 怎么样 多少 几个 是否 有没有 能否 可否 请问 时候
    a an and are at by can do does for from how in is of on or the to what when where which why with
    """.split()  # noqa: SIM905 - easier to read and to add to
)

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


def content_words(terms: Iterable[str]) -> tuple[str, ...]:
    """Return the words a document must hold ``enough`` of.

    Words that ask and single characters count only where there is nothing else.
    """
    everything = tuple(terms)
    words = tuple(term for term in everything if len(term) > 1)
    return tuple(word for word in words if word not in _ASKING) or words or everything


def enough(words: int) -> int:
    """Return how many of a question's distinct words a document must hold to be found by words."""
    return words if words <= 2 else math.ceil(_ENOUGH * words)


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
