"""The one door to searching: a question in, a page out.

A question is analysed once; both legs carry the same conditions; their rankings are fused; the hits of the page get
their highlights and their reason. Matching takes its candidates through the same door.

A question finds the records that hold enough of its words (``search.asking.question.enough``) or whose meaning reaches
the floor of the embedding model. A reader can page through exactly those, up to ``MOST_HITS``: first the best of both
rankings, then the others, newest first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from search import analysis
from search.asking.fusion import reciprocal_rank_fusion
from search.asking.highlight import highlight
from search.asking.question import Question, content_words, enough, understand
from search.asking.ranking import HEAD, best_first, features
from search.asking.suggestion import suggest
from search.document import KINDS, Candidate, Hit, Leg, Page, Reason, SearchDocument, SearchRequest
from search.embedding import Embedder, passage_text
from search.engine import Engine, LegRequest, LegResult, Vector
from search.thesaurus import known_solutions

# The weights of the legs in the fusion, words and meaning. Of equal ones the weaker leg takes more than it gives where
# questions are short: nDCG@10 of judged queries 0.627 with equal weights, 0.635 with these.
LEG_WEIGHTS = (0.7, 1.0)
# How many hits a reader can page through. Whoever needs the thousandth needs a narrower question instead.
MOST_HITS = 1000
# A longer question is cut here: what is beyond adds nothing to its meaning and would only cost time.
MOST_CHARACTERS = 2000
# The rarest terms of a question that carry this part of its weight rank as well as all of them in half the time:
# nDCG@10 of judged queries 0.519 against 0.521.
_SHARE = 0.9
# How far above the floor of the model a record must be near a known solution for that to be told as a reason.
_TOLD = 0.25
# How many of the nearest records lend their keywords when nothing was found.
_NEAREST = 3
# Documents the asker may read, each with its vector, by id.
Known = Mapping[str, tuple[SearchDocument, Vector]]


def search(engine: Engine, embedder: Embedder, request: SearchRequest) -> Page:
    """Answer a question; an empty one browses what the filters leave."""
    text = request.text.strip()[:MOST_CHARACTERS]
    question = understand(text, embedder)
    if text and not question.own:
        # Nothing but punctuation: no word to look for and no meaning to compare.
        return Page(hits=(), total=0, facets=dict.fromkeys(KINDS[request.kind], ()))
    asked = leg_request(embedder, request, question)
    result = engine.search(asked)
    hits = _hits(engine, asked, question, result, request.offset)
    is_in_vain = question.own and not result.total and request.only is None
    suggestions = _suggestions(engine, embedder, request, text) if is_in_vain else ()
    return Page(hits, result.total, result.facets, suggestions)


def head(engine: Engine, embedder: Embedder, request: SearchRequest) -> dict[str, dict[str, float]]:
    """Return the first of the fused ranking, by id in its order, with what puts them in their final order."""
    question = understand(request.text, embedder)
    result = engine.search(leg_request(embedder, request, question))
    known = _known(engine, request.kind, [identity for identity, _score in _fused(result)[:HEAD]], request.tokens)
    return _judged(question, result, known)


def ranking(
    engine: Engine, embedder: Embedder, kind: str, text: str, *, leg: Leg, tokens: frozenset[str], limit: int
) -> list[str]:
    """Return the ids of the best records, whether or not they count as found: how good a leg is by itself."""
    request = SearchRequest(kind, text, tokens=tokens, leg=leg, limit=limit)
    asked = leg_request(embedder, request, understand(text, embedder))
    result = engine.search(replace(asked, share=1.0, words=(), least=0, window=limit, facets=()))
    return [identity for identity, _score in _fused(result)[:limit]]


def similar(engine: Engine, kind: str, identity: str, *, tokens: frozenset[str], limit: int) -> tuple[Hit, ...]:
    """Return the records most like one the asker may read, by its words and its meaning, without itself."""
    known = _known(engine, kind, [identity], tokens)
    if not known:
        return ()
    document, vector = known[identity]
    text = " ".join((document.title, *document.keywords))
    asked = LegRequest(
        kind=kind,
        terms=analysis.term_weights(text),
        share=_SHARE,
        vector=vector,
        tokens=tokens,
        exclude=frozenset({identity}),
    )
    ranked = _fused(engine.search(asked))[:limit]
    near = _known(engine, kind, [one for one, _score in ranked], tokens)
    return _told(asked, Question(text, asked.terms, asked.terms, vector, ()), ranked, near, {}, first=1)


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
    text = f"{document.title}\n{document.body}"[:MOST_CHARACTERS]
    question = understand(text, embedder, passage_text(document))
    vector = question.vector
    asked = LegRequest(
        kind=kind,
        terms=question.terms,
        vector=vector,
        tokens=tokens,
        filters=filters or {},
        exclude=exclude,
        window=window,
    )
    result = engine.search(asked)
    found = _known(engine, kind, [identity for identity, _score in _fused(result)], tokens)
    by_words, by_meaning = _places(result.lexical), _places(result.vector)
    scores = dict(result.lexical)
    return [
        Candidate(one, by_words.get(one.id), by_meaning.get(one.id), scores.get(one.id, 0.0), float(its @ vector))
        for one, its in found.values()
    ]


def leg_request(embedder: Embedder, request: SearchRequest, question: Question) -> LegRequest:
    """Return what an engine is asked for a reader's question."""
    by_words, by_meaning = request.leg is not Leg.VECTOR, request.leg is not Leg.LEXICAL
    words = content_words(question.own)
    return LegRequest(
        kind=request.kind,
        terms=question.terms if by_words else {},
        share=_SHARE,
        words=words if by_words else (),
        least=enough(len(words)),
        # Words that the model has never seen mean nothing to it.
        vector=question.vector if by_meaning and question.vector.any() else None,
        floor=embedder.floor,
        tokens=request.tokens,
        filters=request.filters,
        sort=request.sort,
        most=min(request.offset + request.limit, MOST_HITS),
        only=request.only,
        facets=KINDS[request.kind] if request.only is None else (),
    )


