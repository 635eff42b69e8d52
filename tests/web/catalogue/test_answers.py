"""Whoever posted a demand answers what is proposed; enough answers put a probability beside a match, never before."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.db import unit_of_work
from marketplace.models import Demand, Match, Outcome
from marketplace.permissions import SYSTEM
from marketplace.services import outcome as outcomes
from tests.web.api_records import FIXTURE, SEAL, WANTED, stock
from tests.web.pages import Page, opened, sent

PERCENT = re.compile(r"约 \d+% 引起了兴趣（95% 区间 \d+%–\d+%，依据 200 次答复）")


def posted(app: Flask, client: FlaskClient) -> Page:
    stock(app, [FIXTURE, SEAL])
    form = opened(client, "/demands/new").form()
    form.setlist("text", [WANTED["text"]])
    form = sent(client, "/demands/brief", form).form()
    form.setlist("title", [WANTED["title"]])
    return sent(client, "/demands", form)


def answered(client: FlaskClient, page: Page, status: int = 200, **fields: Any) -> Page:
    """Answer the first match of a demand's page."""
    form = page.all("form", method="post")[0]
    token = next(it for it in page.elements if it["name"] == "csrf_token")
    return sent(client, form["action"], {"csrf_token": token["value"], **fields}, status)


def test_interest_is_kept_and_shown(app: Flask, client: FlaskClient) -> None:
    assert "您已答复：有兴趣" in answered(client, posted(app, client), interested="true").source


def test_a_refusal_names_its_reasons(app: Flask, client: FlaskClient) -> None:
    page = answered(client, posted(app, client), interested="false", codes=["price", "other"], note="已停产")
    assert "您已答复：不合适" in page.source
    assert "价格不合适" in page.source
    assert "已停产" in page.source


@pytest.mark.parametrize("fields", [{"interested": "false"}, {"interested": "false", "codes": ["other"]}, {}])
def test_a_refusal_without_a_reason_is_asked_for_one(app: Flask, client: FlaskClient, fields: dict[str, Any]) -> None:
    page = answered(client, posted(app, client), 422, **fields)
    assert page.one("p", role="alert").text


def test_only_whoever_posted_a_demand_is_asked(app: Flask, client: FlaskClient) -> None:
    stock(app, [FIXTURE], [WANTED])
    page = opened(client, "/demands/1")
    assert "有兴趣" not in page.source
    assert "告知不合适" not in page.source


def test_a_program_answers_with_the_key_of_its_demand(app: Flask, client: FlaskClient) -> None:
    stock(app, [FIXTURE])
    demand = client.post("/api/v1/demands", json=WANTED).json
    (match,) = client.get(
        f"/api/v1/demands/{demand['id']}/matches", headers={"X-Demand-Key": demand["access_key"]}
    ).json["matches"]
    assert (match["state"], match["chance"]) == ("suggested", None)
    address = f"/api/v1/demands/{demand['id']}/matches/{match['achievement']['id']}/answer"
    body = {"interested": False, "codes": ["not_our_need"]}
    assert client.post(address, json=body).status_code == 404
    headers = {"X-Demand-Key": demand["access_key"]}
    assert client.post(address, json={"interested": False}, headers=headers).status_code == 422
    answer = client.post(address, json=body, headers=headers)
    assert (answer.status_code, answer.json) == (200, {**body, "note": "", "state": "declined"})
    assert client.post(address, json=body, headers=headers).status_code == 409


def test_no_percentage_is_shown_before_there_are_enough_answers(app: Flask, client: FlaskClient) -> None:
    page = answered(client, posted(app, client), interested="true")
    assert not PERCENT.search(page.source)


def test_enough_answers_put_a_probability_with_its_interval_beside_a_match(app: Flask, client: FlaskClient) -> None:
    page = posted(app, client)
    address = page.all("form", method="post")[0]["action"].split("/matches")[0]
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        match = session.query(Match).first()
        assert match is not None
        for number in range(200):
            demand = Demand(title="需求", text="需求", state="open", access_key=str(number))
            session.add(demand)
            session.flush()
            other = Match(
                demand_id=demand.id,
                achievement_id=match.achievement_id,
                rank=1,
                score=0.0,
                features=match.features | {"cosine": number / 200},
                fingerprint=match.fingerprint,
                demand_revision=1,
                achievement_revision=1,
                matched_at=match.matched_at,
            )
            session.add(other)
            session.flush()
            data = {"is_interested": number % 200 > 60, "codes": [] if number % 200 > 60 else ["price"], "note": ""}
            outcomes.answer(session, SYSTEM, other, "enterprise", data)
        assert session.query(Outcome).count() == 200
    assert PERCENT.search(opened(client, address).source)
