"""The record of a studio: opened, corrected, found, moved to another unit, suspended, resumed and closed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, selectinload

from marketplace import audit, vocabulary
from marketplace.db import today
from marketplace.errors import N_, Conflict, Invalid, NotAllowed, NotFound, StaleRevision
from marketplace.models import AuditEntry, Organisation, Person, Studio, StudioLeader, StudioMove, StudioTier
from marketplace.permissions import (
    Actor,
    Permission,
    can_in_unit,
    can_keep_studio,
    can_see_studio,
    require,
    tiers_given,
    unit_seen,
)
from marketplace.permissions.reading import path_within
from marketplace.services import organisation as organisations
from marketplace.services.studio import warnings

_COPIED = (
    "name", "aliases", "kind", "partner", "founded_on", "field", "story", "address", "area", "equipment", "rules",
    "was_lab",
)  # fmt: skip
_PROVINCE = "51"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which studios are wanted; nothing where it is empty. A region holds all that lies under it.

    ``warned`` are those of an office's list that must be seen to: "leader", "grants" or "any".
    """

    text: str = ""
    kind: str = ""
    tier: str = ""
    region: str = ""
    state: str = ""
    warned: str = ""


def get(session: Session, actor: Actor, studio_id: int) -> Studio:
    """Return a studio whose whole record the actor may see; raise NotFound."""
    studio = session.get(Studio, studio_id)
    if studio is None or not can_see_studio(actor, studio):
        raise NotFound("studio", studio_id)
    return studio


def kept(session: Session, actor: Actor, studio_id: int) -> Studio:
    """Return ``writable``, once nobody else writes the record, so that what is checked holds until it is written."""
    audit.hold(session, "studio", studio_id)
    return writable(session, actor, studio_id)


def writable(session: Session, actor: Actor, studio_id: int) -> Studio:
    """Return a studio whose record the actor writes; raise NotFound, NotAllowed, or Conflict for a closed one."""
    studio = get(session, actor, studio_id)
    if not can_keep_studio(actor, studio):
        raise NotAllowed("record", "studio")
    if studio.state == "closed":
        raise Conflict(N_("这个工作室已经撤销，记录不能再改。"))
    return studio


def listed(session: Session, actor: Actor, asked: Asked, *, limit: int, after: int | None = None) -> list[Studio]:
    """Return the studios of the actor's scope and those the actor leads, newest first, from below the id ``after``."""
    if not actor.reads:
        return []
    is_led = Studio.leaders.any(
        sa.and_(StudioLeader.until.is_(None), StudioLeader.person.has(Person.account_id == actor.account_id))
    )
    mine, leads_some = unit_seen(actor, Permission.STUDIO_RECORD), actor.account_id is not None and actor.limits is None
    query = select(asked).where(sa.or_(mine, is_led) if leads_some else mine).limit(limit)
    if asked.warned:
        query = query.where(warnings.is_due(session, asked.warned, today()))
    # What must be seen to of each is told from who leads it and from its money.
    led_by = selectinload(Studio.leaders).joinedload(StudioLeader.person).selectinload(Person.honours)
    query = query.options(led_by, selectinload(Studio.grants))
    return list(session.scalars(query if after is None else query.where(Studio.id < after)))


def select(asked: Asked) -> sa.Select[Any]:
    """Return the question for studios as asked, newest first, each with its unit."""
    query = (
        sa.select(Studio)
        .join(Studio.organisation)
        .options(contains_eager(Studio.organisation))
        .order_by(Studio.id.desc())
    )
    if asked.text:
        named = (Studio.name, Studio.field, Organisation.name)
        # Former names are kept as JSON, which writes Chinese in escapes.
        former = sa.cast(Studio.aliases, sa.Text).contains(json.dumps(asked.text)[1:-1], autoescape=True)
        query = query.where(sa.or_(former, *(column.contains(asked.text, autoescape=True) for column in named)))
    for name in ("kind", "tier", "state"):
        if wanted := getattr(asked, name):
            query = query.where(getattr(Studio, name) == wanted)
    if asked.tier:
        query = query.where(Studio.delisted_on.is_(None))
    if asked.region:
        query = query.where(path_within(Organisation.region_path, vocabulary.regions.path(asked.region)))
    return query


def add(session: Session, actor: Actor, data: Mapping[str, Any]) -> Studio:
    """Open the record of a studio from what ``NewStudioSchema.load`` returned.

    Raises NotAllowed for a unit outside of the actor's scope or a tier above those of the office, Conflict where the
    unit has a studio of this name.
    """
    require(actor, Permission.STUDIO_RECORD)
    unit = organisations.placed(session, data["organisation_name"], data["region"], data["industry"])
    if not can_in_unit(actor, Permission.STUDIO_RECORD, unit) or data["tier"] not in tiers_given(actor, unit):
        raise NotAllowed("record", "studio")
    key = organisations.name_key(data["name"])
    _require_free(session, key, unit)
    step = {name: data[name] for name in ("tier", "since", "basis", "plaque")}
    studio = Studio(
        organisation=unit, name_key=key, tier=data["tier"], tiers=[StudioTier(**step)],
        **{name: data[name] for name in _COPIED},
    )  # fmt: skip
    session.add(studio)
    session.flush()
    audit.record(session, actor, "record", "studio", studio.id, to_state="active", payload=dict(data), is_first=True)
    return studio


