"""People and their honours: who records which, what a term and a revocation mean, who reads what of a person."""

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
from marketplace.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import Honour, Organisation, Person
from marketplace.models.people.account import ROLES
from marketplace.models.people.honour import is_active
from marketplace.permissions import SYSTEM, VISITOR, Actor, Grant, can_see_name, can_see_person, levels_given
from marketplace.schemas.honour import AidSchema, HonourSchema, PersonSchema, RevocationSchema, kind_and_level
from marketplace.services.honour import personal_file, persons, public, recording
from tests.factories import OrganisationFactory
from tests.marketplace.officers import acting
from tests.marketplace.studios.studios import led, opened

YESTERDAY, TOMORROW = today() - dt.timedelta(1), today() + dt.timedelta(1)
DEYANG, MIANYANG = "51/5106", "51/5107"


@pytest.fixture
def plant(session: Session) -> Organisation:
    return OrganisationFactory(name="示例重机厂", region_path="51/5106/510603", industry_path="C/34", region="510603")


def somebody(session: Session, unit: Organisation, name: str = "王示例", **fields: Any) -> Person:
    data = PersonSchema().load({"name": name, "unit": unit.name, "phone": "13900000009", **fields})
    return persons.add(session, SYSTEM, data)


def honoured(session: Session, person: Person, title: str = "四川省劳动模范", **fields: Any) -> Honour:
    return recording.record(session, SYSTEM, person.id, HonourSchema().load({"title": title, "year": 2025, **fields}))


@pytest.mark.parametrize(
    ("title", "kind", "level"),
    [
        ("全国劳动模范", "model_worker", "national"), ("四川省劳动模范", "model_worker", "province"),
        ("四川省先进工作者", "advanced_worker", "province"), ("四川省五一劳动奖章", "may_day_medal", "province"),
        ("天府工匠", "craftsman", "province"), ("大国工匠", "craftsman", "national"),
        ("成都市五一劳动奖章", "may_day_medal", "city"), ("甘孜州劳动模范", "model_worker", "city"),
        ("旌阳区工匠", "craftsman", "county"), ("首席员工", "chief_employee", None), ("先进个人", None, None),
    ],
)  # fmt: skip
def test_a_title_says_of_what_kind_and_level_an_honour_is(title: str, kind: str | None, level: str | None) -> None:
    assert kind_and_level(title) == (kind, level)


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"title": "先进个人", "year": 2025}, "level"),
        ({"title": "首席员工", "level": "unit", "year": 2025}, "ends_on"),
        ({"title": "四川工匠", "year": 2025, "begins_on": "2025-05-01", "ends_on": "2024-05-01"}, "ends_on"),
        ({"title": "四川工匠"}, "year"),
    ],
)
def test_an_honour_that_says_too_little_is_refused(row: dict[str, Any], field: str) -> None:
    with pytest.raises(ma.ValidationError) as refused:
        HonourSchema().load(row)
    assert field in refused.value.normalized_messages()


SCOPES = {
    "county": {"region_path": "51/5106/510603"}, "city": {"region_path": DEYANG},
    "industry_union": {"industry_path": "C/34"},
}  # fmt: skip
FAR = {
    "county": {"region_path": "51/5107/510703"}, "city": {"region_path": MIANYANG},
    "industry_union": {"industry_path": "C/39"},
}  # fmt: skip
RECORDS = {
    "unit_union": {"unit"}, "county": {"unit", "county"}, "city": {"unit", "county", "city"},
    "industry_union": {"unit", "industry"},
    "province_curator": {"unit", "county", "city", "industry", "province", "national"},
    "admin": {"unit", "county", "city", "industry", "province", "national"},
    "auditor": set(), "enterprise": set(), "worker": set(), "judge": set(), "broker": set(), "finance_attestor": set(),
    "studio_leader": set(),
}  # fmt: skip


