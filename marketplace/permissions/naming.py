"""Who runs a batch of naming, who may follow it, who recommends to it, and who may judge in it."""

from __future__ import annotations

from collections.abc import Mapping

from marketplace.models import NamingBatch, Organisation
from marketplace.permissions.actors import Actor, Grant
from marketplace.permissions.people import can_in_unit
from marketplace.permissions.roles import PERMISSIONS, PROVINCE_STAFF, TERRITORIAL, Permission
from marketplace.permissions.verbs import can

# The offices that recommend to a batch of each tier, the nearest to the unit first (rule 42). The province stands in
# where an office is vacant, and a county recommends to its own batch itself.
RECOMMENDING: Mapping[str, tuple[str, ...]] = {
    "county": ("county",),
    "city": ("county", "city"),
    "industry": ("industry_union",),
    "province": ("city", "industry_union"),
    "showcase": ("city", "industry_union"),
}
# Whose tier it is to name; the others are the province's.
NAMING_OFFICES: Mapping[str, str] = {"county": "county", "city": "city", "industry": "industry_union"}


def can_run_naming(actor: Actor, batch: NamingBatch) -> bool:
    """Say whether the actor runs a batch: the office whose tier it names at its place, or the province."""
    return can(actor, Permission.NAMING_RUN) and any(
        grant.role in PROVINCE_STAFF
        or (grant.role == NAMING_OFFICES.get(batch.tier) and grant.covers(batch.region_path, batch.industry_path))
        for grant in _holding(actor, Permission.NAMING_RUN)
    )


def can_follow_naming(actor: Actor, batch: NamingBatch) -> bool:
    """Say whether the actor may see all that happens in a batch: who runs it, and who audits its place."""
    audits = any(it.role == "auditor" and it.covers(batch.region_path, batch.industry_path) for it in actor.grants)
    return can_run_naming(actor, batch) or (audits and can(actor, Permission.CURATION_ENTER))


def can_apply(actor: Actor, unit: Organisation) -> bool:
    """Say whether the actor applies for the studios of a unit: its own union."""
    return can_in_unit(actor, Permission.NAMING_APPLY, unit)


def recommends_as(actor: Actor, batch: NamingBatch, unit: Organisation) -> Grant | None:
    """Return the office in which the actor recommends a unit's studio to a batch, None where he does not."""
    if not can(actor, Permission.NAMING_RECOMMEND):
        return None
    held = list(_holding(actor, Permission.NAMING_RECOMMEND))
    for role in RECOMMENDING[batch.tier]:
        for grant in held:
            if grant.role == role and grant.covers(unit.region_path, unit.industry_path):
                return grant
    return next((grant for grant in held if grant.role in PROVINCE_STAFF), None)


def can_judge_naming(actor: Actor, batch: NamingBatch) -> bool:
    """Say whether the actor may sit on the panel: a judge for the place of the batch who has no office in it."""
    if any(grant.role in (*TERRITORIAL, *PROVINCE_STAFF) for grant in actor.grants):
        return False
    return can(actor, Permission.NAMING_JUDGE) and any(
        grant.covers(batch.region_path, batch.industry_path) for grant in _holding(actor, Permission.NAMING_JUDGE)
    )


def _holding(actor: Actor, permission: Permission) -> list[Grant]:
    return [grant for grant in actor.grants if permission in PERMISSIONS[grant.role]]
