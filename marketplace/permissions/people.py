"""Whose files an office keeps: the people of its unit, its place or its industry, and the honours it gives."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from marketplace.models import Crew, Organisation, Person
from marketplace.models.people.honour import LEVELS
from marketplace.permissions.actors import Actor, Grant
from marketplace.permissions.reading import path_within
from marketplace.permissions.roles import HONOURS_GIVEN, PERMISSIONS, PROVINCE_STAFF, TERRITORIAL, Permission
from marketplace.permissions.verbs import can


def can_in_unit(actor: Actor, permission: Permission, unit: Organisation) -> bool:
    """Say whether the actor holds a permission by a role whose scope holds a unit."""
    return can(actor, permission) and any(_reaches(grant, unit) for grant in _holding(actor, permission))


def can_see_person(actor: Actor, person: Person) -> bool:
    """Say whether the actor may know of a person: the person, the offices of the unit, and who audits it."""
    audits = can(actor, Permission.CURATION_ENTER) and audits_unit(actor, person.organisation)
    return is_oneself(actor, person) or audits or can_in_unit(actor, Permission.HONOUR_RECORD, person.organisation)


def can_see_crew(actor: Actor, crew: Crew) -> bool:
    """Say whether the actor sees the whole record of a crew: the offices of its unit, and who audits it."""
    audits = can(actor, Permission.CURATION_ENTER) and audits_unit(actor, crew.organisation)
    return audits or can_in_unit(actor, Permission.HONOUR_RECORD, crew.organisation)


def is_oneself(actor: Actor, person: Person) -> bool:
    """Say whether the actor is the person, there himself: no program speaks for somebody of himself."""
    return actor.limits is None and actor.account_id is not None and person.account_id == actor.account_id


def audits_unit(actor: Actor, unit: Organisation) -> bool:
    """Say whether a unit lies in a territory of the actor's."""
    return any(grant.role in TERRITORIAL and _reaches(grant, unit) for grant in actor.grants)


def can_see_name(actor: Actor, person: Person) -> bool:
    """Say whether the actor is told a name: whoever keeps the file, the person, and everybody where it was agreed."""
    return (
        person.shows_name
        or is_oneself(actor, person)
        or can_in_unit(actor, Permission.HONOUR_RECORD, person.organisation)
    )


def levels_given(actor: Actor, unit: Organisation) -> frozenset[str]:
    """Return the levels of the honours the actor records and revokes for people of a unit."""
    if not can(actor, Permission.HONOUR_RECORD):
        return frozenset()
    reaching = [grant for grant in _holding(actor, Permission.HONOUR_RECORD) if _reaches(grant, unit)]
    if any(grant.role in PROVINCE_STAFF for grant in reaching):
        return frozenset(LEVELS)
    return frozenset().union(*(HONOURS_GIVEN[grant.role] for grant in reaching))


def unit_seen(actor: Actor, permission: Permission = Permission.HONOUR_RECORD) -> sa.ColumnElement[bool]:
    """Return, as an SQL condition on Organisation, whether the actor keeps the files of its people, or audits them."""
    if not can(actor, permission) and not can(actor, Permission.CURATION_ENTER):
        return sa.false()
    grants = [*_holding(actor, permission), *(grant for grant in actor.grants if grant.role == "auditor")]
    return sa.or_(sa.false(), *(_in_scope(grant) for grant in grants))


def _holding(actor: Actor, permission: Permission) -> Iterator[Grant]:
    return (grant for grant in actor.grants if permission in PERMISSIONS[grant.role])


def _reaches(grant: Grant, unit: Organisation) -> bool:
    if grant.role in PROVINCE_STAFF:
        return True
    if grant.organisation_id is not None:
        return grant.organisation_id == unit.id
    return grant.covers(unit.region_path, unit.industry_path)


def _in_scope(grant: Grant) -> sa.ColumnElement[bool]:
    if grant.role in PROVINCE_STAFF:
        return sa.true()
    if grant.organisation_id is not None:
        return Organisation.id == grant.organisation_id
    bounds = ((Organisation.region_path, grant.region_path), (Organisation.industry_path, grant.industry_path))
    return sa.and_(sa.true(), *(path_within(column, path) for column, path in bounds if path))
