"""Who hosts an event of publicity, and for which units attendance is reported."""

from __future__ import annotations

from marketplace.models import Organisation, Outreach
from marketplace.permissions.actors import Actor, Grant, within
from marketplace.permissions.people import can_in_unit
from marketplace.permissions.roles import PERMISSIONS, PROVINCE_STAFF, TERRITORIAL, Permission
from marketplace.permissions.verbs import can


def can_run_outreach(actor: Actor, event: Outreach) -> bool:
    """Say whether the actor runs an event: the office that hosts it, or one above that holds its place."""
    return can(actor, Permission.OUTREACH_RUN) and any(
        _reaches(grant, event) for grant in actor.grants if Permission.OUTREACH_RUN in PERMISSIONS[grant.role]
    )


def can_follow_outreach(actor: Actor, event: Outreach) -> bool:
    """Say whether the actor sees the attendance of every unit: who runs the event, and who audits its place."""
    audits = any(grant.role in TERRITORIAL and _reaches(grant, event) for grant in actor.grants)
    return can_run_outreach(actor, event) or (audits and can(actor, Permission.CURATION_ENTER))


def can_report_attendance(actor: Actor, event: Outreach, unit: Organisation) -> bool:
    """Say whether the actor says who came from a unit: whoever runs the event, and the offices of the unit."""
    return can_run_outreach(actor, event) or can_in_unit(actor, Permission.OUTREACH_RUN, unit)


def is_for(event: Outreach, unit: Organisation) -> bool:
    """Say whether a unit is invited, by name or, where none is named, by lying in the place of the host."""
    if event.invitations:
        return unit.id in {it.organisation_id for it in event.invitations}
    if event.organisation_id is not None:
        return unit.id == event.organisation_id
    return within(unit.region_path, event.region_path) and within(unit.industry_path, event.industry_path)


def _reaches(grant: Grant, event: Outreach) -> bool:
    if grant.role in PROVINCE_STAFF:
        return True
    if grant.organisation_id is not None:
        return event.organisation_id == grant.organisation_id
    return grant.covers(event.region_path, event.industry_path)
