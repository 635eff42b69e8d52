"""Somebody who holds a role, in the database and as an actor: an office that nobody holds is vacant."""

from __future__ import annotations

from marketplace.models import Account, Organisation, RoleGrant
from marketplace.permissions import Actor, Grant
from tests.factories import AccountFactory


def acting(role: str, unit: Organisation | None = None, **place: str) -> Actor:
    """Return a person in a role, for a unit or for a place by its ``region_path`` or ``industry_path``."""
    identity = unit.id if unit is not None else None
    account: Account = AccountFactory(
        grants=[RoleGrant(role=role, organisation_id=identity, granted_by="tests", **place)]
    )
    return Actor(f"account:{account.id}", (Grant(role, organisation_id=identity, **place),), account.id)
