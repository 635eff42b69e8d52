"""An office keeps the files of its people, and everybody sees of honours what the people agreed to."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.db import SessionFactory, today, unit_of_work
from tests import factories
from tests.accounts import opened_account, signed_in
from tests.factories import OrganisationFactory
from tests.files import pdf
from tests.web.api.test_api_studios import token_of
from tests.web.pages import Page, opened, sent
from tests.web.staff import at_the_province

PLACE = "/curation/honours"
PLANT = "示例重机厂"


@pytest.fixture
def plant(sessions: SessionFactory) -> None:
    with unit_of_work(sessions) as session:
        factories.use(session)
        OrganisationFactory(name=PLANT, region_path="51/5106/510603", industry_path="C/34", region="510603")


@pytest.fixture
def province(app: Flask, plant: None) -> FlaskClient:
    return at_the_province(app)


def on_file(client: FlaskClient, **fields: str) -> Page:
    """Open a file and record an honour; returns the page of the honour."""
    form = opened(client, f"{PLACE}/people/new").form("", name="王示例", unit=PLANT, phone="13900000009", **fields)
    asked = sent(client, f"{PLACE}/people/new", form)
    action = "/curation/honours/people/1/new"
    assert "接着登记荣誉" in asked.text
    return sent(client, action, asked.form("", title="四川省劳动模范", year="2025", basis="川府发〔2025〕3号"))


def test_a_file_is_opened_an_honour_recorded_with_its_document_and_taken_back(province: FlaskClient) -> None:
    assert opened(province, "/curation").link("荣誉档案") == PLACE
    page = on_file(province)
    assert "有效" in page.text
    assert "川府发〔2025〕3号" in page.text
    place = "/files/honour/1"
    form = {**page.form(place, purpose="other").to_dict(), "file": (io.BytesIO(pdf()), "表彰决定.pdf")}
    page = Page(province.post(place, data=form, content_type="multipart/form-data", follow_redirects=True))
    assert "表彰决定.pdf" in page.text
    refused = sent(province, f"{PLACE}/1/revoke", page.form(f"{PLACE}/1/revoke"), 422)
    assert "必填" in refused.text
    done = sent(province, f"{PLACE}/1/revoke", refused.form(f"{PLACE}/1/revoke", reason="申报不实"))
    assert "已撤销" in done.text
    assert "申报不实" in done.text
    assert not done.all("form", action=f"{PLACE}/1/revoke")
    listed = opened(province, f"{PLACE}?q=重机厂&kind=model_worker&level=province")
    assert "王示例" in listed.text
    assert "王示例" not in opened(province, f"{PLACE}?level=city").text


def test_phone_and_aid_are_shown_for_a_purpose_and_noted(province: FlaskClient) -> None:
    on_file(province)
    page, place = opened(province, f"{PLACE}/people/1"), f"{PLACE}/people/1/personal"
    assert "13900000009" not in page.source
    assert "13900000009" not in opened(province, f"{PLACE}/people/1/edit").source
    shown = sent(province, place, page.form(place, purpose="春节走访慰问"))
    assert "13900000009" in shown.text
    aid = f"{PLACE}/people/1/aid"
    noted = sent(province, aid, shown.form(aid, kind="hardship", amount="2000", note="送慰问金"))
    assert "查看个人信息 春节走访慰问" in noted.text
    assert "送慰问金" not in noted.text
    shown = sent(province, place, page.form(place, purpose="核对帮扶台账"))
    assert "2,000 元" in shown.text
    right = shown.form(f"{aid}/1", **{"aid-1-amount": "200"})
    assert right["aid-1-note"] == "送慰问金"
    wrong = shown.form(f"{aid}/1", **{"aid-1-amount": "两百"})
    assert "标红处" in sent(province, f"{aid}/1", wrong, 422).text
    sent(province, f"{aid}/1", right)
    shown = sent(province, place, page.form(place, purpose="核对帮扶台账"))
    assert "金额合计 200 元" in shown.text
    assert "2,000 元" in shown.text.partition("更正以前")[2]
    assert "已经更正过" in sent(province, f"{aid}/1", right, 409).text
    assert province.post(place, data=page.form(place, purpose="看")).status_code == 303
    assert province.get(place).status_code == 405


def test_what_is_corrected_leaves_the_phone_and_a_stale_form_is_told(province: FlaskClient) -> None:
    on_file(province)
    edit = f"{PLACE}/people/1/edit"
    stale = opened(province, edit).form("", employment="retired")
    page = sent(province, edit, opened(province, edit).form("", skill_level="technician"))
    assert "技师" in page.text
    assert sent(province, edit, stale, 409)
    place = f"{PLACE}/people/1/personal"
    assert "13900000009" in sent(province, place, page.form(place, purpose="核对电话号码")).text


def test_a_model_worker_is_handed_over_and_found_by_the_office(province: FlaskClient) -> None:
    on_file(province)
    place = f"{PLACE}/people/1/management"
    page = opened(province, f"{PLACE}/people/1")
    handed = sent(province, place, page.form(place, **{"management-level": "city"}))
    assert "市（州）级管理" in handed.text
    refused = sent(province, place, handed.form(place, **{"management-level": "county"}), 422)
    assert "请写明移交的理由" in refused.text
    sent(province, place, refused.form(place, **{"management-reason": "属地管理"}))
    told = opened(province, opened(province, PLACE).link("劳模由哪里管理"))
    assert "王示例" in opened(province, told.link("旌阳区")).text
    assert "王示例" not in opened(province, f"{PLACE}?management_level=county&place=510623").text
    assert "没有将要期满的任期" in opened(province, opened(province, PLACE).link("将要期满的任期")).text


def test_a_program_hands_over_within_its_levels(app: Flask, province: FlaskClient, client: FlaskClient) -> None:
    on_file(province)
    opened_account(app, "city@example.cn", "city", region="5106")
    city, place = token_of(app, "city@example.cn", "read", "honours"), "/api/v1/people/1/management"
    row = {"level": "county", "since": today().isoformat()}
    assert client.post(place, json=row).status_code in (401, 403, 404)
    assert client.post(place, json=row | {"level": "province"}, headers=city).status_code == 403
    assert client.post(place, json=row, headers=city).json["management_level"] == "county"
    assert client.post(place, json=row, headers=city).status_code == 409
    found = client.get("/api/v1/people?management_level=county&place=510603", headers=city).json["people"]
    assert [it["name"] for it in found] == ["王示例"]


def test_a_provincial_model_worker_of_a_wrong_year_is_refused(province: FlaskClient) -> None:
    on_file(province)
    place = f"{PLACE}/people/1/new"
    refused = sent(province, place, opened(province, place).form("", title="四川省劳动模范", year="2023"), 422)
    assert "这一年不是评选年度" in refused.text


def test_other_offices_see_what_lies_in_their_scope(app: Flask, province: FlaskClient) -> None:
    on_file(province)
    opened_account(app, "city@example.cn", "city", region="5106")
    opened_account(app, "far@example.cn", "city", region="5107")
    opened_account(app, "auditor@example.cn", "auditor")
    opened_account(app, "worker@example.cn", "worker", organisation=PLANT)
    city, far, auditor = (signed_in(app, f"{name}@example.cn") for name in ("city", "far", "auditor"))
    page = opened(city, f"{PLACE}/people/1")
    assert page.link("登记荣誉") == f"{PLACE}/people/1/new"
    form = opened(city, f"{PLACE}/people/1/new").form("", title="四川工匠", year="2025")
    assert city.post(f"{PLACE}/people/1/new", data=form).status_code == 403
    assert not opened(city, f"{PLACE}/1").all("form", action=f"{PLACE}/1/revoke")
    assert far.get(f"{PLACE}/people/1").status_code == 404
    assert "王示例" not in opened(far, PLACE).text
    tie = f"{PLACE}/people/1/account"
    tied = sent(province, tie, opened(province, f"{PLACE}/people/1").form(tie, email="worker@example.cn"))
    assert "账号worker" in tied.text
    audited = opened(auditor, f"{PLACE}/people/1")
    assert "王**" in audited.text
    assert "王示例" not in audited.source
    assert "账号worker" not in audited.text
    assert not audited.all("form", action=f"{PLACE}/people/1/personal")
    assert auditor.get(f"{PLACE}/people/new").status_code == 403
    assert signed_in(app, "worker@example.cn").get(PLACE).status_code == 403


def test_the_person_decides_what_everybody_sees(app: Flask, client: FlaskClient, province: FlaskClient) -> None:
    on_file(province)
    told = opened(client, "/honours").text
    assert "共 1 项，其中 1 项的本人没有同意公开" in told
    assert "王示例" not in told
    assert "“王示例”找到 0 项" in opened(client, "/honours?q=王示例").text
    opened_account(app, "worker@example.cn", "worker", organisation=PLANT)
    worker = signed_in(app, "worker@example.cn")
    assert "还没有对应的人员档案" in opened(worker, "/honours/mine").text
    tie = f"{PLACE}/people/1/account"
    sent(province, tie, opened(province, f"{PLACE}/people/1").form(tie, email="worker@example.cn"))
    form = opened(worker, "/honours/mine").form("/honours/mine")
    sent(worker, "/honours/mine", form | {"shows_name": "yes"})
    shown = opened(client, "/honours?level=province&year=2025").text
    assert "王示例 四川省劳动模范" in shown
    assert PLANT not in shown
    assert [len(client.get(f"/api/v1/honours?q={it}").json["honours"]) for it in ("王示例", PLANT)] == [1, 0]
    sent(worker, "/honours/mine", opened(worker, "/honours/mine").form("/honours/mine") | {"shows_unit": "yes"})
    assert PLANT in opened(client, "/honours").text
    found = client.get("/api/v1/honours").json
    assert [(it["holder"], it["unit"], it["state"]) for it in found["honours"]] == [("王示例", PLANT, "active")]
    assert (found["count"], found["unnamed"]) == (1, 0)
    assert opened(worker, "/account").link("我的荣誉") == "/honours/mine"
    assert client.get("/honours/mine").status_code == 303


def test_an_ended_term_is_told_by_itself(province: FlaskClient, client: FlaskClient) -> None:
    on_file(province)
    form = opened(province, f"{PLACE}/people/1/new").form("", title="首席员工", level="unit", year="2020")
    refused = sent(province, f"{PLACE}/people/1/new", form, 422)
    assert "首席员工有任期" in refused.text
    sent(province, f"{PLACE}/people/1/new", refused.form("", ends_on="2022-12-31"))
    assert "任期已满" in opened(province, f"{PLACE}/people/1").text
    assert "共 1 项" in opened(client, "/honours").text
    assert opened(client, "/honours?kind=chief_employee").text.count("共 0 项") == 1
    assert today().year > 2022
