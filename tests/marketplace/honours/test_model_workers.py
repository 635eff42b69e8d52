"""Model workers: what a provincial one is called and when, who looks after whom, and whose term ends."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import today
from marketplace.errors import Conflict, Invalid, NotAllowed
from marketplace.models import Account, Honour, Mail, Organisation, Person, RoleGrant
from marketplace.permissions import SYSTEM
from marketplace.schemas.honour import HonourSchema, ManagementSchema, PersonSchema, RosterSchema
from marketplace.services import rule
from marketplace.services.honour import importing, management, persons, recording, terms
from marketplace.services.honour.management import Office
from tests.factories import AccountFactory, OrganisationFactory
from tests.marketplace.officers import acting

DEYANG, JINGYANG = "51/5106", "51/5106/510603"


@pytest.fixture
def plant(session: Session) -> Organisation:
    return OrganisationFactory(name="示例重机厂", region_path=JINGYANG, industry_path="C/34", region="510603")


def somebody(session: Session, unit: str, name: str = "王示例", **fields: Any) -> Person:
    return persons.add(session, SYSTEM, PersonSchema().load({"name": name, "unit": unit, **fields}))


def honoured(session: Session, person: Person, title: str, year: int = 2025, **fields: Any) -> Honour:
    data = HonourSchema().load({"title": title, "year": year, **fields})
    honour = recording.record(session, SYSTEM, person.id, data)
    session.refresh(person)
    return honour


def handed(session: Session, actor: Any, person: Person, level: str, **fields: Any) -> None:
    row = {"level": level, "since": today().isoformat(), "reason": "本人工作调动", **fields}
    management.hand_over(session, actor, person.id, ManagementSchema().load(row))


CALLED = [  # what the employer is, what the honour is called, whether it can be
    ("enterprise", "四川省劳动模范", True), ("enterprise", "四川省先进工作者", False),
    ("institution", "四川省劳动模范", False), ("institution", "四川省先进工作者", True),
    ("union_body", "四川省劳动模范", False), ("union_body", "四川省先进工作者", True),
    ("enterprise", "全国先进工作者", True), ("institution", "德阳市劳动模范", True), ("institution", "四川工匠", True),
    (None, "四川省劳动模范", True), (None, "四川省先进工作者", True),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "title", "can_be"), CALLED)
def test_the_employer_decides_what_a_provincial_model_worker_is_called(
    session: Session, kind: str | None, title: str, can_be: bool
) -> None:
    unit = OrganisationFactory(name="示例单位", kind=kind or "enterprise", source="" if kind else "named")
    person = somebody(session, unit.name)
    if can_be:
        assert honoured(session, person, title).title == title
        return
    with pytest.raises(Invalid) as refused:
        honoured(session, person, title)
    assert list(refused.value.fields) == ["title"]


@pytest.mark.parametrize(("year", "can_be"), [(2025, True), (2020, True), (2023, False), (2026, False), (1998, True)])
def test_provincial_model_workers_are_of_the_years_of_the_cycle(
    session: Session, plant: Organisation, year: int, can_be: bool
) -> None:
    person = somebody(session, plant.name)
    assert honoured(session, person, "德阳市劳动模范", year).year == year
    if can_be:
        assert honoured(session, person, "四川省劳动模范", year).year == year
        return
    with pytest.raises(Invalid) as refused:
        honoured(session, person, "四川省劳动模范", year)
    assert list(refused.value.fields) == ["year"]
    rule.set_value(session, SYSTEM, "model_worker_cycle", "1", today(), "改为每年评选")
    assert honoured(session, person, "四川省劳动模范", year).year == year


HANDS_OVER = {  # role: the levels among which it hands over one whom the county looks after
    "unit_union": set(), "county": {"unit", "county"}, "city": {"unit", "county", "city"}, "industry_union": set(),
    "province_curator": {"unit", "county", "city", "industry", "province"},
    "admin": {"unit", "county", "city", "industry", "province"},
    "auditor": set(), "worker": set(), "enterprise": set(), "studio_leader": set(), "judge": set(), "broker": set(),
    "finance_attestor": set(),
}  # fmt: skip
SCOPES = {
    "county": {"region_path": JINGYANG}, "city": {"region_path": DEYANG}, "industry_union": {"industry_path": "C/34"},
}  # fmt: skip


@pytest.mark.parametrize("role", HANDS_OVER)
def test_an_office_hands_over_among_the_levels_it_gives(session: Session, plant: Organisation, role: str) -> None:
    person = somebody(session, plant.name)
    honoured(session, person, "四川省劳动模范")
    handed(session, SYSTEM, person, "county")
    unit = plant if role in ("unit_union", "enterprise", "worker", "studio_leader") else None
    actor = acting(role, unit, **SCOPES.get(role, {}))
    assert management.may_hand_over(actor, person) == HANDS_OVER[role]
    far = acting(role, OrganisationFactory() if unit else None, **dict.fromkeys(SCOPES.get(role, {}), "51/5107"))
    assert management.may_hand_over(far, person) == (
        HANDS_OVER[role] if role in ("province_curator", "admin") else set()
    )


def test_who_looks_after_a_model_worker_is_handed_over_with_its_history(session: Session, plant: Organisation) -> None:
    person = somebody(session, plant.name)
    with pytest.raises(Invalid):
        handed(session, SYSTEM, person, "city")
    honoured(session, person, "四川省劳动模范")
    city, before = acting("city", region_path=DEYANG), (today() - dt.timedelta(30)).isoformat()
    handed(session, city, person, "city", since=before, reason="")
    for wrong in ({"reason": ""}, {"since": "2000-01-01"}):
        with pytest.raises(Invalid):
            handed(session, city, person, "county", **wrong)
    with pytest.raises(Conflict):
        handed(session, city, person, "city")
    with pytest.raises(NotAllowed):
        handed(session, city, person, "province")
    told = session.scalars(sa.select(Mail.recipient).where(Mail.kind == "handed_over")).all()
    assert told == []
    province = AccountFactory(grants=[RoleGrant(role="province_curator", granted_by="tests")])
    handed(session, SYSTEM, person, "province")
    (mail,) = session.scalars(sa.select(Mail).where(Mail.kind == "handed_over"))
    assert (mail.recipient, mail.values) == (province.email, {"person": str(person.id)})
    with pytest.raises(NotAllowed):
        handed(session, city, person, "city")
    assert person.management_level == "province"
    assert [(it.level, it.until) for it in person.managements] == [("city", today()), ("province", None)]
    last = audit.history(session, "person", person.id)[-1]
    assert (last.verb, last.reason) == ("hand_over", "本人工作调动")


def test_the_offices_that_look_after_model_workers_are_listed_with_their_people(
    session: Session, plant: Organisation
) -> None:
    mill = OrganisationFactory(name="绵阳的厂", region_path="51/5107/510703", industry_path="C/39")
    people = {}
    for name, unit, level in (
        ("王示例", plant, "city"), ("李示例", plant, "city"), ("赵示例", mill, "county"), ("钱示例", mill, "unit"),
        ("孙示例", plant, "province"), ("周示例", plant, "industry"),
    ):  # fmt: skip
        people[name] = somebody(session, unit.name, name)
        honoured(session, people[name], "四川省劳动模范")
        handed(session, SYSTEM, people[name], level)
    told = management.by_office(session, SYSTEM)
    assert told == [
        Office("province", "", "", 1), Office("industry", "34", "", 1), Office("city", "5106", "", 2),
        Office("county", "510703", "", 1), Office("unit", str(mill.id), mill.name, 1),
    ]  # fmt: skip
    for office in told:
        asked = persons.Asked(management_level=office.level, place=office.place)
        assert len(persons.listed(session, SYSTEM, asked, limit=9)) == office.count
    assert management.by_office(session, acting("unit_union", mill)) == told[3:]
    assert management.by_office(session, acting("worker", mill)) == []


def test_a_roster_assigns_and_never_hands_over(session: Session, plant: Organisation) -> None:
    row = {"holder": "王示例", "unit": plant.name, "title": "四川省劳动模范", "year": 2025, "management_level": "city"}
    ((honour, _outcome),) = importing.import_records(session, SYSTEM, [RosterSchema().load(row)])
    assert [it.level for it in honour.person.managements] == ["city"]
    with pytest.raises(Conflict, match="移交"):
        importing.import_records(session, SYSTEM, [RosterSchema().load(row | {"management_level": "county"})])
    school = {"holder": "李示例", "unit": "示例学校", "unit_kind": "事业单位", "title": "四川省劳动模范", "year": 2025}
    with pytest.raises(Invalid):
        importing.import_records(session, SYSTEM, [RosterSchema().load(school)])


def test_terms_that_end_are_listed_and_the_union_is_told_once(session: Session, plant: Organisation) -> None:
    def chief(name: str, days: int) -> Honour:
        person = somebody(session, plant.name, name)
        last = (today() + dt.timedelta(days)).isoformat()
        return honoured(session, person, "示例重机厂首席员工", level="unit", ends_on=last)

    soon, late, _far = chief("王示例", 20), chief("李示例", -10), chief("赵示例", 200)
    gone = chief("钱示例", 30)
    gone.person.employment = "retired"
    revoked = chief("孙示例", 25)
    recording.revoke(session, SYSTEM, revoked.id, {"revoked_on": today(), "reason": "申报不实"})
    union = acting("unit_union", plant)
    assert terms.ending(session, union, Honour, limit=9) == [late, soon, gone]
    assert terms.ending(session, union, Honour, limit=9, after=terms.place_of(late)) == [soon, gone]
    assert terms.ending(session, acting("unit_union", OrganisationFactory()), Honour, limit=9) == []
    county = AccountFactory(grants=[RoleGrant(role="county", region_path=JINGYANG, granted_by="tests")])
    assert terms.remind(session) == 1
    assert (soon.reminded_on, gone.reminded_on) == (today(), None)
    far = somebody(session, OrganisationFactory(region_path=JINGYANG).name)
    honoured(session, far, "首席员工", level="unit", ends_on=soon.ends_on.isoformat() if soon.ends_on else "")
    assert terms.remind(session) == 1
    assert terms.remind(session) == 0
    mails = session.scalars(sa.select(Mail).where(Mail.kind == "terms_end").order_by(Mail.id)).all()
    told = session.get_one(Account, union.account_id)
    assert [(it.recipient, it.values["count"]) for it in mails] == [(told.email, "1"), (county.email, "1")]
