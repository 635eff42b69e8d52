"""What a unit learns of its application once the list is public, and what everybody may read once studios are named.

A unit reads the means its score was made of, its rank and why it was not chosen; whose sheets they are stays unsaid.
Nothing is announced before the period of the list is over (rules 46 and 60).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from marketplace import state_names
from marketplace.db import now
from marketplace.documents import drawn
from marketplace.errors import N_, Conflict, NotFound
from marketplace.models import AuditEntry, NamingBatch, NamingNotice, StudioApplication
from marketplace.permissions import Actor
from marketplace.services.naming import applications, batches
from marketplace.services.selection import ranking
from marketplace.services.selection.meeting import REASONS
from marketplace.services.selection.ranking import Counted
from marketplace.vocabulary import rubric_criteria, studio_tiers

TOLD_IN = ("publicity", "named")


@dataclass(frozen=True, slots=True)
class ScoreSheet:
    """How an application fared; before the batch tells its results, and without a score, ``counted`` is None.

    ``ranked`` is among how many it has its rank; ``comments`` are the judges', in an order that tells nothing of them.
    """

    application: StudioApplication
    counted: Counted | None
    ranked: int
    comments: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """A studio a batch named, by its plaque; ``revoked`` is the day its naming was taken back."""

    application: StudioApplication
    plaque: str
    revoked: dt.date | None


@dataclass(frozen=True, slots=True)
class Told:
    """What of an application may be known outside of the office that runs its batch."""

    state: str
    decision: str
    events: Sequence[AuditEntry]


def told_of(application: StudioApplication, events: Sequence[AuditEntry] = ()) -> Told:
    """Return how an application stands as far as its unit may know; ``events`` are its history.

    What a meeting decided is kept back until its list is public; where the batch was called off, for good.
    """
    is_decided = application.score is not None and application.state in ("proposed", "not_selected")
    is_over = application.batch.state in (*TOLD_IN, "cancelled")
    if not is_decided or (application.batch.state in TOLD_IN and application.state == "not_selected"):
        return Told(application.state, application.decision, events)
    kept_back = ("propose", "pass_over", "score")
    told = [it for it in events if it.verb not in kept_back]
    return Told("not_selected" if is_over else "recommended", "", told)


def sheet_of(session: Session, actor: Actor, application_id: int) -> ScoreSheet:
    """Return the score sheet of an application to its unit and the offices of its place; raise NotFound."""
    application = applications.get(session, actor, application_id)
    batch = application.batch
    if batch.state not in TOLD_IN or application.score is None:
        return ScoreSheet(application, None, 0)
    query = sa.select(sa.func.count()).where(
        StudioApplication.naming_batch_id == batch.id, StudioApplication.score.is_not(None)
    )
    comments = sorted(it.comment for it in ranking.counting(application) if it.comment)
    return ScoreSheet(application, ranking.counted_of(batch, application), session.scalar(query) or 0, comments)


def sheet_pdf(session: Session, actor: Actor, application_id: int) -> bytes:
    """Return a score sheet as PDF; raise Conflict before the batch tells its results."""
    found = sheet_of(session, actor, application_id)
    if found.counted is None:
        raise Conflict(N_("名单公示以后才有评分表。"))
    application, batch = found.application, found.application.batch
    told = {
        "batch": batch.title,
        "tier": studio_tiers.label(batch.tier),
        "studio": application.studio.name,
        "unit": application.organisation.name,
        "rows": [
            {"name": rubric_criteria.label(name), "most": most, "mean": str(found.counted.criteria[name])}
            for name, most in batch.indicators.items()
        ],
        "score": str(application.score), "sheets": found.counted.count, "rank": application.rank,
        "ranked": found.ranked, "line": str(batch.line), "quota": batch.quota, "cap": batch.city_cap,
        "result": result_of(application), "comments": found.comments,
    }  # fmt: skip
    return drawn("naming_sheet", told, now())


def result_of(application: StudioApplication) -> str:
    """Return what came of an application in a sentence, as far as its unit may know, with why where that is said."""
    state = told_of(application).state
    called = state_names.name("studio_application", state)
    if state == "not_selected" and application.not_chosen_for:
        why = REASONS[application.not_chosen_for]
        said = application.decision if application.not_chosen_for in ("tie", "meeting") else ""
        return f"{called}：{'。'.join(it for it in (why, said) if it)}"
    return f"{called}：{application.revoked_because}" if application.revoked_because else called


def named(session: Session, batch_id: int) -> tuple[NamingBatch, list[Named]]:
    """Return what a batch named, by the order of its plaques; nothing before a notice was issued. Anybody may read."""
    batch = batches.get(session, batch_id)
    query = (
        sa.select(StudioApplication)
        .where(StudioApplication.naming_batch_id == batch.id, StudioApplication.plaque.is_not(None))
        .options(joinedload(StudioApplication.studio), joinedload(StudioApplication.organisation))
        .order_by(StudioApplication.plaque)
    )
    return batch, [Named(it, it.plaque or "", it.revoked_on) for it in session.scalars(query)]


def notices_of(session: Session, batch: NamingBatch) -> Sequence[NamingNotice]:
    """Return the notices of a batch that were issued, in their order. Anybody may read them."""
    return [it for it in batch.notices if it.issued_on is not None]


def notice(session: Session, notice_id: int) -> NamingNotice:
    """Return an issued notice; raise NotFound. Anybody may read it."""
    found = session.get(NamingNotice, notice_id)
    if found is None or found.issued_on is None:
        raise NotFound("naming_notice", notice_id)
    return found


def notice_pdf(session: Session, notice_id: int) -> bytes:
    """Return an issued notice with its annex as PDF."""
    found = notice(session, notice_id)
    assert found.issued_on is not None
    title, _break, rest = found.text.partition("\n")
    told = {
        "title": title.strip(),
        "number": found.number,
        "paragraphs": [it.strip() for it in rest.splitlines() if it.strip()],
        "named": found.named,
    }
    return drawn("naming_notice", told, dt.datetime.combine(found.issued_on, dt.time(), dt.UTC))
