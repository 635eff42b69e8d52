"""What of a person is read for a stated purpose alone: phone, birth, what rosters say besides, and records of aid.

Each reading is an event of the person with its purpose (rule 69); no list and no program gives it out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.errors import N_, Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import AidRecord, Person
from marketplace.permissions import Actor, Permission, can_in_unit
from marketplace.services.honour import persons


@dataclass(frozen=True, slots=True)
class PersonalFile:
    """A person with the records of aid that count, the newest first, as shown once for a purpose."""

    person: Person
    aid: list[AidRecord]
    purpose: str

    @property
    def paid(self) -> int:
        """What was paid in all, in fen."""
        return sum(it.amount or 0 for it in self.aid)


def may_open(actor: Actor, person: Person) -> bool:
    """Say whether the actor may read the personal data of somebody once the purpose is stated."""
    return can_in_unit(actor, Permission.PERSON_UNMASK, person.organisation)


def open_for(session: Session, actor: Actor, person_id: int, purpose: str) -> PersonalFile:
    """Return the personal data of somebody for a purpose, which is logged; raise NotFound, NotAllowed or Invalid."""
    person = persons.get(session, actor, person_id)
    if not may_open(actor, person):
        raise NotAllowed("unmask", "personal_data")
    if not purpose.strip():
        raise Invalid({"purpose": [N_("请写明查看的用途。")]})
    audit.record(session, actor, "see_personal_data", "person", person.id, reason=purpose.strip())
    session.flush()
    query = sa.select(AidRecord).filter_by(person_id=person.id).order_by(AidRecord.done_on.desc(), AidRecord.id.desc())
    noted = list(session.scalars(query))
    corrected = {it.corrects_id for it in noted}
    return PersonalFile(person, [it for it in noted if it.id not in corrected], purpose.strip())


def note_aid(session: Session, actor: Actor, person_id: int, data: Mapping[str, Any]) -> AidRecord:
    """Note what was done for a person, from what ``AidSchema.load`` returned; raise NotFound or NotAllowed."""
    return _noted(session, actor, _looked_after(session, actor, person_id), data, "note_aid")


def correct_aid(session: Session, actor: Actor, person_id: int, aid_id: int, data: Mapping[str, Any]) -> AidRecord:
    """Note instead of a record what was done indeed, from what ``AidSchema.load`` returned; the former one stays.

    Raises NotFound or NotAllowed, and Conflict for a record that was corrected already.
    """
    audit.hold(session, "person", person_id)
    person = _looked_after(session, actor, person_id)
    former = session.get(AidRecord, aid_id)
    if former is None or former.person_id != person.id:
        raise NotFound("aid_record", aid_id)
    if session.scalar(sa.select(AidRecord.id).filter_by(corrects_id=aid_id)) is not None:
        raise Conflict(N_("这一条已经更正过，请重新打开页面，更正最新的一条。"))
    return _noted(session, actor, person, data, "correct_aid", former)


def _looked_after(session: Session, actor: Actor, person_id: int) -> Person:
    person = persons.get(session, actor, person_id)
    if not may_open(actor, person):
        raise NotAllowed("record", "person")
    return person


def _noted(
    session: Session, actor: Actor, person: Person, data: Mapping[str, Any], verb: str, former: AidRecord | None = None
) -> AidRecord:
    noted = AidRecord(person_id=person.id, recorded_by=actor.name, corrects=former, **data)
    session.add(noted)
    session.flush()
    corrects = {"corrects": former.id} if former is not None else {}
    audit.record(session, actor, verb, "person", person.id, payload={**data, **corrects})
    return noted
