"""Programs announce, apply and recommend as the pages do, within the scopes of a token and the revision they read."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.db import SessionFactory, today, unit_of_work
from tests import factories
from tests.accounts import opened_account
from tests.marketplace.naming.batches import plant, ready
from tests.web.api.test_api_studios import token_of

PLACE, PLANT = "/api/v1/naming", "示例重机厂"
DAYS = dict.fromkeys(("opens_on", "closes_on", "recommend_by", "score_by"), today().isoformat())
BATCH: dict[str, Any] = {
    "title": "2026年度德阳市级工作室", "year": 2026, "tier": "city", "region": "5106", "quota": 3, **DAYS,
    "indicators": {"quality": 60, "benefit": 40}, "barring": ["leader"], "line": 60, "judges_needed": 5,
    "publicity_days": 5,
}  # fmt: skip
SAID = {"studio": 1, "statement": "三年攻关六项。"}

Headers = dict[str, str]


@pytest.fixture
def programs(app: Flask, sessions: SessionFactory) -> dict[str, Headers]:
    """Programs of the union of a plant with a studio, of its county and of its city."""
    with unit_of_work(sessions) as session:
        factories.use(session)
        ready(session, plant(PLANT, region="510603", industry="34"), tier="county")
    opened_account(app, "union@example.cn", "unit_union", organisation=PLANT)
    opened_account(app, "county@example.cn", "county", region="510603")
    opened_account(app, "city@example.cn", "city", region="5106")
    return {name: token_of(app, f"{name}@example.cn", "read", "studios") for name in ("union", "county", "city")}


def test_a_program_announces_applies_and_recommends(client: FlaskClient, programs: dict[str, Headers]) -> None:
    made = client.post(f"{PLACE}/batches", json=BATCH, headers=programs["city"])
    assert (made.status_code, made.headers["Location"]) == (201, f"{PLACE}/batches/1")
    assert client.post(f"{PLACE}/batches", json=BATCH, headers=programs["city"]).status_code == 409
    assert client.post(f"{PLACE}/batches", json=BATCH, headers=programs["county"]).status_code == 403
    wrong = client.post(f"{PLACE}/batches", json=BATCH | {"indicators": {"quality": 60}}, headers=programs["city"])
    assert (wrong.status_code, list(wrong.json["errors"])) == (422, ["indicators"])
    assert [it["title"] for it in client.get(f"{PLACE}/batches").json["batches"]] == [BATCH["title"]]

    applied = client.post(f"{PLACE}/batches/1/applications", json=SAID, headers=programs["union"])
    assert (applied.status_code, applied.json["state"]) == (201, "applied")
    assert {it["state"] for it in applied.json["conditions"]} == {"pass"}
    assert client.get(f"{PLACE}/batches/1/applications").json["applications"] == []
    assert client.get(f"{PLACE}/applications/1").status_code == 404

    (listed,) = client.get(f"{PLACE}/batches/1/applications", headers=programs["county"]).json["applications"]
    place, opinion = f"{PLACE}/applications/{listed['id']}/recommendation", {"opinion": "同意推荐"}
    assert client.post(place, json=opinion, headers=programs["county"]).status_code == 428
    held = programs["county"] | {"If-Match": f'"{listed["revision"]}"'}
    returned = client.post(f"{PLACE}/applications/1/return", json={"reason": "请补充材料"}, headers=held)
    assert (returned.json["state"], returned.json["decision"]) == ("returned", "请补充材料")
    again = client.post(f"{PLACE}/batches/1/applications", json=SAID, headers=programs["union"])
    assert client.post(place, json=opinion, headers=held).status_code == 409
    held["If-Match"] = again.headers["ETag"]
    recommended = client.post(place, json=opinion, headers=held)
    assert (recommended.json["recommended_as"], recommended.json["recommended_rank"]) == ("county", 1)
    taken = client.post(f"{PLACE}/applications/1/withdrawal", headers=programs["union"])
    assert taken.json["state"] == "withdrawn"


def test_a_program_without_the_scope_does_nothing(
    app: Flask, client: FlaskClient, programs: dict[str, Headers]
) -> None:
    client.post(f"{PLACE}/batches", json=BATCH, headers=programs["city"])
    reading = token_of(app, "union@example.cn", "read")
    assert client.post(f"{PLACE}/batches/1/applications", json=SAID, headers=reading).status_code in (403, 404)
