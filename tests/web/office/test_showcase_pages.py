"""The province composes the front page on its pages, and everybody sees of it what is published."""

from __future__ import annotations

import datetime as dt
import io
import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from marketplace.db import SessionFactory, now, unit_of_work
from tests import factories
from tests.accounts import opened_account, signed_in
from tests.factories import AchievementFactory
from tests.files import photo
from tests.web.pages import Page, opened, sent
from tests.web.staff import at_the_province

DESK = "/curation/showcase"
STORY = {"title": "一个垫片的故事", "lead": "一次小改动。", "text": "第一段。\n第二段。", "consent": "nobody"}


@pytest.fixture
def province(app: Flask, sessions: SessionFactory) -> FlaskClient:
    with unit_of_work(sessions) as session:
        factories.use(session)
        AchievementFactory(title="高温阀门在线注脂")
        AchievementFactory(title="衬砌渗漏整治")
    return at_the_province(app)


def written(client: FlaskClient, **fields: str) -> Page:
    form = opened(client, f"{DESK}/stories/new").form("", **{**STORY, **fields})
    return sent(client, f"{DESK}/stories/new", form)


def published(client: FlaskClient, noun: str, **bounds: str) -> Page:
    place = f"{DESK}/{noun}/1/publish"
    return sent(client, place, opened(client, f"{DESK}/{noun}/1").form(place, **bounds))


def put_up(client: FlaskClient, status: int = 200, **fields: str) -> Page:
    return sent(client, f"{DESK}/slots/new", opened(client, f"{DESK}/slots/new").form("", **fields), status)


def pictured(client: FlaskClient, text: str) -> Page:
    place = f"{DESK}/stories/1/picture"
    form = {**opened(client, f"{DESK}/stories/1").form(place).to_dict(), "picture_text": text}
    form["picture"] = (io.BytesIO(photo((2400, 1600))), "夹具.jpg")
    return Page(client.post(place, data=form, content_type="multipart/form-data", follow_redirects=True))


def test_a_story_is_written_previewed_given_a_picture_published_and_withdrawn(
    client: FlaskClient, province: FlaskClient
) -> None:
    assert opened(province, "/curation").link("首页和展示") == DESK
    assert "公众还看不到" in written(province).text
    assert "看不见图片的人" in pictured(province, "").text
    assert opened(province, f"{DESK}/stories/1").all("img") == []
    pictured(province, "涨开式夹具")
    preview = opened(province, "/stories/1")
    assert "公众还看不到这一页：草稿" in preview.text
    for address in ("/stories/1", "/stories/1/picture", "/files/story/1/1", "/api/v1/showcase/stories/1"):
        assert client.get(address).status_code == 404, address
    published(province, "stories")
    page = opened(client, "/stories/1")
    assert [it.text for it in page.all("p") if it.text.endswith("段。")] == ["第一段。", "第二段。"]
    (picture,) = page.all("img")
    assert picture["alt"] == "涨开式夹具"
    with client.get(picture["src"]) as given:
        assert given.mimetype == "image/jpeg"
        assert max(Image.open(io.BytesIO(given.data)).size) == 1600
    told = json.loads(next(it.text for it in page.all("script") if it["type"] == "application/ld+json"))
    assert (told["@type"], told["headline"]) == ("Article", "一个垫片的故事")
    withdraw = f"{DESK}/stories/1/withdraw"
    sent(province, withdraw, opened(province, f"{DESK}/stories/1").form(withdraw))
    for address in ("/stories/1", "/stories/1/picture", "/files/story/1/1"):
        assert client.get(address).status_code == 404, address


