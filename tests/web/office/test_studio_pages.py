"""The record of a studio is written part by part by its office and its leader; everybody sees what was agreed to."""

from __future__ import annotations

import datetime as dt
import hashlib
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.db import SessionFactory, today, unit_of_work
from tests import factories
from tests.accounts import opened_account, signed_in
from tests.factories import AchievementFactory, OrganisationFactory
from tests.files import photo
from tests.web.pages import Page, opened, sent
from tests.web.staff import at_the_province

PLACE = "/studios/records"
PLANT = "示例重机厂"
TOMORROW = (today() + dt.timedelta(1)).isoformat()


@pytest.fixture
def province(app: Flask, sessions: SessionFactory) -> FlaskClient:
    with unit_of_work(sessions) as session:
        factories.use(session)
        plant = OrganisationFactory(name=PLANT, region_path="51/5106/510603", industry_path="C/34", region="510603")
        AchievementFactory(title="液性塑料夹具", units=[plant])
    return at_the_province(app)


def registered(client: FlaskClient, **fields: str) -> Page:
    given = {
        "name": "王示例创新工作室",
        "kind": "model_worker",
        "unit": PLANT,
        "tier": "county",
        "since": "2024-01-05",
        **fields,
    }
    return sent(client, f"{PLACE}/new", opened(client, f"{PLACE}/new").form("", **given | fields))


def written(client: FlaskClient, part: str, status: int = 200, **fields: str) -> Page:
    """Write a part of the first studio by the form on its page."""
    action = f"{PLACE}/1/{part}"
    form = opened(client, f"{PLACE}/1").form(action, **{f"{part}-{name}": value for name, value in fields.items()})
    return sent(client, action, form, status)


def test_a_clerk_writes_the_whole_record(province: FlaskClient, client: FlaskClient) -> None:
    assert opened(province, "/curation").link("创新工作室") == PLACE
    page = registered(province, story="从一个班组里长出来的工作室。", aliases="刀具组、王示例工作室")
    assert "领衔人空缺" in page.text
    written(province, "leader", name="王示例", since="2024-01-05")
    written(province, "member", name="李示例", role="core", skill_level="technician", since="2024-02-01")
    written(province, "pair", mentor="王示例", apprentice="赵示例", began_on="2026-01-10", plan="一年学会刃磨")
    written(province, "year", year="2026", plan="攻关三项", budget="50000")
    written(province, "grant", payer="省总工会", amount="100000", received_on="2026-01-05")
    page = written(province, "use", grant_id="1", category="equipment", amount="40000.50", used_on="2026-03-01",
                   receipt="凭证 12 号")  # fmt: skip
    assert "余额 59,999.5 元" in page.text
    written(province, "result", kind="achievement", object_id="1", made_on="2026-05-01")
    written(province, "result", kind="standard", title="装夹作业规范", number="Q/XX 12", made_on="2026-05-02")
    page = written(province, "tier", tier="city", since="2026-06-01", basis="德工发〔2026〕3号", plaque="德工-017")
    for told in ("李示例", "骨干成员", "王示例 带 赵示例", "预算 5 万元", "装夹作业规范", "牌匾 德工-017"):
        assert told in page.text, told
    assert "领衔人空缺" not in page.text
    shown = opened(client, "/studios/1")
    assert "从一个班组里长出来的工作室" in shown.text
    assert shown.link("液性塑料夹具") == "/achievements/1"
    assert "1 人" in shown.text
    assert opened(client, "/achievements/1").link("王示例创新工作室") == "/studios/1"
    spread = opened(client, opened(client, "/studios").link("全省分布"))
    assert "共 1 个" in spread.text
    assert spread.link("德阳市") == "/studios?region=5106"
    assert len(spread.all("rect")) == 21
    assert "共 0 个" in opened(client, "/studios/map?tier=province").text
    for name in ("王示例 ", "李示例", "赵示例", "省总工会", "全部记录"):
        assert name not in shown.text.replace("王示例创新工作室", "").replace("王示例工作室", ""), name
    assert "王示例创新工作室" in opened(client, "/studios?q=刀具组&tier=city&region=5106").text
    assert "没有这样的工作室" in opened(client, "/studios?region=5107").text


def test_a_photo_is_put_up_and_shown_with_what_it_shows(province: FlaskClient, client: FlaskClient) -> None:
    registered(province)
    place, text = f"{PLACE}/1/photos", "两名工人装夹薄壁壳体"

    def put_up(**fields: str) -> str:
        form = opened(province, f"{PLACE}/1").form(place, picture_text=text, **fields)
        data = {**form.to_dict(), "photo": (io.BytesIO(photo()), "现场.jpg")}
        province.post(place, data=data, content_type="multipart/form-data")
        return opened(province, f"{PLACE}/1").text

    assert "请先确认照片里的人都同意公开" in put_up()
    assert "照片已放到公开页面上" in put_up(agreed="yes")
    picture = opened(client, "/studios/1").one("img")
    assert (picture["alt"], picture["src"]) == (text, "/studios/1/photos/1")
    with client.get(picture["src"]) as shown:
        assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
    assert client.get("/api/v1/studios/1").json["photos"][0]["picture_text"] == text
    away = f"{place}/1/remove"
    sent(province, away, opened(province, f"{PLACE}/1").form(away))
    assert client.get(picture["src"]).status_code == 404
    assert client.post(place).status_code in (303, 400)


