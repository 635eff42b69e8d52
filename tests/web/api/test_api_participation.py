"""A program opens a campaign, records and corrects for its unit, closes the month; each entry's result is told."""

from __future__ import annotations

import base64

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.db import SessionFactory, today, unit_of_work
from tests import factories
from tests.accounts import opened_account
from tests.factories import OrganisationFactory
from tests.files import pdf
from tests.web.api.test_api_studios import token_of

API, PLANT = "/api/v1", "示例重机厂"


@pytest.fixture(autouse=True)
def plant(sessions: SessionFactory) -> None:
    with unit_of_work(sessions) as session:
        factories.use(session)
        OrganisationFactory(name=PLANT, region_path="51/5106/510603", industry_path="C/34", region="510603")


def test_a_campaign_and_its_entries_through_the_interface(app: Flask, client: FlaskClient) -> None:
    opened_account(app, "city@example.cn", "city", region="5106")
    opened_account(app, "union@example.cn", "unit_union", organisation=PLANT)
    city, clerk = (token_of(app, f"{it}@example.cn", "read", "participation") for it in ("city", "union"))
    year, day = today().year, today().isoformat()
    terms = {"kind": "skills", "title": "技能提升年", "opens_on": f"{year}-01-01", "closes_on": f"{year}-12-31"}
    made = client.post(f"{API}/campaigns", json=terms, headers=city)
    assert made.status_code == 201, made.json
    assert client.get(made.headers["Location"]).status_code == 404
    assert client.post(f"{API}/campaigns/1/step", json={"action": "open"}, headers=clerk).status_code in (403, 404)
    assert client.post(f"{API}/campaigns/1/step", json={"action": "open"}, headers=city).json["state"] == "open"

    line = {"item": "training", "unit": PLANT, "day": day, "person_times": 120, "persons": 80}
    entry = client.post(f"{API}/participation/campaigns/1", json=line, headers=clerk).json
    again = client.post(f"{API}/participation/campaigns/1", json=line, headers=clerk)
    assert (again.status_code, "第 1 号记录" in again.json["detail"]) == (409, True)
    correction = {**line, "person_times": 100, "reason": "多写了", "revision": entry["revision"]}
    corrected = client.post(f"{API}/participation/1/correct", json=correction, headers=clerk).json
    assert (corrected["replaces_id"], corrected["person_times"]) == (1, 100)
    proof = {"file_name": "签到表.pdf", "purpose": "other", "content": base64.b64encode(pdf()).decode()}
    files = f"{API}/files/participation_entry/2"
    assert client.post(files, json=proof, headers=clerk).status_code == 201
    assert [client.get(files, headers=it).status_code for it in (city, {})] == [200, 404]
    results = client.post(f"{API}/participation/confirm", json={"entries": [2, 99]}, headers=clerk).json["results"]
    assert [(it["is_done"], bool(it["why"])) for it in results] == [(False, True), (False, True)]
    items = {it["code"]: it["figures"] for it in client.get(f"{API}/campaigns/1", headers=city).json["items"]}
    assert (items["training"]["person_times"], items["training"]["batch_persons"]) == (100, 80)
    assert client.get(f"{API}/campaigns/1").json["items"][0]["figures"] is None

    period = {"period": f"{today():%Y-%m}", "unit": PLANT}
    closed = client.post(f"{API}/campaigns/1/periods", json=period, headers=clerk)
    assert closed.status_code == 201, closed.json
    client.post(f"{API}/participation/2/withdraw", json={"reason": "没有办"}, headers=clerk)
    read = client.get(f"{API}/campaigns/periods/1", headers=clerk).json
    assert read["errata"][0]["change"] == {"batch_persons": -80, "entries": -1, "person_times": -100}
    assert client.get(f"{API}/campaigns/periods/1").status_code == 404
    listed = client.get(f"{API}/participation/campaigns/1?limit=1", headers=clerk).json
    assert (listed["entries"][0]["state"], bool(listed["next"])) == ("withdrawn", True)
    assert client.get(f"{API}/participation/campaigns/1").json["entries"] == []
