"""Programs run the annual review as the pages do, within the scopes of a token."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.db import SessionFactory, today, unit_of_work
from marketplace.permissions import SYSTEM
from marketplace.schemas.studio import NewStudioSchema, ResultSchema
from marketplace.services.studio import keeping, records
from tests import factories
from tests.accounts import opened_account
from tests.factories import OrganisationFactory
from tests.web.api.test_api_studios import token_of

PLANT, DAY = "示例重机厂", today()
YEAR = {
    "year": DAY.year, "title": "年度考核", "region": "5106", "tiers": ["city"], "period_from": f"{DAY.year}-01-01",
    "period_to": f"{DAY.year}-12-31", "cut_off": f"{DAY.year + 1}-01-31",
}  # fmt: skip
REVIEW = "/api/v1/studio-reviews/1"


@pytest.fixture
def offices(app: Flask, sessions: SessionFactory) -> dict[str, dict[str, str]]:
    """The headers of the programs of a unit, a city and the province."""
    with app.app_context(), unit_of_work(sessions) as session:
        factories.use(session)
        OrganisationFactory(name=PLANT, region_path="51/5106/510603", region="510603")
        row = {"name": "王示例创新工作室", "kind": "worker", "unit": PLANT, "tier": "city", "since": "2024-01-05"}
        studio = records.add(session, SYSTEM, NewStudioSchema().load(row))
        paper = {"kind": "paper", "title": "薄壁件装夹", "made_on": DAY.isoformat()}
        keeping.bring_about(session, SYSTEM, studio.id, ResultSchema().load(paper))
    for role, scope in (
        ("unit_union", {"organisation": PLANT}), ("city", {"region": "5106"}), ("province_curator", {}),
    ):  # fmt: skip
        opened_account(app, f"{role}@example.cn", role, **scope)
    roles = ("unit_union", "city", "province_curator")
    return {role: token_of(app, f"{role}@example.cn", "read", "studios") for role in roles}


def test_a_program_takes_a_review_from_the_year_to_the_appeal(
    client: FlaskClient, offices: dict[str, dict[str, str]]
) -> None:
    unit, city, province = offices.values()

    def post(place: str, body: dict[str, Any], headers: dict[str, str]) -> tuple[int, Any]:
        answer = client.post(place, json=body, headers=headers)
        return answer.status_code, answer.json

    assert post("/api/v1/review-years", YEAR, unit)[0] == 403
    status, year = post("/api/v1/review-years", YEAR, city)
    assert (status, year["region"], year["weights"]["results"]) == (201, "5106", 25)
    listed = client.get("/api/v1/studio-reviews?state=due", headers=unit).json["reviews"]
    assert [it["studio"] for it in listed] == ["王示例创新工作室"]
    assert client.get("/api/v1/studio-reviews").json["reviews"] == []
    status, review = post(f"{REVIEW}/report", {"account": "攻关三项。"}, unit)
    assert (status, review["state"], review["figures"]["people"]) == (200, "submitted", None)
    assert review["figures"]["results"]["paper"] == 1
    weights = {"weights": year["weights"], "cut_off": year["cut_off"]}
    assert post("/api/v1/review-years/1/weights", weights, city)[0] == 409
    grade = {"scores": {"results": 20, "ledger": 8}, "grade": "rectify", "opinion": "台账不全。"}
    assert post(f"{REVIEW}/grade", grade, unit)[0] == 403
    status, problem = post(f"{REVIEW}/grade", grade | {"scores": {"results": 99}}, city)
    assert (status, set(problem["errors"])) == (422, {"scores.results", "scores.ledger"})
    status, review = post(f"{REVIEW}/grade", grade, city)
    assert (status, review["score"], review["weighed"], review["state"]) == (200, "80.00", 35, "rectifying")
    status, review = post(f"{REVIEW}/appeals", {"text": "台账齐全。"}, unit)
    assert (status, review["appeals"][0]["state"]) == (200, "open")
    progress = client.get("/api/v1/review-years/1/progress", headers=city).json
    assert (progress["whole"]["graded"], progress["by_city"]["5106"]["mending"]) == (1, 1)
    decision = {"upheld": True, "grade": "qualified", "finding": "台账齐全。"}
    assert post(f"{REVIEW}/appeals/1", decision, city)[0] == 403
    # A program gives no second factor, and acts for the province in nothing.
    assert post(f"{REVIEW}/appeals/1", decision, province)[0] == 404
    assert post("/api/v1/review-years/1/close", {}, city)[0] == 409
