"""Match demands with achievements over the index, and keep the findings in the database.

A demand is matched when it is posted, changed or opened, and again when an achievement appears that is near it. When
an import brings more achievements than there are demands, asking each demand once is the shorter way to the same end.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from marketplace.db import SessionFactory, unit_of_work
from marketplace.indexing.documents import (
    Sections,
    demand_document,
    document_for,
    place_in_field,
    revision_of,
    sections_of,
)
from marketplace.indexing.sync import Changes
from marketplace.models import Achievement, Demand
from marketplace.permissions import PROVINCE, PUBLIC, SYSTEM
from marketplace.services.match import found as matches
from search import hybrid
from search.document import SearchDocument, Span
from search.embedding import Embedder
from search.engine import Engine
from search.matching import pairing
from search.matching.evidence import ClauseReason

# How many demands near a new achievement are matched anew.
NEAR = 20


def match_demand(session: Session, engine: Engine, embedder: Embedder, demand: Demand, limit: int) -> None:
    """Find the achievements that may solve a demand, with their reasons, and keep them."""
    found = propose(engine, embedder, demand, limit)
    records = {record.id: record for record in session.scalars(_achievements(found))}
    findings = [
        _finding(proposal, demand, records[int(proposal.document.id)])
        for proposal in found
        # The index may still hold what was changed a moment ago; the outbox brings that change here again.
        if int(proposal.document.id) in records
        and revision_of(records[int(proposal.document.id)]) == proposal.document.revision
    ]
    matches.keep(session, SYSTEM, demand, findings, embedder.fingerprint)


def propose(engine: Engine, embedder: Embedder, demand: Demand, limit: int) -> tuple[pairing.Match, ...]:
    """Return the best matches for a demand, without keeping them."""
    document = demand_document(demand)
    candidates = hybrid.candidates(engine, embedder, document, "achievement", tokens=frozenset({PUBLIC}))
    return tuple(pairing.match(document, candidates, embedder, limit=limit))


def match_changes(
    factory: SessionFactory,
    engine: Engine,
    embedder: Embedder,
    changes: Changes,
    limit: int,
    progress: Callable[[int], None],
) -> int:
    """Match every demand that a drain touched or that lies near an achievement it touched; returns how many."""
    touched = changes.written["achievement"] | changes.deleted["achievement"]
    with factory() as session:
        affected = set(changes.written["demand"])
        if touched:
            affected |= _demands_near(session, engine, embedder, touched)
    return match_demands(factory, engine, embedder, affected, limit, progress)


def match_demands(
    factory: SessionFactory,
    engine: Engine,
    embedder: Embedder,
    ids: Iterable[int],
    limit: int,
    progress: Callable[[int], None],
) -> int:
    """Match demands by id, each in a transaction of its own, so that an interruption loses one at most."""
    done = 0
    for demand_id in sorted(ids):
        with unit_of_work(factory) as session:
            demand = session.get(Demand, demand_id)
            if demand is not None and demand.state in matches.MATCHED:
                match_demand(session, engine, embedder, demand, limit)
                done += 1
        progress(1)
    return done


def _demands_near(session: Session, engine: Engine, embedder: Embedder, achievements: Collection[int]) -> set[int]:
    waiting = set(matches.demands_to_match(session))
    if len(achievements) >= len(waiting):
        return waiting
    known = sa.select(Achievement).where(Achievement.id.in_(achievements))
    documents = [document for record in session.scalars(known) if (document := document_for(record))]
    # A deleted achievement is near no demand any more, but may be among the findings of any.
    near = set(
        session.scalars(sa.select(matches.Match.demand_id).where(matches.Match.achievement_id.in_(achievements)))
    )
    for document in documents:
        near |= _near(engine, embedder, document)
    return near & waiting


def _near(engine: Engine, embedder: Embedder, document: SearchDocument) -> set[int]:
    tokens = frozenset({PUBLIC, PROVINCE})
    candidates = hybrid.candidates(engine, embedder, document, "demand", tokens=tokens, window=NEAR)
    return {int(candidate.document.id) for candidate in candidates}


def _achievements(found: Iterable[pairing.Match]) -> sa.Select[tuple[Achievement]]:
    query = sa.select(Achievement).where(Achievement.id.in_([int(proposal.document.id) for proposal in found]))
    return query.options(selectinload(Achievement.listings))


def _finding(proposal: pairing.Match, demand: Demand, achievement: Achievement) -> matches.Finding:
    asked, said = sections_of(demand), sections_of(achievement)
    return matches.Finding(
        achievement_id=achievement.id,
        achievement_revision=achievement.revision,
        score=proposal.score,
        features=dict(proposal.features),
        reasons=[_plain(reason, asked, said) for reason in proposal.reasons],
    )


def _plain(reason: ClauseReason, asked: Sections, said: Sections) -> dict[str, Any]:
    """Return a reason as it is kept: its places lead into the fields of the records, not into the index's body."""
    clause_field, clause_start, clause_end = _place(asked, reason.clause_field, reason.clause_span)
    field, start, end = _place(said, reason.field, reason.span) if reason.quote else (None, 0, 0)
    return {
        "clause": reason.clause,
        "clause_field": clause_field,
        "clause_start": clause_start,
        "clause_end": clause_end,
        "field": field,
        "quote": reason.quote,
        "start": start,
        "end": end,
        "met": reason.met,
        "indicators": [dataclasses.asdict(indicator) for indicator in reason.indicators],
        "path": list(reason.path),
    }


def _place(sections: Sections, field: str, span: Span) -> tuple[str, int, int]:
    return (field, span.start, span.end) if field == "title" else place_in_field(sections, span)
