"""Gather notices into one letter a day or a week, for whoever chose so; the worker does it."""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import rules
from marketplace.db import today
from marketplace.models import Account, Notice
from marketplace.models.following.notice import GATHERED
from marketplace.postbox import post
from marketplace.services.mail.texts import TEXTS, told

_SICHUAN = ZoneInfo("Asia/Shanghai")
# Longer letters are read by nobody; the page holds the rest.
MOST_LINES = 50


def sent_last(session: Session, gathered: str, moment: dt.datetime) -> dt.datetime:
    """Return the last moment, at or before one, at which letters go out: every day, or every Monday.

    The hour is the rule ``letter_hour``, in Sichuan.
    """
    local = moment.astimezone(_SICHUAN)
    hour = min(rules.value(session, "letter_hour", today()), 23)
    at = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    if gathered == "weekly":
        at -= dt.timedelta(days=at.weekday())
    if at > local:
        at -= dt.timedelta(days=7 if gathered == "weekly" else 1)
    return at.astimezone(dt.UTC)


def send_due(session: Session, moment: dt.datetime, *, limit: int = 500) -> int:
    """Queue the letters that are due with what was told before they went out last; return how many.

    Each notice goes into one letter: it is taken out of the waiting ones in the same transaction. Of more than
    ``limit`` notices the rest waits for the next call.
    """
    is_due = sa.or_(
        *(sa.and_(Notice.gathered == it, Notice.created_at < sent_last(session, it, moment)) for it in GATHERED)
    )
    query = (
        sa.select(Notice)
        .where(is_due)
        .order_by(Notice.account_id, Notice.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    count = 0
    for account_id, notices in groupby(session.scalars(query).all(), key=lambda it: it.account_id):
        account, waiting = session.get_one(Account, account_id), list(notices)
        for it in waiting:
            it.gathered = None
        if account.is_active:
            _post(session, account, [it for it in waiting if it.kind in TEXTS])
            count += 1
    session.execute(sa.delete(Notice).where(Notice.gathered.is_(None), ~Notice.is_shown))
    session.flush()
    return count


def _post(session: Session, account: Account, notices: list[Notice]) -> None:
    lines = [f"- {told(account.language, it.kind, it.values).subject}\n" for it in notices[:MOST_LINES]]
    if len(notices) > MOST_LINES:
        lines.append("…\n")
    post(session, account, "digest", count=str(len(notices)), lines="".join(lines))
