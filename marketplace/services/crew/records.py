"""The record of a crew: opened, corrected, found, dissolved, and the achievements it brought about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from marketplace import audit
from marketplace.errors import N_, Conflict, Invalid, NotAllowed, NotFound, StaleRevision
from marketplace.models import Achievement, AuditEntry, Crew, CrewHonour, CrewInnovation, Organisation, Person
from marketplace.permissions import Actor, Permission, can, can_in_unit, can_see_crew, readable, require, unit_seen
from marketplace.services import organisation as organisations
from marketplace.services.honour import persons

_COPIED = ("name", "aliases", "headcount", "formed_on", "story")
_UNKNOWN = {"employment": None, "born_on": None, "phone": None, "skill_level": None}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which crews are wanted; nothing where it is empty. ``kind`` and ``level`` are of an honour."""

    text: str = ""
    kind: str = ""
    level: str = ""


def get(session: Session, actor: Actor, crew_id: int) -> Crew:
    """Return a crew whose whole record the actor may see; raise NotFound."""
    crew = session.get(Crew, crew_id)
    if crew is None or not can_see_crew(actor, crew):
        raise NotFound("crew", crew_id)
    return crew


def kept(session: Session, actor: Actor, crew_id: int) -> Crew:
    """Return a crew whose record the actor writes, once nobody else does; raise NotFound, NotAllowed or Conflict."""
    audit.hold(session, "crew", crew_id)
    crew = get(session, actor, crew_id)
    if not can_in_unit(actor, Permission.HONOUR_RECORD, crew.organisation):
        raise NotAllowed("record", "crew")
    if crew.dissolved_on is not None:
        raise Conflict(N_("这个班组已经撤销，记录不能再改。"))
    return crew


def selected(asked: Asked) -> sa.Select[Any]:
    """Return the query of the crews that are asked for, the newest first, whoever asks."""
    query = (
        sa.select(Crew)
        .join(Crew.organisation)
        .options(selectinload(Crew.honours), selectinload(Crew.leader))
        .order_by(Crew.id.desc())
    )
    if asked.text:
        named = (Crew.name, Organisation.name)
        query = query.where(sa.or_(*(column.contains(asked.text, autoescape=True) for column in named)))
    wanted = [getattr(CrewHonour, name) == code for name in ("kind", "level") if (code := getattr(asked, name))]
    return query.where(Crew.honours.any(sa.and_(*wanted))) if wanted else query


def listed(session: Session, actor: Actor, asked: Asked, *, limit: int, after: int | None = None) -> list[Crew]:
    """Return the crews of the actor's scope, the newest first, from below the id ``after``."""
    if not actor.reads:
        return []
    query = selected(asked).where(unit_seen(actor)).limit(limit)
    return list(session.scalars(query if after is None else query.where(Crew.id < after)))


def add(session: Session, actor: Actor, data: Mapping[str, Any]) -> Crew:
    """Open the record of a crew from what ``CrewSchema.load`` returned.

    Raises NotAllowed for a unit outside of the actor's scope, Conflict where the unit has such a crew already, Invalid
    where it stays open who leads it.
    """
    require(actor, Permission.HONOUR_RECORD)
    unit = organisations.placed(session, data["organisation_name"], data["region"], data["industry"])
    _require_free(session, data["name"], unit)
    crew = begun(session, actor, unit, data)
    audit.record(session, actor, "open_record", "crew", crew.id, payload=_told(data), is_first=True)
    return crew


def begun(session: Session, actor: Actor, unit: Organisation, data: Mapping[str, Any]) -> Crew:
    """Open the record of a crew without looking for another; raise NotAllowed for a unit that is not the actor's."""
    if not can_in_unit(actor, Permission.HONOUR_RECORD, unit):
        raise NotAllowed("record", "crew")
    stated = {name: data[name] for name in _COPIED}
    crew = Crew(organisation=unit, name_key=key_of(data["name"]), honours=[], findings=[], innovations=[], **stated)
    crew.leader = _leader(session, actor, unit, data)
    session.add(crew)
    session.flush()
    return crew


def revise(session: Session, actor: Actor, crew_id: int, revision: int, data: Mapping[str, Any]) -> Crew:
    """Correct a record from what ``CrewSchema.load`` returned; a name that changes is kept among the former ones.

    Raises StaleRevision where somebody else was faster, Invalid for another unit: a crew is of one unit.
    """
    crew = kept(session, actor, crew_id)
    if crew.revision != revision:
        raise StaleRevision("crew", crew_id, revision, crew.revision)
    if organisations.name_key(data["organisation_name"]) != crew.organisation.name_key:
        raise Invalid({"unit": [N_("班组不能换单位；请撤销以后在新的单位登记。")]})
    _require_free(session, data["name"], crew.organisation, crew)
    former = [crew.name] if key_of(data["name"]) != crew.name_key else []
    for name in _COPIED:
        setattr(crew, name, data[name])
    crew.name_key, crew.aliases = key_of(data["name"]), list(dict.fromkeys([*data["aliases"], *former]))
    crew.leader = _leader(session, actor, crew.organisation, data, crew.leader)
    session.flush()
    audit.record(session, actor, "revise", "crew", crew.id, payload=_told(data))
    return crew