def test_what_is_refused_is_said_in_its_form(province: FlaskClient) -> None:
    registered(province)
    assert "必填" in written(province, "grant", 422, payer="省总工会", amount="").text
    assert "逐级上升" not in written(province, "tier", 200, tier="city", since="2026-06-01").text
    assert "最早" in written(province, "tier", 422, tier="province", since="2026-07-01").text
    assert "本平台的编号" in written(province, "result", 422, kind="proposal", made_on="2026-05-01").text
    assert (
        "没有这个编号的记录"
        in written(province, "result", 422, kind="proposal", object_id="9", made_on="2026-05-01").text
    )
    assert "这个单位已有同名" in sent(
        province, f"{PLACE}/new",
        opened(province, f"{PLACE}/new").form(
            "", name="王示例创新工作室", kind="model_worker", unit=PLANT, tier="county", since="2024-01-05"
        ), 422,
    ).text  # fmt: skip
    assert "您看不到它" in written(province, "member", 422, person_id="99", since="2024-02-01").text
    assert "不能晚于今天" in written(province, "leader", 422, name="王示例", since=TOMORROW).text
    assert province.post(f"{PLACE}/1/nothing").status_code in (400, 404)


def test_of_namesakes_the_one_in_the_studio_is_meant(province: FlaskClient) -> None:
    registered(province)
    new = "/curation/honours/people/new"
    for born_on in ("1970-01-01", "1990-01-01"):
        sent(province, new, opened(province, new).form("", name="李示例", unit=PLANT, born_on=born_on))
    pair = {"mentor": "李示例", "apprentice": "赵示例", "began_on": "2026-01-10", "plan": "一年学会刃磨"}
    assert "请先按档案编号把他列为成员" in written(province, "pair", 422, **pair).text
    assert "请改填档案编号" in written(province, "member", 422, name="李示例", since="2024-02-01").text
    written(province, "member", person_id="2", since="2024-02-01")
    assert "李示例 带 赵示例" in written(province, "pair", **pair).text


def test_parts_end_and_a_studio_is_closed(province: FlaskClient, client: FlaskClient) -> None:
    registered(province)
    page = written(province, "member", name="李示例", since="2024-02-01")
    ending = f"{PLACE}/1/member/1/end"
    refused = sent(province, ending, page.form(ending, **{"end-member-1-ended_on": "2023-01-01"}), 422)
    assert "不能早于开始的日期" in refused.text
    page = sent(province, ending, page.form(ending, **{"end-member-1-ended_on": "2024-03-01"}))
    assert not page.all("form", action=ending)
    written(province, "suspend", reason="领衔人空缺超过六十天")
    assert "暂停" in opened(client, "/studios/1").text
    page = written(province, "close", reason="单位撤并", on=today().isoformat())
    assert "单位撤并" in page.text
    assert not page.all("form", action=f"{PLACE}/1/member")
    assert client.get("/studios/1").status_code == 404
    assert "没有这样的工作室" in opened(client, "/studios").text


def test_a_correction_keeps_the_former_name_and_a_stale_one_is_told(province: FlaskClient) -> None:
    registered(province)
    edit = f"{PLACE}/1/edit"
    stale = opened(province, edit).form("", field="刀具")
    page = sent(province, edit, opened(province, edit).form("", name="王示例劳模创新工作室", area="120"))
    assert "曾用名王示例创新工作室" in page.text
    assert sent(province, edit, stale, 409)


def test_a_leader_writes_what_is_the_studios_and_others_see_nothing(app: Flask, province: FlaskClient) -> None:
    registered(province)
    written(province, "leader", name="王示例", since="2024-01-05")
    opened_account(app, "leader@example.cn", "studio_leader", organisation=PLANT)
    opened_account(app, "other@example.cn", "worker", organisation=PLANT)
    opened_account(app, "far@example.cn", "city", region="5107")
    tie = "/curation/honours/people/1/account"
    sent(province, tie, opened(province, "/curation/honours/people/1").form(tie, email="leader@example.cn"))
    leader, other, far = (signed_in(app, f"{name}@example.cn") for name in ("leader", "other", "far"))
    assert opened(leader, PLACE).link("王示例创新工作室") == f"{PLACE}/1"
    page = written(leader, "member", name="李示例", since="2024-02-01")
    assert "李**" in page.text
    for part in ("leader", "vacancy", "tier", "close", "move"):
        assert not page.all("form", action=f"{PLACE}/1/{part}")
    token = {"csrf_token": page.form(f"{PLACE}/1/member")["csrf_token"]}
    assert leader.post(f"{PLACE}/1/close", data=token | {"close-reason": "不想干了"}).status_code == 403
    assert leader.get(f"{PLACE}/new").status_code == 403
    for nobody in (other, far):
        assert nobody.get(f"{PLACE}/1").status_code == 404
        assert "没有这样的工作室" in opened(nobody, PLACE).text
    assert app.test_client().get(PLACE).status_code == 303


def test_conditions_are_told_with_their_evidence_and_a_dossier_is_frozen(province: FlaskClient) -> None:
    registered(province)
    written(province, "leader", name="王示例", since="2024-01-05")
    record = "/curation/honours/people/1/new"
    sent(province, record, opened(province, record).form("", title="四川省劳动模范", year="2025"))
    written(province, "member", name="李示例", since="2024-02-01")
    place = opened(province, f"{PLACE}/1").link("逐项核对条件")
    page = opened(province, place)
    assert "符合 2 项，不符合 2 项，没有数据 9 项" in page.text
    assert page.link("四川省劳动模范") == "/curation/honours/1"
    assert "现有成员 1 人，规定至少 5 人" in page.text
    assert page.link("看记录").startswith(f"{PLACE}/1#")
    action = f"{PLACE}/1/dossiers"
    assert "必填" in sent(province, action, page.form(action), 422).text
    page = sent(province, action, page.form(action, purpose="2026 年省级示范"))
    assert "与哈希相符" in page.text
    answer = province.get(page.link("2026 年省级示范"))
    assert answer.json["studio"]["name"] == "王示例创新工作室"
    assert hashlib.sha256(answer.data).hexdigest() in page.text
