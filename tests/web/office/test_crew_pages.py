"""An office keeps the records of crews on its pages and by program; everybody sees those whose honour stands."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.db import SessionFactory, now, today, unit_of_work
from marketplace.models import Crew
from tests import factories
from tests.accounts import opened_account, signed_in
from tests.factories import AchievementFactory, OrganisationFactory, ProposalFactory
from tests.web.api.test_api_studios import token_of
from tests.web.pages import Page, opened, sent
from tests.web.staff import at_the_province

PLACE = "/curation/crews"
PLANT = "示例重机厂"


@pytest.fixture(autouse=True)
def plant(sessions: SessionFactory) -> None:
    with unit_of_work(sessions) as session:
        factories.use(session)
        unit = OrganisationFactory(name=PLANT, region_path="51/5106/510603", industry_path="C/34", region="510603")
        AchievementFactory(title="液性塑料夹具", units=[unit], completed_on=today())
        ProposalFactory(
            title="加撇油带", crew="磨工一班", organisation=unit, state="screened", submitted_at=now(),
            region="510603", industry="34",
        )  # fmt: skip


@pytest.fixture
def province(app: Flask) -> FlaskClient:
    return at_the_province(app)


def on_record(client: FlaskClient) -> Page:
    form = opened(client, f"{PLACE}/new").form("", name="磨工一班", unit=PLANT, leader="王示例", headcount="12")
    return sent(client, f"{PLACE}/new", form)


def written(client: FlaskClient, part: str, status: int = 200, **fields: str) -> Page:
    place = f"{PLACE}/1/{part}"
    form = opened(client, f"{PLACE}/1").form(place, **{f"{part}-{name}": value for name, value in fields.items()})
    return sent(client, place, form, status)


def test_a_crew_is_recorded_judged_honoured_and_shown(province: FlaskClient, client: FlaskClient) -> None:
    assert opened(province, "/curation").link("班组荣誉") == PLACE
    page = on_record(province)
    assert "有班组长 符合" in page.text
    assert page.link("加撇油带") == "/proposals/1"
    assert "一流业绩 没有数据" in page.text
    finding = {"criterion": "一流业绩", "is_met": "yes", "found_on": today().isoformat()}
    assert "必填" in written(province, "pioneer", 422, **finding).text
    page = written(province, "pioneer", **finding, evidence="2025 年度质量台账")
    assert "一流业绩 符合" in page.text
    assert "2025 年度质量台账" in page.text
    assert written(province, "innovation", achievement_id="1").link("液性塑料夹具") == "/achievements/1"
    assert "没有这个编号" in written(province, "innovation", 422, achievement_id="99").text
    assert "0 个班组" in opened(client, "/crews").text
    page = written(province, "honour", title="四川省工人先锋号", year="2025", basis="川工发〔2025〕3号")
    honour = page.link("四川省工人先锋号")
    assert "已经登记过" in written(province, "honour", 422, title="四川省工人先锋号", year="2025").text
    assert opened(client, "/honours").link("工人先锋号和五化五强班组") == "/crews"
    shown = opened(client, "/crews?kind=pioneer&level=province")
    assert shown.link("磨工一班") == "/crews/1"
    unit = opened(client, "/crews/1").link(PLANT)
    assert opened(client, unit).link("磨工一班") == "/crews/1"
    assert "四川省工人先锋号 2025" in opened(client, unit).text
    told = opened(client, "/crews/1").text
    assert "川工发〔2025〕3号" in told
    assert "液性塑料夹具" in told
    assert "王示例" not in told
    revoked = f"{honour}/revoke"
    sent(province, revoked, opened(province, honour).form(revoked, reason="发生责任事故"))
    assert "发生责任事故" in opened(province, f"{PLACE}/1").text
    assert client.get("/crews/1").status_code == 404
    assert "磨工一班" not in opened(client, unit).text
    page = written(province, "dissolve", dissolved_on=today().isoformat(), reason="并入精密车间")
    assert "并入精密车间" in page.text
    assert not page.all("form", action=f"{PLACE}/1/honour")


def test_a_record_is_corrected_and_only_within_the_scope(app: Flask, province: FlaskClient) -> None:
    on_record(province)
    form = opened(province, f"{PLACE}/1/edit").form("", name="精磨班")
    page = sent(province, f"{PLACE}/1/edit", form)
    assert "曾用名和台账上的写法磨工一班" in page.text
    assert page.link("加撇油带") == "/proposals/1"
    opened_account(app, "city@example.cn", "city", region="5107")
    elsewhere = signed_in(app, "city@example.cn")
    assert "没有这样的班组" in opened(elsewhere, PLACE).text
    assert elsewhere.get(f"{PLACE}/1").status_code == 404
    opened_account(app, "worker@example.cn", "worker", organisation=PLANT)
    assert signed_in(app, "worker@example.cn").get(PLACE).status_code == 403


def test_what_a_roster_says_besides_shows_no_number_of_a_person(
    province: FlaskClient, sessions: SessionFactory
) -> None:
    on_record(province)
    with unit_of_work(sessions) as session:
        session.get_one(Crew, 1).extra = {"备注": "连续两年", "联系方式": "王示例 13900000009"}
    page = opened(province, f"{PLACE}/1")
    assert "连续两年" in page.text
    assert "王示例 139…09" in page.text
    assert "13900000009" not in page.source


def test_a_program_does_the_same(app: Flask, client: FlaskClient) -> None:
    opened_account(app, "city@example.cn", "city", region="5106")
    city = token_of(app, "city@example.cn", "read", "honours")
    made = client.post("/api/v1/crews", json={"name": "磨工一班", "unit": PLANT}, headers=city)
    assert (made.status_code, made.headers["Location"], made.json["honours"]) == (201, "/api/v1/crews/1", [])
    assert client.post("/api/v1/crews", json={"name": "磨工一班", "unit": PLANT}, headers=city).status_code == 409
    place = "/api/v1/crews/1"
    honour = {"title": "德阳市工人先锋号", "year": 2025}
    recorded = client.post(f"{place}/honours", json=honour, headers=city)
    assert (recorded.status_code, recorded.json["kind"], recorded.json["level"]) == (201, "pioneer", "city")
    above = client.post(f"{place}/honours", json={"title": "四川省工人先锋号", "year": 2025}, headers=city)
    assert above.status_code == 403
    finding = {
        "kind": "pioneer", "criterion": "一流业绩", "is_met": False, "evidence": "台账缺两个月",
        "found_on": today().isoformat(),
    }  # fmt: skip
    assert client.post(f"{place}/findings", json=finding, headers=city).status_code == 201
    assert client.post(f"{place}/findings", json=finding | {"criterion": "别的"}, headers=city).status_code == 422
    assert client.post(f"{place}/innovations", json={"achievement_id": 1}, headers=city).status_code == 201
    told = client.get(f"{place}/criteria", headers=city).json
    assert {it["name"]: it["state"] for it in told["computed"]} == {
        "leader": "no_data", "proposals": "pass", "innovations": "pass",
    }  # fmt: skip
    assert {it["name"]: it["state"] for it in told["pioneer"]}["一流业绩"] == "fail"
    assert client.get(f"{place}/criteria").status_code in (401, 403, 404)
    listed = client.get("/api/v1/crews").json
    assert (listed["count"], listed["crews"][0]["honours"][0]["title"]) == (1, "德阳市工人先锋号")
    assert client.get(place).json["achievements"] == [1]
    revoked = client.post(
        "/api/v1/crews/honours/1/revoke", json={"revoked_on": today().isoformat(), "reason": "事故"}, headers=city
    )
    assert (revoked.json["state"], client.get(place).status_code) == ("revoked", 404)
