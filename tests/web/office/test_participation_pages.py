"""A campaign from its opening to a closed month, on the pages: the host, a worker with a phone, the unit's clerk."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.db import SessionFactory, today, unit_of_work
from marketplace.models import Campaign
from tests import factories
from tests.accounts import opened_account, signed_in
from tests.factories import OrganisationFactory
from tests.web.pages import Page, opened, sent

OFFICE, PLANT = "/curation/campaigns", "示例重机厂"


@pytest.fixture(autouse=True)
def plant(sessions: SessionFactory) -> None:
    with unit_of_work(sessions) as session:
        factories.use(session)
        OrganisationFactory(name=PLANT, region_path="51/5106/510603", industry_path="C/34", region="510603")


@pytest.fixture
def city(app: Flask) -> FlaskClient:
    opened_account(app, "city@example.cn", "city", region="5106")
    return signed_in(app, "city@example.cn")


@pytest.fixture
def clerk(app: Flask) -> FlaskClient:
    opened_account(app, "union@example.cn", "unit_union", organisation=PLANT)
    return signed_in(app, "union@example.cn")


@pytest.fixture
def worker(app: Flask) -> FlaskClient:
    opened_account(app, "worker@example.cn", "worker", organisation=PLANT)
    return signed_in(app, "worker@example.cn")


def opened_campaign(city: FlaskClient, kind: str = "six_ones", status: int = 200, **fields: str) -> Page:
    year = today().year
    form = opened(city, f"{OFFICE}/new").form(
        "", title="全市职工“六个一”活动", kind=kind, opens_on=f"{year}-01-01", closes_on=f"{year}-12-31", **fields
    )
    page = sent(city, f"{OFFICE}/new", form, status)
    return (
        page if status != 200 else sent(city, f"{OFFICE}/1/step", {**page.form(f"{OFFICE}/1/step"), "action": "open"})
    )


def test_a_worker_fills_one_of_his_six_and_the_unit_confirms_it(
    city: FlaskClient, clerk: FlaskClient, worker: FlaskClient
) -> None:
    assert opened(city, "/curation").link("活动和参与") == OFFICE
    assert "正在进行" in opened_campaign(city).text
    page = opened(worker, "/participation")
    assert "有了 0 项，共 6 项" in page.text
    place = "/participation/1/entries"
    form = page.form(place, **{"c1-item": "project"})
    assert "这一项要写明依据" in sent(worker, place, form, 422).text
    page = sent(worker, place, {**form, "c1-evidence": "轴承攻关组组员，组长可以证明"})
    assert "已记下，等单位工会确认" in page.text
    assert "有了 1 项，共 6 项" in page.text
    assert "已经登记过（第 1 号记录）" in sent(worker, place, {**form, "c1-evidence": "再填一次"}, 422).text

    assert "1 条等待确认" in opened(clerk, OFFICE).text
    decide = f"{OFFICE}/1/decide"
    page = sent(clerk, decide, {**opened(clerk, f"{OFFICE}/1").form(decide), "entry": "1", "confirm": "1"})
    assert "已确认 1 条" in page.text
    assert "已确认" in opened(worker, "/participation").text
    entry = "/participation/entries/1"
    form = opened(clerk, entry).form(f"{entry}/correct", subject="减速机攻关")
    assert "请写明理由" in sent(clerk, f"{entry}/correct", form, 422).text
    assert "更正了第 1 号记录" in sent(clerk, f"{entry}/correct", {**form, "reason": "名称写错了"}).text
    page = opened(worker, entry)
    assert "由第 2 号记录代替" in page.text
    assert f"{entry}/correct" not in page.text
    assert city.get("/participation/entries/9").status_code == 404
    figures = opened(city, f"{OFFICE}/1").text
    assert "没有等待确认的" in figures
    assert "已有人参与，不能再改" in figures


def test_the_terms_of_a_campaign_change_until_somebody_takes_part(
    sessions: SessionFactory, city: FlaskClient, clerk: FlaskClient
) -> None:
    opened_campaign(city, "skills")
    place, entries = f"{OFFICE}/1/edit", f"{OFFICE}/1/entries"
    form = opened(city, place).form("", theme="安全", targets="参加培训 | 5000\n没有的指标 | 3")
    assert "第 2 行" in sent(city, place, form, 422).text
    page = sent(city, place, {**form, "targets": "参加培训 | 5000"})
    assert "参加培训：5,000 人次" in page.text
    assert "安全" in page.text
    assert "参加培训 | 5000" in opened(city, place).text
    form = opened(city, place).form("", rubric="安全 | 60\n质量 | 30", quotas="一等奖 | 1\n二等奖 | 3")
    assert "合计应为 100 分" in sent(city, place, form, 422).text
    refused = sent(city, place, {**form, "rubric": "安全 | 60\n质量 | 40", "items-3-zh": "安全知识学习"}, 422)
    assert "有的项目需要改正" in refused.text and "安全知识学习" in refused.source
    said = {"items-0-zh": "安全培训", "items-1-removed": "y", "items-3-en": "Safety learning",
            "items-3-measure": "trained", "items-3-takes_batches": "y"}  # fmt: skip
    page = sent(city, place, refused.form("", **said))
    assert "安全 60、质量 40" in page.text and "一等奖 1、二等奖 3" in page.text
    with sessions() as session:
        items = [(it.code, it.zh, it.takes_batches) for it in session.get_one(Campaign, 1).items]
    assert items == [("training", "安全培训", True), ("contest", "技能比赛", True), ("own1", "安全知识学习", True)]
    assert clerk.get(place).status_code == 403
    fields = {"entry-item": "training", "entry-unit": PLANT, "entry-person_times": "120"}
    sent(clerk, entries, opened(clerk, f"{OFFICE}/1").form(entries, **fields))
    assert "另办一个活动" in opened(city, place).text
    late = form | {"theme": "质量"}
    assert "已经有人参与" in sent(city, place, late, 422).text


def test_a_clerk_registers_a_batch_and_closes_the_month(city: FlaskClient, clerk: FlaskClient) -> None:
    opened_campaign(city, "skills")
    place, periods = f"{OFFICE}/1/entries", f"{OFFICE}/1/periods"
    fields = {"entry-item": "training", "entry-unit": PLANT, "entry-person_times": "120", "entry-persons": "80"}
    page = sent(clerk, place, opened(clerk, f"{OFFICE}/1").form(place, **fields))
    assert "已登记并计入" in page.text
    period = f"{today():%Y-%m}"
    closing = page.form(periods, **{"close-period": period, "close-unit": PLANT})
    closed = sent(clerk, periods, closing)
    assert "文本与哈希相符" in closed.text
    assert "结账以后没有变动" in closed.text
    late = {**fields, "entry-persons": "", "entry-subject": "补课"}
    form = opened(clerk, f"{OFFICE}/1").form(place, **late)
    assert "这一期已经结账" in sent(clerk, place, form, 422).text
    sent(clerk, place, {**form, "entry-reason": "漏报"})
    told = opened(clerk, f"{OFFICE}/periods/1").text
    assert "漏报" in told
    assert "人次 +120" in told
    assert "只有劳动竞赛才分类别" in opened_campaign(city, status=422, competition_class="regional").text


def test_neither_a_worker_nor_another_unit_gets_into_the_office_of_a_campaign(
    app: Flask, city: FlaskClient, worker: FlaskClient, client: FlaskClient
) -> None:
    opened_campaign(city)
    assert worker.get(OFFICE).status_code == 403
    assert client.get("/participation").status_code in (302, 303)
    opened_account(app, "far@example.cn", "city", region="5107")
    far = signed_in(app, "far@example.cn")
    assert "等待确认" in opened(far, f"{OFFICE}/1").text
    form = opened(far, f"{OFFICE}/1").form(f"{OFFICE}/1/periods", **{"close-period": "2026"})
    assert "权限" in sent(far, f"{OFFICE}/1/periods", form, 422).text
