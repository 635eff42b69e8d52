"""An enterprise writes its need in its own words, looks over what was read from it, and sees what may solve it."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from marketplace.schemas.demand import BRIEF
from marketplace.services.brief import today
from tests.web.api_records import FIXTURE, SEAL, stock

TEXT = (
    "我厂生产铝合金薄壁壳体，用三爪卡盘夹紧车内孔，松开卡爪后孔变成三棱形，报废率约18%。"
    "要求松夹后圆度0.02mm以内，合格率达到98%以上，不能更换机床。预算30万元，明年6月底前用上，厂址在德阳市旌阳区。"
)
LABELS = {"process": "哪道工序", "cooperation": "愿意怎样合作", "min_trl": "多成熟的技术", "acceptance": "怎样算解决了"}


def token(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found
    return found[1]


def written(page: str) -> MultiDict[str, str]:
    """Return what a browser would send for a form of the page, as it stands."""
    form = page[page.index('action="/demands"') :]
    sent: MultiDict[str, str] = MultiDict()
    for tag in re.findall(r"<input[^>]*>", form):
        parts = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if parts.get("type") not in ("checkbox", "submit") or re.search(r"\schecked", tag):
            sent.add(parts.get("name", ""), parts.get("value", ""))
    for name, value in re.findall(r'<textarea[^>]*name="([\w-]+)"[^>]*>\r?\n?(.*?)</textarea>', form, re.DOTALL):
        sent.add(name, value)
    for name, options in re.findall(r'<select[^>]*name="([\w-]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', options)
        sent.add(name, chosen[1] if chosen else "")
    return sent


def told(client: FlaskClient, text: str) -> str:
    """Return the page on which the brief of a text is looked over."""
    first = client.get("/demands/new").text
    answer = client.post("/demands/brief", data={"text": text, "csrf_token": token(first)})
    assert answer.status_code == 200
    return answer.text


def test_the_page_shows_what_was_read_and_asks_what_was_not(client: FlaskClient) -> None:
    page = told(client, TEXT)
    form = written(page)
    assert form["process"] == "车内孔"
    assert form["object"] == "铝合金薄壁壳体"
    assert form["limits"] == "不能更换机床"
    assert (form["budget_max"], form["region"]) == ("30", "510603")
    assert form["due"] == dt.date(today().year + 1, 6, 30).isoformat()
    assert (form["indicators-1-name"], form["indicators-1-value"], form["indicators-1-unit"]) == ("合格率", "98", "%")
    assert LABELS["cooperation"] in page
    assert LABELS["min_trl"] in page
    assert LABELS["process"] not in page


def test_a_brief_confirmed_as_it_stands_becomes_a_demand_with_matches(app: Flask, client: FlaskClient) -> None:
    stock(app, [FIXTURE, SEAL])
    answer = client.post("/demands", data=written(told(client, TEXT)), follow_redirects=True)
    assert answer.status_code == 200
    assert re.fullmatch(r"/demands/\d+", answer.request.path)
    assert FIXTURE["title"] in answer.text
    assert "98.6%" in answer.text


def test_what_the_asker_mends_is_what_is_kept(client: FlaskClient) -> None:
    form = written(told(client, TEXT))
    form["process"] = "精车内孔"
    form.add("cooperation", "service")
    answer = client.post("/demands", data=form, follow_redirects=True)
    assert "精车内孔" in answer.text


def test_a_text_that_says_little_is_asked_about_and_may_be_posted_all_the_same(client: FlaskClient) -> None:
    page = told(client, "主轴漏油")
    assert all(question in page for question in LABELS.values())
    answer = client.post("/demands", data=written(page), follow_redirects=True)
    assert answer.status_code == 200
    assert "主轴漏油" in answer.text


def test_no_text_is_no_demand(client: FlaskClient) -> None:
    first = client.get("/demands/new").text
    assert client.post("/demands/brief", data={"text": "  ", "csrf_token": token(first)}).status_code == 422


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
