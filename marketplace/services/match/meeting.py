"""The two sides of a match as they meet: who opens its page, who brings them together, whose contact opens then."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from marketplace import audit, workflow
from marketplace.db import now
from marketplace.errors import N_, Conflict, NotAllowed, NotFound
from marketplace.models import Achievement, Demand, Match
from marketplace.models.market.match import ENDED, MUTUAL
from marketplace.permissions import (
    Actor,
    Permission,
    can,
    can_introduce,
    can_see_match,
    introduced_by,
    match_sides,
    matches_of,
)
from marketplace.services.listing import exclusivity
from marketplace.services.match import telling
from marketplace.services.match.found import is_offered

# What a side does next, in the order of the tabs of its page; both sides wait for others in what is left.
GROUPS: dict[str, dict[str, tuple[str, ...]]] = {
    "enterprise": {
        "yours": ("interest_o", "introduced", "nda", "disclosed"),
        "new": ("suggested", "seen"),
        "waiting": ("interest_e", "mutual"),
    },
    "owner": {
        "yours": ("interest_e", "introduced"),
        "new": ("suggested", "seen"),
        "waiting": ("interest_o", "mutual", "nda", "disclosed"),
    },
}
for _groups in GROUPS.values():
    _groups["deal"] = MUTUAL[MUTUAL.index("negotiating") :]
    _groups["ended"] = ENDED

_NOT_YET = N_("双方都表示有意向以后，才互相公开联系方式。")


@dataclass(frozen=True, slots=True)
class Contact:
    """How one side is reached: its units by name, and the person named in the record with a telephone."""

    units: tuple[str, ...]
    name: str
    phone: str


def get(session: Session, actor: Actor, match_id: int) -> Match:
    """Return a match the actor may open; raise NotFound."""
    match = session.get(Match, match_id)
    if match is None or not can_see_match(actor, match):
        raise NotFound("match", match_id)
    return match


def hold(session: Session, actor: Actor, match_id: int) -> Match:
    """Return a match as it is now, which nobody else takes a step of before this transaction ends; raise NotFound."""
    get(session, actor, match_id)
    audit.hold(session, "match", match_id)
    match = session.get_one(Match, match_id)
    session.refresh(match)
    return match


def side_of(actor: Actor, match: Match) -> str:
    """Return the side the actor stands on; raise NotAllowed for a third, and for whoever stands on both."""
    sides = match_sides(actor, match)
    if len(sides) != 1:
        raise NotAllowed("answer", "match")
    return next(iter(sides))


def see(session: Session, actor: Actor, match_id: int) -> Match:
    """Return a match whose page the actor opens, and note the first time each side does so; raise NotFound."""
    match = get(session, actor, match_id)
    if _unseen_by(actor, match):
        match = hold(session, actor, match_id)
        for side in _unseen_by(actor, match):
            setattr(match, f"seen_by_{side}_at", now())
        if match.state == "suggested":
            workflow.apply(session, actor, match, "see", process="match")
        session.flush()
    return match


def listed(
    session: Session, actor: Actor, side: str, group: str, *, limit: int, after: int | None = None
) -> list[Match]:
    """Return the matches of a side the actor stands on, those of a group of ``GROUPS``, the newest first.

    They begin below the id ``after``.
    """
    query = _joined().where(matches_of(actor, side), is_offered(), Match.state.in_(GROUPS[side][group]))
    query = query.order_by(Match.id.desc()).limit(limit)
    return list(session.scalars(query if after is None else query.where(Match.id < after)))


def counted(session: Session, actor: Actor, side: str) -> dict[str, int]:
    """Return how many matches there are on a side in each group of ``GROUPS``."""
    query = (
        sa.select(Match.state, sa.func.count().label("count_"))
        .join(Match.demand)
        .join(Match.achievement)
        .where(matches_of(actor, side), is_offered())
        .group_by(Match.state)
    )
    found = {row.state: row.count_ for row in session.execute(query)}
    return {group: sum(found.get(state, 0) for state in states) for group, states in GROUPS[side].items()}


def to_introduce(session: Session, actor: Actor, *, limit: int, after: int | None = None) -> list[Match]:
    """Return the matches both sides want and nobody has introduced, that lie near the actor, from below ``after``.

    Raises NotAllowed for whoever introduces nobody.
    """
    if not can(actor, Permission.MATCH_INTRODUCE):
        raise NotAllowed("introduce", "match")
    query = _joined().where(introduced_by(actor), Match.state == "mutual").order_by(Match.id.desc())
    query = query.limit(limit)
    return list(session.scalars(query if after is None else query.where(Match.id < after)))


def introduce(session: Session, actor: Actor, match_id: int) -> Match:
    """Bring the two sides together, as a broker or an office of neither side; both are told.

    Raises NotFound, NotAllowed, and Conflict where the two do not both want it, somebody has done
    it already, or another has the achievement to himself by now.
    """
    match = hold(session, actor, match_id)
    if not can_introduce(actor, match):
        raise NotAllowed("introduce", "match")
    exclusivity.require_free(session, match.achievement_id)
    workflow.apply(session, actor, match, "introduce", process="match")
    session.flush()
    for side in GROUPS:
        telling.tell(session, match, side, "match_introduced")
    return match


def contact(session: Session, actor: Actor, match_id: int) -> dict[str, Contact]:
    """Return how both sides are reached, by side, and note in the history that the actor looked (rule 20).

    Raises NotFound, Conflict before both sides want it or once the match is over, and NotAllowed for programs.
    """
    match = hold(session, actor, match_id)
    if match.state not in MUTUAL:
        raise Conflict(_NOT_YET)
    if actor.limits is not None:
        raise NotAllowed("read", "match")
    audit.record(session, actor, "see_contact", "match", match.id, from_state=match.state, to_state=match.state)
    session.flush()
    demand, achievement = match.demand, match.achievement
    buyers = (demand.organisation.name,) if demand.organisation is not None else ()
    return {
        "enterprise": Contact(buyers, demand.contact_name, demand.contact_phone),
        "owner": Contact(
            tuple(unit.name for unit in achievement.units), achievement.contact_name, achievement.contact_phone
        ),
    }


def _unseen_by(actor: Actor, match: Match) -> Collection[str]:
    if not can(actor, Permission.MATCH_ANSWER):
        return ()
    return [side for side in match_sides(actor, match) if getattr(match, f"seen_by_{side}_at") is None]


def _joined() -> sa.Select[Match]:
    return (
        sa.select(Match)
        .join(Match.demand)
        .join(Match.achievement)
        .options(
            contains_eager(Match.demand).joinedload(Demand.organisation),
            contains_eager(Match.achievement).selectinload(Achievement.units),
        )
    )
