"""Deliver what waits: by the worker alone, several addresses side by side, each of them in the order of its events.

A delivery is taken for some minutes, sent outside any transaction and settled in another one; a worker that dies with
it leaves it to the next, so an address may be sent a message twice, under the same message id.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import rules
from marketplace.db import SessionFactory, now, today, unit_of_work
from marketplace.models import Account, RoleGrant, Webhook, WebhookDelivery
from marketplace.permissions.roles import OF_AN_ORGANISATION
from marketplace.postbox import post
from marketplace.services.webhook.sending import Outcome, send, signatures
from marketplace.workflow import offices

_AT_ONCE = 8
_TAKEN_FOR = dt.timedelta(minutes=5)

Sending = Callable[..., Outcome]


@dataclass(frozen=True, slots=True)
class Taken:
    """What is needed to send a delivery without the database."""

    id: int
    address: str
    secrets: tuple[str, ...]
    message_id: str
    body: bytes


def deliver_due(sessions: SessionFactory, *, allows_private: bool = False, sending: Sending = send) -> int:
    """Send the first delivery that is due of each of some addresses; return how many were tried."""
    with unit_of_work(sessions) as session:
        is_closed = sa.select(Webhook.id).join(Webhook.account).where(~Account.is_active)
        _withhold(session, WebhookDelivery.webhook_id.in_(is_closed), "account_closed")
        taken = _take(session)
    if not taken:
        return 0

    def sent(it: Taken) -> Outcome:
        moment = int(now().timestamp())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "innovation-marketplace",
            "webhook-id": it.message_id,
            "webhook-timestamp": str(moment),
            "webhook-signature": signatures(it.secrets, it.message_id, moment, it.body),
        }
        return sending(it.address, headers, it.body, allows_private=allows_private)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        outcomes = list(pool.map(sent, taken))
    for it, outcome in zip(taken, outcomes, strict=True):
        with unit_of_work(sessions) as session:
            settle(session, it.id, outcome)
    return len(taken)


def _take(session: Session) -> list[Taken]:
    waiting = sa.select(sa.func.min(WebhookDelivery.id)).where(WebhookDelivery.due_at.is_not(None))
    first = waiting.group_by(WebhookDelivery.webhook_id)
    query = (
        sa.select(WebhookDelivery, Webhook)
        .join(Webhook, Webhook.id == WebhookDelivery.webhook_id)
        .where(WebhookDelivery.id.in_(first), WebhookDelivery.due_at <= now())
        .order_by(WebhookDelivery.due_at)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True, of=WebhookDelivery)
    )
    taken = []
    for delivery, webhook in session.execute(query):
        delivery.due_at = now() + _TAKEN_FOR
        told = {"type": delivery.event, "timestamp": delivery.created_at.isoformat(), "data": delivery.payload}
        body = json.dumps(told, ensure_ascii=False).encode()
        taken.append(Taken(delivery.id, webhook.address, _secrets(webhook), delivery.message_id, body))
    return taken


def _secrets(webhook: Webhook) -> tuple[str, ...]:
    """Return what signs an event: the secret, and the former one for as long as it is still taken."""
    if webhook.former_secret is None or webhook.former_until is None or webhook.former_until <= now():
        return (webhook.secret,)
    return webhook.secret, webhook.former_secret


def settle(session: Session, delivery_id: int, outcome: Outcome) -> None:
    """Keep what became of a try: delivered, to be tried later, twice as long each time, or given up.

    After the rule ``webhook_failures`` of deliveries given up in a row the address is stopped and its keepers are told.
    """
    delivery = session.get(WebhookDelivery, delivery_id)
    if delivery is None:
        return
    webhook = delivery.webhook
    delivery.attempts += 1
    delivery.status, delivery.milliseconds, delivery.said = outcome.status, outcome.milliseconds, outcome.said
    if outcome.is_delivered:
        delivery.due_at, delivery.delivered_at, webhook.failures = None, now(), 0
    elif delivery.attempts < rules.value(session, "webhook_attempts", today()):
        minutes = rules.value(session, "webhook_wait", today()) * 2 ** (delivery.attempts - 1)
        delivery.due_at = now() + dt.timedelta(minutes=minutes)
    else:
        delivery.due_at, delivery.failed_at = None, now()
        webhook.failures += 1
        if webhook.failures >= rules.value(session, "webhook_failures", today()) and webhook.disabled_at is None:
            _stop(session, webhook)
    session.flush()


def _stop(session: Session, webhook: Webhook) -> None:
    webhook.disabled_at = now()
    _withhold(session, WebhookDelivery.webhook_id == webhook.id, "stopped")
    for account in _keepers(session, webhook):
        post(session, account, "webhook_stopped", count=str(webhook.failures))


def _withhold(session: Session, of_whom: sa.ColumnElement[bool], why: str) -> None:
    waiting = sa.update(WebhookDelivery).where(of_whom, WebhookDelivery.due_at.is_not(None))
    session.execute(waiting.values(due_at=None, failed_at=now(), withheld=why))


def _keepers(session: Session, webhook: Webhook) -> Iterable[Account]:
    if webhook.account is not None:
        return [webhook.account]
    grants = sa.select(RoleGrant.account_id).where(
        RoleGrant.id.in_(offices.in_force()), RoleGrant.organisation_id == webhook.organisation_id,
        RoleGrant.role.in_(OF_AN_ORGANISATION),
    )  # fmt: skip
    return session.scalars(sa.select(Account).where(Account.id.in_(grants), Account.is_active).order_by(Account.id))
