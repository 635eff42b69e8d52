"""End what nobody has stirred for long, with a warning to both sides before (rule 18)."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import rules, workflow
from marketplace.db import day_of, now, today
from marketplace.models import Match
from marketplace.models.market.outcome import SIDES
from marketplace.permissions import Actor
from marketplace.services.match import telling

# What was only proposed waits for a reader, and a deal has milestones of its own.
SILENT = ("seen", "interest_e", "interest_o", "mutual", "introduced", "nda", "disclosed")
_AT_A_TIME = 500


def warn(session: Session) -> int:
    """Tell both sides of what will end in some days unless somebody stirs; return of how many matches."""
    silence, ahead = _periods(session)
    quiet = now() - silence + ahead
    query = _silent_since(quiet).where(Match.warned_at.is_(None))
    found = list(session.scalars(query))
    for match in found:
        match.warned_at = now()
        session.flush()
        last_day = day_of(match.warned_at + ahead)
        for side in SIDES:
            telling.tell(session, match, side, "match_silent", day=last_day.isoformat())
    return len(found)


def expire(session: Session, actor: Actor) -> int:
    """End what stayed silent after the warning; return how many matches, and tell both sides of each.

    A match is never ended before it was warned of as long before as the rule says, whenever the worker looked.
    """
    silence, ahead = _periods(session)
    query = _silent_since(now() - silence).where(Match.warned_at <= now() - ahead)
    found = list(session.scalars(query))
    for match in found:
        workflow.apply(session, actor, match, "expire", process="match")
        session.flush()
        for side in SIDES:
            telling.tell(session, match, side, "match_expired")
    return len(found)


def _periods(session: Session) -> tuple[dt.timedelta, dt.timedelta]:
    """Return how long silence may last, and how long before its end both are warned."""
    days = [rules.value(session, name, today()) for name in ("match_silence", "match_warning")]
    return dt.timedelta(days=days[0]), dt.timedelta(days=min(days))


def _silent_since(moment: dt.datetime) -> sa.Select[Match]:
    return (
        sa.select(Match)
        .where(Match.state.in_(SILENT), Match.stirred_at <= moment)
        .order_by(Match.id)
        .limit(_AT_A_TIME)
        .with_for_update(skip_locked=True)
    )
