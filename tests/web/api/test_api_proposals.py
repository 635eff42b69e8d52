"""A proposal by programs: drafted and submitted by its author, answered by the unit, within a token's scopes."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.db import unit_of_work
from marketplace.services.account import signing_in, tokens
from marketplace.web.api.workers.proposals import EXAMPLE
from tests.accounts import invited

UNIT = {"organisation": "旌阳示例机械厂"}


@pytest.fixture
def headers(app: Flask) -> dict[str, dict[str, str]]:
    """What programs of three people send with each request; the last token may only read."""
    found = {}
    scopes = {
        "author": ["read", "proposals"], "helper": ["read", "proposals"], "union": ["read", "proposals"],
        "reader": ["read"],
    }  # fmt: skip
    with app.app_context(), unit_of_work(app.extensions["marketplace"].sessions) as session:
        for who, allowed in scopes.items():
            account = invited(session, f"{who}@example.cn", "unit_union" if who == "union" else "worker", **UNIT)
            acting = signing_in.actor_of(account, has_second_factor=True)
            secret = tokens.create(session, acting, {"name": "t", "scopes": allowed, "days": 1})[1]
            found[who] = {"Authorization": f"Bearer {secret}"}
    return found


def told(client: FlaskClient, place: str, data: dict[str, Any], headers: dict[str, str], status: int = 200) -> Any:
    answer = client.post(f"/api/v1/proposals{place}", json=data, headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json


def test_a_proposal_goes_its_way_by_programs(client: FlaskClient, headers: dict[str, dict[str, str]]) -> None:
    author, union = headers["author"], headers["union"]
    drafted = client.post("/api/v1/proposals", json=EXAMPLE, headers=author)
    place = drafted.headers["Location"]
    assert (drafted.status_code, drafted.json["title"], drafted.json["authors"][0]["share"]) == (
        201, "改用快换刀座", "100.00",
    )  # fmt: skip
    changed = client.put(
        place, json={**EXAMPLE, "crew": "二班"}, headers={**author, "If-Match": drafted.headers["ETag"]}
    )
    assert changed.json["crew"] == "二班"
    assert client.put(place, json=EXAMPLE, headers={**author, "If-Match": drafted.headers["ETag"]}).status_code == 409
    assert client.get(place, headers=union).status_code == 404
    number = f"/{drafted.json['id']}"
    assert told(client, f"{number}/steps", {"action": "submit"}, author)["state"] == "submitted"
    for action in ("screen", "take_up"):
        told(client, f"{number}/steps", {"action": action}, union)
    told(client, f"{number}/steps", {"action": "decline"}, union, 422)
    told(client, f"{number}/steps", {"action": "adopt_partly"}, union, 409)
    part = {"adopted_part": "先改两台车床", "reason": "其余设备明年更新"}
    assert told(client, f"{number}/partial-adoption", part, union)["adopted_part"] == "先改两台车床"
    assert client.get(f"/api/v1/proposals{number}/benefits", headers=author).json == {"benefits": []}
    page = client.get("/api/v1/proposals?q=刀座&state=partly_adopted", headers=union).json
    assert [it["id"] for it in page["proposals"]] == [drafted.json["id"]]


def test_a_colleague_supports_but_is_not_told_who_made_it(
    client: FlaskClient, headers: dict[str, dict[str, str]]
) -> None:
    number = f"/{told(client, '', EXAMPLE, headers['author'], 201)['id']}"
    told(client, f"{number}/steps", {"action": "submit"}, headers["author"])
    told(client, f"{number}/steps", {"action": "screen"}, headers["union"])
    assert client.get(f"/api/v1/proposals{number}", headers=headers["reader"]).json["authors"] == []
    told(client, f"{number}/support", {}, headers["reader"], 403)
    assert told(client, f"{number}/support", {}, headers["union"]) == {"supporters": 1}


def test_a_visitor_drafts_nothing_and_reads_nothing(client: FlaskClient, headers: dict[str, dict[str, str]]) -> None:
    told(client, "", EXAMPLE, {}, 403)
    assert client.get("/api/v1/proposals").json == {"proposals": [], "next": None}


def test_a_co_author_agrees_by_program_and_the_unit_takes_it_in_only_then(
    client: FlaskClient, headers: dict[str, dict[str, str]]
) -> None:
    author, helper, union = (headers[who] for who in ("author", "helper", "union"))
    two = [{"name": "author", "share": "60"}, {"name": "示例同事", "share": "40", "email": "helper@example.cn"}]
    number = told(client, "", {**EXAMPLE, "authors": two}, author, 201)["id"]
    told(client, f"/{number}/steps", {"action": "submit"}, author)
    assert "示例同事" in told(client, f"/{number}/steps", {"action": "screen"}, union, 409)["detail"]
    (asked,) = client.get("/api/v1/parts", headers=helper).json["parts"]
    assert (asked["kind"], asked["order"], asked["share"]) == ("author", 2, "40.00")
    assert [it["name"] for it in asked["named"]] == ["author", "示例同事"]
    people = f"/api/v1/parts/proposal/{number}"
    seen = client.get(people, headers=author).json["people"]
    assert [(it["answer"], "email" in it) for it in seen] == [("confirmed", False), ("asked", False)]
    assert client.post(f"{people}/ask", json={}, headers=author).json == {"written_to": 0}
    assert client.post(f"{people}/ask", json={}, headers=union).status_code == 403
    assert client.get(people, headers=headers["reader"]).status_code == 404
    place = f"/api/v1/parts/author/{asked['id']}/answer"
    assert client.post(place, json={"agrees": True}, headers=author).status_code == 404
    assert client.post(place, json={"agrees": False}, headers=helper).status_code == 422
    assert client.post(place, json={"agrees": True}, headers=helper).json == {"parts": []}
    assert told(client, f"/{number}/steps", {"action": "screen"}, union)["state"] == "screened"


def test_the_unit_says_by_program_why_an_author_did_not_confirm(
    client: FlaskClient, headers: dict[str, dict[str, str]]
) -> None:
    author, union = headers["author"], headers["union"]
    number = told(client, "", {**EXAMPLE, "authors": [{"name": "author"}, {"name": "示例同事"}]}, author, 201)["id"]
    told(client, f"/{number}/steps", {"action": "submit"}, author)
    people = f"/api/v1/parts/proposal/{number}"
    silent = client.get(people, headers=union).json["people"][1]
    excused = client.post(f"{people}/{silent['id']}/excuse", json={"reason": "已退休"}, headers=union).json
    assert [it["answer"] for it in excused["people"]] == ["confirmed", "excused"]
    assert client.post(f"{people}/{silent['id']}/excuse", json={"reason": "我"}, headers=author).status_code == 403
