"""The record of a studio: who keeps it, how it climbs, who leads it, where its money goes, what it brought about."""

from __future__ import annotations

import datetime as dt

import marshmallow as ma
import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace import audit, vocabulary
from marketplace.db import today
from marketplace.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import Organisation, RuleValue, Studio, StudioLeader
from marketplace.permissions import SYSTEM, VISITOR, Actor, Grant, can_keep_studio, can_see_studio, tiers_given
from marketplace.schemas.honour import HonourSchema
from marketplace.schemas.studio import (
    EndSchema,
    GrantSchema,
    GrantUseSchema,
    MemberSchema,
    PairSchema,
    ResultSchema,
    StudioSchema,
)
from marketplace.services.honour import persons, recording
from marketplace.services.studio import keeping, ladder, people, public, records, spread, warnings
from marketplace.web.studios import tiles
from tests.factories import AchievementFactory, OrganisationFactory, ProposalFactory
from tests.marketplace.officers import acting
from tests.marketplace.studios.studios import TWO_YEARS_AGO, led, manned, opened

DAY, YESTERDAY = today(), today() - dt.timedelta(1)
PLACE = {"region_path": "51/5106/510603", "industry_path": "C/34"}


@pytest.fixture
def plant(session: Session) -> Organisation:
    return OrganisationFactory(name="示例重机厂", **PLACE)


@pytest.fixture
def studio(session: Session, plant: Organisation) -> Studio:
    return opened(session, plant)


def sentences(session: Session, studio: Studio) -> list[str]:
    return [it.message % it.params for it in warnings.of(session, studio, DAY)]


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
        assert public.listed(session, records.Asked(text=text), limit=5) == [studio]


def test_the_succession_is_kept_and_a_vacancy_warns(session: Session, studio: Studio) -> None:
    led(session, studio)
    assert sentences(session, studio) == []
    with pytest.raises(Invalid):
        led(session, studio, "李示例", since=YESTERDAY.isoformat())
    led(session, studio, "李示例", since=YESTERDAY.isoformat(), reason="退休")
    assert [(it.person.name, it.until) for it in studio.leaders] == [("王示例", YESTERDAY), ("李示例", None)]
    people.vacate(session, SYSTEM, studio.id, {"until": YESTERDAY, "reason": "调离"})
    assert sentences(session, studio) == ["领衔人空缺 1 天，规定 60 天内确定新的领衔人。"]
    studio.leaders[-1].since = studio.leaders[-1].until = DAY - dt.timedelta(61)
    studio.leaders[0].until = DAY - dt.timedelta(61)
    session.flush()
    assert sentences(session, studio) == ["领衔人空缺已 61 天，超过规定的 60 天，应当暂停。"]


def test_two_cannot_lead_at_once(session: Session, studio: Studio) -> None:
    led(session, studio)
    other = persons.same(session, "王示例", studio.organisation, None)
    assert other is not None
    with pytest.raises(IntegrityError), session.begin_nested():
        session.add(StudioLeader(studio_id=studio.id, person_id=other.id, since=DAY))
        session.flush()


def test_a_leader_who_retires_or_loses_an_honour_is_told(session: Session, studio: Studio) -> None:
    led(session, studio)
    assert studio.leader is not None
    person = studio.leader.person
    honour = recording.record(
        session, SYSTEM, person.id, HonourSchema().load({"title": "四川省劳动模范", "year": 2025})
    )
    recording.revoke(session, SYSTEM, honour.id, {"revoked_on": DAY, "reason": "申报不实"})
    person.employment = "retired"
    session.flush()
    session.refresh(person)
    assert sentences(session, studio) == [
        "领衔人已退休，请在 60 天内确定新的领衔人。",
        f"领衔人的荣誉“四川省劳动模范”已于 {DAY} 撤销，请核对是否仍符合条件。",
    ]
    assert "leader_honour_revoked" in [it.verb for it in audit.history(session, "studio", studio.id)]


