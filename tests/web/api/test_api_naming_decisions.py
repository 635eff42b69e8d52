"""Programs decide a batch as the pages do: ranking, meeting, list, notice, results, and the score sheet of a unit."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.db import SessionFactory, today, unit_of_work
from marketplace.models import NamingBatch
from tests import factories
from tests.accounts import opened_account
from tests.marketplace.naming.decided import a_batch, a_scored, end_publicity
from tests.web.api.test_api_studios import token_of

PLACE = "/api/v1/naming"
MEETING = {"held_on": today().isoformat(), "chair": "张主席", "present": ["张主席"], "minutes": "同意。"}

Headers = dict[str, str]


@pytest.fixture
def programs(app: Flask, sessions: SessionFactory) -> dict[str, Headers]:
    """Programs of a city with a batch of two scored studios and one place, and of the unit of the second."""
    with unit_of_work(sessions) as session:
        factories.use(session)
        batch = a_batch(session, tier="city", region_path="51/5106", quota=1)
        for score in (90, 80):
            a_scored(session, batch, score, tier="county")
    opened_account(app, "city@example.cn", "city", region="5106")
    opened_account(app, "union@example.cn", "unit_union", organisation="第2示例厂")
    return {name: token_of(app, f"{name}@example.cn", "read", "studios") for name in ("city", "union")}


def test_a_program_takes_a_batch_from_its_ranking_to_its_plaque(
    client: FlaskClient, sessions: SessionFactory, programs: dict[str, Headers]
) -> None:
    city, union = programs["city"], programs["union"]
    ranking, meetings = f"{PLACE}/batches/1/ranking", f"{PLACE}/batches/1/meetings"
    assert client.post(ranking, json={}, headers=union).status_code == 403
    tried = client.post(ranking, json={"quota": 2}, headers=city)
    assert [(it["before"]["standing"], it["after"]["standing"]) for it in tried.json["ranked"]] == [
        ("proposed", "proposed"), ("quota_full", "proposed"),
    ]  # fmt: skip
    assert client.post(ranking, json={"quota": 0}, headers=city).status_code == 422

    held = city | {"If-Match": tried.headers["ETag"]}
    assert client.post(meetings, json=MEETING, headers=city).status_code == 428
    wrong = {"changes": [{"application": 2, "to": "proposed", "reason": "更好"}]}
    assert client.post(meetings, json=MEETING | wrong, headers=held).status_code == 422
    assert client.post(meetings, json=MEETING, headers=held).json["chair"] == "张主席"
    assert client.get(f"{PLACE}/applications/2", headers=union).json["state"] == "recommended"
    begun = client.post(f"{PLACE}/batches/1/announcement", json={}, headers=city).json
    assert [(it["noun"], it["text"]["tier"]) for it in begun["entries"]] == [("studio_application", "city")]
    sheet = client.get(f"{PLACE}/applications/2/score-sheet", headers=union).json
    assert (sheet["score"], sheet["rank"], sheet["result"]) == ("80.00", 2, "未入选：名次在名额以外")

    notice = {"number": "德工发〔2026〕3号", "text": "关于命名的通知\n……", "expected": [1]}
    assert client.post(f"{PLACE}/batches/1/notices", json=notice, headers=city).status_code == 409
    assert client.get(f"{PLACE}/batches/1/results").json == {"named": []}
    with unit_of_work(sessions) as session:
        end_publicity(session, session.get_one(NamingBatch, 1))
    issued = client.post(f"{PLACE}/batches/1/notices", json=notice, headers=city).json
    assert [it["plaque"] for it in issued["named"]] == ["SZ5106-2026-001"]
    end = f"{PLACE}/batches/1/end"
    assert client.post(end, headers=union).status_code == 403
    assert client.post(end, headers=city).json == issued
    assert client.post(end, headers=city).status_code == 409
    taken = client.post(f"{PLACE}/applications/1/revocation", json={"reason": "不实"}, headers=city).json
    assert taken["named"][0]["revoked_on"] == today().isoformat()
    assert client.post(f"{PLACE}/applications/1/striking", json={"reason": "不实"}, headers=city).status_code == 409
