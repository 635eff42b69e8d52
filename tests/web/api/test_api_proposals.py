"""A proposal by programs: drafted and submitted by its author, answered by the unit, within a token's scopes."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.db import unit_of_work
from marketplace.services.account import signing_in, tokens
from marketplace.web.api.proposals import EXAMPLE
from tests.accounts import invited

UNIT = {"organisation": "旌阳示例机械厂"}


@pytest.fixture
def headers(app: Flask) -> dict[str, dict[str, str]]:
    """What programs of three people send with each request; the last token may only read."""
    found = {}
    scopes = {"author": ["read", "proposals"], "union": ["read", "proposals"], "reader": ["read"]}
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
