"""A year of reviews on the pages: opened, reported on, graded, appealed against and closed; what is refused is said."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from marketplace.db import SessionFactory, today, unit_of_work
from marketplace.models import ReviewYear
from marketplace.permissions import SYSTEM
from marketplace.schemas.studio import NewStudioSchema, ResultSchema
from marketplace.services.studio import keeping, records
from tests import factories
from tests.accounts import opened_account, signed_in
from tests.factories import OrganisationFactory
from tests.web.pages import Page, opened, sent
from tests.web.staff import at_the_province

PLACE, REVIEW = "/studios/reviews", "/studios/reviews/1"
PLANT, STUDIO = "示例重机厂", "王示例创新工作室"
DAY = today()
YESTERDAY = DAY - dt.timedelta(1)


@pytest.fixture
def province(app: Flask, sessions: SessionFactory) -> FlaskClient:
    with app.app_context(), unit_of_work(sessions) as session:
        factories.use(session)
        OrganisationFactory(name=PLANT, region_path="51/5106/510603", industry_path="C/34", region="510603")
        row = {"name": STUDIO, "kind": "worker", "unit": PLANT, "tier": "province", "since": "2024-01-05"}
        studio = records.add(session, SYSTEM, NewStudioSchema().load(row))
        patent = {"kind": "patent", "title": "一种涨套", "number": "ZL1", "made_on": YESTERDAY.isoformat()}
        keeping.bring_about(session, SYSTEM, studio.id, ResultSchema().load(patent))
    opened_account(app, "union@example.cn", "unit_union", organisation=PLANT)
    return at_the_province(app)


@pytest.fixture
def union(app: Flask, province: FlaskClient) -> FlaskClient:
    return signed_in(app, "union@example.cn")


def begun(client: FlaskClient, status: int = 200, **fields: str) -> Page:
    form = opened(client, f"{PLACE}/years/new").form("", **{"cut_off": DAY.isoformat()} | fields)
    return sent(client, f"{PLACE}/years/new", form, status)


def step(client: FlaskClient, action: str, status: int = 200, page: str = REVIEW, **fields: str) -> Page:
    return sent(client, f"{page}/{action}", opened(client, page).form(f"{page}/{action}", **fields), status)


SCORES = {"score-results": "20", "score-ledger": "8"}


def test_a_year_from_its_opening_to_its_end(
    app: Flask, province: FlaskClient, union: FlaskClient, client: FlaskClient, sessions: SessionFactory
) -> None:
    assert opened(province, "/curation").link("工作室的年度考核") == PLACE
    assert "必填" in begun(province, 422, cut_off="").text
    page = begun(province)
    assert "德阳市" in page.text
    assert "没有要考核的工作室" in begun(province, 422).text
    year = f"{PLACE}/years/1"
    assert "合计应为 100" in step(province, "weights", 422, year, **{"weight-results": "30"}).text
    page = step(province, "weights", 200, year, **{"weight-results": "30", "weight-ledger": "5"})
    assert page.form(f"{year}/weights")["weight-results"] == "30"
    step(province, "weights", 200, year, **{"weight-results": "25", "weight-ledger": "10"})

    page = opened(union, opened(union, PLACE).link(STUDIO))
    assert page.text.count("无法计算") >= 4
    assert "成果 1 项" in page.text
    assert "请写明一年的工作" in step(union, "report", 422, step="submit").text
    page = step(union, "report", step="submit", account="攻关三项。", **{"remark-benefit": "正在核验。"})
    assert "已报送" in page.text
    assert "weight-results" not in opened(province, year).source

    assert "记录里有数据，请打分" in step(province, "grade", 422, grade="qualified", **{"score-results": "20"}).text
    page = step(province, "grade", 409, grade="excellent", **SCORES)
    assert "优秀不超过 20%，即 0 个" in page.text
    page = step(province, "grade", grade="rectify", opinion="台账不全。", **SCORES)
    assert "80.00 分（按可以计算的 35 分折算）" in page.text

    page = step(union, "appeal", **{"appeal-text": "台账齐全。"})
    assert "申诉已提出" in page.text
    assert "办理申诉" not in opened(province, REVIEW).text
    colleague = at_the_province(app, "colleague@example.cn")
    decision = {"decision-upheld": "yes", "decision-finding": "台账齐全。"}
    assert "另定一个等次" in step(colleague, "appeals/1", 422, **decision).text
    page = step(colleague, "appeals/1", **decision, **{"decision-grade": "qualified"})
    assert "改定为合格" in page.text

    assert "之后才能结束" in step(province, "close", 409, year).text
    assert "年度考核" not in opened(client, "/studios/1").text
    with unit_of_work(sessions) as session:
        session.execute(sa.update(ReviewYear).values(cut_off=YESTERDAY))
    page = step(province, "close", 200, year)
    assert "与哈希相符" in page.text
    assert '"grade": "qualified"' in province.get(f"{year}/snapshot.json").text
    assert "合格" in opened(client, "/studios/1").text
    told = client.get("/api/v1/studios/1").json["grades"]
    assert told == [{"year": DAY.year, "grade": "qualified", "outcome": None}]


def test_what_was_not_mended_is_delisted_and_everybody_sees_it(
    province: FlaskClient, union: FlaskClient, client: FlaskClient, sessions: SessionFactory
) -> None:
    begun(province)
    step(union, "report", step="submit", account="攻关三项。")
    step(province, "grade", grade="rectify", **SCORES)
    assert "必填" in step(union, "mending", 422).text
    assert "等待复查" in step(union, "mending", **{"mending-mending": "补齐了台账。"}).text
    assert "请选择" in opened(province, REVIEW).text
    page = step(province, "check", **{"check-passed": "no", "check-finding": "没有补齐。"})
    assert "已摘牌" in page.text
    for address in ("/studios/1", "/studios/records/1"):
        assert "摘牌" in opened(province, address).text
    assert "没有补齐" not in opened(client, "/studios/1").text
    told = client.get("/api/v1/studios/1").json
    assert (told["tier"], told["delisted_on"]) == (told["tiers"][0]["tier"], DAY.isoformat())
    assert "共 0 个" in opened(client, "/studios/map").text


def test_others_find_nothing(app: Flask, province: FlaskClient, client: FlaskClient) -> None:
    begun(province)
    opened_account(app, "other@example.cn", "unit_union", organisation="别的厂")
    other = signed_in(app, "other@example.cn")
    assert other.get(REVIEW).status_code == 404
    assert other.get(f"{PLACE}/years/1").status_code == 404
    assert other.get(f"{PLACE}/years/new").status_code == 403
    assert "没有这样的考核" in opened(other, PLACE).text
    assert client.get(REVIEW).status_code == 303
