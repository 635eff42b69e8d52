"""Whose figures one sees: an office those of its place, its industry or its unit, and who audits them the same."""

from __future__ import annotations

from marketplace.permissions.actors import Actor, Grant
from marketplace.permissions.roles import PERMISSIONS, PROVINCE_STAFF, Permission
from marketplace.permissions.verbs import can


def offices_seeing_figures(actor: Actor) -> tuple[Grant, ...]:
    """Return the grants by which the actor sees figures, as the account holds them; none for a mere visitor."""
    # A program sees what its token lets it confirm or review.
    may = any(can(actor, it) for it in (Permission.CURATION_ENTER, Permission.PARTICIPATION_CONFIRM))
    if not actor.reads or not may:
        return ()
    return tuple(it for it in actor.grants if Permission.CURATION_ENTER in PERMISSIONS[it.role])


def offices_registering(actor: Actor) -> tuple[Grant, ...]:
    """Return the offices by which the actor registers contracts and sees the market of a place, the province's all."""
    if not actor.reads or not can(actor, Permission.DEAL_REGISTER):
        return ()
    held = (it for it in actor.grants if Permission.DEAL_REGISTER in PERMISSIONS[it.role])
    return tuple(Grant(it.role) if it.role in PROVINCE_STAFF else it for it in held)


def can_see_figures(
    actor: Actor, region_path: str = "", industry_path: str = "", organisation_id: int | None = None
) -> bool:
    """Say whether the actor sees the figures of a place, an industry, or a unit that lies in both."""
    return any(_holds(it, region_path, industry_path, organisation_id) for it in offices_seeing_figures(actor))


def can_set_target(actor: Actor, region_path: str, industry_path: str = "") -> bool:
    """Say whether the actor sets what a place, an industry, or an industry in a place is to reach.

    That is every office that holds all of it, and the province. What the whole province is to reach is its own to set.
    """
    if not can(actor, Permission.CAMPAIGN_RUN):
        return False
    asked = (region_path, industry_path)
    return any(
        it.role in PROVINCE_STAFF or (any(asked) and it.covers(*asked))
        for it in actor.grants
        if Permission.CAMPAIGN_RUN in PERMISSIONS[it.role] and it.organisation_id is None
    )


def _holds(grant: Grant, region_path: str, industry_path: str, organisation_id: int | None) -> bool:
    if grant.role in PROVINCE_STAFF:
        return True
    if grant.organisation_id is not None:
        return grant.organisation_id == organisation_id
    return grant.covers(region_path, industry_path)
