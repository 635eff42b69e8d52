"""What a crew is honoured for: recorded with its basis, and taken back; the record stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import today
from marketplace.errors import N_, Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import Crew, CrewHonour
from marketplace.permissions import Actor, can_see_crew, levels_given
from marketplace.services.crew import records


def get(session: Session, actor: Actor, honour_id: int) -> CrewHonour:
    """Return an honour of a crew whose record the actor may see; raise NotFound."""
    honour = session.get(CrewHonour, honour_id)
    if honour is None or not can_see_crew(actor, honour.crew):
        raise NotFound("crew_honour", honour_id)
    return honour


def record(session: Session, actor: Actor, crew_id: int, data: Mapping[str, Any]) -> CrewHonour:
    """Record an honour from what ``CrewHonourSchema.load`` returned.

    Raises NotAllowed for a level above those the office gives, Conflict where the crew has this honour already.
    """
    crew = records.kept(session, actor, crew_id)
    require_level(actor, crew, data["level"])
    if held(session, crew, data) is not None:
        raise Conflict(N_("这个班组的这项荣誉已经登记过。"))
    honour = CrewHonour(crew=crew, **data)
    session.add(honour)
    session.flush()
    audit.record(session, actor, "record", "crew_honour", honour.id, to_state="active", payload=data, is_first=True)
    return honour


def held(session: Session, crew: Crew, data: Mapping[str, Any]) -> CrewHonour | None:
    """Return the honour of a crew that is the same: of the kind, level, year and title."""
    same = {name: data[name] for name in ("kind", "level", "year", "title")}
    return session.scalar(sa.select(CrewHonour).filter_by(crew_id=crew.id, **same))


def revoke(session: Session, actor: Actor, honour_id: int, data: Mapping[str, Any]) -> CrewHonour:
    """Take an honour back from what ``RevocationSchema.load`` returned; the record stays.

    Raises NotAllowed for a level above those the office gives, Conflict where it was taken back before, Invalid for a
    day to come.
    """
    audit.hold(session, "crew_honour", honour_id)
    honour = get(session, actor, honour_id)
    require_level(actor, honour.crew, honour.level)
    if honour.revoked_on is not None:
        raise Conflict(N_("这项荣誉已经撤销。"))
    if data["revoked_on"] > today():
        raise Invalid({"revoked_on": [N_("撤销的日期不能晚于今天。")]})
    before = honour.state_on(today())
    honour.revoked_on, honour.revoked_because, honour.revoked_by = data["revoked_on"], data["reason"], actor.name
    session.flush()
    audit.record(
        session, actor, "revoke", "crew_honour", honour.id,
        from_state=before, to_state="revoked", reason=data["reason"], payload={"revoked_on": data["revoked_on"]},
    )  # fmt: skip
    return honour


def require_level(actor: Actor, crew: Crew, level: str) -> None:
    """Raise NotAllowed unless the actor records honours of a level for a crew."""
    if level not in levels_given(actor, crew.organisation):
        raise NotAllowed("record", "crew_honour")
