"""Prove that an index holds what the database holds, before it comes into use.

Every revision is compared. Of a sample, the whole document and its vector are compared, and two fixed questions must
find it: by all words of its title, and by its own meaning. What changed after the mark of the index, or is parked with
a reason staff can see, is not held against it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.db import SessionFactory
from marketplace.indexing import bringing, marks
from marketplace.indexing.bringing import Refusals
from marketplace.models import OutboxEntry
from marketplace.outbox import Record
from search import analysis
from search.document import SearchDocument
from search.embedding import Embedder, passage_text
from search.engine import Engine, LegRequest
from search.errors import IndexUnsound

# Kind and id of a record, and what is wrong with it.
Problem = tuple[str, int, str]

# How many records of each kind are compared in whole and asked for.
_SAMPLE = 50
# How many are read at once.
_BATCH = 500
# A question that more records answer than this cannot tell whether one of them is missing.
_DEPTH = 1000
# Two records of nearly the same text are as near to a question as each other.
_AS_NEAR = 1e-3
_SHOWN = 5


def prove(factory: SessionFactory, engine: Engine, embedder: Embedder, mark: int, refused: Refusals) -> None:
    """Raise IndexUnsound, naming the first records that differ, where an index does not hold what it should."""
    with factory() as session:
        found = list(_problems(session, engine, embedder))
    # Read after the comparison: a record that changed during it is among these.
    with factory() as session:
        excused = _changed_or_parked(session, mark)
    left = [problem for problem in found if problem[:2] not in excused]
    if left:
        shown = "；".join(_said(problem, refused) for problem in left[:_SHOWN])
        raise IndexUnsound(f"这份索引与数据库有 {len(left)} 处不符，没有启用，正在使用的索引不变：{shown}。")


def _said(problem: Problem, refused: Refusals) -> str:
    kind, identity, wrong = problem
    reason = refused.get((kind, identity))
    return f"{kind} {identity} {wrong}" + (f"（{reason}）" if reason else "")


def _changed_or_parked(session: Session, mark: int) -> set[Record]:
    parked = sa.select(OutboxEntry.kind, OutboxEntry.object_id).where(OutboxEntry.parked_at.is_not(None))
    changed = {(kind, identity) for kind, ids in marks.changed(session, after=mark).items() for identity in ids}
    return changed | {(kind, identity) for kind, identity in session.execute(parked)}


def _problems(session: Session, engine: Engine, embedder: Embedder) -> Iterator[Problem]:
    for kind in bringing.MODELS:
        indexed = {int(identity): revision for identity, revision in engine.revisions(kind)}
        model = bringing.MODELS[kind]
        known = dict(session.execute(sa.select(model.id, bringing.revisions(model))).all())
        for identity, revision in indexed.items():
            if known.get(identity) != revision:
                yield kind, identity, "不是现在的版本"
        yield from _missing(session, kind, sorted(known.keys() - indexed.keys()))
        yield from _differing(session, engine, embedder, kind, _spread(sorted(known.keys() & indexed.keys())))


def _spread(ids: Sequence[int]) -> Sequence[int]:
    """Return a sample of ids that is spread evenly and the same each time."""
    return ids[:: max(1, len(ids) // _SAMPLE)][:_SAMPLE]


def _missing(session: Session, kind: str, ids: Sequence[int]) -> Iterator[Problem]:
    left = iter(ids)
    while some := list(islice(left, _BATCH)):
        failed: Refusals = {}
        documents, _without = bringing.present(session, kind, some, failed)
        yield from ((kind, int(document.id), "不在索引中") for document in documents)
        yield from ((*record, f"无法写入（{reason}）") for record, reason in failed.items())
        session.expunge_all()


def _differing(
    session: Session, engine: Engine, embedder: Embedder, kind: str, ids: Sequence[int]
) -> Iterator[Problem]:
    documents, without = bringing.present(session, kind, ids, {})
    yield from ((kind, int(identity), "不应在索引中") for identity in without)
    stored = {one.id: (one, its) for one, its in zip(*engine.read(kind, [one.id for one in documents]), strict=True)}
    meant = embedder.passages([passage_text(document) for document in documents])
    for document, right in zip(documents, meant, strict=True):
        kept, vector = stored.get(document.id, (None, right))
        if kept != document:
            yield kind, int(document.id), "内容不同"
        elif not np.allclose(vector, right, atol=_AS_NEAR):
            yield kind, int(document.id), "向量不同"
        elif not _is_found(engine, document, vector):
            yield kind, int(document.id), "检索不到"


def _is_found(engine: Engine, document: SearchDocument, vector: np.ndarray) -> bool:
    """Say whether a document answers to all words of its title and to its own meaning."""
    weights = analysis.term_weights(document.title)
    asked = LegRequest(
        document.kind,
        terms=weights,
        words=tuple(weights),
        least=len(weights),
        tokens=document.readers,
        window=_DEPTH,
    )
    if weights:
        result = engine.search(asked)
        if result.total <= _DEPTH and document.id not in dict(result.lexical):
            return False
    if not vector.any():
        return True
    asked = LegRequest(document.kind, vector=vector, tokens=document.readers, window=10)
    nearest = dict(engine.search(asked).vector)
    return document.id in nearest or min(nearest.values(), default=0.0) >= 1 - _AS_NEAR