@pytest.mark.parametrize("role", RECORDS)
def test_an_office_records_honours_of_its_own_level_and_below(sqlite_session: Session, role: str) -> None:
    plant = OrganisationFactory(region_path="51/5106/510603", industry_path="C/34")
    unit = plant if role in ("unit_union", "enterprise", "worker", "studio_leader") else None
    near = Actor(role, (Grant(role, organisation_id=unit.id if unit else None, **SCOPES.get(role, {})),))
    assert levels_given(near, plant) == RECORDS[role]
    far = OrganisationFactory(region_path=MIANYANG, industry_path="C/39")
    assert levels_given(near, far) == (RECORDS[role] if role in ("province_curator", "admin") else set())


def test_a_city_does_not_record_an_honour_of_the_province(session: Session, plant: Organisation) -> None:
    person, city = somebody(session, plant), acting("city", region_path=DEYANG)
    recording.record(session, city, person.id, HonourSchema().load({"title": "德阳市劳动模范", "year": 2024}))
    with pytest.raises(NotAllowed):
        recording.record(session, city, person.id, HonourSchema().load({"title": "四川省劳动模范", "year": 2025}))
    with pytest.raises(NotFound):
        recording.record(
            session, acting("city", region_path=MIANYANG), person.id,
            HonourSchema().load({"title": "绵阳市劳动模范", "year": 2024}),
        )  # fmt: skip


def test_the_same_honour_is_recorded_once(session: Session, plant: Organisation) -> None:
    person = somebody(session, plant)
    honoured(session, person)
    with pytest.raises(Conflict):
        honoured(session, person)
    with pytest.raises(Conflict, match="同名"):
        somebody(session, plant)


def test_two_of_one_name_are_told_apart_by_the_day_of_birth(session: Session, plant: Organisation) -> None:
    first = somebody(session, plant, born_on="1970-01-01")
    second = somebody(session, plant, born_on="1985-06-01")
    assert first.id != second.id
    assert persons.same(session, "王示例", plant, dt.date(1985, 6, 1)) is second


def test_a_term_ends_by_itself_and_a_revoked_honour_stays_on_record(session: Session, plant: Organisation) -> None:
    person = somebody(session, plant)
    chief = honoured(session, person, "首席员工", level="unit", ends_on=YESTERDAY.isoformat())
    lasting = honoured(session, person)
    assert [chief.state_on(today()), lasting.state_on(today())] == ["expired", "active"]
    assert list(session.scalars(sa.select(Honour).where(is_active(today())))) == [lasting]
    with pytest.raises(Invalid):
        recording.revoke(session, SYSTEM, lasting.id, {"revoked_on": TOMORROW, "reason": "弄虚作假"})
    recording.revoke(session, SYSTEM, lasting.id, {"revoked_on": today(), "reason": "弄虚作假"})
    assert lasting.state_on(today()) == "revoked"
    assert lasting.state_on(YESTERDAY) == "active"
    assert [it.verb for it in audit.history(session, "honour", lasting.id)] == ["record", "revoke"]
    with pytest.raises(Conflict):
        recording.revoke(session, SYSTEM, lasting.id, {"revoked_on": today(), "reason": "再来一次"})


def test_the_database_wants_a_reason_and_a_term(session: Session, plant: Organisation) -> None:
    said = {"person_id": somebody(session, plant).id, "level": "unit", "title": "首席员工", "year": 2025}
    for broken in (
        Honour(kind="chief_employee", **said),
        Honour(kind="other", revoked_on=today(), revoked_by="x", **said),
    ):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.add(broken)
            session.flush()


SEES = {  # role: (knows of the person, is told the name)
    "unit_union": (True, True), "county": (True, True), "city": (True, True), "industry_union": (True, True),
    "province_curator": (True, True), "auditor": (True, False), "worker": (False, False), "judge": (False, False),
    "enterprise": (False, False), "studio_leader": (False, False), "broker": (False, False),
}  # fmt: skip