def test_a_member_has_roles_and_skills_over_time(session: Session, studio: Studio) -> None:
    manned(session, studio, "李示例", skill_level="senior")
    manned(session, studio, "李示例", skill_level="technician", role="core", since=YESTERDAY.isoformat())
    session.expire(studio, ["members"])
    now, before = studio.members
    assert (before.skill_level, before.until, now.skill_level, now.role) == ("senior", YESTERDAY, "technician", "core")
    assert now.person.skill_level == "technician"
    with pytest.raises(Conflict):
        manned(session, studio, "李示例", role="core")
    people.leave(session, SYSTEM, studio.id, now.id, EndSchema().load({"ended_on": DAY.isoformat()}))
    with pytest.raises(NotFound):
        people.leave(session, SYSTEM, studio.id, now.id, EndSchema().load({"ended_on": DAY.isoformat()}))
    union = acting("unit_union", studio.organisation)
    elsewhere = {"name": "赵示例", "unit": "别处的厂", "since": DAY.isoformat()}
    with pytest.raises(NotAllowed):
        people.join(session, union, studio.id, MemberSchema().load(elsewhere))


def test_a_mentor_has_three_apprentices_at_most(session: Session, studio: Studio) -> None:
    def pair(apprentice: str) -> int:
        row = {"mentor": "王示例", "apprentice": apprentice, "began_on": YESTERDAY.isoformat(), "plan": "一年学会刃磨"}
        return people.pair(session, SYSTEM, studio.id, PairSchema().load(row)).id

    first, _second, _third = (pair(name) for name in ("甲示例", "乙示例", "丙示例"))
    with pytest.raises(Conflict, match="3 个徒弟"):
        pair("丁示例")
    with pytest.raises(Invalid):
        people.end_pair(session, SYSTEM, studio.id, first, EndSchema().load({"ended_on": DAY.isoformat()}))
    ended = EndSchema().load({"ended_on": DAY.isoformat(), "result": "考取高级工"})
    people.end_pair(session, SYSTEM, studio.id, first, ended)
    pair("丁示例")
    with pytest.raises(Invalid):
        pair("王示例")


def test_a_grant_is_spent_by_voucher_and_what_is_left_after_a_year_is_told(session: Session, studio: Studio) -> None:
    led(session, studio)
    row = {"payer": "四川省总工会", "amount": 10_000_000, "received_on": (DAY - dt.timedelta(400)).isoformat()}
    grant = keeping.receive(session, SYSTEM, studio.id, GrantSchema().load(row))
    use = {"grant_id": grant.id, "category": "equipment", "amount": 4_000_000, "used_on": YESTERDAY.isoformat(),
           "receipt": "凭证 12 号"}  # fmt: skip
    keeping.spend(session, SYSTEM, studio.id, GrantUseSchema().load(use))
    assert grant.left == 6_000_000
    with pytest.raises(Invalid):
        keeping.spend(session, SYSTEM, studio.id, GrantUseSchema().load(use | {"amount": 6_000_001}))
    with pytest.raises(Invalid):
        keeping.spend(session, SYSTEM, studio.id, GrantUseSchema().load(use | {"used_on": TWO_YEARS_AGO.isoformat()}))
    assert len(sentences(session, studio)) == 1
    assert "还没有用完" in sentences(session, studio)[0]
    keeping.spend(session, SYSTEM, studio.id, GrantUseSchema().load(use | {"amount": 6_000_000}))
    assert sentences(session, studio) == []


def test_a_result_is_the_real_record_and_shown_once_that_is_public(session: Session, studio: Studio) -> None:
    shown = AchievementFactory(units=[studio.organisation])
    hidden = ProposalFactory(state="submitted", organisation=studio.organisation)
    day = DAY.isoformat()
    for kind, identity in (("achievement", shown.id), ("proposal", hidden.id)):
        data = ResultSchema().load({"kind": kind, "object_id": identity, "made_on": day})
        assert keeping.bring_about(session, SYSTEM, studio.id, data).title
        with pytest.raises(Conflict):
            keeping.bring_about(session, SYSTEM, studio.id, data)
    standard = {"kind": "standard", "title": "薄壁件装夹作业规范", "number": "Q/XX 12—2026", "made_on": day}
    keeping.bring_about(session, SYSTEM, studio.id, ResultSchema().load(standard))
    assert {it.kind for it in public.show(session, studio.id).results} == {"achievement", "standard"}
    assert keeping.studios_with(session, "achievement", shown.id) == [studio]
    of_others = ResultSchema().load({"kind": "achievement", "object_id": AchievementFactory().id, "made_on": day})
    with pytest.raises(Invalid) as refused:
        keeping.bring_about(session, SYSTEM, studio.id, of_others)
    assert "object_id" in refused.value.fields
    foreign = ProposalFactory(state="draft")
    with pytest.raises(Invalid):
        keeping.bring_about(
            session, acting("unit_union", studio.organisation), studio.id,
            ResultSchema().load({"kind": "proposal", "object_id": foreign.id, "made_on": day}),
        )  # fmt: skip
    for row in ({"kind": "paper", "made_on": day}, {"kind": "achievement", "title": "自己写的", "made_on": day}):
        with pytest.raises(ma.ValidationError):
            ResultSchema().load(row)


