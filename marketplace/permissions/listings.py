"""Who offers an achievement, who may take it, and who sees to what is offered."""

from __future__ import annotations

import sqlalchemy as sa

from marketplace.models import Achievement, Organisation
from marketplace.permissions.actors import Actor
from marketplace.permissions.reading import lying_in
from marketplace.permissions.roles import PERMISSIONS, PROVINCE_STAFF, Permission
from marketplace.permissions.verbs import can, owns


def can_prepare_listing(actor: Actor, achievement: Achievement) -> bool:
    """Say whether the actor writes down terms: the units of an achievement, its author and its first completer."""
    return can(actor, Permission.LISTING_KEEP) and (_acts_for_unit(actor, achievement) or _made(actor, achievement))


def can_list(actor: Actor, achievement: Achievement) -> bool:
    """Say whether the actor offers an achievement to others, and decides who has it.

    What somebody made in the line of duty is his unit's to offer: he prepares it and the unit lets it out. What is not
    of duty is its author's; where no person submitted it, whoever keeps the record for the unit stands in.
    """
    if not can(actor, Permission.LISTING_KEEP):
        return False
    if achievement.is_duty is False and _persons(achievement):
        return _made(actor, achievement)
    return _acts_for_unit(actor, achievement) or (not achievement.units and _made(actor, achievement))


def buyers(actor: Actor) -> frozenset[int]:
    """Return the enterprises the actor may offer or bid for."""
    if not can(actor, Permission.LISTING_OFFER):
        return frozenset()
    held = (it for it in actor.grants if Permission.LISTING_OFFER in PERMISSIONS[it.role])
    return frozenset(it.organisation_id for it in held if it.organisation_id is not None)


def can_buy(actor: Actor, organisation: Organisation, achievement: Achievement) -> bool:
    """Say whether the actor may take an achievement for an enterprise: not one that it is of."""
    is_own = organisation.id in {unit.id for unit in achievement.units}
    return organisation.id in buyers(actor) and not is_own and not owns(actor, achievement)


def can_see_terms(actor: Actor, achievement: Achievement) -> bool:
    """Say whether the actor sees offers and preparations: who may prepare them, and the offices of its places."""
    return can_prepare_listing(actor, achievement) or can(actor, Permission.CURATION_ENTER, achievement)


def overseen(actor: Actor) -> sa.ColumnElement[bool]:
    """Return, as an SQL condition on Achievement, whether the office of the actor sees to what is offered of it."""
    if not can(actor, Permission.CURATION_ENTER):
        return sa.false()
    held = [it for it in actor.grants if Permission.CURATION_ENTER in PERMISSIONS[it.role]]
    if any(grant.role in PROVINCE_STAFF for grant in held):
        return sa.true()
    units = [it.organisation_id for it in held if it.organisation_id is not None]
    places = [lying_in(Achievement, it) for it in held if it.organisation_id is None]
    return sa.or_(Achievement.units.any(Organisation.id.in_(units)), *places)


def _acts_for_unit(actor: Actor, achievement: Achievement) -> bool:
    return not actor.organisation_ids.isdisjoint(unit.id for unit in achievement.units)


def _made(actor: Actor, achievement: Achievement) -> bool:
    return actor.account_id is not None and actor.account_id in _persons(achievement)


def _persons(achievement: Achievement) -> set[int]:
    """Return who submitted an achievement and who is named first among those who made it."""
    first = achievement.contributors[0].account_id if achievement.contributors else None
    return {it for it in (achievement.account_id, first) if it is not None}
