"""Events of publicity: who announces and runs them, and how person-times and persons are counted apart."""

from __future__ import annotations

import datetime as dt
from typing import Any

import marshmallow as ma
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import today
from marketplace.errors import Conflict, Invalid, NotAllowed, StaleRevision
from marketplace.models import Organisation, Outreach, OutreachAttendance
from marketplace.permissions import SYSTEM, Actor, Grant, can_follow_outreach, can_run_outreach
from marketplace.schemas.honour import PersonSchema
from marketplace.schemas.outreach import AttendanceSchema, OutreachSchema
from marketplace.services.honour import persons
from marketplace.services.outreach import attendance, events
from marketplace.services.outreach.attendance import Figures
from tests.factories import OrganisationFactory
from tests.marketplace.officers import acting

DEYANG, JINGYANG, MIANYANG = "51/5106", "51/5106/510603", "51/5107"
TOMORROW = today() + dt.timedelta(1)


@pytest.fixture
def plant(session: Session) -> Organisation:
    return OrganisationFactory(name="示例重机厂", region_path=JINGYANG, industry_path="C/34")


@pytest.fixture
def city(session: Session) -> Actor:
    return acting("city", region_path=DEYANG)


@pytest.fixture
def event(session: Session, city: Actor, plant: Organisation) -> Outreach:
    return announced(session, city)


def announced(session: Session, actor: Actor, **fields: Any) -> Outreach:
    row = {"title": "劳模精神宣讲", "kind": "talk", "begins_on": today().isoformat(), **fields}
    return events.announce(session, actor, OutreachSchema().load(row))


def came(session: Session, actor: Actor, event: Outreach, unit: Organisation, **fields: Any) -> OutreachAttendance:
    data = AttendanceSchema().load({"unit": unit.name, "person_times": 120, **fields})
    return attendance.report(session, actor, event.id, data)


def counted(session: Session, event: Outreach) -> Figures:
    return attendance.figures(session, [event.id])[event.id]


RUNS = {  # role: (announces, runs one the city announced, sees all who came to it)
    "unit_union": (True, False, False), "county": (True, False, False), "city": (True, True, True),
    "industry_union": (True, False, False), "province_curator": (True, True, True), "admin": (True, True, True),
    "auditor": (False, False, True), "worker": (False, False, False), "enterprise": (False, False, False),
    "studio_leader": (False, False, False), "judge": (False, False, False), "broker": (False, False, False),
    "finance_attestor": (False, False, False),
}  # fmt: skip
SCOPES = {
    "county": {"region_path": JINGYANG}, "city": {"region_path": DEYANG}, "industry_union": {"industry_path": "C/34"},
}  # fmt: skip


@pytest.mark.parametrize("role", RUNS)
def test_an_office_runs_what_is_hosted_in_its_place(
    session: Session, plant: Organisation, event: Outreach, role: str
) -> None:
    unit = plant if role in ("unit_union", "enterprise", "worker", "studio_leader") else None
    actor = acting(role, unit, **SCOPES.get(role, {}))
    assert (can_run_outreach(actor, event), can_follow_outreach(actor, event)) == RUNS[role][1:]
    if RUNS[role][0]:
        own = announced(session, actor)
        assert can_run_outreach(actor, own)
        assert own.organisation is unit
        assert can_run_outreach(acting("city", region_path=DEYANG), own) == (role in ("unit_union", "county", "city"))
    else:
        with pytest.raises(NotAllowed):
            announced(session, actor)
    assert not can_follow_outreach(acting("city", region_path=MIANYANG), event)


def test_who_holds_several_offices_says_which_one_hosts(session: Session) -> None:
    both = Actor("both", (Grant("county", JINGYANG), Grant("city", DEYANG)), account_id=acting("county").account_id)
    assert list(events.hosts(both)) == ["city:5106", "county:510603"]
    assert announced(session, both).host_role == "city"
    assert announced(session, both, host="county:510603").region_path == JINGYANG
    with pytest.raises(Invalid):
        announced(session, both, host="city:5107")


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"persons": 121}, "persons"),
        ({"persons": 2, "person": "王示例"}, "persons"),
        ({"person_times": 0}, "person_times"),
    ],
)
def test_more_persons_than_person_times_cannot_be(row: dict[str, Any], field: str) -> None:
    with pytest.raises(ma.ValidationError) as refused:
        AttendanceSchema().load({"unit": "示例重机厂", "person_times": 120, **row})
    assert field in refused.value.normalized_messages()


