"""Who runs a campaign, whose participation one records, confirms and sees."""

from __future__ import annotations

import sqlalchemy as sa

from marketplace.models import Campaign, Organisation, ParticipationEntry
from marketplace.permissions.actors import Actor, Grant, within
from marketplace.permissions.people import audits_unit, can_in_unit, is_oneself, unit_seen
from marketplace.permissions.reading import path_within
from marketplace.permissions.roles import PERMISSIONS, PROVINCE_STAFF, TERRITORIAL, Permission
from marketplace.permissions.verbs import can


def can_run_campaign(actor: Actor, campaign: Campaign) -> bool:
    """Say whether the actor runs a campaign: the office that hosts it, or one above that holds its place."""
    return can(actor, Permission.CAMPAIGN_RUN) and any(
        _reaches(grant, campaign) for grant in actor.grants if Permission.CAMPAIGN_RUN in PERMISSIONS[grant.role]
    )


def can_follow_campaign(actor: Actor, campaign: Campaign) -> bool:
    """Say whether the actor sees a draft, and the figures of every unit: who runs it, and who audits its place."""
    audits = any(grant.role in TERRITORIAL and _reaches(grant, campaign) for grant in actor.grants)
    return can_run_campaign(actor, campaign) or (audits and can(actor, Permission.CURATION_ENTER))


def campaigns_seen(actor: Actor) -> sa.ColumnElement[bool]:
    """Return ``can_follow_campaign``, or that it is no draft, as an SQL condition on Campaign."""
    return sa.or_(Campaign.state != "draft", campaigns_followed(actor))


def campaigns_followed(actor: Actor) -> sa.ColumnElement[bool]:
    """Return ``can_follow_campaign`` as an SQL condition on Campaign."""
    if not actor.reads:
        return sa.false()
    runs = [it for it in actor.grants if Permission.CAMPAIGN_RUN in PERMISSIONS[it.role]]
    following = runs if can(actor, Permission.CAMPAIGN_RUN) else []
    if can(actor, Permission.CURATION_ENTER):
        following += [it for it in actor.grants if it.role in TERRITORIAL]
    return sa.or_(sa.false(), *(_is_reached(grant) for grant in following))


def can_confirm_entries(actor: Actor, unit: Organisation) -> bool:
    """Say whether the actor records, confirms and corrects for anybody of a unit: its office, or one above it."""
    return can_in_unit(actor, Permission.PARTICIPATION_CONFIRM, unit)


def can_record_own(actor: Actor, unit: Organisation) -> bool:
    """Say whether the actor says of himself what he took part in: in the unit he works in."""
    return can(actor, Permission.PARTICIPATION_RECORD) and unit.id in actor.colleague_of


def can_see_entry(actor: Actor, entry: ParticipationEntry) -> bool:
    """Say whether the actor sees an entry: whose it is, the offices of the unit, and who audits it."""
    is_own = entry.person is not None and is_oneself(actor, entry.person)
    audits = can(actor, Permission.CURATION_ENTER) and audits_unit(actor, entry.organisation)
    return is_own or audits or can_confirm_entries(actor, entry.organisation)


def can_prove_entry(actor: Actor, entry: ParticipationEntry) -> bool:
    """Say whether the actor brings files for an entry: whose it is while it waits, the offices of the unit later too.

    One that follows an object of the platform is proved there, and of one that is gone nothing changes any more.
    """
    if entry.source == "linked" or entry.state not in ("recorded", "confirmed"):
        return False
    is_own = entry.person is not None and is_oneself(actor, entry.person)
    return entry.state == "recorded" if is_own else can_confirm_entries(actor, entry.organisation)


def entries_seen(actor: Actor) -> sa.ColumnElement[bool]:
    """Return, as an SQL condition on Organisation, whether the actor sees every entry of a unit."""
    return unit_seen(actor, Permission.PARTICIPATION_CONFIRM) if actor.reads else sa.false()


def takes_part(campaign: Campaign, unit: Organisation) -> bool:
    """Say whether a unit lies in the scope of a campaign."""
    if campaign.organisation_id is not None:
        return unit.id == campaign.organisation_id
    return within(unit.region_path, campaign.scope_region_path) and within(
        unit.industry_path, campaign.scope_industry_path
    )


def _reaches(grant: Grant, campaign: Campaign) -> bool:
    if grant.role in PROVINCE_STAFF:
        return True
    if grant.organisation_id is not None:
        return campaign.organisation_id == grant.organisation_id
    return grant.covers(campaign.region_path, campaign.industry_path)


def _is_reached(grant: Grant) -> sa.ColumnElement[bool]:
    if grant.role in PROVINCE_STAFF:
        return sa.true()
    if grant.organisation_id is not None:
        return Campaign.organisation_id == grant.organisation_id
    bounds = ((Campaign.region_path, grant.region_path), (Campaign.industry_path, grant.industry_path))
    return sa.and_(sa.true(), *(path_within(column, path) for column, path in bounds if path))
