"""Tell somebody something, in the transaction of what it tells of: the one door to mail and to notices.

Whoever calls names a kind of ``services.mail.texts``; which way it reaches the person follows from what he chose for
its topic. What holds a secret, or tells of the account itself, always goes by mail.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.models import Account, Mail, Notice, NoticePreference, Webhook, WebhookDelivery
from marketplace.models.following.notice import GATHERED

# The kinds of each topic, in the order of the page of preferences; a kind that stands nowhere is of the market.
TOPICS: Mapping[str, frozenset[str]] = {
    "market": frozenset(),
    "searches": frozenset({"search_found"}),
    "records": frozenset(
        {
            "accepted", "advanced", "change_asked", "join_answered", "join_asked", "mend_soon", "objected", "part",
            "refused", "returned", "shelved",
        }
    ),
    "studios": frozenset(
        {
            "application_announced", "application_named", "application_not_recommended", "application_not_selected",
            "application_objected", "application_recommended", "application_returned", "application_revoked",
            "application_set_aside", "application_struck", "leader_needed", "mending_due", "report_due", "review_news",
            "review_opened", "studio_delisted", "studio_suspended",
        }
    ),
    "judging": frozenset({"judging_due", "sheets_handed_out"}),
    "desk": frozenset(
        {
            "deputation_ended", "deputised", "deputy_of", "due_soon", "handed_over", "list_over", "overdue",
            "overdue_below", "recommending_due", "reports_late", "review_waits", "terms_end",
        }
    ),
    "account": frozenset(
        {
            "already_registered", "confirm", "digest", "granted", "invite", "locked", "password_set",
            "recovery_code_used", "reset", "second_factor_removed", "webhook_stopped",
        }
    ),
}  # fmt: skip
# Who could turn off what tells him that somebody else is at his account would never know.
ALWAYS_MAILED = "account"
# A letter that gathers notices is none itself, and who registers an address again is not yet its owner.
_BY_MAIL_ALONE = frozenset({"already_registered", "digest"})
_MAIL_VALUES = frozenset({"lines", "unsubscribe"})
# What programs are told by an event of its own, whatever the person chose for himself.
_EVENT_OF = {"match_mutual": "match.mutual", "deal_signed": "deal.signed", "deal_registered": "deal.registered"}

_TOPIC_OF = {kind: topic for topic, kinds in TOPICS.items() for kind in kinds}


def topic_of(kind: str) -> str:
    return _TOPIC_OF.get(kind, "market")


def post(session: Session, account: Account, kind: str, **values: str) -> None:
    """Tell an account something; ``values`` fill the text in, and a ``secret`` among them goes by mail alone."""
    topic = topic_of(kind)
    chosen = _at_first() if topic == ALWAYS_MAILED else _chosen(session, account.id, topic)
    is_secret = "secret" in values or kind in _BY_MAIL_ALONE
    if is_secret or chosen.mail == "at_once":
        session.add(Mail(recipient=account.email, language=account.language, kind=kind, values=values))
    gathered = chosen.mail if chosen.mail in GATHERED else None
    if kind in _EVENT_OF:
        emit(session, account.id, _EVENT_OF[kind], values)
    if not is_secret and (chosen.in_product or gathered):
        # What only a mail can use stays out of the notice.
        kept = {name: value for name, value in values.items() if name not in _MAIL_VALUES}
        session.add(
            Notice(account_id=account.id, kind=kind, values=kept, is_shown=chosen.in_product, gathered=gathered)
        )
        if topic != ALWAYS_MAILED:
            emit(session, account.id, "notice.posted", {"kind": kind, "topic": topic, "values": kept})
    session.flush()


def emit(session: Session, account_id: int, event: str, payload: Mapping[str, Any]) -> None:
    """Queue an event for the programs of an account that want it; ``EVENTS`` of the model names them all.

    Those of an account that was closed are told no more.
    """
    of_account = sa.select(Webhook).join(Webhook.account).where(Webhook.account_id == account_id, Account.is_active)
    _queue(session, of_account, event, payload)


def tell_programs(session: Session, organisation_ids: Iterable[int | None], kind: str, **values: str) -> None:
    """Queue what a kind of text tells for the programs of organisations, whoever of their people is told in person."""
    ids = {it for it in organisation_ids if it is not None}
    _queue(session, sa.select(Webhook).where(Webhook.organisation_id.in_(ids)), _EVENT_OF[kind], values)


def new_message_id() -> str:
    """Return what an event is known by, however often it is sent."""
    return f"msg_{uuid.uuid4().hex}"


def _queue(session: Session, query: sa.Select[Webhook], event: str, payload: Mapping[str, Any]) -> None:
    query = query.where(Webhook.disabled_at.is_(None)).order_by(Webhook.id)
    wanting = [webhook for webhook in session.scalars(query) if event in webhook.events]
    message_id = new_message_id()
    for webhook in wanting:
        session.add(WebhookDelivery(webhook_id=webhook.id, message_id=message_id, event=event, payload=dict(payload)))


def _chosen(session: Session, account_id: int, topic: str) -> NoticePreference:
    query = sa.select(NoticePreference).filter_by(account_id=account_id, topic=topic)
    return session.scalar(query) or _at_first()


def _at_first() -> NoticePreference:
    """Return what holds for whoever chose nothing."""
    return NoticePreference(in_product=True, mail="at_once")
