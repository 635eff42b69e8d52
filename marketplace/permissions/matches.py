"""Whose a match is: the two sides it lies between, and who brings them together."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from marketplace.models import Achievement, Contributor, Demand, Match, Organisation
from marketplace.models.market.match import PROPOSED
from marketplace.models.market.outcome import SIDES
from marketplace.permissions.actors import Actor
from marketplace.permissions.reading import can_read, lying_in, readable
from marketplace.permissions.roles import PERMISSIONS, PROVINCE_STAFF, Permission
from marketplace.permissions.verbs import can, owns


def match_sides(actor: Actor, match: Match) -> frozenset[str]:
    """Return the sides the actor stands on: "enterprise" where the demand is his, "owner" where the achievement is."""
    held = zip(SIDES, (match.demand, match.achievement), strict=True)
    return frozenset(side for side, record in held if owns(actor, record))


def can_sign_for(actor: Actor, match: Match, side: str) -> bool:
    """Say whether the actor, who stands on a side, may bind it: of what is a unit's only who acts for the unit."""
    if side == SIDES[0]:
        unit_id = match.demand.organisation_id
        return unit_id is None or unit_id in actor.organisation_ids
    acts_for_one = any(unit.id in actor.organisation_ids for unit in match.achievement.units)
    return acts_for_one or not match.achievement.counts_as_duty


def can_introduce(actor: Actor, match: Match) -> bool:
    """Say whether the actor brings the two sides together: a broker or an office of either place, of neither side."""
    is_near = any(can(actor, Permission.MATCH_INTRODUCE, it) for it in (match.demand, match.achievement))
    return is_near and not match_sides(actor, match)


def can_see_match(actor: Actor, match: Match) -> bool:
    """Say whether the actor may open a match.

    A side, where it may read the other's record or somebody has answered; who introduces, once both sides want it.
    """
    sides = match_sides(actor, match)
    if sides:
        reads_both = can_read(actor, match.demand) and can_read(actor, match.achievement)
        return reads_both or match.state not in PROPOSED
    return _is_wanted(match) and can_introduce(actor, match)


def matches_of(actor: Actor, side: str) -> sa.ColumnElement[bool]:
    """Return, as an SQL condition on Match joined with both records, whether it is the actor's on a side."""
    is_own = sa.or_(sa.false(), *(_own_demands(actor) if side == SIDES[0] else _own_achievements(actor)))
    reads_both = sa.and_(readable(Demand, actor), readable(Achievement, actor))
    return sa.and_(is_own, sa.or_(reads_both, Match.state.not_in(PROPOSED)))


def introduced_by(actor: Actor) -> sa.ColumnElement[bool]:
    """Return, as an SQL condition on Match joined with both records, whether both want it and the actor is a third.

    It lies near him, and neither record is his.
    """
    if not can(actor, Permission.MATCH_INTRODUCE):
        return sa.false()
    held = [it for it in actor.grants if Permission.MATCH_INTRODUCE in PERMISSIONS[it.role]]
    is_wanted = sa.and_(Match.wanted_by_enterprise_at.is_not(None), Match.wanted_by_owner_at.is_not(None))
    # Of a demand without a unit it is unknown, not false, whether it is of one of his.
    is_of_others = sa.or_(sa.false(), *_own_demands(actor), *_own_achievements(actor)).is_not(sa.true())
    if any(grant.role in PROVINCE_STAFF for grant in held):
        return sa.and_(is_wanted, is_of_others)
    is_near = (lying_in(model, grant) for grant in held for model in (Demand, Achievement))
    return sa.and_(is_wanted, is_of_others, sa.or_(sa.false(), *is_near))


def _is_wanted(match: Match) -> bool:
    return match.wanted_by_enterprise_at is not None and match.wanted_by_owner_at is not None


def _own_demands(actor: Actor) -> Iterator[sa.ColumnElement[bool]]:
    yield Demand.access_key.in_(actor.keys)
    if actor.reads and actor.account_id is not None:
        yield Demand.account_id == actor.account_id
    if actor.reads:
        yield Demand.organisation_id.in_(actor.organisation_ids)


def _own_achievements(actor: Actor) -> Iterator[sa.ColumnElement[bool]]:
    if not actor.reads:
        return
    if actor.account_id is not None:
        yield Achievement.account_id == actor.account_id
        yield Achievement.contributors.any(Contributor.account_id == actor.account_id)
    is_known = sa.or_(Achievement.state != "draft", Achievement.account_id.is_(None))
    yield sa.and_(is_known, Achievement.units.any(Organisation.id.in_(actor.organisation_ids)))
