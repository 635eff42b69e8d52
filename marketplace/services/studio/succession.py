"""A studio whose leader is gone asks for a new one in time, or stops by itself until there is one (rule 45)."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, rules
from marketplace.db import today
from marketplace.models import Person, Studio, StudioLeader
from marketplace.permissions import Actor
from marketplace.postbox import post
from marketplace.services.studio import fitness, offices, records

_FOR_LEADER = "leader"


def look_after(session: Session, actor: Actor, most: int) -> int:
    """Note which leaders can no longer lead and tell their offices; suspend what waited longer than the rule says.

    So many studios at most are written to in one transaction; returns how many were.
    """
    done = _note_fit(session, actor, most)
    done += _note_unfit(session, most - done)
    return done + _suspend_late(session, actor, most - done)


def resume_with(session: Session, actor: Actor, studio: Studio, reason: str) -> None:
    """Let a studio go on that was suspended for want of a leader; one suspended for something else stays so."""
    if studio.state == "suspended" and studio.suspended_for == _FOR_LEADER:
        studio.state, studio.suspended_because, studio.suspended_for = "active", "", None
        session.flush()
        records.told(session, actor, "resume", studio, {"for": _FOR_LEADER}, reason, "suspended")


def _led() -> sa.Select[StudioLeader, Studio]:
    return (
        sa.select(StudioLeader, Studio)
        .join(Person, Person.id == StudioLeader.person_id)
        .join(Studio, Studio.id == StudioLeader.studio_id)
        .where(StudioLeader.until.is_(None), Studio.state != "closed", Studio.delisted_on.is_(None))
        .order_by(Studio.id)
    )


def _is_unfit() -> sa.ColumnElement[bool]:
    return sa.or_(fitness.is_gone(), fitness.has_lost(today()))


def _note_fit(session: Session, actor: Actor, most: int) -> int:
    known = StudioLeader.unfit_since.is_not(None)
    found = session.execute(_led().where(known, ~_is_unfit()).limit(most)).all()
    for leader, studio in found:
        leader.unfit_since = None
        # It was suspended because he was gone, and he is not.
        resume_with(session, actor, studio, "领衔人可以继续履职。")
    session.flush()
    return len(found)


def _note_unfit(session: Session, most: int) -> int:
    day = today()
    found = session.execute(_led().where(StudioLeader.unfit_since.is_(None), _is_unfit()).limit(most)).all()
    last = day + dt.timedelta(rules.value(session, "leader_replacement", day))
    for leader, studio in found:
        leader.unfit_since = day
        _tell(session, studio, "leader_needed", last)
    session.flush()
    return len(found)


def _suspend_late(session: Session, actor: Actor, most: int) -> int:
    day = today()
    days = rules.value(session, "leader_replacement", day)
    standing = sa.select(Studio).where(Studio.state == "active", Studio.delisted_on.is_(None)).order_by(Studio.id)
    late = standing.where(fitness.is_late(day, days))
    suspended = 0
    for studio_id in session.scalars(late.with_only_columns(Studio.id).limit(most)).all():
        audit.hold(session, "studio", studio_id)
        # Somebody may have named a leader since.
        studio = session.scalar(late.where(Studio.id == studio_id))
        if studio is None:
            continue
        reason = f"领衔人空缺或不能履职超过 {days} 天，没有确定新的领衔人，按规定自动暂停。"
        studio.state, studio.suspended_because, studio.suspended_for = "suspended", reason, _FOR_LEADER
        session.flush()
        records.told(session, actor, "suspend", studio, {"for": _FOR_LEADER, "days": days}, reason, "active")
        _tell(session, studio, "studio_suspended", day)
        suspended += 1
    return suspended


def _tell(session: Session, studio: Studio, kind: str, day: dt.date) -> None:
    for account in offices.readers_of_mail(session, studio):
        post(session, account, kind, noun="studio", number=str(studio.id), day=day.isoformat())
