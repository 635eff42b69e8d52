"""Which office looks after a model worker (四级管理): assigned, handed over with its history, listed by office."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import today
from marketplace.errors import N_, Conflict, Invalid, NotAllowed
from marketplace.models import Management, Organisation, Person
from marketplace.models.people.person import MANAGING
from marketplace.permissions import Actor, Grant, Permission, can, can_in_unit, levels_given, unit_seen
from marketplace.services.honour import persons
from marketplace.services.mail import queue
from marketplace.workflow import offices


@dataclass(frozen=True, slots=True)
class Office:
    """An office that looks after model workers: its level, its place as a code or the number of a unit, how many."""

    level: str
    place: str
    unit: str
    count: int


def may_hand_over(actor: Actor, person: Person) -> frozenset[str]:
    """Return the levels among which the actor hands a person over: none where an office above looks after him."""
    if not can_in_unit(actor, Permission.HONOUR_RECORD, person.organisation) or not persons.is_model_worker(person):
        return frozenset()
    given = levels_given(actor, person.organisation) & set(MANAGING)
    return given if person.management_level is None or person.management_level in given else frozenset()


def hand_over(session: Session, actor: Actor, person_id: int, data: Mapping[str, Any]) -> Management:
    """Say which office looks after a model worker from a day on, from what ``ManagementSchema.load`` returned.

    Raises NotAllowed where the office before or the one to come is above the actor's, Invalid for somebody who is no
    model worker, without a reason and for a day before the present office began, Conflict where nothing changes. The
    office to come is told by mail.
    """
    audit.hold(session, "person", person_id)
    person = persons.kept(session, actor, person_id)
    if not persons.is_model_worker(person):
        raise Invalid({"level": [N_("管理层级只给劳动模范和先进工作者填写；请先登记荣誉。")]})
    if data["level"] not in may_hand_over(actor, person):
        raise NotAllowed("hand_over", "person")
    present = next((it for it in person.managements if it.until is None), None)
    if present is not None:
        if present.level == data["level"]:
            raise Conflict(N_("现在就由这一级管理。"))
        if not data["reason"]:
            raise Invalid({"reason": [N_("请写明移交的理由。")]})
        if data["since"] < present.since:
            raise Invalid({"since": [N_("不能早于现在的管理开始的日期。")]})
        present.until = data["since"]
    begun = _begin(person, actor, data["level"], data["since"], data["reason"])
    session.flush()
    audit.record(session, actor, "hand_over", "person", person.id, reason=data["reason"] or None, payload=data)
    for account in offices.readers_of_mail(session, _office(data["level"], person.organisation)):
        if account.id != actor.account_id:
            queue.post(session, account, "handed_over", person=str(person.id))
    return begun


def assign(actor: Actor, person: Person, level: str) -> None:
    """Note the level a roster states; raise Conflict where another is on record: that is handed over, not overwritten.

    Raises NotAllowed for a level above the actor's.
    """
    if level not in levels_given(actor, person.organisation):
        raise NotAllowed("hand_over", "person")
    if person.management_level not in (None, level):
        raise Conflict(N_("管理层级与库中不同；移交请在本人的档案里办理"))
    if person.management_level is None:
        _begin(person, actor, level, today(), "")


def by_office(session: Session, actor: Actor) -> list[Office]:
    """Return the offices that look after model workers of the actor's scope, each with how many."""
    if not actor.reads or not (can(actor, Permission.HONOUR_RECORD) or can(actor, Permission.CURATION_ENTER)):
        return []
    where = (Person.management_level, Organisation.region_path, Organisation.industry_path, Organisation.id)
    query = (
        sa.select(*where, Organisation.name, sa.func.count())
        .join(Person.organisation)
        .where(unit_seen(actor), Person.management_level.is_not(None))
        .group_by(*where, Organisation.name)
    )
    counts: Counter[tuple[str, str, str]] = Counter()
    for level, region, industry, unit_id, name, count in session.execute(query):
        place = _place(str(level), region, industry, unit_id)
        counts[str(level), place, name if level == "unit" else ""] += count
    ranked = sorted(counts.items(), key=lambda it: (-MANAGING.index(it[0][0]), it[0][1]))
    return [Office(*key, count) for key, count in ranked]


def _office(level: str, unit: Organisation) -> Grant:
    """Return the office of a level that has a unit."""
    region = "/".join(unit.region_path.split("/")[: persons.OFFICE_DEPTH.get(level, 0)])
    return {
        "unit": Grant("unit_union", organisation_id=unit.id),
        "county": Grant("county", region),
        "city": Grant("city", region),
        "industry": Grant("industry_union", unit.region_path, unit.industry_path),
        "province": Grant("province_curator"),
    }[level]


def _place(level: str, region_path: str, industry_path: str, unit_id: int) -> str:
    if level == "unit":
        return str(unit_id)
    codes = (industry_path if level == "industry" else region_path).split("/")
    depth = persons.OFFICE_DEPTH.get(level, 0)
    return codes[depth - 1] if depth and len(codes) >= depth else ""


def _begin(person: Person, actor: Actor, level: str, since: dt.date, reason: str) -> Management:
    begun = Management(level=level, since=since, reason=reason, recorded_by=actor.name)
    person.managements.append(begun)
    person.management_level = level
    return begun
