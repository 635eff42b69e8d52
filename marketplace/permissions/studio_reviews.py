"""Who runs a year of reviews, who hands a report in, and who stands where a studio is graded."""

from __future__ import annotations

from marketplace.models import ReviewYear, Studio
from marketplace.permissions.actors import Actor, Grant
from marketplace.permissions.people import can_in_unit
from marketplace.permissions.roles import PERMISSIONS, PROVINCE_STAFF, Permission
from marketplace.permissions.verbs import can


def can_run_review(actor: Actor, region_path: str) -> bool:
    """Say whether the actor runs the reviews of a region: the province everywhere, a city in its own."""
    return can(actor, Permission.STUDIO_REVIEW) and any(
        grant.role in PROVINCE_STAFF or (grant.role == "city" and region_path and grant.covers(region_path, ""))
        for grant in actor.grants
    )


def can_follow_review(actor: Actor, year: ReviewYear) -> bool:
    """Say whether the actor may see how a year stands: who runs it, whose office grades in it, and who audits it."""
    if can_run_review(actor, year.region_path):
        return True
    return can(actor, Permission.CURATION_ENTER) and any(
        grant.role == "auditor" or Permission.STUDIO_REVIEW in PERMISSIONS[grant.role] for grant in actor.grants
    )


def can_read_decided(actor: Actor, year: ReviewYear) -> bool:
    """Say whether the actor reads what was decided of every studio of a year: who runs it, and who audits its place."""
    audits = any(grant.role == "auditor" and grant.covers(year.region_path, "") for grant in actor.grants)
    return can_run_review(actor, year.region_path) or (audits and can(actor, Permission.CURATION_ENTER))


def can_report(actor: Actor, studio: Studio) -> bool:
    """Say whether the actor hands in the report of a studio: its unit, or an office above that stands in for it.

    Whoever leads the studio prepares it and leaves the handing in to the unit.
    """
    return can_in_unit(actor, Permission.STUDIO_RECORD, studio.organisation)


def grades_at(actor: Actor, place: Grant) -> Grant | None:
    """Return the office in which the actor grades at a place, his own or that of a colleague he is the deputy of."""
    if not can(actor, Permission.STUDIO_REVIEW):
        return None
    held = (*actor.grants, *(desk.grant for desk in actor.deputised))
    return next((it for it in held if it.role == "admin" or _is_at(it, place)), None)


def _is_at(grant: Grant, place: Grant) -> bool:
    return grant.role == place.role and grant.covers(place.region_path, place.industry_path)
