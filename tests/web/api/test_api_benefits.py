"""A benefit by programs alone: fixed before use, claimed with its documents, attested, verified, within scopes."""

from __future__ import annotations

import base64
import datetime as dt
from typing import Any

import pytest
from flask import Flask

from marketplace.db import today, unit_of_work
from marketplace.models import Organisation
from marketplace.services.account import signing_in, tokens
from marketplace.services.organisation import name_key
from marketplace.web.api.workers.benefits import FIGURES, FOUND, PLAN
from marketplace.web.api.workers.proposals import EXAMPLE
from tests.accounts import invited
from tests.files import pdf

UNIT = {"organisation": "旌阳示例机械厂"}
PEOPLE: dict[str, tuple[str, dict[str, str], list[str]]] = {
    "author": ("worker", UNIT, ["read", "proposals"]),
    "union": ("unit_union", UNIT, ["read", "proposals"]),
    "finance": ("finance_attestor", UNIT, ["benefits"]),
    "county": ("county", {"region": "510603"}, ["read", "benefits"]),
    "clerk": ("county", {"region": "510603"}, ["read", "review"]),
}


class Program:
    """A program of somebody, with a token of its own."""

    def __init__(self, app: Flask, secret: str) -> None:
        self.client, self.headers = app.test_client(), {"Authorization": f"Bearer {secret}"}

    def get(self, place: str, status: int = 200) -> Any:
        answer = self.client.get(f"/api/v1{place}", headers=self.headers)
        assert answer.status_code == status, answer.text
        return answer.json

    def post(self, place: str, data: dict[str, Any], status: int = 200) -> Any:
        answer = self.client.post(f"/api/v1{place}", json=data, headers=self.headers)
        assert answer.status_code == status, answer.text
        assert status < 400 or answer.content_type == "application/problem+json"
        return answer.json


@pytest.fixture
def programs(app_on_each: Flask) -> dict[str, Program]:
    found = {}
    with app_on_each.app_context(), unit_of_work(app_on_each.extensions["marketplace"].sessions) as session:
        name = UNIT["organisation"]
        session.add(Organisation(name=name, name_key=name_key(name), region="510603", region_path="51/5106/510603"))
        session.flush()
        for who, (role, scope, allowed) in PEOPLE.items():
            account = invited(session, f"{who}@example.cn", role, **scope)
            acting = signing_in.actor_of(account, has_second_factor=True)
            found[who] = tokens.create(session, acting, {"name": "t", "scopes": allowed, "days": 1})[1]
    return {who: Program(app_on_each, secret) for who, secret in found.items()}


@pytest.fixture
def adopted(programs: dict[str, Program]) -> str:
    """The address of a proposal its unit has adopted."""
    place = f"/proposals/{programs['author'].post('/proposals', EXAMPLE, 201)['id']}"
    programs["author"].post(f"{place}/steps", {"action": "submit"})
    for action in ("screen", "take_up", "adopt"):
        programs["union"].post(f"{place}/steps", {"action": action})
    return place


def test_a_benefit_goes_its_way_by_programs(programs: dict[str, Program], adopted: str) -> None:
    author, union, finance, county = (programs[who] for who in ("author", "union", "finance", "county"))
    author.post(f"{adopted}/benefits", PLAN, 403)
    refused = union.post(f"{adopted}/benefits", {**PLAN, "planned_attestor": "friend"}, 422)
    assert list(refused["errors"]) == ["planned_attestor"]
    place = f"/benefits/{union.post(f'{adopted}/benefits', PLAN)['id']}"
    union.post(f"{adopted}/steps", {"action": "begin"})
    author.post(f"{place}/claim", FIGURES, 409)
    used = {"implementation": "两台车床已改装", "first_used_on": (today() - dt.timedelta(days=300)).isoformat()}
    union.post(f"{adopted}/completion", used)
    union.post(f"{adopted}/benefits", PLAN, 409)
    missing = author.post(f"{place}/claim", {"unit_cost_before": 1800}, 422)
    assert set(missing["errors"]) == {"unit_cost_after", "yearly_output", "implementation_cost"}
    claimed = author.post(f"{place}/claim", FIGURES)
    assert (claimed["claimed"], claimed["attested"], claimed["verified"]) == (FOUND["amount"], None, None)
    assert claimed["period_from"] == used["first_used_on"]
    document = {"file_name": "工时台账.pdf", "purpose": "finance", "content": base64.b64encode(pdf()).decode()}
    author.post(f"/files/benefit/{claimed['id']}", document, 201)
    # Above the amount of the rule nobody verifies what finance has not attested.
    assert "财务" in county.post(f"{place}/verify", FOUND, 409)["detail"]
    (waiting,) = finance.get("/benefits")["benefits"]
    assert (waiting["id"], waiting["proposal"]["title"]) == (claimed["id"], "改用快换刀座")
    assert [it["file_name"] for it in finance.get(f"/files/benefit/{claimed['id']}")["files"]] == ["工时台账.pdf"]
    attested = finance.post(f"{place}/attest", FOUND)
    assert (attested["attested"], attested["attestor"]) == (FOUND["amount"], "finance")
    programs["clerk"].post(f"{place}/verify", FOUND, 403)
    verified = county.post(f"{place}/verify", {**FOUND, "amount": FOUND["amount"] - 1})
    assert (verified["claimed"], verified["verified"]) == (FOUND["amount"], FOUND["amount"] - 1)
    assert author.get(adopted)["state"] == "benefit_verified"
    assert author.get(f"{adopted}/benefits")["benefits"] == [author.get(place)]
    assert finance.get("/benefits")["benefits"] == []
    county.post(f"{place}/revoke", {}, 422)
    author.post(f"{place}/revoke", {"reason": "台账是补造的"}, 403)
    assert county.post(f"{place}/revoke", {"reason": "台账是补造的"})["revoked_at"]
    assert author.get(adopted)["state"] == "revoked"


def test_a_benefit_is_nobody_elses_business(programs: dict[str, Program], adopted: str, app_on_each: Flask) -> None:
    union = programs["union"]
    place = f"/benefits/{union.post(f'{adopted}/benefits', PLAN)['id']}"
    visitor = Program(app_on_each, "")
    del visitor.headers["Authorization"]
    visitor.get(place, 404)
    visitor.get("/benefits", 403)
    visitor.post(f"{place}/claim", FIGURES, 404)
    # A scope one was not given opens nothing.
    union.post(f"{place}/attest", FOUND, 403)
    union.post(f"{place}/verify", FOUND, 403)
