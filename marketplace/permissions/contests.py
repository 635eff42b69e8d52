"""Who judges a contest, and who sees how somebody in it fares; whoever runs the campaign runs its contests."""

from __future__ import annotations

import sqlalchemy as sa

from marketplace.models import Campaign, Contest, Contestant, Person
from marketplace.permissions.actors import Actor
from marketplace.permissions.participation import can_confirm_entries, can_follow_campaign, can_run_campaign
from marketplace.permissions.people import audits_unit, is_oneself, unit_seen
from marketplace.permissions.roles import PERMISSIONS, PROVINCE_STAFF, TERRITORIAL, Permission
from marketplace.permissions.verbs import can


def can_judge_contest(actor: Actor, campaign: Campaign) -> bool:
    """Say whether the actor may sit on a panel: a judge for the place of the campaign who has no office above units."""
    if any(grant.role in (*TERRITORIAL, *PROVINCE_STAFF) for grant in actor.grants):
        return False
    return can(actor, Permission.CONTEST_JUDGE) and any(
        Permission.CONTEST_JUDGE in PERMISSIONS[grant.role]
        and grant.covers(campaign.region_path, campaign.industry_path)
        for grant in actor.grants
    )


def can_decide_contest(actor: Actor, contestant: Contestant) -> bool:
    """Say whether the actor decides about somebody in a contest: who runs it, and nobody of the unit he comes from.

    In a contest of one unit alone everybody is of it; of himself nobody decides, nor does a program for him.
    """
    campaign, unit_id = contestant.contest.campaign, contestant.organisation_id
    is_of_unit = unit_id in actor.unit_ids | actor.organisation_ids and campaign.organisation_id != unit_id
    return can_run_campaign(actor, campaign) and not is_of_unit and not _is_account_of(actor, contestant.person)


def takes_part_as(actor: Actor, person: Person) -> bool:
    """Say whether the actor takes part in contests as a person: himself, or by a program that records his own part."""
    return is_oneself(actor, person) or (records_by_program(actor) and _is_account_of(actor, person))


def records_by_program(actor: Actor) -> bool:
    """Say whether the actor is a program that reads and records what its account takes part in."""
    return actor.limits is not None and actor.reads and Permission.PARTICIPATION_RECORD in actor.limits


def can_see_contestant(actor: Actor, contestant: Contestant) -> bool:
    """Say whether the actor sees how somebody fares before it is announced: himself, his unit, who follows it."""
    unit = contestant.organisation
    audits = can(actor, Permission.CURATION_ENTER) and audits_unit(actor, unit)
    follows = actor.reads and can_follow_campaign(actor, contestant.contest.campaign)
    return takes_part_as(actor, contestant.person) or audits or follows or can_confirm_entries(actor, unit)


def can_withdraw_contestant(actor: Actor, contestant: Contestant) -> bool:
    """Say whether the actor lets somebody give up: he himself, his unit, who runs the contest and is told by them."""
    by_unit = can_confirm_entries(actor, contestant.organisation)
    return takes_part_as(actor, contestant.person) or by_unit or can_decide_contest(actor, contestant)


def contestants_seen(actor: Actor, contest: Contest) -> sa.ColumnElement[bool]:
    """Return, as an SQL condition on Organisation, whether the actor sees every contestant of a unit."""
    if not actor.reads:
        return sa.false()
    follows = can_follow_campaign(actor, contest.campaign)
    return sa.true() if follows else unit_seen(actor, Permission.PARTICIPATION_CONFIRM)


def _is_account_of(actor: Actor, person: Person) -> bool:
    return actor.account_id is not None and person.account_id == actor.account_id
