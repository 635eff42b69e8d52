"""Bring a roster of honours in: each line a person and an honour, once however often it is brought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from marketplace.errors import NotAllowed
from marketplace.models import Honour, Person
from marketplace.permissions import Actor, Permission, can_in_unit, require
from marketplace.services.honour import management, model_workers, persons, recording
from marketplace.services.records import Outcome, bring

_HONOUR = ("kind", "level", "title", "year", "given_by", "basis", "begins_on", "ends_on")
# What a roster may add to a file; what it leaves blank takes nothing away.
_ADDED = ("born_on", "phone", "employment", "skill_level")


def import_records(session: Session, actor: Actor, rows: Sequence[dict[str, Any]]) -> list[tuple[Honour, Outcome]]:
    """Bring honours in; each row is what ``RosterSchema.load`` returned.

    A person known by name and unit gets the honour, others get a file. An honour that was recorded before, from
    whatever source, is completed. Returns one (honour, outcome) for each row, in order; raises NotAllowed for a person
    outside of the actor's scope or a level above those the office gives, Invalid for a provincial model worker who
    cannot be called so, Conflict where another office looks after somebody than the roster says.
    """
    require(actor, Permission.HONOUR_RECORD)
    return bring(
        session, actor, Honour, rows,
        begin=lambda row: _begun(session, actor, row),
        fill=lambda honour, row: _fill(session, actor, honour, row),
    )  # fmt: skip


def _begun(session: Session, actor: Actor, row: Mapping[str, Any]) -> Honour:
    unit = persons.placed(session, row)
    if not can_in_unit(actor, Permission.HONOUR_RECORD, unit):
        raise NotAllowed("record", "person")
    person = persons.same(session, row["name"], unit, row["born_on"]) or persons.opened(session, actor, unit, row)
    return recording.held(session, person, row) or Honour(person=person)


def _fill(session: Session, actor: Actor, honour: Honour, row: Mapping[str, Any]) -> None:
    recording.require_level(actor, honour.person, row["level"])
    with session.no_autoflush:
        # The honour is not filled in yet.
        model_workers.require_title(session, honour.person.organisation, row, row["unit_kind"])
    for name in _HONOUR:
        if row[name] not in (None, ""):
            setattr(honour, name, row[name])
    _complete(honour.person, row)
    if row["management_level"]:
        management.assign(actor, honour.person, row["management_level"])


def _complete(person: Person, row: Mapping[str, Any]) -> None:
    for name in _ADDED:
        if row[name]:
            setattr(person, name, row[name])
    person.extra = {**(person.extra or {}), **row["extra"]}
