"""The verbs of a slot: put a record in a place of the front page for a time, take it down, bring back what was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import now
from marketplace.errors import N_, Conflict, Invalid, NotFound
from marketplace.models import Slot
from marketplace.permissions import Actor, Permission, require
from marketplace.services.showcase import items, versions

_FIELDS = ("place", "noun", "object_id", "note", "month", "valid_from", "valid_until", "position", "is_taken_down")


def get(session: Session, actor: Actor, slot_id: int) -> Slot:
    """Return a slot, for the desk alone; raise NotAllowed or NotFound."""
    require(actor, Permission.SHOWCASE_CURATE)
    slot = session.get(Slot, slot_id)
    if slot is None:
        raise NotFound("slot", slot_id)
    return slot


def listed(session: Session, actor: Actor, *, limit: int) -> list[Slot]:
    """Return the slots that are valid, come or were, the one that ends last first; raise NotAllowed."""
    require(actor, Permission.SHOWCASE_CURATE)
    query = sa.select(Slot).order_by(Slot.is_taken_down, Slot.valid_until.desc().nulls_first(), Slot.id.desc())
    return list(session.scalars(query.limit(limit)))


def put_up(session: Session, actor: Actor, data: Mapping[str, Any]) -> Slot:
    """Put a record in a place, from what ``SlotSchema.load`` returned; without a beginning from now on.

    It may be a record the public does not see yet: the place stays with whatever stands there until it is.
    Raises Invalid, and Conflict where the month has its showcase already.
    """
    require(actor, Permission.SHOWCASE_CURATE)
    slot = Slot(is_taken_down=False)
    _fill(session, slot, data)
    session.add(slot)
    session.flush()
    versions.keep(session, actor, "put_up", "slot", slot.id, _fields(slot), (None, slot.state_at(now())), is_first=True)
    return slot


def revise(session: Session, actor: Actor, slot_id: int, revision: int, data: Mapping[str, Any]) -> Slot:
    """Change a slot; raises as ``put_up`` does, and NotFound and StaleRevision."""
    slot = get(session, actor, slot_id)
    versions.require_revision(slot, revision)
    before = slot.state_at(now())
    _fill(session, slot, data)
    # One that was taken down and is written anew stands there again.
    slot.is_taken_down = False
    return _changed(session, actor, slot, "revise", before)


def take_down(session: Session, actor: Actor, slot_id: int) -> Slot:
    """Leave the place to whatever else is valid there; raise Conflict where that was done before."""
    slot = get(session, actor, slot_id)
    if slot.is_taken_down:
        raise Conflict(N_("它已经从首页撤下。"))
    before = slot.state_at(now())
    slot.is_taken_down = True
    return _changed(session, actor, slot, "take_down", before)


def bring_back(session: Session, actor: Actor, slot_id: int, version_id: int) -> Slot:
    """Make a slot what it was in a version, place and time included; raise as ``revise`` does.

    Raises Conflict where nothing would change, or where the record was deleted since.
    """
    slot = get(session, actor, slot_id)
    kept = dict(versions.version(session, "slot", slot_id, version_id).fields)
    fields = {name: kept[name] for name in _FIELDS}
    fields["month"] = dt.date.fromisoformat(fields["month"]) if fields["month"] else None
    for name in ("valid_from", "valid_until"):
        fields[name] = dt.datetime.fromisoformat(fields[name]) if fields[name] else None
    if all(getattr(slot, name) == value for name, value in fields.items()):
        raise Conflict(N_("现在的内容与那时相同，没有改动。"))
    if not items.exists(session, (fields["noun"], fields["object_id"])):
        raise Conflict(N_("那条记录已不存在。"))
    if not fields["is_taken_down"]:
        _require_free_month(session, slot, fields["month"])
    before = slot.state_at(now())
    for name, value in fields.items():
        setattr(slot, name, value)
    return _changed(session, actor, slot, "bring_back", before)


def history(session: Session, actor: Actor, slot_id: int) -> list[versions.Step]:
    """Return what was done with a slot, the latest first."""
    get(session, actor, slot_id)
    return versions.steps(session, "slot", slot_id)


def _fill(session: Session, slot: Slot, data: Mapping[str, Any]) -> None:
    versions.require_publishable(session, {"note": data["note"]})
    begin, end = data["valid_from"] or slot.valid_from or now(), data["valid_until"]
    if not items.exists(session, data["address"]):
        raise Invalid({"address": [N_("没有这条记录，请核对网址。")]})
    if end is not None and end <= begin:
        raise Invalid({"valid_until": [N_("结束的时间应在开始之后。")]})
    _require_free_month(session, slot, data["month"])
    slot.noun, slot.object_id = data["address"]
    slot.valid_from, slot.valid_until = begin, end
    for name in ("place", "note", "month", "position"):
        setattr(slot, name, data[name])


def _require_free_month(session: Session, slot: Slot, month: dt.date | None) -> None:
    if month is None:
        return
    # Held, so that of two who choose the month at once the second is told.
    audit.hold(session, "showcase", month.toordinal())
    taken = session.scalar(sa.select(Slot.id).where(Slot.month == month, ~Slot.is_taken_down, Slot.id != slot.id))
    if taken is not None:
        raise Conflict(N_("这个月已经有展示，请修改它，或者先撤下。"))


def _changed(session: Session, actor: Actor, slot: Slot, verb: str, before: str) -> Slot:
    session.flush()
    versions.keep(session, actor, verb, "slot", slot.id, _fields(slot), (before, slot.state_at(now())))
    return slot


def _fields(slot: Slot) -> dict[str, Any]:
    return {name: getattr(slot, name) for name in _FIELDS}
