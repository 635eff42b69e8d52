"""Who registers a unit in a competition, who evaluates and grades it, who names a showcase."""

from __future__ import annotations

import sqlalchemy as sa

from marketplace.models import Campaign, CompetitionRegistration, CompetitionShowcase
from marketplace.models.participation.campaign import LEVELS
from marketplace.models.participation.competition import PHASES, TOLD_REGISTRATIONS
from marketplace.permissions.actors import Actor, within
from marketplace.permissions.participation import can_confirm_entries, can_follow_campaign, can_run_campaign
from marketplace.permissions.people import audits_unit, unit_seen
from marketplace.permissions.roles import Permission
from marketplace.permissions.verbs import can

# The offices that name showcases, each of its own level.
SHOWCASE_LEVELS = {
    "county": "county", "city": "city", "industry_union": "industry", "province_curator": "province",
    "admin": "province",
}  # fmt: skip


def can_see_registration(actor: Actor, registration: CompetitionRegistration) -> bool:
    """Say whether the actor sees how a unit fares: the offices of the unit, who audits it, who follows the campaign."""
    unit = registration.organisation
    audits = can(actor, Permission.CURATION_ENTER) and audits_unit(actor, unit)
    return actor.reads and (
        audits or can_confirm_entries(actor, unit) or can_follow_campaign(actor, registration.campaign)
    )


def registrations_seen(actor: Actor, campaign: Campaign) -> sa.ColumnElement[bool]:
    """Return ``can_see_registration`` of one campaign as an SQL condition on Organisation."""
    if not actor.reads:
        return sa.false()
    return sa.true() if can_follow_campaign(actor, campaign) else unit_seen(actor, Permission.PARTICIPATION_CONFIRM)


def can_see_grade(actor: Actor, registration: CompetitionRegistration) -> bool:
    """Say whether the actor is told the grade of a unit he sees: everybody once announced, before who follows it."""
    follows = actor.reads and can_follow_campaign(actor, registration.campaign)
    return follows or registration.state in TOLD_REGISTRATIONS


def can_evaluate(actor: Actor, registration: CompetitionRegistration, phase: str) -> bool:
    """Say whether the actor evaluates a unit in a phase.

    Before and during it the unit may say itself how it stands. After it, and with a grade, whoever runs the competition
    says so, and nobody of the unit, except where the competition is the unit's own.
    """
    campaign, unit = registration.campaign, registration.organisation
    if phase != "after" and can_confirm_entries(actor, unit):
        return True
    is_of_unit = unit.id in actor.unit_ids | actor.organisation_ids and campaign.organisation_id != unit.id
    return can_run_campaign(actor, campaign) and not is_of_unit


def can_prove_evaluation(actor: Actor, registration: CompetitionRegistration) -> bool:
    """Say whether the actor brings files that an evaluation rests on: who evaluates, until results are published."""
    is_running = registration.withdrawn_on is None and registration.campaign.state in ("open", "closed")
    return is_running and any(can_evaluate(actor, registration, it) for it in PHASES)


def can_name_showcase(actor: Actor, level: str, region_path: str, industry_path: str) -> bool:
    """Say whether the actor names, and takes back, a showcase of a level at a place."""
    return level in showcase_levels(actor) and any(
        SHOWCASE_LEVELS.get(it.role) == level
        and within(region_path, it.region_path)
        and within(industry_path, it.industry_path)
        for it in actor.grants
    )


def can_decide_showcase(actor: Actor, showcase: CompetitionShowcase) -> bool:
    """Say whether the actor shows, names and takes back a showcase: the office of its level, nobody of the unit."""
    unit = showcase.organisation
    is_of_unit = showcase.organisation_id in actor.unit_ids | actor.organisation_ids
    industry_path = unit.industry_path if unit is not None else ""
    return can_name_showcase(actor, showcase.level, showcase.region_path, industry_path) and not is_of_unit


def showcase_levels(actor: Actor) -> list[str]:
    """Return the levels of which the actor names showcases, wherever they are."""
    if not can(actor, Permission.CAMPAIGN_RUN):
        return []
    held = {SHOWCASE_LEVELS.get(it.role) for it in actor.grants}
    return [it for it in LEVELS if it in held]
