"""Every list of an office is taken away as far as the office reaches, and names nobody unless it says what for."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from marketplace.db import now, today
from marketplace.errors import DomainError, Invalid, NotAllowed
from marketplace.models import (
    Account,
    Campaign,
    Crew,
    CrewHonour,
    Honour,
    Nomination,
    Objection,
    Outreach,
    OutreachAttendance,
    Person,
    RoleGrant,
    Studio,
    StudioApplication,
    StudioLeader,
    UnansweredQuestion,
)
from marketplace.permissions import VISITOR, Actor, Grant
from marketplace.services import publicity
from marketplace.services.account.signing_in import actor_named
from marketplace.services.export import exporting, lists
from marketplace.services.export.columns import Telling
from marketplace.services.export.headings import COLUMNS
from marketplace.services.export.kinds import KINDS
from marketplace.services.export.log import Wish
from tests import awards
from tests.factories import AccountFactory, AchievementFactory
from tests.marketplace.naming.batches import announced, apply, plant, ready
from tests.marketplace.officers import acting
from tests.marketplace.participation import campaigning
from tests.marketplace.studio_reviews.reviews import opened_year

TELLING = Telling(str, "zh_Hans")
CITY = Actor("account:900", (Grant("city", "51/5106"),), account_id=900)
CHENGDU = Actor("account:904", (Grant("city", "51/5101"),), account_id=904)
ELSEWHERE = Actor("account:901", (Grant("city", "51/5107"),), account_id=901)
PROVINCE = Actor("account:902", (Grant("province_curator"),), account_id=902)
WORKER = Actor("account:903", (Grant("worker"),), account_id=903)
PURPOSE = "逐项电话核实"


@pytest.fixture(autouse=True)
def stock(session: Session) -> None:
    """A golden idea and one that is only nominated, a list in publicity with an objection, and somebody of a plant."""
    plant = awards.plant(name="示例机械厂")
    office, award = awards.opened(session)
    for title, outcome in (("薄壁件夹具", "awarded"), ("导轨护罩", None)):
        nomination = awards.nominate(session, office, award, awards.verified_proposal(session, plant, title=title))
        if outcome:
            awards.given(nomination, outcome)
            nomination.stated = {"title": title, "authors": ["作者丁"], "unit": plant.name, "category": "quality"}
    shown = AchievementFactory(
        title="主轴箱漏油治理", state="final_review", published_state="unpublished", published_at=None, units=[plant],
        region="510603",
    )  # fmt: skip
    begun = publicity.announce(session, PROVINCE, [shown.id], "第一批公示", "网站")
    session.add(
        Objection(
            publicity_id=begun.id, noun="achievement", object_id=shown.id, name="李群众", contact="13912345678",
            text="抄袭了兄弟厂", due_on=today(),
        )
    )  # fmt: skip
    AccountFactory(
        name="王工会", email="wang@example.cn",
        grants=[RoleGrant(role="unit_union", organisation=plant, granted_by="tests")],
    )  # fmt: skip
    honour = Honour(kind="craftsman", level="city", title="德阳工匠", year=2025)
    term = Honour(kind="chief_employee", level="unit", title="首席员工", year=2025, ends_on=today())
    hero = Person(name="李劳模", organisation=plant, honours=[honour])
    session.add(Person(name="赵首席", organisation=plant, honours=[term]))
    session.add(
        Studio(
            name="李劳模创新工作室", name_key="李劳模创新工作室", kind="model_worker", tier="city",
            organisation=plant, leaders=[StudioLeader(person=hero, since=today())],
        )
    )  # fmt: skip
    talk = Outreach(
        title="劳模精神宣讲", kind="talk", begins_on=today(), ends_on=today(), host_role="city", region_path="51/5106"
    )
    talk.attendance = [OutreachAttendance(organisation=plant, person_times=20, reported_by="tests")]
    session.add(talk)
    pioneer = CrewHonour(kind="pioneer", level="city", title="德阳市工人先锋号", year=2025)
    session.add(Crew(name="磨工一班", name_key="磨工一班", organisation=plant, leader=hero, honours=[pioneer]))
    opened_year(session, PROVINCE)
    applied(session)
    skills = campaigning.opened(session, "skills", actor=PROVINCE)
    for name in ("周师傅", "吴师傅"):
        campaigning.told(session, PROVINCE, skills, plant, "drill", person=name)
    session.add(UnansweredQuestion(text="=漏油", language="zh", found="nothing", first_on=today(), last_on=today()))
    session.flush()


def applied(session: Session) -> None:
    """A studio in Chengdu that applied to be named, with what it has no record of."""
    unit = plant("示例重机厂", region_path="51/5101/510104")
    studio = ready(session, unit)
    studio.equipment = ""
    session.flush()
    said = {"acknowledged": ["equipment"], "explanation": "清单另附"}
    apply(session, acting("unit_union", unit), announced(session)[1], studio, **said)


def taken(session: Session, actor: Actor, name: str, **asked: str) -> list[dict[str, Any]]:
    named = {"names_persons": True, "purpose": asked.pop("purpose")} if "purpose" in asked else {}
    wanted = lists.LISTS[name]
    found = lists.read(session, actor, wanted, asked)
    with exporting.export(session, actor, wanted.kind, found, Wish("xlsx", asked, **named), TELLING, 100) as file:
        rows = list(load_workbook(file).active.iter_rows(values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def count(session: Session, actor: Actor, name: str) -> int | type[DomainError]:
    try:
        return len(taken(session, actor, name))
    except NotAllowed:
        return NotAllowed


@pytest.mark.parametrize(
    ("name", "city", "elsewhere", "worker", "visitor"),
    [
        ("benefits", 2, 0, NotAllowed, NotAllowed),
        ("nominations", 2, 0, NotAllowed, NotAllowed),
        ("objections", 0, 0, NotAllowed, NotAllowed),
        ("questions", NotAllowed, NotAllowed, NotAllowed, NotAllowed),
        ("contracts", 0, 0, NotAllowed, NotAllowed),
        ("crews", 1, 0, NotAllowed, NotAllowed),
        ("outreach", 1, 1, 1, 1),
        ("outreach-attendance", 1, 0, NotAllowed, NotAllowed),
        ("participation", 2, 0, NotAllowed, NotAllowed),
        ("honours", 4, 0, NotAllowed, NotAllowed),
        ("studios", 1, 0, NotAllowed, NotAllowed),
        ("terms", 1, 0, NotAllowed, NotAllowed),
        ("studio-applications", 0, 0, NotAllowed, NotAllowed),
        ("studio-reviews", 1, 0, NotAllowed, NotAllowed),
        ("rounds", 1, 1, NotAllowed, NotAllowed),
        ("publicity", 1, 1, NotAllowed, NotAllowed),
        ("golden-ideas", 1, 1, 1, 1),
    ],
)
def test_a_list_reaches_as_far_as_the_office_that_takes_it(
    session: Session, name: str, city: Any, elsewhere: Any, worker: Any, visitor: Any
) -> None:
    told = {who: count(session, who, name) for who in (CITY, ELSEWHERE, WORKER, VISITOR)}
    assert told == {CITY: city, ELSEWHERE: elsewhere, WORKER: worker, VISITOR: visitor}


def test_the_accounts_of_an_office_are_masked_until_it_says_what_for(session: Session) -> None:
    (line,) = taken(session, CITY, "accounts", q="王工会")
    assert (line["姓名"], line["邮箱"], line["角色"], line["所属单位"]) == (
        "王**", "w***@example.cn", "单位工会", "示例机械厂",
    )  # fmt: skip
    (line,) = taken(session, CITY, "accounts", q="王工会", purpose=PURPOSE)
    assert (line["姓名"], line["邮箱"]) == ("王工会", "wang@example.cn")
    assert taken(session, ELSEWHERE, "accounts", q="王工会") == []
    with pytest.raises(NotAllowed):
        taken(session, WORKER, "accounts")


def test_who_took_part_is_named_for_a_purpose(session: Session) -> None:
    (campaign,) = session.scalars(sa.select(Campaign.id))
    line = taken(session, CITY, "participation", campaign=str(campaign))[0]
    assert (line["姓名"], line["项目"], line["人次"], line["状态"]) == ("吴**", "岗位练兵", 1, "已确认")
    line = taken(session, CITY, "participation", campaign=str(campaign), purpose=PURPOSE)[0]
    assert (line["姓名"], line["单位"]) == ("吴师傅", "示例机械厂")
    assert taken(session, CITY, "participation", state="recorded") == []


def test_who_objected_is_named_for_a_purpose(session: Session) -> None:
    (line,) = taken(session, PROVINCE, "objections")
    assert (line["提出人"], line["联系方式"], line["状态"]) == ("李**", "139******78", "待办结")
    (line,) = taken(session, PROVINCE, "objections", purpose=PURPOSE)
    assert (line["提出人"], line["联系方式"]) == ("李群众", "13912345678")
    assert taken(session, PROVINCE, "objections", state="upheld") == []


def test_who_was_honoured_and_who_leads_is_named_for_a_purpose(session: Session) -> None:
    for name, column in (("honours", "姓名"), ("studios", "领衔人")):
        assert [it[column] for it in taken(session, CITY, name, q="李劳模")] == ["李**"]
        assert [it[column] for it in taken(session, CITY, name, q="李劳模", purpose=PURPOSE)] == ["李劳模"]


def test_a_benefit_shows_its_amounts_side_by_side_and_how_far_it_has_come(session: Session) -> None:
    lines = taken(session, CITY, "benefits", state="verified")
    assert [(it["建议名称"], it["申报（元）"], it["核验（元）"], it["环节"]) for it in lines] == [
        ("导轨护罩", 400_000, 400_000, "已核验"), ("薄壁件夹具", 400_000, 400_000, "已核验"),
    ]  # fmt: skip
    assert taken(session, CITY, "benefits", state="revoked") == []


def test_the_scores_of_a_round_are_for_who_sees_its_inside(session: Session) -> None:
    for nomination in session.query(Nomination):
        nomination.score, nomination.rank = 88, 1
    session.flush()
    assert {it["得分"] for it in taken(session, PROVINCE, "nominations")} == {88}
    assert {it["得分"] for it in taken(session, CITY, "nominations")} == {None}
    assert len(taken(session, PROVINCE, "nominations", round=str(nomination.award_round_id))) == 2


def test_an_application_shows_what_is_open_and_its_score_to_who_follows_the_batch(session: Session) -> None:
    application = session.query(StudioApplication).one()
    application.score, application.rank, application.state = 88, 1, "proposed"
    application.recommended_by, application.recommended_at, application.recommended_as = "tests", now(), "city"
    session.flush()
    (line,) = taken(session, PROVINCE, "studio-applications", batch=str(application.naming_batch_id))
    told = ("符合的条件数", "不符合的条件", "没有数据的条件", "单位的说明", "推荐的工会", "得分", "状态")
    assert [line[it] for it in told] == [12, None, "设备", "清单另附", "市（州）工会", 88, "拟命名"]
    (line,) = taken(session, CHENGDU, "studio-applications", region="5101")
    assert [line[it] for it in told[-2:]] == [None, "已推荐"]


def test_golden_ideas_are_public_and_their_authors_masked(session: Session) -> None:
    (line,) = taken(session, VISITOR, "golden-ideas", year="2026")
    assert (line["建议名称"], line["作者"], line["单位"]) == ("薄壁件夹具", "作**", "示例机械厂")
    assert taken(session, VISITOR, "golden-ideas", year="2020") == []


def test_what_somebody_asked_is_text_and_no_formula(session: Session) -> None:
    (line,) = taken(session, PROVINCE, "questions")
    assert (line["检索词"], line["次数"]) == ("=漏油", 1)


def test_a_filter_that_a_list_does_not_have_is_refused(session: Session) -> None:
    for name, asked in (("rounds", {"state": "open"}), ("nominations", {"round": "甲"})):
        with pytest.raises(Invalid):
            taken(session, PROVINCE, name, **asked)


def test_every_list_has_columns_and_says_what_a_line_is(session: Session) -> None:
    kinds = {it.kind for it in lists.LISTS.values()} | {"achievement"}
    assert kinds == set(COLUMNS) == set(KINDS)


def test_an_account_is_named_by_its_address_and_a_stopped_one_is_not(session: Session) -> None:
    account = session.query(Account).filter_by(email="wang@example.cn").one()
    assert actor_named(session, " Wang@example.cn ").account_id == account.id
    account.is_active = False
    session.flush()
    with pytest.raises(DomainError):
        actor_named(session, "wang@example.cn")
