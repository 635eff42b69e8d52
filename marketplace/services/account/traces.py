"""What has served: browsers, links, tokens, mails, notices read and events sent, deleted after some time."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.db import now
from marketplace.models import ApiToken, Mail, Notice, OneTimeLink, SignIn, WebhookDelivery
from marketplace.services.account.signing_in import IDLE


def forget(session: Session, days: int) -> int:
    """Delete what ended so many days ago and return how many there were; the events of it stay, which name nobody."""
    end = now() - dt.timedelta(days=days)
    ended: dict[type[Any], sa.ColumnElement[bool]] = {
        ApiToken: sa.or_(ApiToken.revoked_at < end, ApiToken.expires_at < end),
        Mail: sa.or_(Mail.sent_at < end, Mail.failed_at < end),
        Notice: sa.and_(Notice.read_at < end, Notice.gathered.is_(None)),
        OneTimeLink: sa.or_(OneTimeLink.used_at < end, OneTimeLink.expires_at < end),
        SignIn: sa.or_(SignIn.ended_at < end, SignIn.seen_at < end - IDLE),
        WebhookDelivery: sa.or_(WebhookDelivery.delivered_at < end, WebhookDelivery.failed_at < end),
    }
    deleted = [session.execute(sa.delete(model).where(is_old)) for model, is_old in ended.items()]
    return sum(done.rowcount for done in deleted)  # type: ignore[attr-defined]
