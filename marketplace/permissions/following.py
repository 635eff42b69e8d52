"""Whose notices, saved searches, favourites and webhooks somebody sees to: his own, and webhooks of his unit too."""

from __future__ import annotations

import sqlalchemy as sa

from marketplace.errors import NotAllowed
from marketplace.models import Webhook
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


def webhooks_of(actor: Actor) -> sa.ColumnElement[bool]:
    """Return, as an SQL condition on Webhook, which the actor sees to: his own, and those of whom he acts for.

    Raises NotAllowed as ``keeper`` does.
    """
    return sa.or_(Webhook.account_id == keeper(actor), Webhook.organisation_id.in_(actor.organisation_ids))


def can_keep_webhook(actor: Actor, webhook: Webhook) -> bool:
    """Say whether the actor sees to a webhook; raise NotAllowed as ``keeper`` does."""
    return webhook.account_id == keeper(actor) or webhook.organisation_id in actor.organisation_ids