def _fused(result: LegResult) -> list[tuple[str, float]]:
    legs = [[identity for identity, _score in ranking] for ranking in (result.lexical, result.vector)]
    return reciprocal_rank_fusion(legs, weights=LEG_WEIGHTS)


def _judged(question: Question, result: LegResult, known: Known) -> dict[str, dict[str, float]]:
    """Return the features of documents by id, in the order given."""
    if not known:
        return {}
    scores = dict(result.lexical)
    values = features(
        question,
        np.stack([vector for _document, vector in known.values()]),
        [scores.get(identity, 0.0) for identity in known],
        [bool(document.facets.get("trl_band")) for document, _vector in known.values()],
    )
    return dict(zip(known, values, strict=True))


def _places(ranking: Sequence[tuple[str, float]]) -> dict[str, int]:
    return {identity: rank for rank, (identity, _score) in enumerate(ranking, start=1)}


def _known(engine: Engine, kind: str, ids: Sequence[str], tokens: frozenset[str]) -> Known:
    """Read documents in order; one that was changed since it was found may no longer be the asker's to read."""
    documents, vectors = engine.read(kind, ids)
    return {one.id: (one, vector) for one, vector in zip(documents, vectors, strict=True) if one.readers & tokens}


def _hits(engine: Engine, asked: LegRequest, question: Question, result: LegResult, offset: int) -> tuple[Hit, ...]:
    """Return the hits from ``offset`` on: the first of the fused ranking put in order, the rest of it, the others."""
    fused = _fused(result)
    ranked = [*fused, *((identity, 0.0) for identity in result.listed)]
    first = min(HEAD, len(fused)) if offset < HEAD and asked.terms and asked.vector is not None else 0
    wanted = dict.fromkeys(identity for identity, _score in (*ranked[:first], *ranked[offset : asked.most]))
    known = _known(engine, asked.kind, list(wanted), asked.tokens)
    judged = _judged(question, result, {one: known[one] for one, _score in ranked[:first] if one in known})
    # One that is not the asker's any more comes last of these, so that no other is moved to another page.
    gone = [(identity, score) for identity, score in ranked[:first] if identity not in judged]
    ranked[:first] = [*best_first(judged), *gone]
    return _told(asked, question, ranked[offset : asked.most], known, judged, first=offset + 1)


def _told(
    asked: LegRequest,
    question: Question,
    ranked: Sequence[tuple[str, float]],
    known: Known,
    judged: Mapping[str, Mapping[str, float]],
    *,
    first: int,
) -> tuple[Hit, ...]:
    """Return the hits of a page, the first of which has the rank ``first``, each with its highlights and its reason."""
    text = question.text
    said = {token.text: text[token.start : token.end] for token in analysis.tokens(text)}
    shown = [(rank, one, score) for rank, (one, score) in enumerate(ranked, first) if one in known]
    meant = _meant(asked, question, [known[identity][1] for _rank, identity, _score in shown])
    marked = highlight([known[identity][0] for _rank, identity, _score in shown], said)
    hits = []
    for (rank, identity, score), marks, (similarity, solution) in zip(shown, marked, meant, strict=True):
        document, _vector = known[identity]
        words = tuple(dict.fromkeys(said[term] for term in marks.terms))
        reason = Reason(words, similarity, solution, judged.get(identity, {}))
        hits.append(Hit(document, rank, score, marks.title, marks.snippet, marks.body, reason))
    return tuple(hits)


def _meant(
    asked: LegRequest, question: Question, vectors: Sequence[Vector]
) -> list[tuple[float | None, tuple[str, ...]]]:
    """Return how near each record's meaning is, and the path to the known solution it is about, where near enough."""
    if asked.vector is None or not vectors:
        return [(None, ())] * len(vectors)
    stacked = np.stack(vectors)
    cosines, solved = (stacked @ asked.vector).tolist(), known_solutions(question.ways, stacked)
    told = asked.floor + _TOLD
    return [
        (cosine if cosine >= asked.floor else None, known.path if known and known.similarity >= told else ())
        for cosine, known in zip(cosines, solved, strict=True)
    ]


def _suggestions(engine: Engine, embedder: Embedder, request: SearchRequest, text: str) -> tuple[str, ...]:
    """Return questions near this one that find something the asker may read, whatever the filters."""

    def finds(other: str) -> bool:
        words = content_words(analysis.term_weights(other))
        asked = LegRequest(request.kind, words=words, least=enough(len(words)), tokens=request.tokens)
        return bool(words) and engine.search(asked).total > 0

    def keywords() -> Iterator[str]:
        leg, tokens = Leg.VECTOR, request.tokens
        near = ranking(engine, embedder, request.kind, text, leg=leg, tokens=tokens, limit=_NEAREST)
        for document, _vector in _known(engine, request.kind, near, tokens).values():
            yield from document.keywords

    return suggest(text, keywords(), lambda word: engine.frequency(request.kind, word), finds)
