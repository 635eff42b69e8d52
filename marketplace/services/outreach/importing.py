"""Bring attendance of events in: each line a unit, or a person of one, once however often it is brought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.errors import N_, Conflict
from marketplace.models import Outreach, OutreachAttendance
from marketplace.permissions import Actor, Permission, require
from marketplace.services.outreach import attendance, events
from marketplace.services.records import Outcome, bring


def import_records(
    session: Session, actor: Actor, rows: Sequence[dict[str, Any]]
) -> list[tuple[OutreachAttendance, Outcome]]:
    """Bring lines in; each row is what ``AttendanceRosterSchema.load`` returned.

    An event is known by its number or its title, with its first day where several are called alike. Returns one (line,
    outcome) for each row, in order; raises as ``attendance.report`` does, and Conflict for an event nobody announced.
    """
    require(actor, Permission.OUTREACH_RUN)

    def write(row: Mapping[str, Any]) -> OutreachAttendance:
        (unit,) = events.units_named(session, [row["organisation_name"]], "unit")
        return attendance.written(session, actor, _event(session, row), unit, row)

    def rewrite(line: OutreachAttendance, row: Mapping[str, Any]) -> None:
        if write(row) is not line:
            raise Conflict(N_("这个编号在库中是另一个活动、单位或人的"))

    return bring(session, actor, OutreachAttendance, rows, begin=write, fill=rewrite)


def _event(session: Session, row: Mapping[str, Any]) -> Outreach:
    name = row["event"]
    query = sa.select(Outreach).where(Outreach.cancelled_on.is_(None))
    number = int(name) if name.isascii() and name.isdecimal() and len(name) < 10 else None
    query = query.where(Outreach.id == number) if number is not None else query.where(Outreach.title == name)
    if row["begins_on"] is not None:
        query = query.where(Outreach.begins_on == row["begins_on"])
    found = list(session.scalars(query))
    if not found:
        raise Conflict(N_("没有这个活动：请写活动编号，或者照平台上的名称写"))
    if len(found) > 1:
        raise Conflict(N_("有几个活动同名，请改写活动编号，或者另写开始日期"))
    return found[0]
