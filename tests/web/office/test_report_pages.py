"""A report on the pages of an office: made once, taken away, frozen, and told of what changed since."""

from __future__ import annotations

import hashlib

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.db import SessionFactory, today, unit_of_work
from marketplace.permissions import SYSTEM
from marketplace.services.participation import closing, deciding
from tests import factories
from tests.accounts import opened_account, signed_in
from tests.factories import OrganisationFactory
from tests.marketplace.participation.campaigning import DEYANG, JINGYANG, opened, told
from tests.web.api.test_api_studios import token_of
from tests.web.pages import Page, sent
from tests.web.pages import opened as page_of

REPORTS, YEAR = "/curation/reports", str(today().year - 1)


@pytest.fixture
def entry(sessions: SessionFactory) -> int:
    """An entry in a closed year of a campaign of the province."""
    with unit_of_work(sessions) as session:
        factories.use(session)
        plant = OrganisationFactory(name="示例重机厂", region_path=JINGYANG, industry_path="C/34")
        campaign = opened(session, opens_on=f"{YEAR}-01-01", closes_on=f"{YEAR}-12-31")
        made = told(session, SYSTEM, campaign, plant, "contest", person="张三", day=f"{YEAR}-03-10")
        closing.close(session, SYSTEM, campaign.id, {"period": YEAR, "organisation_name": ""})
        return made.id


@pytest.fixture
def city(app: Flask) -> FlaskClient:
    opened_account(app, "city@example.cn", "city", region="5106")
    return signed_in(app, "city@example.cn")


def made(city: FlaskClient, status: int = 200, **fields: str) -> Page:
    form = page_of(city, f"{REPORTS}/new").form("", title="“六个一”情况", kind="six_ones", rows="county", **fields)
    return sent(city, f"{REPORTS}/new", form, status)


def test_a_report_is_made_once_shown_and_taken_away(city: FlaskClient, entry: int) -> None:
    assert page_of(city, "/curation").link("报表") == REPORTS
    assert "不能超出" in made(city, 422, region="5107").text
    page = made(city, columns="participation")
    assert all(text in page.text for text in ("德阳市总工会", "旌阳区", "合计", "无数据"))
    assert "请写年、季度或月" in page_of(city, f"{REPORTS}/1?period=去年", 422).text
    take = f"{REPORTS}/1/file"
    for form, start in (("xlsx", b"PK"), ("pdf", b"%PDF")):
        answer = city.post(take, data={**page.form(take), "form": form})
        assert answer.data.startswith(start) and f"filename=report-1-{YEAR}-" in answer.headers["Content-Disposition"]
    edit = f"{REPORTS}/1/edit"
    changed = sent(city, edit, page_of(city, edit).form("", title="改了名的表", rows="month"))
    assert "改了名的表" in changed.text and f"{YEAR}-03" in changed.text
    assert "改了名的表" in page_of(city, REPORTS).text


def test_an_edition_stays_and_tells_what_changed_since(
    app: Flask, city: FlaskClient, entry: int, sessions: SessionFactory
) -> None:
    page, freeze = made(city), f"{REPORTS}/1/freeze"
    assert "还没有结束" in sent(city, freeze, {**page.form(freeze), "period": str(today().year)}, 422).text
    frozen = sent(city, freeze, page.form(freeze))
    assert "文本与哈希相符" in frozen.text and "冻结以后没有变动" in frozen.text
    text = city.get(f"{REPORTS}/editions/1/text").data
    assert hashlib.sha256(text).hexdigest() in frozen.text
    with unit_of_work(sessions) as session:
        deciding.withdraw(session, SYSTEM, entry, "那天没有比赛")
    page = page_of(city, f"{REPORTS}/editions/1")
    assert "那天没有比赛" in page.text and "-1" in page.text
    assert city.get(f"{REPORTS}/editions/1/text").data == text
    assert "已经冻结过" in sent(city, freeze, page_of(city, f"{REPORTS}/1").form(freeze), 422).text
    again = sent(city, freeze, page_of(city, f"{REPORTS}/1").form(freeze, reason="更正"))
    assert "第 1 版" in again.text and "更正" in again.text
    assert DEYANG.rsplit("/", 1)[-1] in text.decode()
    program = token_of(app, "city@example.cn", "read", "participation")
    listed = city.get("/api/v1/reports/1/editions", headers=program).json["editions"]
    assert [(it["edition"], it["replaces_id"]) for it in listed] == [(2, 1), (1, None)]
    read = city.get("/api/v1/reports/editions/1", headers=program).json
    assert (read["text"].encode(), read["is_sound"]) == (text, True)
    assert ("那天没有比赛" in read["errata"][0]["reasons"], read["errata"][0]["difference"]) == (True, -1)
    assert app.test_client().get("/api/v1/reports/editions/1").status_code == 404
