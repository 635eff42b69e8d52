"""Whose notices, saved searches, favourites and webhooks somebody sees to: his own, and nobody else's."""

from __future__ import annotations

from marketplace.errors import NotAllowed
from marketplace.permissions.actors import Actor
from marketplace.permissions.roles import Permission
from marketplace.permissions.verbs import can


def keeper(actor: Actor) -> int:
    """Return the account whose things the actor sees to, his own.

    Raises NotAllowed for a visitor, and for a program whose token does not say so.
    """
    if actor.account_id is None or not can(actor, Permission.FOLLOWING_MANAGE):
        raise NotAllowed("manage", "following")
    return actor.account_id
