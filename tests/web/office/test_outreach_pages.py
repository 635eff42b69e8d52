"""An office announces an event, units say who came, the host confirms, and everybody sees both counts."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.db import SessionFactory, today, unit_of_work
from tests import factories
from tests.accounts import opened_account, signed_in
from tests.factories import OrganisationFactory
from tests.web.api.test_api_studios import token_of
from tests.web.pages import Page, opened, sent

PLACE = "/curation/outreach"
PLANT, MILL = "示例重机厂", "示例电机厂"


@pytest.fixture(autouse=True)
def units(sessions: SessionFactory) -> None:
    with unit_of_work(sessions) as session:
        factories.use(session)
        for name in (PLANT, MILL):
            OrganisationFactory(name=name, region_path="51/5106/510603", industry_path="C/34", region="510603")


@pytest.fixture
def city(app: Flask) -> FlaskClient:
    opened_account(app, "city@example.cn", "city", region="5106")
    return signed_in(app, "city@example.cn")


def announced(city: FlaskClient) -> Page:
    form = opened(city, f"{PLACE}/new").form(
        "", title="劳模精神宣讲", kind="talk", begins_on=today().isoformat(), place="示例礼堂",
        speakers="李教授，示例大学\n", units=f"{PLANT}\n{MILL}",
    )  # fmt: skip
    return sent(city, f"{PLACE}/new", form)


def reported(client: FlaskClient, status: int = 200, **fields: str) -> Page:
    place = f"{PLACE}/1/attendance"
    form = opened(client, f"{PLACE}/1").form(place, **{f"came-{name}": value for name, value in fields.items()})
    return sent(client, place, form, status)


def test_an_event_from_the_announcement_to_both_counts(app: Flask, city: FlaskClient, client: FlaskClient) -> None:
    assert opened(city, "/curation").link("宣传活动") == PLACE
    page = announced(city)
    assert "市（州）工会 德阳市" in page.text
    assert "还没有上报" in page.text
    told = opened(client, "/outreach/1")
    assert "李教授" in told.text
    assert "示例礼堂" in told.text
    assert "人次" not in told.text
    opened_account(app, "union@example.cn", "unit_union", organisation=PLANT)
    union = signed_in(app, "union@example.cn")
    assert "人数不能多于人次" in reported(union, 422, unit=PLANT, person_times="10", persons="20").text
    assert "等主办单位确认" in reported(union, unit=PLANT, person_times="120", persons="80").text
    assert "您没有登记参加情况的权限" in reported(union, 422, unit=MILL, person_times="60").text
    assert client.post(f"{PLACE}/1/confirm").status_code in (302, 303, 400)
    assert "1 行待确认" in opened(city, PLACE).text
    assert f"还没有上报的受邀单位：{MILL}。" in opened(city, f"{PLACE}/1").text
    assert "还没有上报的受邀单位" not in opened(union, f"{PLACE}/1").text
    confirm = f"{PLACE}/1/confirm"
    assert "已确认 1 行" in sent(city, confirm, opened(city, f"{PLACE}/1").form(confirm)).text
    assert "参加情况已记下" in reported(city, unit=MILL, person_times="60").text
    told = opened(client, "/outreach?kind=talk&state=running&region=5106")
    assert told.link("劳模精神宣讲") == "/outreach/1"
    assert "2 个单位180 人次80 人（另有 1 行没有报人数）" in told.text.replace(" 2 个", "2 个")
    assert opened(union, f"{PLACE}/1").text.count(MILL) == 1
    strike = f"{PLACE}/1/attendance/2/strike"
    sent(city, strike, opened(city, f"{PLACE}/1").form(strike, reason="报错了"))
    assert "报错了" in opened(city, f"{PLACE}/1").text
    assert "120 人次" in opened(client, "/outreach/1").text


def test_an_event_is_corrected_and_cancelled(app: Flask, city: FlaskClient, client: FlaskClient) -> None:
    announced(city)
    form = opened(city, f"{PLACE}/1/edit").form("", title="工匠宣讲", units="没有的单位")
    refused = sent(city, f"{PLACE}/1/edit", form, 422)
    assert "没有的单位" in refused.text
    page = sent(city, f"{PLACE}/1/edit", refused.form("", units=""))
    assert "主办范围内的全部单位" in page.text
    assert "李教授 示例大学" in page.text
    cancel = f"{PLACE}/1/cancel"
    sent(city, cancel, page.form(cancel, **{"cancel-reason": "防汛"}))
    assert "已取消：防汛" in opened(client, "/outreach/1").text
    opened_account(app, "worker@example.cn", "worker", organisation=PLANT)
    assert signed_in(app, "worker@example.cn").get(PLACE).status_code == 403


def test_a_program_does_the_same(app: Flask, client: FlaskClient, city: FlaskClient) -> None:
    headers = token_of(app, "city@example.cn", "read", "honours")
    row = {"title": "宣传月", "kind": "month", "begins_on": today().isoformat(), "host": "city:5106"}
    made = client.post("/api/v1/outreach", json=row, headers=headers)
    assert (made.status_code, made.json["host"], made.headers["Location"]) == (
        201, "市（州）工会 德阳市", "/api/v1/outreach/1",
    )  # fmt: skip
    assert client.post("/api/v1/outreach", json=row).status_code in (401, 403)
    opened_account(app, "union@example.cn", "unit_union", organisation=PLANT)
    union = token_of(app, "union@example.cn", "read", "honours")
    line = {"unit": PLANT, "person_times": 5}
    told = client.post("/api/v1/outreach/1/attendance", json=line, headers=union).json
    assert (told["persons"], told["is_confirmed"]) == (None, False)
    assert client.post("/api/v1/outreach/1/confirm", json={}, headers=union).status_code == 403
    assert client.post("/api/v1/outreach/1/confirm", json={}, headers=headers).json == {"confirmed": 1}
    assert client.post("/api/v1/outreach/1/confirm", json={}, headers=headers).status_code == 409
    assert client.get("/api/v1/outreach").json["events"][0]["figures"] == {
        "units": 1, "person_times": 5, "persons": None, "uncounted": 1,
    }  # fmt: skip
    assert len(client.get("/api/v1/outreach/1/attendance", headers=union).json["lines"]) == 1
    assert client.get("/api/v1/outreach/1/attendance").json == {"lines": [], "next": None}
