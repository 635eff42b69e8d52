"""A program posts a demand, sees it matched with quoted reasons, and changes it without overwriting anybody."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from marketplace.db import unit_of_work
from marketplace.permissions import SYSTEM
from marketplace.services import demand as demands
from tests.web.api_records import FIXTURE, PERSONAL, SEAL, WANTED, stock

ADDRESS = "/api/v1/demands"


def posted(client: FlaskClient, **fields: Any) -> dict[str, Any]:
    answer = client.post(ADDRESS, json={**WANTED, **fields})
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json
    return body


def read(client: FlaskClient, demand: dict[str, Any], part: str = "", *, with_key: bool = True) -> TestResponse:
    headers = {"X-Demand-Key": demand["access_key"]} if with_key else {}
    return client.get(f"{ADDRESS}/{demand['id']}{part}", headers=headers)


def changed(client: FlaskClient, demand: dict[str, Any], etag: str | None, **fields: Any) -> TestResponse:
    headers = {"X-Demand-Key": demand["access_key"], **({"If-Match": etag} if etag else {})}
    return client.put(f"{ADDRESS}/{demand['id']}", json={**WANTED, **fields}, headers=headers)


def publish(app: Flask, demand: dict[str, Any]) -> None:
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        for action in ("verify", "open"):
            demands.act(session, SYSTEM, demand["id"], action)


def test_a_demand_posted_is_kept_and_waits_to_be_verified(app: Flask, client: FlaskClient) -> None:
    stock(app, [FIXTURE])
    answer = client.post(ADDRESS, json={**WANTED, "region": "绵阳", "budget_max": 20000000})
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"{ADDRESS}/{answer.json['id']}"
    assert (answer.json["state"], answer.json["region"]) == ("submitted", "5107")
    assert answer.json["organisation"]["name"] == "绵阳示例电子厂"
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_demand_not_yet_verified_exists_only_for_the_holder_of_its_key(app: Flask, client: FlaskClient) -> None:
    stock(app, [FIXTURE])
    demand = posted(client)
    other = posted(client)
    for part in ("", "/matches"):
        assert read(client, demand, part).status_code == 200
        assert read(client, demand, part, with_key=False).status_code == 404
        assert read(client, {**demand, "access_key": other["access_key"]}, part).status_code == 404
    assert client.get(ADDRESS).json["demands"] == []


def test_the_key_is_given_once_and_opens_the_contact(app: Flask, client: FlaskClient) -> None:
    stock(app, [FIXTURE])
    demand = posted(client)
    publish(app, demand)
    own = read(client, demand).json
    assert own["contact_phone"] == WANTED["contact_phone"]
    assert demand["access_key"] not in read(client, demand).text
    public = read(client, demand, with_key=False)
    assert public.json["title"] == WANTED["title"]
    assert not [secret for secret in PERSONAL if secret in public.text]


def test_a_posted_demand_is_matched_at_once_with_quotations_that_stand_in_the_record(
    app: Flask, client: FlaskClient
) -> None:
    stock(app, [FIXTURE, SEAL])
    demand = posted(client)
    matches = read(client, demand, "/matches").json["matches"]
    assert matches[0]["achievement"]["title"] == FIXTURE["title"]
    assert matches[0]["rank"] == 1
    quoted = 0
    for match in matches:
        record = client.get(f"/api/v1/achievements/{match['achievement']['id']}").json
        for reason in match["reasons"]:
            clause = demand[reason["clause_field"]][reason["clause_start"] : reason["clause_end"]]
            assert clause == reason["clause"]
            if reason["quote"]:
                quoted += 1
                assert record[reason["field"]][reason["start"] : reason["end"]] == reason["quote"]
    assert quoted


def test_an_indicator_is_held_against_what_is_wanted(app: Flask, client: FlaskClient) -> None:
    stock(app, [FIXTURE])
    (match,) = read(client, posted(client), "/matches").json["matches"]
    compared = [indicator for reason in match["reasons"] for indicator in reason["indicators"]]
    assert {indicator["name"]: indicator["met"] for indicator in compared}["合格率"] is True


def test_a_demand_is_kept_even_where_nothing_can_be_matched_yet(client: FlaskClient) -> None:
    demand = posted(client)
    assert read(client, demand, "/matches").json == {"matches": []}


def test_a_change_with_the_tag_read_is_kept_and_matched_anew(app: Flask, client: FlaskClient) -> None:
    stock(app, [FIXTURE, SEAL])
    demand = posted(client)
    etag = read(client, demand).headers["ETag"]
    answer = changed(client, demand, etag, title="主轴箱漏油", text="机床主轴箱轴端漏油，每月停机三次，想彻底止住。")
    assert answer.status_code == 200
    assert answer.headers["ETag"] != etag
    assert "access_key" not in answer.json
    best = read(client, demand, "/matches").json["matches"][0]
    assert best["achievement"]["title"] == SEAL["title"]


def test_a_field_left_out_of_a_change_is_cleared(app: Flask, client: FlaskClient) -> None:
    stock(app, [FIXTURE])
    demand = posted(client, limits="不能更换机床")
    changed(client, demand, read(client, demand).headers["ETag"])
    assert read(client, demand).json["limits"] == ""


def test_a_change_of_an_old_version_is_refused_with_both_versions(app: Flask, client: FlaskClient) -> None:
    stock(app, [FIXTURE])
    demand = posted(client)
    old = read(client, demand).headers["ETag"]
    assert changed(client, demand, old, title="先改的").status_code == 200
    answer = changed(client, demand, old, title="后改的")
    assert (answer.status_code, answer.mimetype) == (409, "application/problem+json")
    assert answer.json["title"] == "内容已被他人修改"
    now = read(client, demand)
    assert (f'"{answer.json["given"]}"', f'"{answer.json["current"]}"') == (old, now.headers["ETag"])
    assert now.json["title"] == "先改的"


@pytest.mark.parametrize(("etag", "status"), [(None, 428), ("*", 400), ("3", 400), ('"0"', 400), ('"1", "2"', 400)])
def test_a_change_must_say_which_version_was_read(
    app: Flask, client: FlaskClient, etag: str | None, status: int
) -> None:
    stock(app, [FIXTURE])
    answer = changed(client, posted(client), etag)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert "If-Match" in answer.text


def test_nobody_changes_a_public_demand_without_its_key(app: Flask, client: FlaskClient) -> None:
    stock(app, [FIXTURE])
    demand = posted(client)
    publish(app, demand)
    etag = read(client, demand).headers["ETag"]
    assert changed(client, {**demand, "access_key": "guessed"}, etag).status_code == 403


def test_the_keys_of_a_browser_do_not_work_here(app: Flask, client: FlaskClient) -> None:
    stock(app, [FIXTURE])
    demand = posted(client)
    with client.session_transaction() as session:
        session["demand_keys"] = [demand["access_key"]]
    assert read(client, demand, with_key=False).status_code == 404


def test_open_demands_are_listed_newest_first_page_by_page(app: Flask, client: FlaskClient) -> None:
    _, ids = stock(app, [FIXTURE], [{**WANTED, "title": f"{WANTED['title']}之{number}"} for number in range(5)])
    seen, cursor = [], None
    for size in (2, 2, 1):
        page = client.get(ADDRESS, query_string={"limit": 2, **({"cursor": cursor} if cursor else {})})
        assert len(page.json["demands"]) == size
        assert not [secret for secret in PERSONAL if secret in page.text]
        seen += page.json["demands"]
        cursor = page.json["next"]
    assert [demand["id"] for demand in seen] == sorted(ids, reverse=True)
    assert cursor is None