@pytest.mark.parametrize("role", SEES)
def test_who_knows_of_a_person_and_who_is_told_the_name(session: Session, plant: Organisation, role: str) -> None:
    unit = plant if role in ("unit_union", "enterprise", "worker", "studio_leader") else None
    actor = acting(role, unit, **SCOPES.get(role, {}))
    person = somebody(session, plant)
    assert (can_see_person(actor, person), can_see_name(actor, person)) == SEES[role]
    listed = persons.listed(session, actor, persons.Asked(), limit=10)
    assert bool(listed) == SEES[role][0]
    assert not can_see_name(VISITOR, person)


OPENS = {"unit_union", "county", "city", "industry_union", "province_curator", "admin"}


@pytest.mark.parametrize("role", ROLES)
def test_personal_data_and_aid_are_for_the_offices_of_the_unit(
    session: Session, plant: Organisation, role: str
) -> None:
    unit = plant if role in ("unit_union", "enterprise", "worker", "studio_leader") else None
    person, data = somebody(session, plant), AidSchema().load({"kind": "subsidy", "done_on": "2026-01-20"})
    near = acting(role, unit, **SCOPES.get(role, {}))
    far = acting(role, OrganisationFactory() if unit else None, **FAR.get(role, {}))
    for actor, is_open in ((near, role in OPENS), (far, role in ("province_curator", "admin"))):
        if is_open:
            assert personal_file.note_aid(session, actor, person.id, data).recorded_by == actor.name
            assert personal_file.open_for(session, actor, person.id, "核对帮扶台账").aid
            continue
        for refused in (
            lambda who=actor: personal_file.note_aid(session, who, person.id, data),
            lambda who=actor: personal_file.open_for(session, who, person.id, "核对帮扶台账"),
        ):
            with pytest.raises((NotAllowed, NotFound)):
                refused()


def test_personal_data_is_read_for_a_purpose_and_every_reading_is_logged(session: Session, plant: Organisation) -> None:
    person, union = somebody(session, plant), acting("unit_union", plant)
    with pytest.raises(Invalid):
        personal_file.open_for(session, union, person.id, " ")
    data = AidSchema().load({"kind": "hardship", "done_on": "2026-01-20", "amount": 200_000, "note": "春节慰问"})
    personal_file.note_aid(session, union, person.id, data)
    opened = personal_file.open_for(session, union, person.id, "春节走访慰问")
    assert opened.person.phone == "13900000009"
    assert [it.amount for it in opened.aid] == [200_000]
    last = audit.history(session, "person", person.id)[-1]
    assert (last.verb, last.reason, last.actor) == ("see_personal_data", "春节走访慰问", union.name)
    for other in (acting("auditor"), acting("unit_union", OrganisationFactory()), acting("worker", plant)):
        with pytest.raises((NotAllowed, NotFound)):
            personal_file.open_for(session, other, person.id, "想看一看")


def test_aid_is_corrected_by_another_record_and_the_former_one_stays(session: Session, plant: Organisation) -> None:
    person, union = somebody(session, plant), acting("unit_union", plant)
    row = {"kind": "hardship", "done_on": "2026-01-20", "amount": 200_000, "note": "春节慰问"}
    first = personal_file.note_aid(session, union, person.id, AidSchema().load(row))
    right = AidSchema().load({**row, "amount": 20_000})
    corrected = personal_file.correct_aid(session, union, person.id, first.id, right)
    with pytest.raises(Conflict, match="已经更正过"):
        personal_file.correct_aid(session, union, person.id, first.id, right)
    last = personal_file.correct_aid(session, union, person.id, corrected.id, AidSchema().load({**row, "amount": 0}))
    for other in (acting("auditor"), acting("unit_union", OrganisationFactory()), acting("worker", plant)):
        with pytest.raises((NotAllowed, NotFound)):
            personal_file.correct_aid(session, other, person.id, last.id, right)
    with pytest.raises(NotFound):
        personal_file.correct_aid(session, union, somebody(session, plant, "李示例").id, last.id, right)
    opened = personal_file.open_for(session, union, person.id, "春节走访慰问")
    assert (opened.aid, opened.paid) == ([last], 0)
    assert [it.amount for it in last.former] == [20_000, 200_000]
    told = [it.verb for it in audit.history(session, "person", person.id)]
    assert told[-4:] == ["note_aid", "correct_aid", "correct_aid", "see_personal_data"]