def complete(session: Session, actor: Actor, crew: Crew, data: Mapping[str, Any]) -> None:
    """Add what is stated of a crew, and take nothing away that is left blank."""
    for name in ("headcount", "formed_on", "story"):
        if data[name]:
            setattr(crew, name, data[name])
    crew.aliases = list(dict.fromkeys([*crew.aliases, *data["aliases"]]))
    if data["leader"]:
        crew.leader = _leader(session, actor, crew.organisation, data, crew.leader)


def bring_about(session: Session, actor: Actor, crew_id: int, achievement_id: int) -> CrewInnovation:
    """Note that a crew brought an achievement about; raise Invalid for one that is not its unit's or not known."""
    crew = kept(session, actor, crew_id)
    query = sa.select(Achievement).where(Achievement.id == achievement_id, readable(Achievement, actor))
    achievement = session.scalar(query)
    if achievement is None:
        raise Invalid({"achievement_id": [N_("没有这个编号的记录，或者您看不到它。")]})
    if crew.organisation_id not in {unit.id for unit in achievement.units}:
        raise Invalid({"achievement_id": [N_("这项成果不是班组所在单位完成的。")]})
    if any(it.achievement_id == achievement_id for it in crew.innovations):
        raise Conflict(N_("这项成果已经列在这个班组。"))
    noted = CrewInnovation(achievement=achievement)
    crew.innovations.append(noted)
    session.flush()
    audit.record(session, actor, "bring_about", "crew", crew.id, payload={"achievement": achievement_id})
    return noted


def dissolve(session: Session, actor: Actor, crew_id: int, data: Mapping[str, Any]) -> Crew:
    """Note that a crew was dissolved, from what ``DissolutionSchema.load`` returned; record and honours stay."""
    crew = kept(session, actor, crew_id)
    crew.dissolved_on, crew.dissolved_because = data["dissolved_on"], data["reason"]
    session.flush()
    payload = {"dissolved_on": data["dissolved_on"]}
    audit.record(session, actor, "dissolve", "crew", crew.id, reason=data["reason"], payload=payload)
    return crew


def same(session: Session, name: str, unit: Organisation) -> Crew | None:
    """Return the crew of a unit that is called so."""
    return session.scalar(sa.select(Crew).filter_by(name_key=key_of(name), organisation_id=unit.id))


def _require_free(session: Session, name: str, unit: Organisation, own: Crew | None = None) -> None:
    """Raise Conflict where another crew of a unit is called so; nobody else names one before the transaction ends."""
    audit.hold(session, "organisation", unit.id)
    if same(session, name, unit) not in (None, own):
        raise Conflict(N_("这个单位已有这个名称的班组。"))


def key_of(name: str) -> str:
    """Return the form in which names of crews are compared."""
    return organisations.name_key(name)[:120]


def history(session: Session, actor: Actor, crew: Crew) -> list[AuditEntry]:
    """Return what was done with a record, oldest first, for the office that keeps or audits it; for others nothing."""
    is_in_office = can(actor, Permission.CURATION_ENTER) and can_see_crew(actor, crew)
    return audit.history(session, "crew", crew.id) if is_in_office else []


def _leader(
    session: Session, actor: Actor, unit: Organisation, data: Mapping[str, Any], present: Person | None = None
) -> Person | None:
    """Return who leads, by file or by name; of namesakes it is whoever leads already. A file is opened for others."""
    if data["leader_id"] is not None:
        found = session.get(Person, data["leader_id"])
        if found is None or found.organisation_id != unit.id:
            raise Invalid({"leader_id": [N_("这个单位没有这个编号的人员档案。")]})
        return found
    name = data["leader"]
    if not name:
        return None
    if present is not None and present.name == name:
        return present
    alike = list(session.scalars(sa.select(Person).filter_by(name=name, organisation_id=unit.id)))
    if len(alike) > 1:
        raise Invalid({"leader": [N_("这个单位有几个人同名，请改填档案编号。")]})
    return alike[0] if alike else persons.opened(session, actor, unit, {"name": name, **_UNKNOWN})


def _told(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in (*_COPIED, "organisation_name", "leader")}
