"""A program writes an achievement for its owner, submits it and follows it, with a token for no more than that."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from marketplace.db import SessionFactory, unit_of_work
from marketplace.models import Account
from marketplace.services.account import signing_in, tokens
from marketplace.web.api.workers.submissions import EXAMPLE
from tests import factories
from tests.accounts import opened_account
from tests.factories import AchievementFactory, DraftFactory

PLACE = "/api/v1/submissions"


@pytest.fixture
def headers(app: Flask) -> dict[str, str]:
    return bearer(app, "author@example.cn", "achievements")


def bearer(app: Flask, email: str, scope: str) -> dict[str, str]:
    opened_account(app, email, "worker")
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        account = session.scalars(sa.select(Account).filter_by(email=email)).one()
        actor = signing_in.actor_of(account, has_second_factor=False)
        secret = tokens.create(session, actor, {"name": "t", "scopes": ["read", scope], "days": 1})[1]
    return {"Authorization": f"Bearer {secret}"}


def test_a_draft_is_begun_written_and_listed(client: FlaskClient, headers: dict[str, str]) -> None:
    begun = client.post(PLACE, json=EXAMPLE, headers=headers)
    assert begun.status_code == 201, begun.text
    assert [it["name"] for it in begun.json["completers"]] == ["张三", "李四"]
    assert "example.cn" not in begun.text
    match = headers | {"If-Match": begun.headers["ETag"]}
    written = client.patch(begun.location, json={"problem": "", "keywords": ["夹具"]}, headers=match)
    assert (written.json["title"], written.json["problem"], written.json["keywords"]) == (
        EXAMPLE["title"], "", ["夹具"],
    )  # fmt: skip
    assert client.patch(begun.location, json={"title": "旧"}, headers=match).status_code == 409
    assert client.patch(begun.location, json={"title": "旧"}, headers=headers).status_code == 428
    assert [it["title"] for it in client.get(PLACE, headers=headers).json["submissions"]] == [EXAMPLE["title"]]


def test_what_is_missing_is_said_by_field(client: FlaskClient, headers: dict[str, str]) -> None:
    place = client.post(PLACE, json={}, headers=headers).location
    refused = client.post(f"{place}/submit", headers=headers)
    assert refused.status_code == 422
    told = client.get(f"{place}/progress", headers=headers).json
    assert refused.json["errors"] == told["missing"]
    assert (told["state"], told["desk"], told["ahead"][0]) == ("draft", None, "submitted")


def test_a_submission_is_followed_and_withdrawn(
    client: FlaskClient, headers: dict[str, str], sessions: SessionFactory
) -> None:
    with unit_of_work(sessions) as session:
        factories.use(session)
        account = session.scalars(sa.select(Account).filter_by(email="author@example.cn")).one()
        place = f"{PLACE}/{DraftFactory(account_id=account.id).id}"
    assert client.post(f"{place}/submit", headers=headers).json["state"] == "submitted"
    told: dict[str, Any] = client.get(f"{place}/progress", headers=headers).json
    assert told["desk"]["role"] == "province_curator"
    assert [event["verb"] for event in told["events"]] == ["submit"]
    assert client.patch(place, json={"title": "改"}, headers=headers | {"If-Match": '"1"'}).status_code == 409
    assert client.post(f"{place}/withdraw", headers=headers).json["state"] == "withdrawn"


def test_nobody_else_reaches_it(app: Flask, client: FlaskClient, headers: dict[str, str]) -> None:
    place = client.post(PLACE, json=EXAMPLE, headers=headers).location
    other = bearer(app, "other@example.cn", "achievements")
    for address in (place, f"{place}/progress"):
        assert client.get(address, headers=other).status_code == 404
        assert client.get(address).status_code == 404
    assert client.post(PLACE, json={}, headers=bearer(app, "third@example.cn", "demands")).status_code == 403
    assert client.post(PLACE, json={}).status_code == 403


def test_a_change_of_completers_is_asked_for_agreed_to_and_taken_back(
    app: Flask, client: FlaskClient, headers: dict[str, str], sessions: SessionFactory
) -> None:
    with unit_of_work(sessions) as session:
        factories.use(session)
        account = session.scalars(sa.select(Account).filter_by(email="author@example.cn")).one()
        number = AchievementFactory(account_id=account.id, title="薄壁件车削夹具").id
    colleague = bearer(app, "colleague@example.cn", "achievements")
    place, people = f"{PLACE}/{number}/amendment", f"/api/v1/parts/achievement/{number}"
    two = [{"name": "张三", "share": "60"}, {"name": "李四", "share": "40", "email": "colleague@example.cn"}]
    body, match = {"completers": two, "reason": "补列完成人"}, headers | {"If-Match": '"1"'}
    assert client.post(place, json=body, headers=headers).status_code == 428
    assert list(client.post(place, json={**body, "reason": ""}, headers=match).json["errors"]) == ["reason"]
    assert client.post(place, json=body, headers=colleague | {"If-Match": '"1"'}).status_code == 403
    asked = client.post(place, json=body, headers=match)
    assert (asked.status_code, asked.json["state"]) == (200, "final_review")
    (question,) = client.get("/api/v1/parts", headers=colleague).json["parts"]
    assert (question["kind"], question["share"], question["record"]["title"]) == (
        "amendment",
        "40.00",
        "薄壁件车削夹具",
    )
    answer = f"/api/v1/parts/amendment/{question['id']}/answer"
    assert client.post(answer, json={"agrees": False, "reason": "份额不对"}, headers=colleague).status_code == 200
    seen = client.get(people, headers=headers).json["people"]
    assert [(it["name"], it["answer"], it["decline_reason"]) for it in seen] == [
        ("张三", "unasked", ""), ("李四", "declined", "份额不对"),
    ]  # fmt: skip
    assert client.post(f"{place}/take-back", headers=headers).json["state"] == "published"
    assert client.get(people, headers=headers).json == {"people": []}
    assert client.post(f"{place}/take-back", headers=headers).status_code == 409
