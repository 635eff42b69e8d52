"""Who came to an event: reported by the units, confirmed by the host; person-times and persons are two counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from marketplace import audit
from marketplace.db import now, today
from marketplace.errors import N_, Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import Organisation, Outreach, OutreachAttendance, Person
from marketplace.permissions import (
    Actor,
    Permission,
    can_follow_outreach,
    can_report_attendance,
    can_run_outreach,
    is_for,
    unit_seen,
)
from marketplace.services.outreach import events


@dataclass(frozen=True, slots=True)
class Figures:
    """What is confirmed of an event: units, person-times (人次), persons (人数), and what is still to be confirmed.

    ``persons`` counts the units that counted persons, ``uncounted`` is how many did not; None where none did.
    """

    units: int = 0
    person_times: int = 0
    persons: int | None = None
    uncounted: int = 0
    waiting: int = 0


def figures(session: Session, ids: Sequence[int]) -> dict[int, Figures]:
    """Return the figures of some events by their ids; persons of several events are never added up (rule 53)."""
    of = OutreachAttendance
    is_confirmed = of.confirmed_at.is_not(None)
    query = (
        sa.select(
            of.outreach_id,
            sa.func.count(sa.distinct(of.organisation_id)).filter(is_confirmed),
            sa.func.coalesce(sa.func.sum(of.person_times).filter(is_confirmed), 0),
            sa.func.sum(of.persons).filter(is_confirmed),
            sa.func.count(of.id).filter(is_confirmed, of.persons.is_(None)),
            sa.func.count(of.id).filter(~is_confirmed),
        )
        .where(of.outreach_id.in_(ids))
        .group_by(of.outreach_id)
    )
    counted = {row[0]: Figures(*row[1:]) for row in session.execute(query)}
    return {event_id: counted.get(event_id, Figures()) for event_id in ids}


def listed(
    session: Session, actor: Actor, event_id: int, *, limit: int, after: int | None = None
) -> list[OutreachAttendance]:
    """Return the lines of an event that the actor may see, the newest first: all for its host, else of his units."""
    event = events.get(session, event_id)
    if not actor.reads:
        return []
    query = (
        sa.select(OutreachAttendance)
        .join(OutreachAttendance.organisation)
        .where(OutreachAttendance.outreach_id == event.id)
        .options(joinedload(OutreachAttendance.organisation), joinedload(OutreachAttendance.person))
        .order_by(OutreachAttendance.id.desc())
        .limit(limit)
    )
    if not can_follow_outreach(actor, event):
        query = query.where(unit_seen(actor, Permission.OUTREACH_RUN))
    return list(session.scalars(query if after is None else query.where(OutreachAttendance.id < after)))


def not_reported(session: Session, actor: Actor, event: Outreach) -> list[Organisation]:
    """Return the units that are invited by name and have not reported, for whoever sees all that came; else nothing."""
    if not can_follow_outreach(actor, event):
        return []
    came = set(session.scalars(sa.select(OutreachAttendance.organisation_id).filter_by(outreach_id=event.id)))
    return [it.organisation for it in event.invitations if it.organisation_id not in came]


def report(session: Session, actor: Actor, event_id: int, data: Mapping[str, Any]) -> OutreachAttendance:
    """Say who came from a unit, from what ``AttendanceSchema.load`` returned; once more to correct it.

    What whoever runs the event says is confirmed by that. Raises NotAllowed for another's unit, Conflict where the
    event has not begun, was cancelled or the line was confirmed, Invalid for a unit that is not invited, a person who
    has no file there, and a unit that would count its people twice, by name and by number.
    """
    event = events.get(session, event_id)
    (unit,) = events.units_named(session, [data["organisation_name"]], "unit")
    line = written(session, actor, event, unit, data)
    session.flush()
    told = {"unit": unit.id, "person": line.person_id, "person_times": line.person_times, "persons": line.persons}
    audit.record(session, actor, "report_attendance", "outreach", event.id, payload=told)
    return line


def written(
    session: Session, actor: Actor, event: Outreach, unit: Organisation, data: Mapping[str, Any]
) -> OutreachAttendance:
    """Write a line without an event of its own; raises as ``report`` does."""
    audit.hold(session, "outreach", event.id)
    # It may have been cancelled, or the unit left out, since it was read.
    session.refresh(event, ["cancelled_on", "begins_on", "ends_on", "invitations"])
    if not can_report_attendance(actor, event, unit):
        raise NotAllowed("record", "outreach_attendance")
    if event.state_on(today()) in ("announced", "cancelled"):
        raise Conflict(N_("活动还没有开始，或者已经取消，不能上报参加情况。"))
    if not is_for(event, unit):
        raise Invalid({"unit": [N_("这个单位不在邀请的范围之内。")]})
    runs, person = can_run_outreach(actor, event), _person(session, unit, data)
    lines = list(
        session.scalars(sa.select(OutreachAttendance).filter_by(outreach_id=event.id, organisation_id=unit.id))
    )
    if any((it.person_id is None) != (person is None) for it in lines):
        raise Invalid({"unit": [N_("这个单位已经用另一种办法上报：按姓名或者按人数，只能用一种，免得重复计算。")]})
    line = next((it for it in lines if it.person_id == (person.id if person else None)), None)
    if line is not None and line.confirmed_at is not None and not runs:
        raise Conflict(N_("主办单位已经确认，要改请找主办单位。"))
    line = line or OutreachAttendance(outreach=event, outreach_id=event.id, organisation=unit, person=person)
    line.person_times, line.persons, line.note = data["person_times"], data["persons"], data["note"]
    line.reported_by, line.reported_at = actor.name, now()
    line.confirmed_by, line.confirmed_at = (actor.name, now()) if runs else (None, None)
    session.add(line)
    return line


def confirm(session: Session, actor: Actor, event_id: int, ids: Sequence[int] = ()) -> int:
    """Confirm the lines that wait, all where none is named, and return how many; raise Conflict where none waits."""
    event = events.run_by(session, actor, event_id)
    query = sa.select(OutreachAttendance).where(
        OutreachAttendance.outreach_id == event.id, OutreachAttendance.confirmed_at.is_(None)
    )
    waiting = list(session.scalars(query.where(OutreachAttendance.id.in_(ids)) if ids else query))
    if not waiting:
        raise Conflict(N_("没有等待确认的参加情况。"))
    for line in waiting:
        line.confirmed_by, line.confirmed_at = actor.name, now()
    session.flush()
    payload = {"lines": [it.id for it in waiting]}
    audit.record(session, actor, "confirm_attendance", "outreach", event.id, payload=payload)
    return len(waiting)


def strike(session: Session, actor: Actor, event_id: int, line_id: int, reason: str) -> None:
    """Take a line away that should not be there; raise NotFound, NotAllowed, or Invalid without a reason."""
    event = events.run_by(session, actor, event_id)
    line = session.get(OutreachAttendance, line_id)
    if line is None or line.outreach_id != event.id:
        raise NotFound("outreach_attendance", line_id)
    if not reason.strip():
        raise Invalid({"reason": [N_("请写明理由。")]})
    told = {"unit": line.organisation_id, "person_times": line.person_times, "persons": line.persons}
    session.delete(line)
    session.flush()
    audit.record(session, actor, "strike_attendance", "outreach", event.id, reason=reason.strip(), payload=told)


def _person(session: Session, unit: Organisation, data: Mapping[str, Any]) -> Person | None:
    """Return the person a line is of, on file in the unit; None where it counts heads."""
    if not data["name"] and data["person_id"] is None:
        return None
    query = sa.select(Person).where(Person.organisation_id == unit.id)
    named = Person.id == data["person_id"] if data["person_id"] is not None else Person.name == data["name"]
    found = list(session.scalars(query.where(named)))
    if len(found) == 1:
        return found[0]
    if found:
        raise Invalid({"person": [N_("这个单位有几个人同名，请改填档案编号。")]})
    raise Invalid({"person": [N_("这个单位没有这个人的档案；没有档案的请按人数上报。")]})
