"""An office finds the demands that wait in its territory, verifies and opens them; nobody else does."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace import audit
from marketplace.models.market.demand_check import CHECKS
from tests.accounts import opened_account, signed_in, with_second_factor
from tests.web.api_records import WANTED
from tests.web.pages import opened, sent

CITY = "city@example.cn"


@pytest.fixture
def demand(client: FlaskClient) -> str:
    """The page of a demand that a visitor has just posted from Jingyang in Deyang."""
    posted = client.post("/api/v1/demands", json={**WANTED, "region": "510603"})
    return f"/demands/{posted.json['id']}"


@pytest.fixture
def city(app: Flask) -> FlaskClient:
    opened_account(app, CITY, "city", region="5106")
    return signed_in(app, CITY)


def stepped(client: FlaskClient, demand: str, action: str, status: int = 200, **fields: Any) -> str:
    place = f"/curation{demand}"
    token = opened(client, "/account").form("/account")["csrf_token"]
    return sent(client, place, {"csrf_token": token, "action": action, **fields}, status).text


def test_a_demand_is_found_verified_and_opened(app: Flask, client: FlaskClient, city: FlaskClient, demand: str) -> None:
    assert opened(city, "/curation").link("等待核实") == "/curation/demands"
    assert opened(city, "/curation/demands").link(WANTED["title"]) == demand
    assert client.get(demand).status_code == 404
    assert "核实以后才能通过" in stepped(city, demand, "verify")
    assert "已核实" in stepped(city, demand, "verify", checked=list(CHECKS))
    assert "征求解法" in stepped(city, demand, "open")
    assert client.get(demand).status_code == 200
    assert "没有等待的需求" in opened(city, "/curation/demands").text
    assert "复杂程度" in opened(city, demand).source
    with app.extensions["marketplace"].sessions() as session:
        events = audit.history(session, "demand", int(demand.rpartition("/")[2]))
        assert [(event.verb, event.role) for event in events[1:]] == [("verify", "city"), ("open", "city")]


def test_who_verifies_asks_for_the_contact_and_that_stays_on_record(app: Flask, city: FlaskClient, demand: str) -> None:
    page = opened(city, demand)
    assert WANTED["contact_phone"] not in page.source
    place = f"{demand}/contact"
    assert WANTED["contact_phone"] in sent(city, place, page.form(place)).text
    with app.extensions["marketplace"].sessions() as session:
        event = audit.history(session, "demand", int(demand.rpartition("/")[2]))[-1]
        assert (event.verb, event.role, event.reason) == ("see_contact", "city", "核实需求")


def test_the_province_leaves_an_event_where_it_changes_a_demand(app: Flask, demand: str) -> None:
    opened_account(app, "boss@example.cn", "admin")
    phone = with_second_factor(app, "boss@example.cn")
    boss = signed_in(app, "boss@example.cn")
    sent(boss, "/account/code", opened(boss, "/account/code").form("/account/code", code=phone.now()))
    assert opened(boss, f"{demand}/edit").form(f"{demand}/edit")["contact_phone"] == WANTED["contact_phone"]
    with app.extensions["marketplace"].sessions() as session:
        event = audit.history(session, "demand", int(demand.rpartition("/")[2]))[-1]
        assert (event.verb, event.role) == ("see_contact", "admin")


def test_closing_needs_a_reason(city: FlaskClient, demand: str) -> None:
    assert "请写明理由" in stepped(city, demand, "close", 422)
    assert "已关闭" in stepped(city, demand, "close", reason="重复提交")


def test_a_step_that_does_not_start_here_is_refused(city: FlaskClient, demand: str) -> None:
    assert "需求现在的状态是“等待核实”" in stepped(city, demand, "solve", 409)


@pytest.mark.parametrize(
    ("scope", "status"),
    [
        ({"role": "city", "region": "5107"}, 404),
        ({"role": "auditor", "region": "5106"}, 403),
        ({"role": "unit_union", "organisation": WANTED["organisation"]}, 403),
        ({"role": "worker"}, 403),
    ],
)
def test_nobody_else_takes_a_demand_a_step(app: Flask, demand: str, scope: dict[str, str], status: int) -> None:
    opened_account(app, "other@example.cn", **scope)
    other = signed_in(app, "other@example.cn")
    stepped(other, demand, "verify", status)
    place = f"{demand}/contact"
    # Who has no desk is not told either that there is such a demand.
    asked = 404 if scope["role"] == "worker" else status
    sent(other, place, opened(other, "/account").form("/account"), asked)
    assert "核实无误" not in other.get(demand).text
