"""What of a studio must be seen to, told from the record as it is on a day (rules 45, 47 and 57)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import rules
from marketplace.db import day_of
from marketplace.errors import N_
from marketplace.models import GrantUse, Honour, Person, Studio, StudioGrant, StudioLeader
from marketplace.services.studio import fitness

_GONE = {"retired": N_("退休"), "left": N_("调离"), "deceased": N_("去世"), "moved": N_("调往其他单位")}


@dataclass(frozen=True, slots=True)
class Warned:
    """A sentence as a gettext key with its parameters, for whoever keeps the record."""

    message: str
    params: dict[str, Any] = field(default_factory=dict)


def of(session: Session, studio: Studio, day: dt.date) -> list[Warned]:
    """Return what must be seen to of a studio; one that is closed or lost its tier needs nothing."""
    if studio.state == "closed" or studio.delisted_on is not None:
        return []
    return [*_of_leader(session, studio, day), *_of_grants(session, studio, day)]


def is_due(session: Session, kind: str, day: dt.date) -> sa.ColumnElement[bool]:
    """Return, as an SQL condition on Studio, whether it is one that ``of`` says something of.

    ``kind`` is "leader", "grants" or "any" of both.
    """
    conditions = {"leader": [_leader_due(day)], "grants": [_grants_due(session, day)]}
    wanted = conditions.get(kind) or [it for some in conditions.values() for it in some]
    return sa.and_(Studio.state != "closed", Studio.delisted_on.is_(None), sa.or_(*wanted))


def _leader_due(day: dt.date) -> sa.ColumnElement[bool]:
    present = sa.select(StudioLeader.id).where(StudioLeader.studio_id == Studio.id, StudioLeader.until.is_(None))
    revoked = sa.select(Honour.id).where(Honour.person_id == Person.id, Honour.revoked_on <= day)
    gone = present.join(Person, Person.id == StudioLeader.person_id).where(
        sa.or_(StudioLeader.unfit_since.is_not(None), fitness.is_gone(), revoked.exists())
    )
    return sa.or_(~present.exists(), gone.exists())


def _grants_due(session: Session, day: dt.date) -> sa.ColumnElement[bool]:
    used = sa.select(sa.func.sum(GrantUse.amount)).where(GrantUse.grant_id == StudioGrant.id).scalar_subquery()
    in_time = [
        sa.and_(StudioGrant.received_on >= first, StudioGrant.received_on < min(after, day - dt.timedelta(days)))
        for first, after, days in rules.spans(session, "grant_spending")
    ]
    unspent = sa.select(StudioGrant.id).where(
        StudioGrant.studio_id == Studio.id, StudioGrant.amount > sa.func.coalesce(used, 0), sa.or_(*in_time)
    )
    return unspent.exists()


def _of_leader(session: Session, studio: Studio, day: dt.date) -> Iterator[Warned]:
    leader = studio.leader
    if leader is None:
        most = rules.value(session, "leader_replacement", day)
        ends = [it.until for it in studio.leaders if it.until is not None]
        since = max(ends, default=day_of(studio.created_at))
        days = (day - since).days
        late = N_("领衔人空缺已 %(days)s 天，超过规定的 %(most)s 天，应当暂停。")
        waiting = N_("领衔人空缺 %(days)s 天，规定 %(most)s 天内确定新的领衔人。")
        yield Warned(late if days > most else waiting, {"days": days, "most": most})
        return
    person = leader.person
    has_moved = person.organisation_id not in (leader.from_unit or person.organisation_id, studio.organisation_id)
    how = "moved" if has_moved and person.employment not in _GONE else person.employment
    if how in _GONE:
        most = rules.value(session, "leader_replacement", day)
        said = N_("领衔人已%(how)s，请在 %(most)s 天内确定新的领衔人。")
        yield Warned(said, {"how": _GONE[how], "most": most})
    if leader.unfit_since is not None:
        last = leader.unfit_since + dt.timedelta(rules.value(session, "leader_replacement", day))
        yield Warned(N_("%(day)s 以前没有确定新的领衔人的，工作室自动暂停。"), {"day": last})
    revoked = [it for it in person.honours if it.state_on(day) == "revoked"]
    if revoked:
        yield Warned(
            N_("领衔人的荣誉“%(title)s”已于 %(day)s 撤销，请核对是否仍符合条件。"),
            {"title": revoked[0].title, "day": revoked[0].revoked_on},
        )


def _of_grants(session: Session, studio: Studio, day: dt.date) -> Iterator[Warned]:
    for grant in (it for it in studio.grants if it.left > 0):
        days = rules.value(session, "grant_spending", grant.received_on)
        if (day - grant.received_on).days > days:
            yield Warned(
                N_("%(payer)s %(day)s 拨付的经费超过 %(days)s 天还没有用完。"),
                {"payer": grant.payer, "day": grant.received_on, "days": days},
            )
