"""The verbs of a match: keep what the matching found, and show it to those who may read both sides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from marketplace.db import now
from marketplace.errors import NotFound
from marketplace.models import Achievement, Demand, Match
from marketplace.models.market.match import PROPOSED
from marketplace.permissions import Actor, Permission, readable, require
from marketplace.services.listing import exclusivity

# The states of a demand that still looks for a solution.
MATCHED = ("submitted", "verified", "open", "in_talks")


@dataclass(frozen=True, slots=True)
class Finding:
    """One achievement the matching proposes for a demand; the place in the list is its rank."""

    achievement_id: int
    achievement_revision: int
    score: float
    features: dict[str, float]
    reasons: list[dict[str, Any]]


def keep(session: Session, actor: Actor, demand: Demand, findings: Sequence[Finding], fingerprint: str) -> list[Match]:
    """Replace the suggestions for a demand by new ones, best first.

    What somebody has to himself is not proposed any more (rule 15). A match somebody has already acted on stays with
    its history even when it is no longer proposed; a proposal that is found again keeps its identity.
    """
    require(actor, Permission.MATCH_RUN)
    known = {match.achievement_id: match for match in session.scalars(sa.select(Match).filter_by(demand_id=demand.id))}
    moment = now()
    taken = exclusivity.taken_among(session, [finding.achievement_id for finding in findings])
    matches = []
    for rank, finding in enumerate((it for it in findings if it.achievement_id not in taken), start=1):
        match = known.pop(finding.achievement_id, None)
        if match is None:
            match = Match(demand_id=demand.id, achievement_id=finding.achievement_id)
            session.add(match)
        _fill(match, rank, finding, demand, fingerprint, moment)
        matches.append(match)
    for stale in known.values():
        if stale.state == "suggested":
            session.delete(stale)
    session.flush()
    return matches


def demands_to_match(session: Session) -> list[int]:
    """Return the ids of the demands that still look for a solution."""
    return list(session.scalars(sa.select(Demand.id).where(Demand.state.in_(MATCHED)).order_by(Demand.id)))


def between(session: Session, actor: Actor, demand_id: int, achievement_id: int) -> Match:
    """Return the match of a demand and an achievement the actor may both read; raise NotFound."""
    query = (
        sa.select(Match)
        .join(Match.demand)
        .join(Match.achievement)
        .where(Match.demand_id == demand_id, Match.achievement_id == achievement_id)
        .where(readable(Demand, actor), readable(Achievement, actor))
    )
    match = session.scalar(query)
    if match is None:
        raise NotFound("match", f"{demand_id}–{achievement_id}")
    return match


def is_offered() -> sa.ColumnElement[bool]:
    """Return, as an SQL condition on Match joined with its achievement, whether it may be shown as one to be had.

    A match somebody has answered stays to be read once another has the achievement to himself (rule 15).
    """
    return sa.or_(Match.state.not_in(PROPOSED), exclusivity.is_free())


def of_demand(session: Session, actor: Actor, demand: Demand) -> list[Match]:
    """Return the matches of a demand, best first, whose achievement the actor may read."""
    query = (
        sa.select(Match)
        .join(Match.achievement)
        .where(Match.demand_id == demand.id, readable(Achievement, actor), is_offered())
        .options(joinedload(Match.achievement).selectinload(Achievement.units))
        .order_by(Match.rank, Match.id)
    )
    return list(session.scalars(query))


def of_achievement(session: Session, actor: Actor, achievement: Achievement) -> list[Match]:
    """Return the matches of an achievement, best first, whose demand the actor may read."""
    query = (
        sa.select(Match)
        .join(Match.demand)
        .join(Match.achievement)
        .where(Match.achievement_id == achievement.id, readable(Demand, actor), is_offered())
        .options(joinedload(Match.demand).joinedload(Demand.organisation))
        .order_by(Match.rank, Match.score.desc(), Match.id)
    )
    return list(session.scalars(query))


def _fill(match: Match, rank: int, finding: Finding, demand: Demand, fingerprint: str, moment: dt.datetime) -> None:
    match.rank, match.score, match.features, match.reasons = rank, finding.score, finding.features, finding.reasons
    match.fingerprint, match.matched_at = fingerprint, moment
    match.demand_revision, match.achievement_revision = demand.revision, finding.achievement_revision
