"""A program finds and reads concepts, as staff left them."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from marketplace.db import unit_of_work
from marketplace.permissions import SYSTEM
from marketplace.services import thesaurus
from tests.marketplace.records.test_thesaurus import SHIPPED, written


def test_a_concept_is_found_by_any_name_and_read(client: FlaskClient) -> None:
    answer = client.get("/api/v1/concepts", query_string={"q": "淬不硬"}).json
    assert answer["total"] == len(answer["concepts"])
    found = answer["concepts"][0]
    assert found["preferred"] == "淬火软点"
    assert "淬火槽强制搅拌" in found["solved_by"]
    assert client.get(f"/api/v1/concepts/{found['id']}").json == found
    assert "hidden" not in found


def test_all_concepts_are_turned_page_by_page(client: FlaskClient) -> None:
    query = {"kind": "effect", "limit": 30}
    first = client.get("/api/v1/concepts", query_string=query).json
    second = client.get("/api/v1/concepts", query_string={**query, "cursor": first["next"]}).json
    ids = [it["id"] for it in (*first["concepts"], *second["concepts"])]
    assert len(set(ids)) == first["total"] == 52
    assert second["next"] is None


def test_programs_read_what_staff_changed(app: Flask, client: FlaskClient) -> None:
    held = app.extensions["marketplace"]
    with unit_of_work(held.sessions) as session:
        entry = thesaurus.add(session, SYSTEM, written(), "新增")
        thesaurus.retire(session, SYSTEM, SHIPPED, 0, "停用")
    held.thesaurus.now()
    assert client.get(f"/api/v1/concepts/{entry.concept_id}").json["preferred"] == "滚筒跑空"
    gone = client.get(f"/api/v1/concepts/{SHIPPED}")
    assert gone.status_code == 404
    assert SHIPPED in gone.json["detail"]


def test_an_unknown_kind_is_refused(client: FlaskClient) -> None:
    refused = client.get("/api/v1/concepts", query_string={"kind": "trouble"})
    assert refused.status_code == 400
    assert list(refused.json["errors"]) == ["kind"]
