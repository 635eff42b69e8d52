"""The one door to searching: a question in, a page out.

A question is analysed once; both legs carry the same conditions; their rankings are fused; the hits of the page get
their highlights and their reason. Matching takes its candidates through the same door.

A question finds the records that hold enough of its words (``enough``) or whose meaning reaches the floor of the
embedding model. A reader can page through exactly those, up to ``MOST_HITS``: first the best of both rankings, then
the others, newest first.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from search import analysis
from search.document import FACETS, Hit, Leg, Page, Reason, SearchDocument, SearchRequest
from search.embedding import Embedder, passage_text
from search.engine import Engine, LegRequest, LegResult
from search.features import Candidate
from search.fusion import reciprocal_rank_fusion
from search.highlight import highlight
from search.suggestion import suggest

# The weights of the legs in the fusion, words and meaning. Of equal ones the weaker leg takes more than it gives where
# questions are short: nDCG@10 of judged queries 0.627 with equal weights, 0.635 with these.
LEG_WEIGHTS = (0.7, 1.0)
# How many hits a reader can page through. Whoever needs the thousandth needs a narrower question instead.
MOST_HITS = 1000
# A longer question is cut here: what is beyond adds nothing to its meaning and would only cost time.
MOST_CHARACTERS = 2000
# Of more than two words of a question this part must be there; two or one must all be.
_ENOUGH = 0.6
# The rarest terms of a question that carry this part of its weight rank as well as all of them in half the time:
# nDCG@10 of judged queries 0.519 against 0.521.
_SHARE = 0.9
# How many of the nearest records lend their keywords when nothing was found.
_NEAREST = 3


def search(engine: Engine, embedder: Embedder, request: SearchRequest) -> Page:
    """Answer a question; an empty one browses what the filters leave."""
    text = request.text.strip()[:MOST_CHARACTERS]
    terms = analysis.term_weights(text)
    if text and not terms:
        # Nothing but punctuation: no word to look for and no meaning to compare.
        return Page(hits=(), total=0, facets=dict.fromkeys(FACETS, ()))
    asked = _asked(embedder, request, text, terms)
    result = engine.search(asked)
    hits = _hits(engine, asked, _ranked(result)[request.offset : asked.most], text, first=request.offset + 1)
    suggestions = _suggestions(engine, embedder, request, text) if terms and not result.total else ()
    return Page(hits, result.total, result.facets, suggestions)


def ranking(
    engine: Engine, embedder: Embedder, kind: str, text: str, *, leg: Leg, tokens: frozenset[str], limit: int
) -> list[str]:
    """Return the ids of the best records, whether or not they count as found: how good a leg is by itself."""
    request = SearchRequest(kind, text, tokens=tokens, leg=leg, limit=limit)
    asked = _asked(embedder, request, text, analysis.term_weights(text))
    result = engine.search(replace(asked, share=1.0, words=(), least=0, window=limit, facets=()))
    return [identity for identity, _score in _fused(result)[:limit]]


def similar(engine: Engine, kind: str, identity: str, *, tokens: frozenset[str], limit: int) -> tuple[Hit, ...]:
    """Return the records most like one the asker may read, by its words and its meaning, without itself."""
    documents = _readable(engine, kind, [identity], tokens)
    if not documents:
        return ()
    text = " ".join((documents[0].title, *documents[0].keywords))
    asked = LegRequest(
        kind=kind,
        terms=analysis.term_weights(text),
        share=_SHARE,
        vector=engine.vectors(kind, [identity])[0],
        tokens=tokens,
        exclude=frozenset({identity}),
    )
    return _hits(engine, asked, _fused(engine.search(asked))[:limit], text, first=1)


def candidates(
    engine: Engine,
    embedder: Embedder,
    document: SearchDocument,
    kind: str,
    *,
    tokens: frozenset[str],
    filters: Mapping[str, tuple[str, ...]] | None = None,
    exclude: frozenset[str] = frozenset(),
    window: int = 100,
) -> list[Candidate]:
    """Return the best of both legs for a document of the other kind, in the order of their fusion."""
    vector = embedder.queries([passage_text(document)])[0]
    asked = LegRequest(
        kind=kind,
        terms=analysis.term_weights(f"{document.title}\n{document.body}"[:MOST_CHARACTERS]),
        vector=vector,
        tokens=tokens,
        filters=filters or {},
        exclude=exclude,
        window=window,
    )
    result = engine.search(asked)
    found = _readable(engine, kind, [identity for identity, _score in _fused(result)], tokens)
    cosines = (engine.vectors(kind, [one.id for one in found]) @ vector).tolist()
    by_words, by_meaning = _places(result.lexical), _places(result.vector)
    scores = dict(result.lexical)
    return [
        Candidate(one, by_words.get(one.id), by_meaning.get(one.id), scores.get(one.id, 0.0), cosine)
        for one, cosine in zip(found, cosines, strict=True)
    ]


def enough(words: int) -> int:
    """Return how many of a question's distinct words a document must hold to be found by words."""
    return words if words <= 2 else math.ceil(_ENOUGH * words)