def test_everybody_sees_only_whom_it_pleases(session: Session, plant: Organisation) -> None:
    shy, open_one = somebody(session, plant, "李示例"), somebody(session, plant)
    honoured(session, shy)
    kept = honoured(session, open_one)
    asked = public.Asked(level="province")
    assert public.listed(session, asked, limit=10) == []
    persons.agree(session, SYSTEM, open_one.id, {"shows_name": True, "shows_unit": False})
    assert public.listed(session, asked, limit=10) == [kept]
    assert public.counts(session, asked) == public.Counts(2, 1)
    assert public.counts(session, public.Asked(level="city")) == public.Counts(0, 0)
    assert public.years(session) == [2025]
    chief = honoured(session, open_one, "示例重机厂首席员工", level="unit", ends_on=TOMORROW.isoformat())
    of_unit = public.Asked(level="unit")
    assert (public.listed(session, of_unit, limit=10), public.counts(session, of_unit)) == ([], public.Counts(1, 1))
    persons.agree(session, SYSTEM, open_one.id, {"shows_name": True, "shows_unit": True})
    assert public.listed(session, of_unit, limit=10) == [chief]
    persons.agree(session, SYSTEM, open_one.id, {"shows_name": False, "shows_unit": True})
    assert (open_one.shows_unit, open_one.agreed_on) == (False, None)
    assert public.listed(session, asked, limit=10) == []


def test_a_person_with_an_account_decides_for_himself(session: Session, plant: Organisation) -> None:
    person, worker = somebody(session, plant), acting("worker", plant)
    assert persons.of_account(session, worker) is None
    person.account_id = worker.account_id
    session.flush()
    assert persons.of_account(session, worker) is person
    persons.agree(session, worker, person.id, {"shows_name": True, "shows_unit": True})
    assert person.shows_unit
    program = Actor(worker.name, worker.grants, worker.account_id, limits=frozenset())
    with pytest.raises(NotFound):
        persons.agree(session, program, person.id, {"shows_name": False, "shows_unit": False})
    with pytest.raises(NotFound):
        persons.agree(session, acting("worker", plant), person.id, {"shows_name": True, "shows_unit": True})


@pytest.mark.parametrize(
    ("text", "shows_name", "shows_unit"),
    [
        ("王示例", True, True), ("王示例 劳动模范", True, True), ("省总工会", True, True),
        ("示例重机厂", False, True), ("轧辊堆焊", False, True), ("王示例工作室", False, True),
        ("李示例", False, False), ("王示例 焊接", False, False),
    ],
)  # fmt: skip
def test_words_find_an_honour_as_far_as_its_person_agreed(
    session: Session, plant: Organisation, text: str, shows_name: bool, shows_unit: bool
) -> None:
    person = somebody(session, plant)
    honour = honoured(session, person, given_by="省总工会")
    studio = opened(session, plant, name="王示例工作室", field="轧辊堆焊")
    led(session, studio, person_id=person.id)
    asked = public.Asked(text)
    for agreed, is_found in (
        ({"shows_name": False, "shows_unit": False}, False), ({"shows_name": True, "shows_unit": False}, shows_name),
        ({"shows_name": True, "shows_unit": True}, shows_unit), ({"shows_name": False, "shows_unit": False}, False),
    ):  # fmt: skip
        persons.agree(session, SYSTEM, person.id, agreed)
        assert public.listed(session, asked, limit=9) == ([honour] if is_found else [])
        assert public.counts(session, asked) == public.Counts(int(is_found), 0)
    persons.agree(session, SYSTEM, person.id, {"shows_name": True, "shows_unit": True})
    recording.revoke(session, SYSTEM, honour.id, RevocationSchema().load({"revoked_on": YESTERDAY, "reason": "不实"}))
    assert (public.listed(session, asked, limit=9), public.counts(session, asked).all) == ([], 0)
