"""Webhooks of a person or an organisation: registered, tried, given another secret, started again, and removed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from marketplace import audit, rules
from marketplace.db import now, today
from marketplace.errors import N_, Conflict, Invalid, NotFound
from marketplace.models import Organisation, Webhook, WebhookDelivery
from marketplace.models.following.webhook import OF_ORGANISATIONS, TEST, new_secret
from marketplace.permissions import Actor, can_keep_webhook, keeper, webhooks_of
from marketplace.postbox import new_message_id
from marketplace.services.webhook.sending import Refused, looked_up

_TOO_MANY = N_("推送地址最多 %(most)s 个，请先删除不用的。")
_NOT_THEIRS = N_("您不能代表这个单位，请从列表里选。")
_PERSONAL = N_("检索和通知是各人自己的，单位的推送只有匹配和合同的事，请去掉别的。")
_REFUSED = N_("请填写公网上的 https 地址；本机、内网的地址和查不到的主机名不接收。")


def register(session: Session, actor: Actor, data: Mapping[str, Any], *, allows_private: bool = False) -> Webhook:
    """Register an address from what ``WebhookSchema.load`` returned; its secret is to be shown this once.

    Raises Invalid for an address events may not go to, an organisation the actor does not act for and events that are
    no organisation's, Conflict beyond the rule ``webhooks``.
    """
    owner = _owner(actor, data)
    (noun, owner_id), most = next(iter(owner.items())), rules.value(session, "webhooks", today())
    audit.hold(session, noun.removesuffix("_id"), owner_id)
    if (session.scalar(sa.select(sa.func.count()).select_from(Webhook).filter_by(**owner)) or 0) >= most:
        raise Conflict(_TOO_MANY, most=most)
    try:
        looked_up(data["address"], allows_private=allows_private)
    except Refused:
        raise Invalid({"address": [_REFUSED]}) from None
    webhook = Webhook(**owner, address=data["address"], events=list(data["events"]))
    session.add(webhook)
    session.flush()
    audit.record(session, actor, "register", "webhook", webhook.id, is_first=True)
    return webhook


def listed(session: Session, actor: Actor) -> list[Webhook]:
    """Return the webhooks of the actor and of the organisations he acts for, the newest first."""
    query = sa.select(Webhook).where(webhooks_of(actor)).options(joinedload(Webhook.organisation))
    return list(session.scalars(query.order_by(Webhook.id.desc())))


def organisations(session: Session, actor: Actor) -> Sequence[Organisation]:
    """Return the organisations for which the actor may register one, by name."""
    query = sa.select(Organisation).where(Organisation.id.in_(actor.organisation_ids))
    return session.scalars(query.order_by(Organisation.name, Organisation.id)).all()


def get(session: Session, actor: Actor, webhook_id: int) -> Webhook:
    """Return a webhook the actor sees to; raise NotFound for any other."""
    found = session.get(Webhook, webhook_id)
    if found is None or not can_keep_webhook(actor, found):
        raise NotFound("webhook", webhook_id)
    return found


def deliveries(session: Session, actor: Actor, webhook_id: int, *, limit: int = 50) -> list[WebhookDelivery]:
    """Return what was sent to an address the actor sees to, the newest first."""
    query = sa.select(WebhookDelivery).filter_by(webhook_id=get(session, actor, webhook_id).id)
    return list(session.scalars(query.order_by(WebhookDelivery.id.desc()).limit(limit)))


def start(session: Session, actor: Actor, webhook_id: int) -> Webhook:
    """Let a webhook that was stopped be sent to again; what happened meanwhile is not sent."""
    found = get(session, actor, webhook_id)
    found.disabled_at, found.failures = None, 0
    session.flush()
    return found


def rotate(session: Session, actor: Actor, webhook_id: int) -> Webhook:
    """Give a webhook another secret, to be shown this once; the one it had signs too for the days of a rule."""
    found = _held(session, actor, webhook_id)
    days = rules.value(session, "webhook_overlap", today())
    found.former_secret, found.former_until = found.secret, now() + dt.timedelta(days=days)
    found.secret = new_secret()
    session.flush()
    audit.record(session, actor, "rotate_secret", "webhook", found.id)
    return found


def test(session: Session, actor: Actor, webhook_id: int) -> WebhookDelivery:
    """Send a webhook an event that tells nothing, to see whether it answers; raise NotFound, Conflict."""
    found = _held(session, actor, webhook_id)
    waiting = sa.select(WebhookDelivery.id).filter_by(webhook_id=found.id, event=TEST)
    is_waiting = session.scalars(waiting.where(WebhookDelivery.due_at.is_not(None)).limit(1)).first() is not None
    if is_waiting or found.disabled_at is not None:
        raise Conflict(N_("上一次试发还在等待发送，或者推送已停用。"))
    sent = WebhookDelivery(webhook_id=found.id, message_id=new_message_id(), event=TEST, payload={})
    session.add(sent)
    session.flush()
    return sent


def replay(session: Session, actor: Actor, delivery_id: int) -> WebhookDelivery:
    """Send a delivery that has ended once more, under the same message id; raise NotFound, Conflict."""
    query = sa.select(WebhookDelivery).filter_by(id=delivery_id).options(joinedload(WebhookDelivery.webhook))
    found = session.scalar(query)
    if found is None or not can_keep_webhook(actor, found.webhook):
        raise NotFound("webhook", delivery_id)
    if found.due_at is not None or found.webhook.disabled_at is not None:
        raise Conflict(N_("这一次推送还在等待发送，或者推送已停用。"))
    again = WebhookDelivery(
        webhook_id=found.webhook_id, message_id=found.message_id, event=found.event, payload=found.payload
    )
    session.add(again)
    session.flush()
    return again


def remove(session: Session, actor: Actor, webhook_id: int) -> None:
    """Forget a webhook with its deliveries."""
    found = get(session, actor, webhook_id)
    audit.record(session, actor, "remove", "webhook", found.id)
    session.delete(found)
    session.flush()


def _held(session: Session, actor: Actor, webhook_id: int) -> Webhook:
    """Return a webhook as it is now, which nobody else changes before this transaction ends; raise NotFound."""
    found = get(session, actor, webhook_id)
    audit.hold(session, "webhook", found.id)
    session.refresh(found)
    return found


def _owner(actor: Actor, data: Mapping[str, Any]) -> dict[str, int]:
    account_id, organisation_id = keeper(actor), data.get("organisation_id")
    if organisation_id is None:
        return {"account_id": account_id}
    if organisation_id not in actor.organisation_ids:
        raise Invalid({"organisation_id": [_NOT_THEIRS]})
    if not set(data["events"]) <= set(OF_ORGANISATIONS):
        raise Invalid({"events": [_PERSONAL]})
    return {"organisation_id": organisation_id}
