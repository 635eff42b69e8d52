"""From the ranking to the list the public sees: what the scores decide, what the meeting decides, and announcing it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import now
from marketplace.errors import N_, Conflict, Invalid, StaleRevision
from marketplace.models import AwardRound, Nomination, Proposal, Publicity
from marketplace.permissions import Actor
from marketplace.services import publicity
from marketplace.services.award import rounds, steps
from marketplace.services.judging.scoring import Allocation, allocate, fits

_NOT_SELECTED = "未入选本次评选"


def allocation(award: AwardRound) -> Allocation:
    """Return the grades that follow from the scores, and where equals stand across an edge."""
    scores = {it.id: it.score for it in rounds.alive(award) if it.score is not None}
    return allocate(scores, award.quotas, award.line)


def decide(
    session: Session, actor: Actor, award_id: int, revision: int, choices: Mapping[int, str | None], reason: str
) -> AwardRound:
    """Fix the grades: those the scores give, and for equals at an edge what the meeting chose.

    ``choices`` names a grade, or None, for each of those equals; together they must be exactly the places the equals
    share. Raises Invalid where they are not, or the meeting gave no reason; Conflict out of turn.
    """
    award = rounds.run_by(session, actor, award_id)
    if award.state != "scored" or award.decided_at is not None:
        raise Conflict(N_("评分汇总以后、公示以前才能确定入选名单，并且只确定一次。"))
    if award.revision != revision:
        raise StaleRevision("award", award_id, revision, award.revision)
    found = allocation(award)
    if any(not fits(edge, (choices.get(it) for it in edge.equals)) for edge in found.edges):
        raise Invalid({"choices": [N_("同分各项只能分配他们共有的名额，每个名额一项。")]})
    if found.edges and not reason.strip():
        raise Invalid({"reason": [N_("同分由会议决定，请写明理由。")]})
    grades = {**found.grades, **{it: choices.get(it) for edge in found.edges for it in edge.equals}}
    for nomination in rounds.alive(award):
        nomination.grade = grades[nomination.id]
        nomination.outcome = "proposed" if nomination.grade else "not_selected"
    award.decision, award.decided_by, award.decided_at = reason.strip(), actor.name, now()
    session.flush()
    told = {"grades": {it.alias: it.grade for it in award.nominations}}
    audit.record(
        session, actor, "decide", "award", award.id, from_state="scored", to_state="scored", reason=reason, payload=told
    )
    return award


def announce(session: Session, actor: Actor, award_id: int, channel: str) -> Publicity | None:
    """Show the selected to the public and let the others go back; without any selected the round ends here."""
    award = rounds.run_by(session, actor, award_id)
    if award.state != "scored" or award.decided_at is None:
        raise Conflict(N_("请先确定入选名单。"))
    for nomination in award.nominations:
        if nomination.outcome == "not_selected" and nomination.rank is not None:
            steps.pass_over(session, actor, nomination, _NOT_SELECTED)
    chosen = selected(award)
    if not chosen:
        rounds.to_state(session, actor, award, "awarded", "end_without_award")
        return None
    for nomination in chosen:
        steps.take(session, actor, nomination.proposal, "announce", None, {"award_round": award.id})
    entries: list[tuple[Proposal, dict[str, Any]]] = [(it.proposal, as_shown(it)) for it in chosen]
    begun = publicity.start(
        session, actor, entries, title=award.title, channel=channel, days=award.publicity_days, award_round_id=award.id
    )
    rounds.to_state(session, actor, award, "publicity", "announce", publicity=begun.id)
    return begun


def lists_of(session: Session, award: AwardRound) -> list[Publicity]:
    """Return the lists of a round as they were shown, the latest first. Anybody may read them."""
    query = sa.select(Publicity).where(Publicity.award_round_id == award.id).order_by(Publicity.id.desc())
    return list(session.scalars(query))


def selected(award: AwardRound) -> list[Nomination]:
    """Return what the round proposes for an award, the highest score first."""
    return sorted((it for it in award.nominations if it.outcome == "proposed"), key=lambda it: (it.rank or 0, it.id))


def as_shown(nomination: Nomination) -> dict[str, Any]:
    """Return what the public list, and later the certificate, says of a golden idea.

    Whoever submitted without a name stays without one.
    """
    proposal = nomination.proposal
    return {
        "title": proposal.title,
        "authors": [] if proposal.is_pseudonymous else [author.name for author in proposal.authors],
        "unit": proposal.organisation.name if proposal.organisation else "",
        "category": proposal.category,
        "grade": nomination.grade,
    }
