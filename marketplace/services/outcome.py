"""The verbs of an answer to a match: record it, and learn from many how likely interest is."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, workflow
from marketplace.db import now
from marketplace.errors import NotAllowed, NotFound
from marketplace.models import Match, Outcome
from marketplace.models.market.match import PROPOSED
from marketplace.models.market.outcome import SIDES
from marketplace.permissions import Actor, can_answer_for, can_read
from marketplace.postbox import tell_programs
from marketplace.services.listing import exclusivity
from marketplace.services.match import taking_up, telling
from search.matching.calibration import Calibration, Chance, calibrate
from search.matching.features import WEIGHTS, score

Side = Literal["enterprise", "owner"]

Answers = tuple[tuple[float, bool], ...]


def answer(session: Session, actor: Actor, match: Match, side: Side, data: dict[str, Any]) -> Outcome:
    """Record how a side answers, from what ``OutcomeSchema.load`` returned, and take the match its step.

    An answer may be changed while the match is open: interest can still turn into a refusal. The other side is told.
    Raises Conflict for interest in what somebody else has to himself by now.
    """
    audit.hold(session, "match", match.id)
    session.refresh(match)
    own, other = (match.demand, match.achievement) if side == "enterprise" else (match.achievement, match.demand)
    if not can_answer_for(actor, own):
        raise NotAllowed("answer", "match")
    if not can_read(actor, other) and match.state in PROPOSED:
        raise NotFound("match", match.id)
    if data["is_interested"]:
        exclusivity.require_free(session, match.achievement_id)
    action = f"interest_of_{side}" if data["is_interested"] else "decline"
    workflow.apply(session, actor, match, action, ", ".join(data["codes"]))
    outcome = keep(session, actor, match, side, data)
    _tell(session, match, side)
    if match.state == "mutual":
        taking_up.go_on(session, actor, match)
    return outcome


def take_up(session: Session, actor: Actor, match_id: int) -> Match:
    """Begin again what silence ended, and keep that the side is interested; raise as ``taking_up.take_up`` does."""
    match, side = taking_up.take_up(session, actor, match_id)
    keep(session, actor, match, side, {"is_interested": True, "codes": [], "note": ""})
    return match


def keep(session: Session, actor: Actor, match: Match, side: Side, data: Mapping[str, Any]) -> Outcome:
    """Keep what a side has answered in place of what it said before, with the features the match has now.

    Whoever ends a deal says why by the same codes; that the match has ended with it the deal has seen to.
    """
    outcome = session.scalar(sa.select(Outcome).filter_by(match_id=match.id, side=side))
    if outcome is None:
        outcome = Outcome(match_id=match.id, side=side)
        session.add(outcome)
    for name, value in data.items():
        setattr(outcome, name, value)
    outcome.features, outcome.fingerprint = match.features, match.fingerprint
    outcome.answered_by, outcome.answered_at = actor.name, now()
    session.flush()
    return outcome


def _tell(session: Session, match: Match, side: Side) -> None:
    """Tell the other side of an answer, both once they want it, and whoever may bring them together then."""
    if match.state == "mutual":
        for each in SIDES:
            telling.tell(session, match, each, "match_mutual" if match.introduced_at is None else "match_goes_on")
        units = [match.demand.organisation_id, *(unit.id for unit in match.achievement.units)]
        tell_programs(session, units, "match_mutual", match=str(match.id))
        if match.introduced_at is None:
            telling.tell_introducers(session, match)
    elif match.state == "declined":
        # Whoever has shown no interest was waiting for nothing.
        if match.wanted_by_owner_at if side == "enterprise" else match.wanted_by_enterprise_at:
            telling.tell_other(session, match, side, "match_declined")
    else:
        telling.tell_other(session, match, side, "match_interest")


def of_matches(session: Session, matches: Sequence[Match], side: Side) -> dict[int, Outcome]:
    """Return the answers of a side to matches, by the id of the match."""
    ids = [match.id for match in matches]
    found = session.scalars(sa.select(Outcome).where(Outcome.match_id.in_(ids), Outcome.side == side))
    return {outcome.match_id: outcome for outcome in found}


def answers(session: Session, fingerprint: str) -> Answers:
    """Return (score, interested) for every answer of an enterprise to a match made with a model.

    The enterprise is the side that knows the need, so its interest is what a score should foretell. The score is made
    anew from the features kept, so that all are weighed by the present weights.
    """
    query = (
        sa.select(Outcome.features, Outcome.is_interested)
        .where(Outcome.fingerprint == fingerprint, Outcome.side == "enterprise")
        .order_by(Outcome.id)
    )
    rows = session.execute(query)
    return tuple((score(values), interested) for values, interested in rows if values.keys() == WEIGHTS.keys())


def calibration(session: Session, fingerprint: str, least: int) -> Calibration | None:
    """Return what the answers say of the scores of a model; None below ``least`` answers or where all are alike."""
    known = answers(session, fingerprint)
    return _calibrated(known) if len(known) >= least else None


def chances(session: Session, matches: Sequence[Match], least: int) -> dict[int, Chance]:
    """Return the calibrated chance of interest of each match, by its id; empty where there are too few answers."""
    found: dict[int, Chance] = {}
    for fingerprint in {match.fingerprint for match in matches}:
        calibrated = calibration(session, fingerprint, least)
        if calibrated is not None:
            own = (match for match in matches if match.fingerprint == fingerprint)
            found |= {
                it.id: calibrated.chance(score(it.features)) for it in own if it.features.keys() == WEIGHTS.keys()
            }
    return found


# A page asks for the same few calibrations again and again; another answer makes another key.
@functools.lru_cache(maxsize=4)
def _calibrated(known: Answers) -> Calibration | None:
    try:
        return calibrate([one for one, _ in known], [interested for _, interested in known])
    except ValueError:
        return None
