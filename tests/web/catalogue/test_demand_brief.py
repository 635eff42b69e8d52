"""An enterprise writes its need in its own words, looks over what was read from it, and sees what may solve it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from marketplace.db import today
from marketplace.schemas.demand import BRIEF
from tests.web.api_records import FIXTURE, SEAL, stock
from tests.web.pages import Page, opened, sent

TEXT = (
    "我厂生产铝合金薄壁壳体，用三爪卡盘夹紧车内孔，松开卡爪后孔变成三棱形，报废率约18%。"
    "要求松夹后圆度0.02mm以内，合格率达到98%以上，不能更换机床。预算30万元，明年6月底前用上，厂址在德阳市旌阳区。"
)
QUESTIONS = {
    "process": "哪道工序",
    "cooperation": "愿意怎样合作",
    "min_trl": "多成熟的技术",
    "acceptance": "怎样算解决了",
}


def told(client: FlaskClient, text: str, status: int = 200) -> Page:
    """Return the page on which the brief of a text is looked over."""
    form = opened(client, "/demands/new").form()
    form.setlist("text", [text])
    return sent(client, "/demands/brief", form, status)


def asks(page: Page, name: str) -> bool:
    return QUESTIONS[name] in page.source


def test_the_page_shows_what_was_read_and_asks_what_was_not(client: FlaskClient) -> None:
    page = told(client, TEXT)
    form = page.form()
    assert form["process"] == "车内孔"
    assert form["object"] == "铝合金薄壁壳体"
    assert form["limits"] == "不能更换机床"
    assert (form["budget_max"], form["region"]) == ("30", "510603")
    assert form["due"] == dt.date(today().year + 1, 6, 30).isoformat()
    assert (form["indicators-1-name"], form["indicators-1-value"], form["indicators-1-unit"]) == ("合格率", "98", "%")
    assert asks(page, "cooperation")
    assert asks(page, "min_trl")
    assert not asks(page, "process")


def test_a_brief_confirmed_as_it_stands_becomes_a_demand_with_matches(app: Flask, client: FlaskClient) -> None:
    stock(app, [FIXTURE, SEAL])
    page = sent(client, "/demands", told(client, TEXT).form())
    assert page.one("h1").text
    assert FIXTURE["title"] in page.source
    assert "98.6%" in page.source


def test_what_the_asker_mends_is_what_is_kept(client: FlaskClient) -> None:
    form = told(client, TEXT).form()
    form.setlist("process", ["精车内孔"])
    form.add("cooperation", "service")
    assert "精车内孔" in sent(client, "/demands", form).source


def test_a_text_that_says_little_is_asked_about_and_may_be_posted_all_the_same(client: FlaskClient) -> None:
    page = told(client, "主轴漏油")
    assert all(asks(page, name) for name in QUESTIONS)
    assert "主轴漏油" in sent(client, "/demands", page.form()).source


def test_no_text_is_no_demand(client: FlaskClient) -> None:
    told(client, "  ", status=422)


def brief(client: FlaskClient, text: str) -> dict[str, Any]:
    answer = client.post("/api/v1/demands/brief", json={"text": text})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json
    return body


def test_a_program_reads_a_brief_and_posts_it_as_it_stands(client: FlaskClient) -> None:
    found = brief(client, TEXT)
    assert found["brief"]["region"] == "510603"
    assert set(found["brief"]) == {"title", *BRIEF}
    assert {"cooperation", "min_trl", "acceptance"} <= set(found["unsure"])
    posted = client.post("/api/v1/demands", json={"text": TEXT, **found["brief"]})
    assert posted.status_code == 201, posted.text
    assert posted.json["indicators"] == found["brief"]["indicators"]


def test_a_program_that_sends_no_text_is_told_so(client: FlaskClient) -> None:
    answer = client.post("/api/v1/demands/brief", json={})
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