def test_the_front_page_is_composed_scheduled_and_looked_at_beforehand(
    client: FlaskClient, province: FlaskClient
) -> None:
    before = opened(client, "/")
    assert not before.all("section", class_="curated")
    put_up(province, place="top", address="http://localhost/achievements/1?lang=en", note="值得一看")
    assert "值得一看" in opened(client, "/").one("section", class_="curated").text
    later = (now() + dt.timedelta(days=40)).strftime("%Y-%m-%dT08:00")
    put_up(province, place="top", address="/achievements/2", valid_from=later)
    assert "衬砌渗漏整治" not in opened(client, "/").one("section", class_="curated").text
    preview = opened(province, f"{DESK}/preview?at={later}")
    assert "衬砌渗漏整治" in preview.one("section", class_="curated").text
    assert "只有展示工作台看得到" in preview.text
    assert client.get("/api/v1/showcase/front-page").json["top"]["title"] == "高温阀门在线注脂"
    assert "没有这条记录" in put_up(province, 422, place="top", address="/achievements/77").text
    assert "粘贴" in put_up(province, 422, place="top", address="高温阀门").text
    assert "哪个月" in put_up(province, 422, place="month", address="/achievements/1").text
    put_up(province, place="month", address="/achievements/1", month="2027-01")
    assert "这个月已经有展示" in put_up(province, 422, place="month", address="/achievements/2", month="2027-01").text


def test_a_collection_is_put_in_order_and_what_is_withdrawn_leaves_it(
    client: FlaskClient, province: FlaskClient
) -> None:
    written(province)
    form = opened(province, f"{DESK}/collections/new").form("", title="止漏")
    form.setlist("order", ["3", "1", "2"])
    form.setlist("address", ["/achievements/1", "/stories/1", "/achievements/2"])
    form.setlist("note", ["最后", "最先", ""])
    page = sent(province, f"{DESK}/collections/new", form)
    assert "公众看不到：还是草稿，没有公布。" in page.text
    published(province, "collections")
    page = opened(client, "/collections/1")
    assert [it.text for it in page.all("h2")] == ["衬砌渗漏整治", "高温阀门在线注脂"]
    published(province, "stories")
    listed = client.get("/api/v1/showcase/collections/1").json["items"]
    assert [it["note"] for it in listed] == ["最先", "", "最后"]
    assert "3 项内容" in opened(client, "/collections").text
    wrong = opened(province, f"{DESK}/collections/1/edit").form("", title="止漏")
    wrong.setlist("address", ["/collections/1", "", "", "", "", ""])
    assert "专题里不能再放专题" in sent(province, f"{DESK}/collections/1/edit", wrong, 422).text
    brought = opened(province, f"{DESK}/collections/1")
    assert "起草" in brought.text


def test_the_desk_is_closed_to_other_offices(app: Flask, client: FlaskClient, province: FlaskClient) -> None:
    written(province)
    opened_account(app, "city@example.cn", "city", region="5106")
    city = signed_in(app, "city@example.cn")
    for address in (DESK, f"{DESK}/preview", f"{DESK}/stories/1", f"{DESK}/collections/new", f"{DESK}/slots/new"):
        assert city.get(address).status_code == 403, address
        assert client.get(address).status_code == 303, address
    assert city.get("/stories/1").status_code == 404
    assert "首页和展示" not in opened(city, "/curation").text


def test_what_nobody_would_type_is_answered_in_a_sentence(province: FlaskClient) -> None:
    written(province)
    assert "不可见或残缺的字符" in pictured(province, "夹具\x00").text
    edit = f"{DESK}/stories/1/edit"
    page = sent(province, edit, opened(province, edit).form("", revision="第一版"), 409)
    assert "已被他人修改" in page.text
    form = opened(province, f"{DESK}/collections/new").form("", title="止漏")
    form.setlist("order", ["9" * 5000, "1", ""])
    form.setlist("address", ["/achievements/1", "/achievements/2", ""])
    form.setlist("note", ["", "", ""])
    assert "公众还看不到" in sent(province, f"{DESK}/collections/new", form).text


def test_a_published_story_does_not_become_again_what_could_not_be_published(province: FlaskClient) -> None:
    written(province, consent="open")
    place = f"{DESK}/stories/1/publish"
    assert "本人是否同意" in sent(province, place, opened(province, f"{DESK}/stories/1").form(place), 422).text
    edit = f"{DESK}/stories/1/edit"
    sent(province, edit, opened(province, edit).form("", consent="nobody"))
    published(province, "stories")
    page = opened(province, f"{DESK}/stories/1")
    back = [it["action"] for it in page.all("form") if "/versions/" in it["action"]][-1]
    assert "本人是否同意" in sent(province, back, page.form(back)).text
