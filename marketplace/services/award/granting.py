"""After the publicity: awards with their certificates, one struck from the list, one revoked, one that was false."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from marketplace import audit
from marketplace.db import today
from marketplace.errors import N_, Conflict, DomainError, NotFound
from marketplace.models import AwardRound, Benefit, Nomination, Proposal
from marketplace.permissions import Actor
from marketplace.services import publicity
from marketplace.services.award import nominating, rounds, steps
from marketplace.services.award.deciding import as_shown, selected
from marketplace.services.benefit import steps as benefits

_WAITING = ("publicity", "objected")


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a number stands for; ``is_valid`` is False where the award was revoked."""

    nomination: Nomination
    is_valid: bool


def grant(session: Session, actor: Actor, award_id: int) -> Mapping[int, DomainError | None]:
    """Award what its publicity is over for; return, for each still proposed, what holds it up or None.

    What an objection struck from the list is not awarded and nobody moves up. The round ends with its last entry.
    """
    award = rounds.run_by(session, actor, award_id)
    if award.state != "publicity":
        raise Conflict(N_("公示之后才能授奖。"))
    results: dict[int, DomainError | None] = {}
    for nomination in selected(award):
        if nomination.proposal.state not in _WAITING:
            _strike(session, actor, nomination)
            continue
        try:
            _award(session, actor, nomination)
        except DomainError as error:
            results[nomination.id] = error
        else:
            results[nomination.id] = None
    if not selected(award):
        rounds.to_state(session, actor, award, "awarded", "end")
    return results


def revoke(session: Session, actor: Actor, nomination_id: int, reason: str) -> Nomination:
    """Take an award back, with a reason; the certificate stays on record as revoked."""
    nomination = session.get(Nomination, nomination_id)
    if nomination is None:
        raise NotFound("nomination", nomination_id)
    rounds.run_by(session, actor, nomination.award_round_id)
    if nomination.outcome != "awarded":
        raise Conflict(N_("只有已授予的金点子才能撤销。"))
    written = rounds.require_reason(reason)
    nomination.outcome, nomination.revoked_on, nomination.revoked_because = "revoked", today(), written
    session.flush()
    if nomination.proposal.state == "awarded" and not steps.awarded(session, nomination.proposal):
        steps.take(session, actor, nomination.proposal, "revoke", written, {"nomination": nomination.id})
    audit.record(session, actor, "revoke", "nomination", nomination.id, reason=written)
    return nomination


def declare_false(session: Session, actor: Actor, benefit_id: int, reason: str) -> Benefit:
    """Revoke a benefit with every award that rests on it, and block its persons and units (rule 37).

    Raises Conflict for what stands in publicity, where an objection is the way, or is ranked and not yet announced;
    NotAllowed where one of the rounds is not the actor's to run.
    """
    rounds.require_reason(reason)
    benefit = benefits.get(session, actor, benefit_id)
    for record in benefits.records_of(session, benefit):
        if isinstance(record, Proposal):
            for nomination in _standing(session, record):
                _take_back(session, actor, nomination, reason)
    return benefits.revoke(session, actor, benefit_id, reason)


def verify(session: Session, number: str) -> Certificate | None:
    """Return what a certificate number stands for, None for one that was never given. Anybody may ask."""
    query = _certified().where(Nomination.certificate_number == number.strip().upper())
    nomination = session.scalar(query)
    return Certificate(nomination, nomination.outcome == "awarded") if nomination else None


def golden_ideas(
    session: Session, *, limit: int, after: int | None = None, year: int | None = None, level: str | None = None
) -> list[Nomination]:
    """Return what was awarded and stands, newest first, from below the id ``after``. Anybody may read it."""
    query = _certified().where(Nomination.outcome == "awarded").order_by(Nomination.id.desc()).limit(limit)
    query = query if after is None else query.where(Nomination.id < after)
    query = query if year is None else query.where(AwardRound.year == year)
    query = query if level is None else query.where(AwardRound.level == level)
    return list(session.scalars(query))


def of_round(session: Session, award: AwardRound) -> list[Nomination]:
    """Return what was awarded in a round and stands, by the order of its certificates. Anybody may read it."""
    query = _certified().where(Nomination.award_round_id == award.id, Nomination.outcome == "awarded")
    return list(session.scalars(query.order_by(Nomination.rank, Nomination.certificate_number)))


def years(session: Session) -> list[int]:
    """Return the years with golden ideas, the latest first."""
    awarded = AwardRound.nominations.any(Nomination.outcome == "awarded")
    return list(session.scalars(sa.select(AwardRound.year).where(awarded).distinct().order_by(AwardRound.year.desc())))


def _award(session: Session, actor: Actor, nomination: Nomination) -> None:
    listed = publicity.require_over(session, nomination.proposal)
    nomination.stated = as_shown(nomination)
    nomination.outcome, nomination.granted_on = "awarded", today()
    nomination.certificate_number = _number(nomination)
    steps.take(session, actor, nomination.proposal, "award", None, {"nomination": nomination.id})
    session.flush()
    audit.record(session, actor, "award", "nomination", nomination.id, payload=nomination.stated)
    publicity.close_if_done(session, listed)


def _strike(session: Session, actor: Actor, nomination: Nomination) -> None:
    nomination.outcome, nomination.grade = "struck", None
    session.flush()
    audit.record(session, actor, "strike", "nomination", nomination.id)
    steps.keep_award(session, actor, nomination.proposal)


def _number(nomination: Nomination) -> str:
    """Return a certificate's number: year, round and rank order, "GI2026-0012-003"."""
    award = nomination.award_round
    given = sum(it.certificate_number is not None for it in award.nominations)
    return f"GI{award.year}-{award.id:04d}-{given + 1:03d}"


def _certified() -> sa.Select[Nomination]:
    return (
        sa.select(Nomination)
        .join(AwardRound, AwardRound.id == Nomination.award_round_id)
        .where(Nomination.certificate_number.is_not(None))
        .options(joinedload(Nomination.award_round))
    )


def _take_back(session: Session, actor: Actor, nomination: Nomination, reason: str) -> None:
    if nomination.outcome == "awarded":
        revoke(session, actor, nomination.id, reason)
    elif nomination.award_round.state in ("open", "scoring", "second_round"):
        nominating.set_aside(session, actor, nomination.id, reason)
    else:
        raise Conflict(N_("这条建议正在公示或等待公示，请通过异议办理。"))


def _standing(session: Session, proposal: Proposal) -> list[Nomination]:
    """Return the nominations that are being judged, are proposed or were awarded, those being judged first."""
    query = sa.select(Nomination).where(
        Nomination.proposal_id == proposal.id,
        sa.or_(Nomination.outcome.is_(None), Nomination.outcome.in_(("proposed", "awarded"))),
    )
    return sorted(session.scalars(query), key=lambda it: (it.outcome == "awarded", it.id))
