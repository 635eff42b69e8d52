"""Who keeps the record of a studio, who may know all of it, and which tiers an office records."""

from __future__ import annotations

from marketplace.models import Organisation, Studio
from marketplace.permissions.actors import Actor
from marketplace.permissions.people import audits_unit, can_in_unit, is_oneself, levels_given
from marketplace.permissions.roles import Permission
from marketplace.permissions.verbs import can

# What the province alone records.
_OF_THE_PROVINCE = frozenset({"showcase"})


def leads(actor: Actor, studio: Studio) -> bool:
    """Say whether the actor, there in person, is whoever leads the studio now."""
    return studio.leader is not None and is_oneself(actor, studio.leader.person)


def can_keep_studio(actor: Actor, studio: Studio) -> bool:
    """Say whether the actor writes the record: the offices whose scope holds the studio's unit, and who leads it."""
    return can_in_unit(actor, Permission.STUDIO_RECORD, studio.organisation) or leads(actor, studio)


def can_see_studio(actor: Actor, studio: Studio) -> bool:
    """Say whether the actor sees the whole record: who keeps it, and who audits its place."""
    audits = can(actor, Permission.CURATION_ENTER) and audits_unit(actor, studio.organisation)
    return can_keep_studio(actor, studio) or audits


def tiers_given(actor: Actor, unit: Organisation) -> frozenset[str]:
    """Return the tiers the actor records for studios of a unit: those of the levels its office gives honours of."""
    levels = levels_given(actor, unit) if can(actor, Permission.STUDIO_RECORD) else frozenset()
    return levels | _OF_THE_PROVINCE if "province" in levels else levels