def test_everybody_sees_people_as_far_as_they_agreed(session: Session, studio: Studio) -> None:
    led(session, studio)
    manned(session, studio, "李示例", "赵示例")
    shown = public.show(session, studio.id)
    assert (shown.leader, shown.members, shown.member_count) == (None, [], 2)
    assert studio.leader is not None
    for shows_unit in (False, True):
        assert public.show(session, studio.id).leader is None
        for person in (studio.leader.person, studio.members[0].person):
            persons.agree(session, SYSTEM, person.id, {"shows_name": True, "shows_unit": shows_unit})
    shown = public.show(session, studio.id)
    assert shown.leader is studio.leader.person
    assert [it.name for it in shown.members] == ["李示例"]


def test_studios_ally_and_part(session: Session, studio: Studio) -> None:
    alliance = opened(session, studio.organisation, name="示例联盟", kind="alliance")
    with pytest.raises(Invalid):
        keeping.ally(session, SYSTEM, alliance.id, {"alliance_id": studio.id, "since": DAY})
    joined = keeping.ally(session, SYSTEM, studio.id, {"alliance_id": alliance.id, "since": YESTERDAY})
    assert public.show(session, alliance.id).alliances == [studio]
    assert public.show(session, studio.id).alliances == [alliance]
    keeping.part(session, SYSTEM, studio.id, joined.id, {"ended_on": DAY, "result": ""})
    assert public.show(session, studio.id).alliances == []


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


def test_the_public_list_is_narrowed_and_counted(session: Session, studio: Studio) -> None:
    other = opened(session, OrganisationFactory(region_path="51/5107"), name="李示例工作室", kind="craftsman")
    for asked, found in (
        (records.Asked(), [other, studio]), (records.Asked(region="5106"), [studio]),
        (records.Asked(kind="craftsman"), [other]), (records.Asked(text="李示例"), [other]),
        (records.Asked(tier="province"), []),
    ):  # fmt: skip
        assert public.listed(session, asked, limit=10) == found
        assert public.count(session, asked) == len(found)


def test_the_spread_counts_each_studio_at_its_city_and_tier(session: Session, studio: Studio) -> None:
    opened(session, OrganisationFactory(region_path="51/5107"), name="李示例工作室", kind="craftsman", tier="province")
    opened(session, OrganisationFactory(), name="没有地区的工作室")
    closed = opened(session, studio.organisation, name="撤并的工作室")
    records.close(session, SYSTEM, closed.id, {"on": DAY, "reason": "单位撤并"})
    found = spread.of_province(session)
    assert (found.all, found.elsewhere, found.by_city["5106"], found.by_city["5107"]) == (3, 1, 1, 1)
    assert len(found.by_city) == 21
    assert {tier: count for tier, count in found.by_tier.items() if count} == {"unit": 2, "province": 1}
    assert spread.of_province(session, kind="craftsman").all == 1
    assert [it.shade for it in tiles.of(found) if it.count] == [4, 4]
    assert set(tiles.PLACES) == set(vocabulary.regions.children("51"))


def test_a_program_without_a_scope_keeps_nothing(session: Session, studio: Studio) -> None:
    program = Actor("program", (Grant("admin"),), limits=frozenset())
    assert not can_keep_studio(program, studio)
