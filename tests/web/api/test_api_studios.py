"""Programs keep files of people and records of studios as the pages do, within the scopes of a token."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from marketplace.db import SessionFactory, today, unit_of_work
from marketplace.models import Account
from marketplace.services.account import signing_in, tokens
from tests import factories
from tests.accounts import opened_account
from tests.factories import AchievementFactory, OrganisationFactory

PLANT = "示例重机厂"
PERSON = {"name": "王示例", "unit": PLANT, "phone": "13900000009", "born_on": "1975-03-01"}
STUDIO = {"name": "王示例创新工作室", "kind": "model_worker", "unit": PLANT, "tier": "county", "since": "2024-01-05"}


@pytest.fixture
def plant(sessions: SessionFactory) -> None:
    with unit_of_work(sessions) as session:
        factories.use(session)
        unit = OrganisationFactory(name=PLANT, region_path="51/5106/510603", region="510603")
        AchievementFactory(title="液性塑料夹具", units=[unit])


def token_of(app: Flask, email: str, *scopes: str) -> dict[str, str]:
    """Return the headers of a program that acts for somebody."""
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        account = session.scalars(sa.select(Account).filter_by(email=email)).one()
        actor = signing_in.actor_of(account, has_second_factor=True)
        _token, secret = tokens.create(session, actor, {"name": "同步", "scopes": list(scopes), "days": 1})
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def city(app: Flask, plant: None) -> dict[str, str]:
    opened_account(app, "city@example.cn", "city", region="5106")
    return token_of(app, "city@example.cn", "read", "honours", "studios")


def test_a_program_keeps_a_file_and_never_reads_what_is_for_a_purpose(
    client: FlaskClient, city: dict[str, str]
) -> None:
    made = client.post("/api/v1/people", json=PERSON, headers=city)
    assert (made.status_code, made.json["name"], made.headers["Location"]) == (201, "王示例", "/api/v1/people/1")
    assert client.post("/api/v1/people", json=PERSON, headers=city).status_code == 409
    honour = {"title": "德阳市劳动模范", "year": 2025}
    recorded = client.post("/api/v1/people/1/honours", json=honour, headers=city)
    assert (recorded.status_code, recorded.json["level"], recorded.json["state"]) == (201, "city", "active")
    above = client.post("/api/v1/people/1/honours", json={"title": "四川工匠", "year": 2025}, headers=city)
    assert above.status_code == 403
    read = client.get("/api/v1/people", headers=city)
    assert [it["title"] for it in read.json["people"][0]["honours"]] == ["德阳市劳动模范"]
    for answer in (made, read, client.get("/api/v1/people/1", headers=city)):
        assert "13900000009" not in answer.text
        assert "1975" not in answer.text
    agreed = client.put("/api/v1/people/1/agreement", json={"shows_name": True}, headers=city)
    assert agreed.json["shows_name"] is True
    assert client.get("/api/v1/honours").json["honours"][0]["holder"] == "王示例"
    taken = {"revoked_on": "2026-01-01", "reason": "申报不实"}
    assert client.post("/api/v1/honours/1/revoke", json=taken, headers=city).json["state"] == "revoked"
    assert client.get("/api/v1/honours").json["honours"] == []


def test_a_program_without_the_scope_keeps_nothing(app: Flask, client: FlaskClient, city: dict[str, str]) -> None:
    reading = token_of(app, "city@example.cn", "read")
    for headers in ({}, reading):
        assert client.post("/api/v1/people", json=PERSON, headers=headers).status_code == 403
        assert client.post("/api/v1/studios", json=STUDIO, headers=headers).status_code == 403
        assert client.get("/api/v1/people", headers=headers).status_code == 403


def test_a_program_writes_the_record_of_a_studio(client: FlaskClient, city: dict[str, str]) -> None:
    made = client.post("/api/v1/studios", json=STUDIO, headers=city)
    assert (made.status_code, made.headers["Location"]) == (201, "/api/v1/studios/1")
    parts = {
        "leaders": {"name": "王示例", "since": "2024-01-05"},
        "members": {"name": "李示例", "role": "core", "since": "2024-02-01"},
        "apprenticeships": {"mentor": "王示例", "apprentice": "赵示例", "began_on": "2026-01-10", "plan": "一年学会"},
        "years": {"year": today().year, "plan": "攻关三项", "budget": 5_000_000},
        "grants": {"payer": "省总工会", "amount": 10_000_000, "received_on": "2026-01-05"},
        "grant-uses": {"grant_id": 1, "category": "equipment", "amount": 4_000_000, "used_on": "2026-02-01",
                       "receipt": "凭证 12 号"},
        "results": {"kind": "achievement", "object_id": 1, "made_on": (today() - dt.timedelta(30)).isoformat()},
        "tiers": {"tier": "city", "since": "2026-06-01"},
        "dossiers": {"purpose": "2026 年市级工作室"},
    }  # fmt: skip
    for place, part in parts.items():
        answer = client.post(f"/api/v1/studios/1/{place}", json=part, headers=city)
        assert (answer.status_code, answer.json) == (201, {"studio_id": 1, "id": answer.json.get("id")}), place
    checked = client.get("/api/v1/studios/1/conditions", headers=city).json["conditions"]
    assert {it["name"]: it["state"] for it in checked} == {
        "leader": "no_data", "members": "fail", "premises": "no_data", "equipment": "no_data", "rules": "no_data",
        "plan": "pass", "budget": "pass", "results": "pass", "pairs": "pass", "ledger": "pass",
        "not_a_lab": "no_data", "crews": "no_data", "not_delisted": "pass",
    }  # fmt: skip
    assert client.get("/api/v1/studios/1/conditions").status_code == 404
    shown = client.get("/api/v1/studios/1").json
    assert (shown["leader"], shown["members"], shown["member_count"], shown["tier"]) == (None, [], 1, "city")
    assert [it["title"] for it in shown["results"]] == ["液性塑料夹具"]
    listed = client.get("/api/v1/studios", query_string={"tier": "city", "region": "5106", "q": "王示例"}).json
    assert (listed["count"], [it["name"] for it in listed["studios"]]) == (1, ["王示例创新工作室"])
    refused = client.post("/api/v1/studios/1/members", json={"since": "2024-02-01"}, headers=city)
    assert refused.status_code == 422
    assert "请填写姓名。" in refused.text
