"""The file of a person: opened, corrected, found, tied to an account; what the person agreed to have shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, selectinload

from marketplace import audit
from marketplace.db import today
from marketplace.errors import N_, Conflict, NotAllowed, NotFound, StaleRevision
from marketplace.models import AuditEntry, Honour, Organisation, Person
from marketplace.models.people.honour import MODEL_WORKERS
from marketplace.permissions import Actor, Permission, can, can_in_unit, can_see_person, is_oneself, require, unit_seen
from marketplace.services import organisation as organisations
from marketplace.services.account import people as accounts

# How many codes of a path name the office of a level that looks after model workers.
OFFICE_DEPTH = {"city": 2, "county": 3, "industry": 2}
_PERSONAL = ("born_on", "phone")
_COPIED = ("name", "born_on", "phone", "employment", "skill_level")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which people are wanted; nothing where it is empty.

    ``place`` is that of the office of a level of management: the code of a region or an industry, or a unit's number.
    """

    text: str = ""
    kind: str = ""
    level: str = ""
    management_level: str = ""
    place: str = ""


def get(session: Session, actor: Actor, person_id: int) -> Person:
    """Return a person the actor may know of; raise NotFound, also where it is not the actor's to know."""
    person = session.get(Person, person_id)
    if person is None or not can_see_person(actor, person):
        raise NotFound("person", person_id)
    return person


def kept(session: Session, actor: Actor, person_id: int) -> Person:
    """Return a person whose file the actor keeps; raise NotFound or NotAllowed."""
    person = get(session, actor, person_id)
    if not can_in_unit(actor, Permission.HONOUR_RECORD, person.organisation):
        raise NotAllowed("record", "person")
    return person


def listed(session: Session, actor: Actor, asked: Asked, *, limit: int, after: int | None = None) -> list[Person]:
    """Return the people of the actor's scope, the newest file first, from below the id ``after``."""
    if not actor.reads:
        return []
    query = (
        sa.select(Person)
        .join(Person.organisation)
        .where(unit_seen(actor))
        .options(contains_eager(Person.organisation), selectinload(Person.honours))
        .order_by(Person.id.desc())
        .limit(limit)
    )
    if asked.text:
        named = (Person.name, Organisation.name)
        query = query.where(sa.or_(*(column.contains(asked.text, autoescape=True) for column in named)))
    wanted = {name: code for name in ("kind", "level") if (code := getattr(asked, name))}
    if wanted:
        query = query.where(Person.honours.any(sa.and_(*(getattr(Honour, it) == code for it, code in wanted.items()))))
    if asked.management_level:
        query = query.where(Person.management_level == asked.management_level)
        if asked.place:
            query = query.where(_is_with(asked.management_level, asked.place))
    return list(session.scalars(query if after is None else query.where(Person.id < after)))


def of_account(session: Session, actor: Actor) -> Person | None:
    """Return the file of the person who is signed in, None where there is none."""
    if actor.account_id is None or not actor.reads:
        return None
    return session.scalar(sa.select(Person).filter_by(account_id=actor.account_id))


def add(session: Session, actor: Actor, data: Mapping[str, Any]) -> Person:
    """Open the file of a person from what ``PersonSchema.load`` returned.

    Raises NotAllowed for a unit outside of the actor's scope, Conflict where the unit has such a person already.
    """
    require(actor, Permission.HONOUR_RECORD)
    unit = placed(session, data)
    if not can_in_unit(actor, Permission.HONOUR_RECORD, unit):
        raise NotAllowed("record", "person")
    if same(session, data["name"], unit, data["born_on"]) is not None:
        raise Conflict(N_("这个单位已有同名的人员档案；确是两个人的，请填写出生日期。"))
    return opened(session, actor, unit, data)


def opened(session: Session, actor: Actor, unit: Organisation, data: Mapping[str, Any]) -> Person:
    """Open a file without looking for another; the caller has checked that the actor may."""
    stated = {name: data[name] for name in _COPIED if data[name] is not None}
    person = Person(organisation=unit, honours=[], managements=[], **stated)
    session.add(person)
    session.flush()
    audit.record(session, actor, "open_file", "person", person.id, payload=_told(data), is_first=True)
    return person