def revise(session: Session, actor: Actor, studio_id: int, revision: int, data: Mapping[str, Any]) -> Studio:
    """Correct a record from what ``StudioSchema.load`` returned; its unit stays, see ``move``.

    A name that changes becomes one of the former. Raises StaleRevision where somebody else was faster.
    """
    studio = kept(session, actor, studio_id)
    if studio.revision != revision:
        raise StaleRevision("studio", studio_id, revision, studio.revision)
    key, former = organisations.name_key(data["name"]), studio.name
    if key != studio.name_key:
        _require_free(session, key, studio.organisation)
    for name in _COPIED:
        setattr(studio, name, data[name])
    studio.name_key = key
    if former != studio.name and former not in studio.aliases:
        studio.aliases = [*studio.aliases, former]
    session.flush()
    told(session, actor, "revise", studio, {name: data[name] for name in _COPIED})
    return studio


def move(session: Session, actor: Actor, studio_id: int, data: Mapping[str, Any]) -> StudioMove:
    """Take a studio to another unit in the province, from what ``MoveSchema.load`` returned.

    The office must keep the records of both units: it is the one above them. Raises Conflict for a unit that lies
    outside of the province, where the studio is closed instead (rule 45).
    """
    studio = kept(session, actor, studio_id)
    unit = organisations.placed(session, data["unit"], data["region"], data["industry"])
    if unit.id == studio.organisation_id:
        raise Invalid({"unit": [N_("工作室已经在这个单位。")]})
    if unit.region_path and not unit.region_path.startswith(_PROVINCE):
        raise Conflict(N_("迁出本省的工作室按规定撤销，请改为办理撤销。"))
    for held in (studio.organisation, unit):
        if not can_in_unit(actor, Permission.STUDIO_RECORD, held):
            raise NotAllowed("record", "studio")
    _require_free(session, studio.name_key, unit)
    gone = StudioMove(
        studio_id=studio.id, from_unit=studio.organisation, to_unit=unit, moved_on=data["moved_on"],
        reason=data["reason"],
    )  # fmt: skip
    studio.organisation = unit
    studio.moves.append(gone)
    session.flush()
    told(session, actor, "move", studio, {"to": unit.id, "moved_on": data["moved_on"]}, data["reason"])
    return gone


def history(session: Session, actor: Actor, studio: Studio) -> list[AuditEntry]:
    """Return what was done with a record, oldest first, for whoever sees all of it; for others nothing."""
    return audit.history(session, "studio", studio.id) if can_see_studio(actor, studio) else []


def suspend(session: Session, actor: Actor, studio_id: int, data: Mapping[str, Any]) -> Studio:
    """Suspend a studio, from what ``StandingSchema.load`` returned."""
    return _step(session, actor, studio_id, "suspend", "active", "suspended", data)


def resume(session: Session, actor: Actor, studio_id: int, data: Mapping[str, Any]) -> Studio:
    """Let a suspended studio go on."""
    return _step(session, actor, studio_id, "resume", "suspended", "active", data)


def close(session: Session, actor: Actor, studio_id: int, data: Mapping[str, Any]) -> Studio:
    """Close a studio for good: it is no longer listed to everybody, and its record stays."""
    studio = office_kept(session, actor, studio_id)
    before, studio.state, studio.suspended_because, studio.suspended_for = studio.state, "closed", "", None
    studio.closed_on, studio.closed_because = data["on"] or today(), data["reason"]
    session.flush()
    told(session, actor, "close", studio, {"on": studio.closed_on}, data["reason"], before)
    return studio


def office_kept(session: Session, actor: Actor, studio_id: int) -> Studio:
    """Return a studio whose record the actor's office keeps; raise NotAllowed for whoever leads it himself."""
    studio = kept(session, actor, studio_id)
    if not can_in_unit(actor, Permission.STUDIO_RECORD, studio.organisation):
        raise NotAllowed("record", "studio")
    return studio


def told(
    session: Session, actor: Actor, verb: str, studio: Studio, payload: Mapping[str, Any],
    reason: str | None = None, before: str | None = None,
) -> None:  # fmt: skip
    """Write an event of a studio."""
    after = studio.state if before is not None else None
    audit.record(
        session, actor, verb, "studio", studio.id, from_state=before, to_state=after, reason=reason, payload=payload
    )
    session.flush()


def _step(
    session: Session, actor: Actor, studio_id: int, verb: str, from_state: str, to_state: str, data: Mapping[str, Any]
) -> Studio:
    studio = office_kept(session, actor, studio_id)
    if studio.state != from_state:
        raise Conflict(N_("工作室现在的状态不能这样办理。"))
    studio.state = to_state
    studio.suspended_because, studio.suspended_for = data["reason"] if to_state == "suspended" else "", None
    session.flush()
    told(session, actor, verb, studio, {}, data["reason"], from_state)
    return studio


def _require_free(session: Session, key: str, unit: Organisation) -> None:
    if session.scalar(sa.select(Studio.id).where(Studio.name_key == key, Studio.organisation_id == unit.id)):
        raise Conflict(N_("这个单位已有同名的工作室。"))
