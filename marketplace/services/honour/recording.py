"""Honours recorded with their basis, and taken back: the record stays, and its file says why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import today
from marketplace.errors import N_, Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import Honour, Person, StudioLeader
from marketplace.permissions import Actor, can_see_person, levels_given
from marketplace.services.honour import model_workers, persons


def get(session: Session, actor: Actor, honour_id: int) -> Honour:
    """Return an honour of a person the actor may know of; raise NotFound."""
    honour = session.get(Honour, honour_id)
    if honour is None or not can_see_person(actor, honour.person):
        raise NotFound("honour", honour_id)
    return honour


def record(session: Session, actor: Actor, person_id: int, data: Mapping[str, Any]) -> Honour:
    """Record an honour from what ``HonourSchema.load`` returned.

    Raises NotAllowed for a level above those the office gives, Conflict where the person has this honour already,
    Invalid for a provincial model worker who is called so in the wrong year or by the wrong employer.
    """
    audit.hold(session, "person", person_id)
    person = persons.kept(session, actor, person_id)
    require_level(actor, person, data["level"])
    model_workers.require_title(session, person.organisation, data, None)
    if held(session, person, data) is not None:
        raise Conflict(N_("这个人的这项荣誉已经登记过。"))
    honour = Honour(person=person, **data)
    session.add(honour)
    session.flush()
    audit.record(session, actor, "record", "honour", honour.id, to_state="active", payload=data, is_first=True)
    return honour


def held(session: Session, person: Person, data: Mapping[str, Any]) -> Honour | None:
    """Return the honour of a person that is the same: of the kind, level, year and title."""
    same = {name: data[name] for name in ("kind", "level", "year", "title")}
    return session.scalar(sa.select(Honour).filter_by(person_id=person.id, **same))


def revoke(session: Session, actor: Actor, honour_id: int, data: Mapping[str, Any]) -> Honour:
    """Take an honour back from what ``RevocationSchema.load`` returned; the record stays.

    The studios the holder leads are told by an event, and warn from then on (rule 57).

    Raises NotAllowed for a level above those the office gives, Conflict where it was taken back before, Invalid for a
    day to come.
    """
    honour = get(session, actor, honour_id)
    require_level(actor, honour.person, honour.level)
    if honour.revoked_on is not None:
        raise Conflict(N_("这项荣誉已经撤销。"))
    if data["revoked_on"] > today():
        raise Invalid({"revoked_on": [N_("撤销的日期不能晚于今天。")]})
    before = honour.state_on(today())
    honour.revoked_on, honour.revoked_because, honour.revoked_by = data["revoked_on"], data["reason"], actor.name
    session.flush()
    audit.record(
        session, actor, "revoke", "honour", honour.id,
        from_state=before, to_state="revoked", reason=data["reason"], payload={"revoked_on": data["revoked_on"]},
    )  # fmt: skip
    led = sa.select(StudioLeader.studio_id).where(
        StudioLeader.person_id == honour.person_id, StudioLeader.until.is_(None)
    )
    for studio_id in session.scalars(led):
        audit.record(session, actor, "leader_honour_revoked", "studio", studio_id, reason=data["reason"])
    session.flush()
    return honour


def require_level(actor: Actor, person: Person, level: str) -> None:
    """Raise NotAllowed unless the actor records honours of a level for a person."""
    if level not in levels_given(actor, person.organisation):
        raise NotAllowed("record", "honour")