def placed(session: Session, data: Mapping[str, Any]) -> Organisation:
    """Return the unit that is stated, created as it is stated where nobody knew it."""
    where = (data["region"], data["industry"], data["unit_kind"])
    return organisations.placed(session, data["organisation_name"], *where)


def same(session: Session, name: str, unit: Organisation, born_on: dt.date | None) -> Person | None:
    """Return who is called so in a unit; two are told apart where both days of birth are known and differ."""
    query = sa.select(Person).where(Person.name == name, Person.organisation_id == unit.id).order_by(Person.id)
    alike = list(session.scalars(query))
    exact = [it for it in alike if born_on is not None and it.born_on == born_on]
    open_ones = [it for it in alike if born_on is None or it.born_on is None]
    return next(iter([*exact, *open_ones]), None)


def revise(session: Session, actor: Actor, person_id: int, revision: int, data: Mapping[str, Any]) -> Person:
    """Correct a file from what ``PersonSchema.load`` returned; raise StaleRevision where somebody else was faster.

    Phone and day of birth stay as they are where they are left blank. Raises NotAllowed for a unit out of scope.
    """
    person = kept(session, actor, person_id)
    if person.revision != revision:
        raise StaleRevision("person", person_id, revision, person.revision)
    unit = placed(session, data)
    if not can_in_unit(actor, Permission.HONOUR_RECORD, unit):
        raise NotAllowed("record", "person")
    for name in _COPIED:
        if data[name] or name not in _PERSONAL:
            setattr(person, name, data[name])
    person.organisation = unit
    session.flush()
    audit.record(session, actor, "revise", "person", person.id, payload=_told(data))
    return person


def history(session: Session, actor: Actor, person: Person) -> list[AuditEntry]:
    """Return what was done with a file, oldest first, for the office that keeps or audits it; for others nothing."""
    is_in_office = can(actor, Permission.CURATION_ENTER) and can_see_person(actor, person)
    return audit.history(session, "person", person.id) if is_in_office else []


def is_model_worker(person: Person) -> bool:
    """Say whether a person holds an honour of a model worker that still stands."""
    return any(it.kind in MODEL_WORKERS and it.state_on(today()) == "active" for it in person.honours)


def agree(session: Session, actor: Actor, person_id: int, data: Mapping[str, Any]) -> Person:
    """Note what a person agrees to have shown, from what ``AgreementSchema.load`` returned.

    The person says so, or the office that keeps the file and holds the consent in writing. Taking it back hides the
    name at once.
    """
    person = get(session, actor, person_id)
    if not is_oneself(actor, person) and not can_in_unit(actor, Permission.HONOUR_RECORD, person.organisation):
        raise NotAllowed("record", "person")
    person.shows_name = data["shows_name"]
    person.shows_unit = data["shows_name"] and data["shows_unit"]
    person.agreed_on = today() if person.shows_name else None
    session.flush()
    shown = {"shows_name": person.shows_name, "shows_unit": person.shows_unit}
    audit.record(session, actor, "agree_to_show", "person", person.id, payload=shown)
    return person


def tie_account(session: Session, actor: Actor, person_id: int, email: str) -> Person:
    """Say which account is a person's, by an address within the actor's scope; raise NotFound or Conflict."""
    person = kept(session, actor, person_id)
    account = accounts.by_email(session, actor, email)
    if session.scalar(sa.select(Person.id).where(Person.account_id == account.id, Person.id != person.id)):
        raise Conflict(N_("这个账号已经属于另一份人员档案。"))
    person.account = account
    session.flush()
    audit.record(session, actor, "tie_account", "person", person.id, payload={"account": account.id})
    return person


def _is_with(level: str, place: str) -> sa.ColumnElement[bool]:
    """Return, as an SQL condition on Organisation, whether the office of a level at a place is that of a unit."""
    if level == "unit":
        return Organisation.id == (int(place) if place.isdecimal() and len(place) < 10 else 0)
    column = Organisation.industry_path if level == "industry" else Organisation.region_path
    if level not in OFFICE_DEPTH:
        return sa.true()
    return sa.or_(column.endswith(f"/{place}"), column.contains(f"/{place}/", autoescape=True))


def _told(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in (*_COPIED, "organisation_name") if name in data}
