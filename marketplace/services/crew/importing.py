"""Bring a roster of crews in: each line a crew and an honour, once however often it is brought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from marketplace.errors import N_, Conflict, NotAllowed
from marketplace.models import CrewHonour
from marketplace.permissions import Actor, Permission, can_in_unit, require
from marketplace.services import organisation as organisations
from marketplace.services.crew import honours, records
from marketplace.services.records import Outcome, bring

_HONOUR = ("kind", "level", "title", "year", "given_by", "basis", "begins_on", "ends_on")


def import_records(session: Session, actor: Actor, rows: Sequence[dict[str, Any]]) -> list[tuple[CrewHonour, Outcome]]:
    """Bring honours of crews in; each row is what ``CrewRosterSchema.load`` returned.

    A crew known by name and unit gets the honour and is completed, others get a record. Returns one (honour, outcome)
    for each row, in order; raises NotAllowed for a unit outside of the actor's scope or a level above those the office
    gives, Conflict for a crew that was dissolved.
    """
    require(actor, Permission.HONOUR_RECORD)
    return bring(
        session, actor, CrewHonour, rows,
        begin=lambda row: _begun(session, actor, row),
        fill=lambda honour, row: _fill(session, actor, honour, row),
    )  # fmt: skip


def _begun(session: Session, actor: Actor, row: Mapping[str, Any]) -> CrewHonour:
    unit = organisations.placed(session, row["organisation_name"], row["region"], row["industry"])
    crew = records.same(session, row["name"], unit) or records.begun(session, actor, unit, row)
    return honours.held(session, crew, row) or CrewHonour(crew=crew)


def _fill(session: Session, actor: Actor, honour: CrewHonour, row: Mapping[str, Any]) -> None:
    crew = honour.crew
    if not can_in_unit(actor, Permission.HONOUR_RECORD, crew.organisation):
        raise NotAllowed("record", "crew")
    honours.require_level(actor, crew, row["level"])
    if crew.dissolved_on is not None:
        raise Conflict(N_("这个班组已经撤销，记录不能再改。"))
    for name in _HONOUR:
        if row[name] not in (None, ""):
            setattr(honour, name, row[name])
    records.complete(session, actor, crew, row)
    crew.extra = {**(crew.extra or {}), **row["extra"]}
