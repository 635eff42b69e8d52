"""An event of publicity: announced by an office for its place, corrected, cancelled, found by everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from marketplace import audit, vocabulary
from marketplace.db import today
from marketplace.errors import N_, Conflict, Invalid, NotAllowed, NotFound, StaleRevision
from marketplace.models import (
    AuditEntry,
    Organisation,
    Outreach,
    OutreachAttendance,
    OutreachInvitation,
    OutreachSpeaker,
    Person,
)
from marketplace.models.people.outreach import HOSTS
from marketplace.permissions import (
    Actor,
    Grant,
    Permission,
    can_follow_outreach,
    can_run_outreach,
    can_see_person,
    path_within,
    require,
)
from marketplace.services.organisation import name_key

_COPIED = ("title", "kind", "theme", "story", "place", "begins_on", "ends_on")
STATES = ("announced", "running", "over", "cancelled")
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """Which events are wanted; nothing where it is empty. A region holds what offices and units there host."""

    text: str = ""
    kind: str = ""
    state: str = ""
    region: str = ""


def hosts(actor: Actor) -> dict[str, Grant]:
    """Return the offices in which the actor may host an event, the widest first, each by its key ("city:5106")."""
    held = [_office(grant) for grant in actor.grants]
    found = sorted((it for it in held if it.role in HOSTS), key=lambda it: HOSTS.index(it.role))
    return {_key(it): it for it in found}


def get(session: Session, event_id: int) -> Outreach:
    """Return an event; raise NotFound. Events are for everybody, who came is not: see ``attendance``."""
    event = session.get(Outreach, event_id)
    if event is None:
        raise NotFound("outreach", event_id)
    return event


def run_by(session: Session, actor: Actor, event_id: int) -> Outreach:
    """Return an event that the actor runs, once nobody else writes it; raise NotFound, NotAllowed or Conflict."""
    audit.hold(session, "outreach", event_id)
    event = get(session, event_id)
    if not can_run_outreach(actor, event):
        raise NotAllowed("run", "outreach")
    if event.cancelled_on is not None:
        raise Conflict(N_("这次活动已经取消，不能再改。"))
    return event


def listed(session: Session, asked: Asked, *, limit: int, after: int | None = None) -> list[Outreach]:
    """Return the events everybody sees, the newest announced first, from below the id ``after``."""
    query = _selected(asked).options(selectinload(Outreach.organisation)).order_by(Outreach.id.desc()).limit(limit)
    return list(session.scalars(query if after is None else query.where(Outreach.id < after)))


def count(session: Session, asked: Asked) -> int:
    """Return how many ``listed`` would go through."""
    return session.scalar(sa.select(sa.func.count()).select_from(_selected(asked).subquery())) or 0


def announce(session: Session, actor: Actor, data: Mapping[str, Any]) -> Outreach:
    """Announce an event from what ``OutreachSchema.load`` returned.

    Raises NotAllowed without an office that hosts, Invalid for one that is not the actor's, for a unit nobody knows
    and for a person on file the actor may not know of.
    """
    require(actor, Permission.OUTREACH_RUN)
    offices = hosts(actor)
    office = offices.get(data["host"]) if data["host"] else next(iter(offices.values()), None)
    if office is None:
        raise Invalid({"host": [N_("请从您的岗位里选一个主办的。")]})
    unit = session.get(Organisation, office.organisation_id) if office.organisation_id is not None else None
    event = Outreach(
        host_role=office.role, organisation=unit, organisation_id=office.organisation_id,
        region_path=unit.region_path if unit else office.region_path,
        industry_path=unit.industry_path if unit else office.industry_path,
        speakers=[], invitations=[], attendance=[],
    )  # fmt: skip
    _fill(session, actor, event, data)
    session.add(event)
    session.flush()
    audit.record(session, actor, "announce_event", "outreach", event.id, payload=_told(data), is_first=True)
    return event


def revise(session: Session, actor: Actor, event_id: int, revision: int, data: Mapping[str, Any]) -> Outreach:
    """Correct an event from what ``OutreachSchema.load`` returned; the office that hosts it stays.

    Raises StaleRevision where somebody else was faster, Conflict where a unit that is no longer invited has reported.
    """
    event = run_by(session, actor, event_id)
    if event.revision != revision:
        raise StaleRevision("outreach", event_id, revision, event.revision)
    _fill(session, actor, event, data)
    invited = {it.organisation_id for it in event.invitations}
    came = session.scalars(sa.select(OutreachAttendance.organisation_id).filter_by(outreach_id=event.id))
    if invited and not invited.issuperset(came):
        raise Conflict(N_("有单位已经上报参加情况，不能从邀请的单位里去掉。"))
    session.flush()
    audit.record(session, actor, "revise", "outreach", event.id, payload=_told(data))
    return event


def cancel(session: Session, actor: Actor, event_id: int, data: Mapping[str, Any]) -> Outreach:
    """Note that an event does not take place, from ``CancellationSchema``; raise Conflict where somebody came."""
    event = run_by(session, actor, event_id)
    if event.attendance:
        raise Conflict(N_("已经有单位上报参加情况，不能取消。"))
    event.cancelled_on, event.cancelled_because = data["cancelled_on"], data["reason"]
    session.flush()
    audit.record(session, actor, "cancel_event", "outreach", event.id, reason=data["reason"])
    return event


def history(session: Session, actor: Actor, event: Outreach) -> list[AuditEntry]:
    """Return what was done with an event, oldest first, for whoever runs or audits it; for others nothing."""
    return audit.history(session, "outreach", event.id) if can_follow_outreach(actor, event) else []


def units_named(session: Session, names: Sequence[str], field: str) -> list[Organisation]:
    """Return the units of some names; raise Invalid, of ``field``, where some are not known: they would be misspelt."""
    keys = {name_key(name): name for name in names}
    found = session.scalars(sa.select(Organisation).where(Organisation.name_key.in_(keys)))
    known = {unit.name_key: unit for unit in found}
    missing = [name for key, name in keys.items() if key not in known]
    if missing:
        raise Invalid({field: [N_("有的单位不在平台上，请核对全称："), "、".join(missing[:_SHOWN])]})
    return [known[key] for key in keys]


def _selected(asked: Asked) -> sa.Select[Any]:
    query = sa.select(Outreach)
    if asked.text:
        texts = (Outreach.title, Outreach.theme, Outreach.place)
        query = query.where(sa.or_(*(column.contains(asked.text, autoescape=True) for column in texts)))
    if asked.kind:
        query = query.where(Outreach.kind == asked.kind)
    if asked.region:
        query = query.where(path_within(Outreach.region_path, vocabulary.regions.path(asked.region)))
    if asked.state:
        query = query.where(_is_in(asked.state))
    return query


def _is_in(state: str) -> sa.ColumnElement[bool]:
    day, stands = today(), Outreach.cancelled_on.is_(None)
    return {
        "announced": sa.and_(stands, Outreach.begins_on > day),
        "running": sa.and_(stands, Outreach.begins_on <= day, Outreach.ends_on >= day),
        "over": sa.and_(stands, Outreach.ends_on < day),
        "cancelled": ~stands,
    }[state]


def _fill(session: Session, actor: Actor, event: Outreach, data: Mapping[str, Any]) -> None:
    for name in _COPIED:
        setattr(event, name, data[name])
    for speaker in data["speakers"]:
        person = session.get(Person, speaker["person_id"]) if speaker["person_id"] is not None else None
        if speaker["person_id"] is not None and (person is None or not can_see_person(actor, person)):
            raise Invalid({"speakers": [N_("没有这个编号的记录，或者您看不到它。"), str(speaker["person_id"])]})
    event.speakers = [OutreachSpeaker(position=at, **it) for at, it in enumerate(data["speakers"])]
    units = units_named(session, data["units"], "units")
    kept = {it.organisation_id: it for it in event.invitations}
    event.invitations = [kept.get(it.id) or OutreachInvitation(organisation=it, organisation_id=it.id) for it in units]


def _office(grant: Grant) -> Grant:
    # Whoever operates the platform hosts for the province.
    return Grant("province_curator") if grant.role == "admin" else grant


def _key(grant: Grant) -> str:
    codes = [path.rsplit("/", 1)[-1] for path in (grant.region_path, grant.industry_path) if path]
    if grant.organisation_id is not None:
        codes = [str(grant.organisation_id)]
    return ":".join([grant.role, *codes])


def _told(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in (*_COPIED, "speakers", "units")}