def _asked(embedder: Embedder, request: SearchRequest, text: str, terms: Mapping[str, float]) -> LegRequest:
    by_words, by_meaning = request.leg is not Leg.VECTOR, request.leg is not Leg.LEXICAL
    words = _content_words(terms)
    return LegRequest(
        kind=request.kind,
        terms=terms if by_words else {},
        share=_SHARE,
        words=words if by_words else (),
        least=enough(len(words)),
        vector=embedder.queries([text])[0] if terms and by_meaning else None,
        floor=embedder.floor,
        tokens=request.tokens,
        filters=request.filters,
        sort=request.sort,
        most=min(request.offset + request.limit, MOST_HITS),
        facets=FACETS,
    )


def _content_words(terms: Iterable[str]) -> tuple[str, ...]:
    """Return the words a document must hold enough of: single characters count only where there is nothing else."""
    words = tuple(term for term in terms if len(term) > 1)
    return words or tuple(terms)


def _ranked(result: LegResult) -> list[tuple[str, float]]:
    return [*_fused(result), *((identity, 0.0) for identity in result.listed)]


def _fused(result: LegResult) -> list[tuple[str, float]]:
    legs = [[identity for identity, _score in ranking] for ranking in (result.lexical, result.vector)]
    return reciprocal_rank_fusion(legs, weights=LEG_WEIGHTS)


def _places(ranking: Sequence[tuple[str, float]]) -> dict[str, int]:
    return {identity: rank for rank, (identity, _score) in enumerate(ranking, start=1)}


def _readable(engine: Engine, kind: str, ids: Sequence[str], tokens: frozenset[str]) -> list[SearchDocument]:
    """Return documents in order; one that was changed since it was found may no longer be the asker's to read."""
    return [document for document in engine.fetch(kind, ids) if document.readers & tokens]


def _hits(
    engine: Engine, asked: LegRequest, ranked: Sequence[tuple[str, float]], text: str, *, first: int
) -> tuple[Hit, ...]:
    said = {token.text: text[token.start : token.end] for token in analysis.tokens(text)}
    places, scores = {identity: first + index for index, (identity, _score) in enumerate(ranked)}, dict(ranked)
    documents = _readable(engine, asked.kind, list(scores), asked.tokens)
    similarities: list[float | None] = [None] * len(documents)
    if asked.vector is not None:
        cosines = (engine.vectors(asked.kind, [document.id for document in documents]) @ asked.vector).tolist()
        similarities = [cosine if cosine >= asked.floor else None for cosine in cosines]
    hits = []
    for document, similarity in zip(documents, similarities, strict=True):
        marks = highlight(document, said)
        reason = Reason(tuple(dict.fromkeys(said[term] for term in marks.terms)), similarity)
        rank, score = places[document.id], scores[document.id]
        hits.append(Hit(document, rank, score, marks.title, marks.snippet, marks.body, reason))
    return tuple(hits)


def _suggestions(engine: Engine, embedder: Embedder, request: SearchRequest, text: str) -> tuple[str, ...]:
    """Return questions near this one that find something the asker may read, whatever the filters."""

    def finds(other: str) -> bool:
        words = _content_words(analysis.term_weights(other))
        asked = LegRequest(request.kind, words=words, least=enough(len(words)), tokens=request.tokens)
        return bool(words) and engine.search(asked).total > 0

    def keywords() -> Iterator[str]:
        leg, tokens = Leg.VECTOR, request.tokens
        near = ranking(engine, embedder, request.kind, text, leg=leg, tokens=tokens, limit=_NEAREST)
        for document in _readable(engine, request.kind, near, tokens):
            yield from document.keywords

    return suggest(text, keywords(), lambda word: engine.frequency(request.kind, word), finds)
