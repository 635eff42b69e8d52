"""Ask the saved searches about the records the index has just taken over.

What changed is noted in the transaction that settles its match, and struck out in the one that keeps what was found:
a worker that dies in between leaves it to the next one. Each different question is asked once, whoever saved it, about
the changed records alone and with the same words, meaning, floor and reasons as on the results page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from marketplace import chain
from marketplace.db import SessionFactory, now, unit_of_work
from marketplace.indexing.bringing import MODELS
from marketplace.indexing.sync import Changes
from marketplace.models import Account, ChangedRecord, SavedSearch, SavedSearchHit
from marketplace.services.account.signing_in import with_roles
from marketplace.services.saved_search.telling import reader_of
from search.document import Hit, SearchDocument, SearchRequest
from search.embedding import Embedder
from search.engine import Engine

# So many changed records are asked about at once, and so many saved searches are read at once.
_AT_ONCE = 500
# What one looks for beside what one wrote: a demand that nobody can answer any more is no news.
_ALWAYS: Mapping[str, Mapping[str, tuple[str, ...]]] = {"demand": {"state": ("open", "in_talks")}}


def request_of(saved: SavedSearch, tokens: frozenset[str], **options: Any) -> SearchRequest:
    """Return the question of a saved search for somebody's tokens."""
    kept = {facet: tuple(values) for facet, values in saved.filters.items()}
    return SearchRequest(saved.kind, saved.text, tokens, {**kept, **_ALWAYS.get(saved.kind, {})}, **options)


def has_work(session: Session) -> bool:
    """Say whether a change waits to be asked about."""
    return bool(session.scalar(sa.select(sa.exists().select_from(ChangedRecord))))


def note(session: Session, touched: Changes) -> None:
    """Note changed records to be asked about, where any search of their kind is kept."""
    kinds = set(session.scalars(sa.select(SavedSearch.kind).where(SavedSearch.paused_at.is_(None)).distinct()))
    rows = [{"kind": kind, "object_id": it} for kind in sorted(kinds) for it in sorted(touched.written[kind])]
    if rows:
        session.execute(sa.insert(ChangedRecord), rows)


def follow(sessions: SessionFactory, engine: Engine, embedder: Embedder) -> int:
    """Ask about every change noted; return how many hits were kept that are new or changed."""
    kept = 0
    while True:
        with unit_of_work(sessions) as session:
            query = sa.select(ChangedRecord).order_by(ChangedRecord.id).limit(_AT_ONCE)
            rows = session.scalars(query.with_for_update(skip_locked=True)).all()
            if not rows:
                return kept
            for kind in {row.kind for row in rows}:
                kept += _ask(session, engine, embedder, kind, {row.object_id for row in rows if row.kind == kind})
            session.execute(sa.delete(ChangedRecord).where(ChangedRecord.id.in_([row.id for row in rows])))


def _ask(session: Session, engine: Engine, embedder: Embedder, kind: str, ids: set[int]) -> int:
    from search import hybrid  # Here, because mostly nothing waits.

    kept, only, model = 0, frozenset(map(str, ids)), MODELS[kind]
    query = sa.select(model.id, model.updated_at).where(model.id.in_(ids))
    changed = {row.id: row.updated_at for row in session.execute(query)}
    for some in _parts(session, kind):
        questions = defaultdict(list)
        for saved in some:
            asked = request_of(saved, reader_of(saved.account).tokens)
            questions[asked.text, asked.tokens, tuple(sorted(asked.filters.items()))].append(saved)
        for (text, tokens, filters), same in questions.items():
            request = SearchRequest(kind, text, tokens, dict(filters), limit=len(only), only=only)
            hits = hybrid.search(engine, embedder, request).hits
            for saved in same if hits else ():
                # What has not changed since the search was saved was there to be found then.
                news = [hit for hit in hits if changed[int(hit.document.id)] >= saved.created_at]
                kept += _keep(session, saved, news)
    return kept


def _parts(session: Session, kind: str) -> Iterator[Sequence[SavedSearch]]:
    after = 0
    query = (
        sa.select(SavedSearch)
        .join(Account)
        .where(SavedSearch.kind == kind, SavedSearch.paused_at.is_(None), Account.is_active)
        .options(*with_roles(joinedload(SavedSearch.account)))
        .order_by(SavedSearch.id)
        .limit(_AT_ONCE)
    )
    while some := session.scalars(query.where(SavedSearch.id > after)).all():
        yield some
        after = some[-1].id


def _keep(session: Session, saved: SavedSearch, hits: Sequence[Hit]) -> int:
    """Keep what was found for one search; return how many are new or read otherwise than before."""
    if not hits:
        return 0
    # Held, so that two workers with changes of one record keep it once.
    if session.scalar(sa.select(SavedSearch.id).filter_by(id=saved.id).with_for_update()) is None:
        return 0
    ids = [int(hit.document.id) for hit in hits]
    query = sa.select(SavedSearchHit).where(
        SavedSearchHit.saved_search_id == saved.id, SavedSearchHit.object_id.in_(ids)
    )
    held, kept = {it.object_id: it for it in session.scalars(query)}, 0
    for hit, number in zip(hits, ids, strict=True):
        text_hash = _hash(hit.document)
        row = held.get(number)
        if row is None:
            row = SavedSearchHit(saved_search_id=saved.id, object_id=number)
            session.add(row)
        elif row.text_hash == text_hash:
            continue
        row.text_hash, row.found_at = text_hash, now()
        row.words, row.similarity, row.solution = _reason(hit, saved.text)
        kept += 1
    session.flush()
    return kept


def _reason(hit: Hit, text: str) -> tuple[list[str], float | None, list[str]]:
    """Return why a record was found, as the results page tells it: mere characters of a near text say nothing."""
    said = hit.reason
    is_told_by_characters = all(len(word) == 1 for word in said.words) and len(text) > 2
    words = () if is_told_by_characters and said.similarity is not None else said.words
    return list(words), said.similarity, list(said.solution)


def _hash(document: SearchDocument) -> str:
    """Return the hash of what can be read of a record: another revision that reads the same is no news."""
    return chain.sha256(
        chain.canonical(
            {
                "title": document.title,
                "body": document.body,
                "keywords": list(document.keywords),
                "facets": {facet: list(values) for facet, values in document.facets.items()},
            }
        )
    )
