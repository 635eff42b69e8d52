"""Why a studio is on a list, or is not: everything its place rests on, gathered from the records on one page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, chain
from marketplace.models import (
    AuditEntry,
    NamingMeeting,
    Objection,
    Publicity,
    PublicityEntry,
    StudioApplication,
)
from marketplace.permissions import Actor
from marketplace.services.naming import applications, batches
from marketplace.services.selection import ranking
from marketplace.services.selection.ranking import Counted
from marketplace.services.selection.selecting import Candidate, Place
from marketplace.services.studio import dossier as dossiers
from marketplace.services.studio.conditions import Condition


@dataclass(frozen=True, slots=True)
class Minutes:
    """What a meeting said of one application: the change it made, the equals it chose between, or neither."""

    meeting: NamingMeeting
    change: Mapping[str, Any] | None
    tie: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A list the application stood on, and whether its entries still have the hash they were shown under."""

    publicity: Publicity
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Proof:
    """Everything a place rests on.

    ``conditions`` are as the dossier froze them, ``counts`` how many of them stand how. ``totals`` are those of the
    sheets that count, the highest first. ``place`` is what follows from the scores, None for one no longer in the
    list. ``is_chain_whole`` says whether each event follows from the one before it.
    """

    application: StudioApplication
    is_dossier_whole: bool
    conditions: Sequence[Condition]
    counts: Mapping[str, int]
    facts: Candidate | None
    counted: Counted | None
    totals: Sequence[int]
    place: Place | None
    minutes: Sequence[Minutes]
    lists: Sequence[Shown]
    objections: Sequence[Objection]
    events: Sequence[AuditEntry]
    is_chain_whole: bool


def of(session: Session, actor: Actor, application_id: int) -> Proof:
    """Gather what an application's place rests on, for whoever may see the inside of its batch.

    Raises NotFound for whoever may not read the application, NotAllowed for whoever may read it and no more.
    """
    application = applications.get(session, actor, application_id)
    batch = batches.followed(session, actor, application.naming_batch_id)
    ranked = ranking.scored(session, batch)
    is_scored = application.score is not None
    places = ranking.selection(batch, ranked).places if is_scored else ()
    conditions = applications.conditions_of(application)
    return Proof(
        application=application,
        is_dossier_whole=dossiers.is_whole(application.dossier),
        conditions=conditions,
        counts=applications.counts_of(conditions),
        facts=ranking.candidate(application) if is_scored else None,
        counted=ranking.counted_of(batch, application) if is_scored else None,
        totals=sorted((it.total or 0 for it in ranking.counting(application)), reverse=True) if is_scored else (),
        place=next((it for it in places if it.candidate.id == application.id), None),
        minutes=[_of_meeting(it, application.id) for it in batch.meetings],
        lists=_lists(session, application),
        objections=_objections(session, application),
        events=applications.history(session, application),
        is_chain_whole=next(audit.faults(session, "studio_application", application.id), None) is None,
    )


def _of_meeting(held: NamingMeeting, identity: int) -> Minutes:
    return Minutes(
        meeting=held,
        change=next((it for it in held.changes if it["application"] == identity), None),
        tie=next((it for it in held.ties if identity in it["applications"]), None),
    )


def _lists(session: Session, application: StudioApplication) -> list[Shown]:
    noun = application.__tablename__
    entry = sa.and_(PublicityEntry.noun == noun, PublicityEntry.object_id == application.id)
    query = sa.select(Publicity).where(Publicity.entries.any(entry)).order_by(Publicity.id)
    return [Shown(it, _is_whole(it)) for it in session.scalars(query)]


def _is_whole(publicity: Publicity) -> bool:
    names = ("noun", "object_id", "position", "text")
    shown = [{name: getattr(entry, name) for name in names} for entry in publicity.entries]
    return chain.sha256(chain.canonical(shown)) == publicity.snapshot_hash


def _objections(session: Session, application: StudioApplication) -> list[Objection]:
    query = sa.select(Objection).filter_by(noun=application.__tablename__, object_id=application.id)
    return list(session.scalars(query.order_by(Objection.id)))
