"""The record of a studio: who keeps it, how it climbs, how it is called, where it moves and when it is closed."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from marketplace import audit, vocabulary
from marketplace.db import today
from marketplace.errors import Conflict, NotAllowed, NotFound
from marketplace.models import Organisation, RuleValue, Studio
from marketplace.permissions import SYSTEM, VISITOR, Actor, Grant, can_keep_studio, can_see_studio, tiers_given
from marketplace.schemas.studio import MemberSchema, StudioSchema
from marketplace.services.studio import ladder, people, public, records
from tests.factories import OrganisationFactory
from tests.marketplace.officers import acting
from tests.marketplace.studios.studios import TWO_YEARS_AGO, led, manned, opened

DAY, YESTERDAY = today(), today() - dt.timedelta(1)


def test_the_names_a_kind_of_studio_has_had_mean_it() -> None:
    for name in ("劳模和工匠人才创新工作室", "职工技能人才（劳模）创新工作室", "劳模创新工作室"):
        assert vocabulary.studio_kinds.find(name) == "model_worker"


SCOPES = {"county": {"region_path": "51/5106/510603"}, "city": {"region_path": "51/5106"},
          "industry_union": {"industry_path": "C/34"}}  # fmt: skip
KEEPS = {  # role: (writes the record, sees all of it, records these tiers)
    "unit_union": (True, True, {"unit"}), "county": (True, True, {"unit", "county"}),
    "city": (True, True, {"unit", "county", "city"}), "industry_union": (True, True, {"unit", "industry"}),
    "province_curator": (True, True, {"unit", "county", "city", "industry", "province", "showcase", "national"}),
    "auditor": (False, True, set()), "worker": (False, False, set()), "studio_leader": (False, False, set()),
    "enterprise": (False, False, set()), "judge": (False, False, set()), "broker": (False, False, set()),
    "finance_attestor": (False, False, set()),
}  # fmt: skip


@pytest.mark.parametrize("role", KEEPS)
def test_who_keeps_the_record_of_a_studio(session: Session, plant: Organisation, studio: Studio, role: str) -> None:
    unit = plant if role in ("unit_union", "enterprise", "worker", "studio_leader") else None
    actor = acting(role, unit, **SCOPES.get(role, {}))
    found = can_keep_studio(actor, studio), can_see_studio(actor, studio), set(tiers_given(actor, plant))
    assert found == KEEPS[role]
    assert bool(records.listed(session, actor, records.Asked(), limit=5)) == KEEPS[role][1]
    far = OrganisationFactory(region_path="51/5107", industry_path="C/39")
    if role not in ("province_curator", "auditor"):
        assert not can_see_studio(actor, opened(session, far, name="别处的工作室"))


def test_who_leads_a_studio_writes_its_record_but_not_who_leads_it(session: Session, studio: Studio) -> None:
    led(session, studio)
    leader = acting("studio_leader", studio.organisation)
    assert studio.leader is not None
    studio.leader.person.account_id = leader.account_id
    session.flush()
    assert records.listed(session, leader, records.Asked(), limit=5) == [studio]
    himself = {"name": "王示例", "skill_level": "technician", "since": DAY.isoformat()}
    assert people.join(session, leader, studio.id, MemberSchema().load(himself)).skill_level == "technician"
    assert studio.leader.person.skill_level is None
    for deed in (
        lambda: people.vacate(session, leader, studio.id, {"until": DAY, "reason": "不想干了"}),
        lambda: records.close(session, leader, studio.id, {"on": DAY, "reason": "不想干了"}),
        lambda: ladder.climb(session, leader, studio.id, {"tier": "county", "since": DAY, "basis": "", "plaque": ""}),
    ):
        with pytest.raises(NotAllowed):
            deed()
    program = Actor(leader.name, leader.grants, leader.account_id, limits=frozenset())
    assert not can_keep_studio(program, studio)
    assert records.listed(session, program, records.Asked(), limit=5) == []


def test_a_studio_climbs_one_step_at_a_time_and_after_a_full_year(session: Session, studio: Studio) -> None:
    def climb(tier: str, since: dt.date = DAY, actor: Actor = SYSTEM) -> None:
        ladder.climb(
            session, actor, studio.id, {"tier": tier, "since": since, "basis": "川工发〔2025〕1号", "plaque": ""}
        )

    with pytest.raises(Conflict, match="越级"):
        climb("province")
    climb("county", TWO_YEARS_AGO + dt.timedelta(366))
    with pytest.raises(Conflict, match="最早"):
        climb("industry", TWO_YEARS_AGO + dt.timedelta(500))
    with pytest.raises(NotAllowed):
        climb("city", actor=acting("county", region_path="51/5106/510603"))
    session.add(RuleValue(name="tier_years", value=3, valid_from=dt.date(2020, 1, 1), reason="从严", set_by="tests"))
    session.flush()
    with pytest.raises(Conflict):
        climb("city", DAY, acting("city", region_path="51/5106"))
    assert [step.tier for step in studio.tiers] == ["unit", "county"]
    assert studio.tier == "county"
    assert audit.history(session, "studio", studio.id)[-1].verb == "climb"


def test_a_record_is_opened_within_the_scope_and_the_tiers_of_an_office(session: Session, plant: Organisation) -> None:
    union = acting("unit_union", plant)
    opened(session, plant, union)
    with pytest.raises(Conflict, match="同名"):
        opened(session, plant)
    with pytest.raises(NotAllowed):
        opened(session, plant, union, name="李示例工作室", tier="province")
    with pytest.raises(NotAllowed):
        opened(session, OrganisationFactory(), union)
    with pytest.raises(NotFound):
        records.get(session, VISITOR, 1)


def test_a_new_name_makes_the_old_one_a_former_name(session: Session, studio: Studio) -> None:
    row = {"name": "王示例劳模和工匠人才创新工作室", "kind": "model_worker", "unit": studio.organisation.name}
    records.revise(session, SYSTEM, studio.id, studio.revision, StudioSchema().load(row))
    assert studio.aliases == ["王示例创新工作室"]
    for text in ("劳模和工匠", "王示例创新工作室"):
        assert records.listed(session, SYSTEM, records.Asked(text=text), limit=5) == [studio]


def test_a_studio_moves_within_the_province_and_is_closed_for_good(session: Session, studio: Studio) -> None:
    new = OrganisationFactory(name="示例机床厂", region_path="51/5107")
    data = {"unit": new.name, "region": None, "industry": None, "moved_on": DAY, "reason": "随车间划转"}
    with pytest.raises(NotAllowed):
        records.move(session, acting("city", region_path="51/5106"), studio.id, data)
    records.move(session, SYSTEM, studio.id, data)
    assert studio.organisation is new
    abroad = OrganisationFactory(name="外省的厂", region_path="50/5001")
    with pytest.raises(Conflict, match="撤销"):
        records.move(session, SYSTEM, studio.id, data | {"unit": abroad.name})
    records.suspend(session, SYSTEM, studio.id, {"on": None, "reason": "领衔人空缺"})
    with pytest.raises(Conflict):
        records.suspend(session, SYSTEM, studio.id, {"on": None, "reason": "领衔人空缺"})
    records.resume(session, SYSTEM, studio.id, {"on": None, "reason": "已确定领衔人"})
    records.close(session, SYSTEM, studio.id, {"on": DAY, "reason": "单位撤并"})
    with pytest.raises(NotFound):
        public.show(session, studio.id)
    with pytest.raises(Conflict):
        manned(session, studio, "李示例")
    assert [it.verb for it in audit.history(session, "studio", studio.id)] == [
        "record", "move", "suspend", "resume", "close",
    ]  # fmt: skip


def test_a_program_without_a_scope_keeps_nothing(session: Session, studio: Studio) -> None:
    program = Actor("program", (Grant("admin"),), limits=frozenset())
    assert not can_keep_studio(program, studio)
