"""Crews: who keeps and honours which, how the criteria follow from what is on record, what everybody sees."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import now, today
from marketplace.errors import Conflict, Invalid, NotAllowed, NotFound, StaleRevision
from marketplace.models import Crew, CrewHonour, Mail, Organisation
from marketplace.permissions import SYSTEM, VISITOR, can_see_crew
from marketplace.schemas.crew import CrewHonourSchema, CrewSchema, FindingSchema
from marketplace.services import rule
from marketplace.services.crew import criteria, honours, public, records
from marketplace.services.honour import terms
from tests.factories import AchievementFactory, OrganisationFactory, ProposalFactory
from tests.marketplace.officers import acting

YESTERDAY = today() - dt.timedelta(1)
LONG_AGO = now() - dt.timedelta(400)
DEYANG, MIANYANG = "51/5106", "51/5107"


@pytest.fixture
def plant(session: Session) -> Organisation:
    return OrganisationFactory(name="示例重机厂", region_path="51/5106/510603", industry_path="C/34", region="510603")


@pytest.fixture
def crew(session: Session, plant: Organisation) -> Crew:
    return opened(session, plant)


def opened(session: Session, unit: Organisation, name: str = "磨工一班", **fields: Any) -> Crew:
    return records.add(session, SYSTEM, CrewSchema().load({"name": name, "unit": unit.name, **fields}))


def honoured(session: Session, crew: Crew, title: str = "四川省工人先锋号", **fields: Any) -> CrewHonour:
    data = CrewHonourSchema().load({"title": title, "year": 2025, **fields})
    return honours.record(session, SYSTEM, crew.id, data)


def found(session: Session, crew: Crew, criterion: str, is_met: bool = True, day: dt.date | None = None) -> None:
    data = {"kind": "pioneer", "criterion": criterion, "is_met": is_met, "evidence": "查了一季度质量台账"}
    criteria.find(session, SYSTEM, crew.id, FindingSchema().load({**data, "found_on": (day or today()).isoformat()}))


def standing(session: Session, crew: Crew, kind: str = "") -> dict[str, str]:
    return {it.name: it.state for it in criteria.of(session, crew, today())[kind]}


SEES = {  # role: (sees the record, writes it)
    "unit_union": (True, True), "county": (True, True), "city": (True, True), "industry_union": (True, True),
    "province_curator": (True, True), "admin": (True, True), "auditor": (True, False), "worker": (False, False),
    "enterprise": (False, False), "studio_leader": (False, False), "judge": (False, False), "broker": (False, False),
    "finance_attestor": (False, False),
}  # fmt: skip
SCOPES = {
    "county": {"region_path": "51/5106/510603"}, "city": {"region_path": DEYANG},
    "industry_union": {"industry_path": "C/34"},
}  # fmt: skip
ELSEWHERE = {
    "county": {"region_path": "51/5107/510703"}, "city": {"region_path": MIANYANG},
    "industry_union": {"industry_path": "C/39"}, "auditor": {"region_path": MIANYANG},
}  # fmt: skip


@pytest.mark.parametrize("role", SEES)
def test_a_crew_is_kept_by_the_offices_of_its_unit(
    session: Session, plant: Organisation, crew: Crew, role: str
) -> None:
    unit = plant if role in ("unit_union", "enterprise", "worker", "studio_leader") else None
    actor = acting(role, unit, **SCOPES.get(role, {}))
    assert can_see_crew(actor, crew) == SEES[role][0]
    assert records.listed(session, actor, records.Asked(), limit=9) == ([crew] if SEES[role][0] else [])
    data = {"dissolved_on": today(), "reason": "合并"}
    if SEES[role][1]:
        assert records.dissolve(session, actor, crew.id, data).dissolved_on == today()
    else:
        with pytest.raises((NotAllowed, NotFound)):
            records.dissolve(session, actor, crew.id, data)
    far = acting(role, OrganisationFactory() if unit else None, **ELSEWHERE.get(role, {}))
    assert can_see_crew(far, crew) == (role in ("province_curator", "admin"))
    assert not can_see_crew(VISITOR, crew)


def test_an_honour_is_recorded_once_at_its_level_and_stays_when_taken_back(
    session: Session, plant: Organisation, crew: Crew
) -> None:
    honour = honoured(session, crew)
    assert (honour.kind, honour.level, honour.state_on(today())) == ("pioneer", "province", "active")
    assert honoured(session, crew, "德阳市五化五强班组").kind == "five_and_five"
    with pytest.raises(Conflict):
        honoured(session, crew)
    city = acting("city", region_path=DEYANG)
    with pytest.raises(NotAllowed):
        honours.revoke(session, city, honour.id, {"revoked_on": today(), "reason": "发生事故"})
    with pytest.raises(Invalid):
        honours.revoke(session, SYSTEM, honour.id, {"revoked_on": today() + dt.timedelta(1), "reason": "发生事故"})
    honours.revoke(session, SYSTEM, honour.id, {"revoked_on": today(), "reason": "发生事故"})
    assert [honour.state_on(YESTERDAY), honour.state_on(today())] == ["active", "revoked"]
    assert [it.verb for it in audit.history(session, "crew_honour", honour.id)] == ["record", "revoke"]
    with pytest.raises(Conflict):
        honours.revoke(session, SYSTEM, honour.id, {"revoked_on": today(), "reason": "再来一次"})
    ended = honoured(session, crew, "示例重机厂工人先锋号", level="unit", ends_on=YESTERDAY.isoformat())
    assert ended.state_on(today()) == "expired"


def test_a_crew_is_known_by_its_name_in_the_unit_and_keeps_the_names_it_had(
    session: Session, plant: Organisation, crew: Crew
) -> None:
    with pytest.raises(Conflict):
        opened(session, plant, "磨工 一班")
    assert opened(session, OrganisationFactory(name="别处的厂")).id != crew.id
    renamed = CrewSchema().load({"name": "精磨班", "unit": plant.name, "leader": "王示例", "headcount": 12})
    records.revise(session, SYSTEM, crew.id, crew.revision, renamed)
    assert (crew.name, crew.aliases, crew.headcount) == ("精磨班", ["磨工一班"], 12)
    assert crew.leader is not None
    assert crew.leader.organisation is plant
    with pytest.raises(StaleRevision):
        records.revise(session, SYSTEM, crew.id, 1, renamed)
    with pytest.raises(Invalid, match="unit"):
        records.revise(
            session, SYSTEM, crew.id, crew.revision, CrewSchema().load({"name": "精磨班", "unit": "别处的厂"})
        )
    records.dissolve(session, SYSTEM, crew.id, {"dissolved_on": today(), "reason": "并入精密车间"})
    with pytest.raises(Conflict, match="已经撤销"):
        honoured(session, crew)


def test_proposals_and_innovations_of_a_crew_are_computed_and_nothing_is_no_zero(
    session: Session, plant: Organisation, crew: Crew
) -> None:
    assert standing(session, crew) == {"leader": "no_data", "proposals": "no_data", "innovations": "no_data"}
    made: dict[str, Any] = {"organisation": plant, "state": "screened", "submitted_at": now()}
    ProposalFactory(crew="装配班", **made)
    assert standing(session, crew)["proposals"] == "fail"
    ProposalFactory(crew="磨工一班", **(made | {"submitted_at": LONG_AGO}))
    ProposalFactory(crew="磨工一班", **(made | {"state": "draft", "submitted_at": None}))
    ProposalFactory(crew="磨工一班", organisation=OrganisationFactory(), state="screened", submitted_at=now())
    assert standing(session, crew)["proposals"] == "fail"
    fresh = ProposalFactory(crew=" 磨工（一班）", first_used_on=YESTERDAY, **made)
    told = {it.name: it for it in criteria.of(session, crew, today())[""]}
    assert (told["proposals"].state, told["proposals"].params) == ("pass", {"count": 1, "least": 1})
    assert [(it.noun, it.place) for it in told["proposals"].evidence] == [("proposal", fresh.id)]
    assert (told["innovations"].state, told["innovations"].params["count"]) == ("pass", 1)
    own = AchievementFactory(units=[plant], completed_on=YESTERDAY)
    records.bring_about(session, SYSTEM, crew.id, own.id)
    records.bring_about(session, SYSTEM, crew.id, AchievementFactory(units=[plant], completed_on=LONG_AGO.date()).id)
    told = {it.name: it for it in criteria.of(session, crew, today())[""]}
    assert {(it.noun, it.place) for it in told["innovations"].evidence} == {
        ("achievement", own.id), ("proposal", fresh.id),
    }  # fmt: skip
    for wrong in (AchievementFactory().id, own.id, 10**6):
        with pytest.raises((Invalid, Conflict)):
            records.bring_about(session, SYSTEM, crew.id, wrong)


def test_what_an_office_found_counts_by_the_rule_of_the_day_and_grows_old(session: Session, crew: Crew) -> None:
    assert standing(session, crew, "pioneer") == dict.fromkeys(
        ("一流工作", "一流服务", "一流业绩", "一流团队"), "no_data"
    )
    found(session, crew, "一流工作", day=today() - dt.timedelta(366))
    found(session, crew, "一流服务", day=YESTERDAY)
    found(session, crew, "一流服务", is_met=False)
    found(session, crew, "一流业绩")
    assert list(standing(session, crew, "pioneer").values()) == ["no_data", "fail", "pass", "no_data"]
    assert set(standing(session, crew, "five_and_five").values()) == {"no_data"}
    rule.set_value(session, SYSTEM, "pioneer_criteria", ["一流业绩", "零事故"], today(), "川工发〔2026〕1号")
    assert standing(session, crew, "pioneer") == {"一流业绩": "pass", "零事故": "no_data"}
    with pytest.raises(Invalid, match="criterion"):
        found(session, crew, "一流工作")


def test_everybody_sees_crews_whose_honour_stands_and_the_leader_as_far_as_agreed(
    session: Session, plant: Organisation
) -> None:
    crew, plain = opened(session, plant, leader="王示例"), opened(session, plant, "装配班")
    honour = honoured(session, crew)
    asked = records.Asked(kind="pioneer", level="province")
    assert (public.listed(session, asked, limit=9), public.count(session, asked)) == ([crew], 1)
    assert public.listed(session, records.Asked(kind="five_and_five"), limit=9) == []
    assert public.show(session, crew.id).leader is None
    assert crew.leader is not None
    crew.leader.shows_name = crew.leader.shows_unit = True
    crew.leader.agreed_on = today()
    session.flush()
    assert public.show(session, crew.id).leader is crew.leader
    with pytest.raises(NotFound):
        public.show(session, plain.id)
    honours.revoke(session, SYSTEM, honour.id, {"revoked_on": today(), "reason": "发生事故"})
    assert public.count(session, records.Asked()) == 0


def test_the_database_wants_evidence_and_reasons(session: Session, crew: Crew) -> None:
    for broken in (
        sa.insert(CrewHonour).values(crew_id=crew.id, kind="pioneer", level="unit", title="", year=2025),
        sa.update(Crew).values(dissolved_on=today()), sa.update(Crew).values(headcount=0),
    ):  # fmt: skip
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(broken)


def test_terms_of_crews_that_end_are_listed_and_the_union_is_told_once(
    session: Session, plant: Organisation, crew: Crew
) -> None:
    soon = honoured(session, crew, ends_on=(today() + dt.timedelta(20)).isoformat())
    gone = honoured(session, opened(session, plant, "装配班"), ends_on=(today() + dt.timedelta(20)).isoformat())
    records.dissolve(session, SYSTEM, gone.crew_id, {"dissolved_on": today(), "reason": "并入精密车间"})
    revoked = honoured(session, crew, "德阳市工人先锋号", ends_on=(today() + dt.timedelta(20)).isoformat())
    honours.revoke(session, SYSTEM, revoked.id, {"revoked_on": today(), "reason": "发生责任事故"})
    union = acting("unit_union", plant)
    assert soon in terms.ending(session, union, CrewHonour, limit=9)
    assert revoked not in terms.ending(session, union, CrewHonour, limit=9)
    assert terms.ending(session, acting("unit_union", OrganisationFactory()), CrewHonour, limit=9) == []
    assert (terms.remind(session), terms.remind(session)) == (1, 0)
    assert (soon.reminded_on, gone.reminded_on, revoked.reminded_on) == (today(), None, None)
    (mail,) = session.scalars(sa.select(Mail).where(Mail.kind == "terms_end"))
    assert mail.values["count"] == "1"
