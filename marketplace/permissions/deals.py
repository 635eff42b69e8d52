"""Whose a deal is: its two parties, the broker at their table, who audits them, and who registers the contract."""

from __future__ import annotations

import sqlalchemy as sa

from marketplace.models import Deal, Organisation, OwnerShare
from marketplace.permissions.actors import Actor, Grant
from marketplace.permissions.reading import path_within, places_of
from marketplace.permissions.roles import PERMISSIONS, PROVINCE_STAFF, Permission
from marketplace.permissions.verbs import can


def sides_of(actor: Actor, deal: Deal) -> frozenset[str]:
    """Return the sides the actor stands on, in person or for an organisation: "enterprise", "owner"."""
    held = {
        "enterprise": (deal.enterprise_organisation_id, deal.enterprise_account_id),
        "owner": (deal.owner_organisation_id, deal.owner_account_id),
    }
    tokens = actor.tokens
    return frozenset(
        side
        for side, (unit, person) in held.items()
        if not tokens.isdisjoint({f"organisation:{unit}", f"account:{person}"})
    )


def side_in(actor: Actor, deal: Deal) -> str | None:
    """Return the side for which the actor negotiates; None for anybody else, and for whoever stands on both."""
    sides = sides_of(actor, deal)
    return next(iter(sides)) if len(sides) == 1 and can(actor, Permission.DEAL_NEGOTIATE) else None


def can_sign_contract(actor: Actor, deal: Deal) -> bool:
    """Say whether the actor binds the side he negotiates for: of what is a unit's only who acts for the unit."""
    side = side_in(actor, deal)
    unit = deal.organisation_of(side) if side is not None else None
    is_of_unit = unit is not None and (side == "enterprise" or deal.achievement.counts_as_duty)
    return side is not None and (not is_of_unit or (unit is not None and unit.id in actor.organisation_ids))


def co_owns(actor: Actor, deal: Deal) -> bool:
    """Say whether the actor acts for a unit that owns the achievement with the one that negotiates, and for no side."""
    tokens = actor.tokens
    return not sides_of(actor, deal) and any(f"organisation:{it.organisation_id}" in tokens for it in deal.co_owners)


def can_tell_completers(actor: Actor, deal: Deal) -> bool:
    """Say whether the actor tells completers of first refusal: of what is a unit's only who acts for the unit."""
    unit_id = deal.owner_organisation_id
    return side_in(actor, deal) == "owner" and (unit_id is None or unit_id in actor.organisation_ids)


def is_broker(actor: Actor, deal: Deal) -> bool:
    """Say whether the actor sits at the table as the broker, in a role still in force."""
    is_one = any(grant.role == "broker" for grant in actor.grants)
    return deal.broker_id is not None and actor.account_id == deal.broker_id and is_one and actor.reads


def can_talk(actor: Actor, deal: Deal) -> bool:
    """Say whether the actor takes part in the room: a party or its broker. The office of the union does not."""
    return side_in(actor, deal) is not None or (is_broker(actor, deal) and can(actor, Permission.DEAL_NEGOTIATE))


def can_enter_room(actor: Actor, deal: Deal) -> bool:
    """Say whether the actor reads what is said in the room: its parties, co-owners, broker, auditors of its places."""
    audits = actor.reads and any(grant.role == "auditor" and _reaches(grant, deal) for grant in actor.grants)
    return bool(sides_of(actor, deal)) or co_owns(actor, deal) or is_broker(actor, deal) or audits


def can_see_contract(actor: Actor, deal: Deal) -> bool:
    """Say whether the actor reads the contract record: who reads the room and, once signed, who registers it."""
    is_due = deal.signed_on is not None and actor.reads
    return can_enter_room(actor, deal) or (is_due and _registers(actor, deal))


def can_register(actor: Actor, deal: Deal) -> bool:
    """Say whether the actor enters the registration of a contract: the offices of its places, unless a party."""
    return not sides_of(actor, deal) and _registers(actor, deal)


def rooms_of(actor: Actor) -> sa.ColumnElement[bool]:
    """Return, as an SQL condition on Deal, whose room is the actor's: as a party, a co-owner or the broker."""
    if not actor.reads:
        return sa.false()
    conditions: list[sa.ColumnElement[bool]] = [sa.false()]
    if actor.account_id is not None:
        conditions += [Deal.enterprise_account_id == actor.account_id, Deal.owner_account_id == actor.account_id]
        if any(grant.role == "broker" for grant in actor.grants):
            conditions.append(Deal.broker_id == actor.account_id)
    if actor.organisation_ids:
        units = actor.organisation_ids
        conditions += [Deal.enterprise_organisation_id.in_(units), Deal.owner_organisation_id.in_(units)]
        conditions.append(Deal.owners.any(OwnerShare.organisation_id.in_(units)))
    return sa.or_(*conditions)


def contracts_of(actor: Actor) -> sa.ColumnElement[bool]:
    """Return, as an SQL condition on Deal, which contracts the actor registers, by the units of their parties."""
    if not can(actor, Permission.DEAL_REGISTER) or not actor.reads:
        return sa.false()
    held = [grant for grant in actor.grants if Permission.DEAL_REGISTER in PERMISSIONS[grant.role]]
    lies_there = [sa.true() if grant.role in PROVINCE_STAFF else _is_reached(grant) for grant in held]
    return sa.and_(Deal.signed_on.is_not(None), sa.or_(sa.false(), *lies_there))


def _registers(actor: Actor, deal: Deal) -> bool:
    if not can(actor, Permission.DEAL_REGISTER):
        return False
    held = (grant for grant in actor.grants if Permission.DEAL_REGISTER in PERMISSIONS[grant.role])
    return any(grant.role in PROVINCE_STAFF or _reaches(grant, deal) for grant in held)


def _reaches(grant: Grant, deal: Deal) -> bool:
    units = [it for it in (deal.enterprise_organisation, deal.owner_organisation) if it is not None]
    places = {(it.region_path, it.industry_path) for it in units} or places_of(deal.achievement)
    return any(grant.covers(*place) for place in places)


def _is_reached(grant: Grant) -> sa.ColumnElement[bool]:
    bounds = ((Organisation.region_path, grant.region_path), (Organisation.industry_path, grant.industry_path))
    there = sa.and_(sa.true(), *(path_within(column, path) for column, path in bounds if path))
    return sa.or_(Deal.enterprise_organisation.has(there), Deal.owner_organisation.has(there))