def test_attendance_counts_once_the_host_confirms_it_and_unknown_persons_are_no_zero(
    session: Session, city: Actor, plant: Organisation, event: Outreach
) -> None:
    union, mill = acting("unit_union", plant), OrganisationFactory(name="示例电机厂", region_path=DEYANG)
    assert counted(session, event) == Figures()
    came(session, union, event, plant, persons=80)
    assert counted(session, event) == Figures(waiting=1)
    line = came(session, union, event, plant, person_times=130, persons=90)
    assert attendance.confirm(session, city, event.id) == 1
    with pytest.raises(Conflict, match="主办单位已经确认"):
        came(session, union, event, plant)
    came(session, city, event, mill, person_times=60)
    assert counted(session, event) == Figures(units=2, person_times=190, persons=90, uncounted=1)
    assert attendance.listed(session, union, event.id, limit=9) == [line]
    assert len(attendance.listed(session, city, event.id, limit=9)) == 2
    assert attendance.listed(session, acting("city", region_path=MIANYANG), event.id, limit=9) == []
    with pytest.raises(Conflict, match="没有等待确认"):
        attendance.confirm(session, city, event.id)
    attendance.strike(session, city, event.id, line.id, "报错了单位")
    assert counted(session, event) == Figures(units=1, person_times=60, uncounted=1)
    assert audit.history(session, "outreach", event.id)[-1].verb == "strike_attendance"
    for stranger in (acting("unit_union", OrganisationFactory()), acting("worker", plant), acting("auditor")):
        with pytest.raises(NotAllowed):
            came(session, stranger, event, plant)
        with pytest.raises(NotAllowed):
            attendance.confirm(session, stranger, event.id)


def test_a_unit_counts_its_people_by_name_or_by_number_and_not_twice(
    session: Session, city: Actor, plant: Organisation, event: Outreach
) -> None:
    worker = persons.add(session, SYSTEM, PersonSchema().load({"name": "王示例", "unit": plant.name}))
    line = came(session, city, event, plant, person="王示例", person_times=3)
    assert (line.person, line.persons, counted(session, event).persons) == (worker, 1, 1)
    for wrong in ({}, {"person": "查无此人"}, {"person_id": 10**6}):
        with pytest.raises(Invalid):
            came(session, city, event, plant, **wrong)


def test_only_units_that_are_invited_report_and_only_once_it_has_begun(
    session: Session, city: Actor, plant: Organisation, event: Outreach
) -> None:
    far = OrganisationFactory(name="绵阳的厂", region_path=MIANYANG)
    with pytest.raises(Invalid):
        came(session, city, event, far)
    with pytest.raises(Invalid, match="units"):
        announced(session, city, units=["没有这个单位"])
    invited = announced(session, city, units=[far.name])
    assert came(session, city, invited, far).persons is None
    with pytest.raises(Invalid):
        came(session, city, invited, plant)
    with pytest.raises(Conflict):
        changed = OutreachSchema().load({"title": "改了", "kind": "talk", "begins_on": today(), "units": [plant.name]})
        events.revise(session, city, invited.id, invited.revision, changed)


def test_an_event_is_corrected_cancelled_and_found(session: Session, city: Actor, event: Outreach) -> None:
    later = announced(session, city, title="宣传月", kind="month", begins_on=TOMORROW.isoformat())
    with pytest.raises(Conflict, match="还没有开始"):
        came(session, city, later, OrganisationFactory(region_path=DEYANG))
    data = OutreachSchema().load({"title": "工匠宣传月", "kind": "month", "begins_on": TOMORROW.isoformat()})
    events.revise(session, city, later.id, later.revision, data)
    with pytest.raises(StaleRevision):
        events.revise(session, city, later.id, 1, data)
    found = events.listed(session, events.Asked(text="工匠", kind="month", state="announced", region="5106"), limit=9)
    assert (found, events.count(session, events.Asked(state="running"))) == ([later], 1)
    events.cancel(session, city, later.id, {"cancelled_on": today(), "reason": "防汛"})
    assert later.state_on(TOMORROW) == "cancelled"
    assert events.count(session, events.Asked(state="announced")) == 0
    with pytest.raises(Conflict):
        events.revise(session, city, later.id, later.revision, data)


def test_speakers_are_people_on_file_or_named(session: Session, city: Actor, plant: Organisation) -> None:
    worker = persons.add(session, SYSTEM, PersonSchema().load({"name": "王示例", "unit": plant.name}))
    speakers = [{"person_id": worker.id, "about": "全国劳动模范"}, {"name": "李教授", "about": "示例大学"}]
    told = announced(session, city, speakers=speakers).speakers
    assert [(it.person, it.name) for it in told] == [(worker, ""), (None, "李教授")]
    hidden = persons.add(session, SYSTEM, PersonSchema().load({"name": "赵示例", "unit": "绵阳的厂", "region": "5107"}))
    with pytest.raises(Invalid):
        announced(session, city, speakers=[{"person_id": hidden.id}])
    with pytest.raises(ma.ValidationError):
        OutreachSchema().load({"title": "宣讲", "kind": "talk", "begins_on": today(), "speakers": [{"about": "谁"}]})


def test_the_database_keeps_the_two_counts_apart(session: Session, plant: Organisation, event: Outreach) -> None:
    line = {"outreach_id": event.id, "organisation_id": plant.id, "reported_by": "x"}
    for wrong in ({"person_times": 0}, {"person_times": 5, "persons": 6}, {"person_times": 5, "confirmed_by": "x"}):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(sa.insert(OutreachAttendance).values(**line, **wrong))
