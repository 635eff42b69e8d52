"""An annual review that ends in rectifying and a second look; and a leader who retires until a new one is named."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from marketplace.db import today, unit_of_work
from marketplace.models import ReviewYear, StudioLeader
from marketplace.permissions import SYSTEM
from marketplace.schemas.studio import LeaderSchema, NewStudioSchema, ResultSchema
from marketplace.services.studio import keeping, people, records
from tests import factories
from tests.factories import OrganisationFactory
from tests.journeys.people import UNIT, Province
from tests.journeys.test_golden_idea import send
from tests.web.browser import press

pytestmark = [pytest.mark.journey, pytest.mark.browser]

STUDIO, RECORD = "王示例创新工作室", "/studios/records/1"
DAY = today()


@pytest.fixture
def studio(province: Province) -> None:
    """A studio of the city's tier whose record holds a standard and neither a patent, a paper nor a benefit."""
    with province.app.app_context(), unit_of_work(province.app.extensions["marketplace"].sessions) as session:
        factories.use(session)
        OrganisationFactory(name=UNIT, region="510603", region_path="51/5106/510603", industry_path="C/34")
        row = {"name": STUDIO, "kind": "model_worker", "unit": UNIT, "tier": "city", "since": "2024-01-05"}
        made = records.add(session, SYSTEM, NewStudioSchema().load(row))
        people.lead(session, SYSTEM, made.id, LeaderSchema().load({"name": "王示例", "since": "2024-01-05"}))
        standard = {"kind": "standard", "title": "装夹作业规范", "made_on": DAY.isoformat()}
        keeping.bring_about(session, SYSTEM, made.id, ResultSchema().load(standard))


def main(page: Page) -> Page:
    return page.get_by_role("main")  # type: ignore[return-value]


def begin_year(province: Province) -> Page:
    office = province.comes("office", "province_curator")
    province.open("office", "/studios/reviews/years/new")
    office.locator("[name=cut_off]").fill(DAY.isoformat())
    office.locator("main button.button").click()
    expect(main(office)).to_contain_text("进行中")
    return office


def test_a_review_that_ends_in_rectifying_and_a_second_look(province: Province, studio: None) -> None:
    office = begin_year(province)
    phone = province.comes("union", "unit_union", "phone", organisation=UNIT)
    province.open("union", "/studios/reviews")
    phone.get_by_role("link", name=STUDIO).click()
    expect(main(phone)).to_contain_text("无法计算")
    phone.locator("[name=account]").fill("制定一项标准，带徒两人。")
    phone.locator("button[value=submit]").click()
    expect(main(phone)).to_contain_text("报告已报送")
    review = phone.url.removeprefix(province.home)
    assert province.visits["union"].width() <= 390

    city = province.comes("city", "city", region="5106")
    province.open("city", review)
    scores = {"score-results": "15", "score-ledger": "6"}
    send(city, "/grade", **scores, grade="qualified", opinion="没有专利和论文。")
    expect(main(city)).to_contain_text("只能定为整改或不合格")
    send(city, "/grade", **scores, grade="rectify", opinion="没有专利和论文。")
    expect(main(city)).to_contain_text("60.00 分")

    province.open("union", review)
    send(phone, "/mending", **{"mending-mending": "已申请一项专利，补齐台账。"})
    expect(main(phone)).to_contain_text("已报告整改")
    province.open("city", review)
    send(city, "/check", **{"check-passed": "yes", "check-finding": "现场核对，受理通知书齐全。"})
    expect(main(city)).to_contain_text("整改合格")

    with unit_of_work(province.app.extensions["marketplace"].sessions) as session:
        session.execute(sa.update(ReviewYear).values(cut_off=DAY - dt.timedelta(1)))
    province.open("office", "/studios/reviews/years/1")
    send(office, "/close")
    expect(main(office)).to_contain_text("与哈希相符")
    visitor = province.comes("visitor", None)
    province.open("visitor", "/studios/1")
    expect(main(visitor)).to_contain_text("年度考核")
    expect(main(visitor)).to_contain_text("整改合格")
    assert not province.complaints


def test_a_leader_who_retires(province: Province, studio: None) -> None:
    city = province.comes("city", "city", region="5106")
    province.open("city", "/curation/honours/people/1/edit")
    city.locator("[name=employment]").select_option("retired")
    press(city.locator("main form button.button").last)
    province.run("review", "studios")
    province.open("city", "/studios/records?warned=leader")
    expect(main(city)).to_contain_text("自动暂停")

    with unit_of_work(province.app.extensions["marketplace"].sessions) as session:
        session.execute(sa.update(StudioLeader).values(unfit_since=DAY - dt.timedelta(61)))
    province.run("review", "studios")
    province.open("city", RECORD)
    expect(main(city)).to_contain_text("没有确定新的领衔人，按规定自动暂停")
    send(city, "/leader", **{"leader-name": "李示例", "leader-since": DAY.isoformat(), "leader-reason": "前任退休"})
    expect(main(city)).to_contain_text("恢复")
    expect(main(city).locator("#facts")).not_to_contain_text("暂停")
    province.open("city", "/studios/records?warned=leader")
    expect(main(city)).to_contain_text("没有这样的工作室")
    assert not province.complaints
