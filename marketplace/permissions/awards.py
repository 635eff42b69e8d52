"""Who runs a round of awards, who may follow it, and who may judge in it."""

from __future__ import annotations

from marketplace.models import AwardRound
from marketplace.permissions.actors import Actor, Grant
from marketplace.permissions.roles import PERMISSIONS, PROVINCE_STAFF, TERRITORIAL, Permission
from marketplace.permissions.verbs import can


def can_run_award(actor: Actor, award: AwardRound) -> bool:
    """Say whether the actor runs a round: the office of its place, or one above whose place holds it."""
    return can(actor, Permission.AWARD_RUN) and any(
        Permission.AWARD_RUN in PERMISSIONS[grant.role] and _reaches(grant, award) for grant in actor.grants
    )


def can_follow_award(actor: Actor, award: AwardRound) -> bool:
    """Say whether the actor may see all that happens in a round: who runs it, and who audits its place."""
    audits = any(grant.role in TERRITORIAL and _reaches(grant, award) for grant in actor.grants)
    return can_run_award(actor, award) or (audits and can(actor, Permission.CURATION_ENTER))


def can_decide_objections(actor: Actor, award: AwardRound) -> bool:
    """Say whether the actor decides what is objected to a round's list: an office above units that runs the round."""
    return can(actor, Permission.OBJECTION_DECIDE) and any(
        Permission.OBJECTION_DECIDE in PERMISSIONS[grant.role] and _reaches(grant, award) for grant in actor.grants
    )


def can_judge(actor: Actor, award: AwardRound) -> bool:
    """Say whether the actor may sit on the panel: a judge for the place of the round who does not run it himself."""
    if can_follow_award(actor, award):
        return False
    return any(
        Permission.AWARD_JUDGE in PERMISSIONS[grant.role] and grant.covers(award.region_path, award.industry_path)
        for grant in actor.grants
    )


def _reaches(grant: Grant, award: AwardRound) -> bool:
    if grant.role in PROVINCE_STAFF:
        return True
    if grant.organisation_id is not None:
        return award.level == "unit" and award.organisation_id == grant.organisation_id
    return grant.covers(award.region_path, award.industry_path)
