"""Programs of a person keep his searches, marks, notices and webhooks, and nobody else's."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from marketplace.db import SessionFactory, unit_of_work
from marketplace.models import Account
from marketplace.postbox import emit, post
from tests import factories
from tests.accounts import opened_account
from tests.factories import AchievementFactory, DraftFactory
from tests.web.api.test_api_studios import token_of

API = "/api/v1"
ASKED = {"name": "薄壁件", "kind": "achievement", "text": "薄壁件车削", "filters": {"kind": ["small_improvement"]}}


@pytest.fixture
def li(app: Flask) -> dict[str, str]:
    opened_account(app, "li@example.cn", "worker")
    return token_of(app, "li@example.cn", "following")


@pytest.fixture
def wang(app: Flask) -> dict[str, str]:
    opened_account(app, "wang@example.cn", "worker")
    return token_of(app, "wang@example.cn", "following")


def test_a_program_keeps_searches_and_no_other_reads_them(
    app: Flask, client: FlaskClient, li: dict[str, str], wang: dict[str, str]
) -> None:
    empty = client.post(f"{API}/saved-searches", json={"name": "什么都要", "kind": "demand"}, headers=li)
    assert list(empty.json["errors"]) == ["text"]
    empty = client.post(f"{API}/saved-searches", json={"name": "", "kind": "demand"}, headers=li)
    assert sorted(empty.json["errors"]) == ["name", "text"]
    made = client.post(f"{API}/saved-searches", json=ASKED, headers=li)
    place = made.headers["Location"]
    assert (made.status_code, made.json["filters"], made.json["is_paused"]) == (201, ASKED["filters"], False)
    assert made.json["feed"].startswith("http://localhost/feeds/saved/")
    assert client.get(place, headers=wang).status_code == 404
    assert client.get(f"{API}/saved-searches", headers=wang).json == {"saved_searches": []}
    assert client.get(f"{API}/saved-searches").status_code == 403
    assert client.get(place, headers=token_of(app, "li@example.cn", "read")).status_code == 403
    change = {"name": "薄壁件", "frequency": "weekly", "revision": 1}
    assert client.put(place, json=change, headers=li).json["frequency"] == "weekly"
    assert client.put(place, json=change, headers=li).status_code == 409
    assert client.post(f"{place}/pause", headers=li).json["is_paused"]
    assert client.post(f"{place}/renew", headers=li).json["feed"] != made.json["feed"]
    assert client.get(f"{place}/found", headers=li).json == {"found": []}
    assert client.post(f"{place}/delete", headers=wang).status_code == 404
    assert client.post(f"{place}/delete", headers=li).status_code == 204
    assert client.get(place, headers=li).status_code == 404


def test_a_program_reads_notices_and_chooses_how_they_come(
    client: FlaskClient, sessions: SessionFactory, li: dict[str, str], wang: dict[str, str]
) -> None:
    with unit_of_work(sessions) as session:
        account = session.scalars(sa.select(Account).filter_by(email="li@example.cn")).one()
        for count in ("3", "4"):
            post(session, account, "due_soon", count=count, day="2026-12-01")
    assert "due_soon" not in [it["kind"] for it in client.get(f"{API}/notices", headers=wang).json["notices"]]
    first = client.get(f"{API}/notices?limit=1", headers={**li, "Accept-Language": "en"}).json
    assert (first["notices"][0]["subject"], first["unread"]) == ("Tasks that are due soon: 4", 3)
    rest = client.get(f"{API}/notices", query_string={"limit": 1, "cursor": first["next"]}, headers=li).json
    assert "3 项待办" in rest["notices"][0]["subject"]
    older, newer = rest["notices"][0]["id"], first["notices"][0]["id"]
    assert client.post(f"{API}/notices/{older}/read", headers=wang).status_code == 404
    assert client.post(f"{API}/notices/{older}/read", headers=li).status_code == 204
    unread = [it["id"] for it in client.get(f"{API}/notices?unread=true", headers=li).json["notices"]]
    assert newer in unread and older not in unread
    assert client.post(f"{API}/notices/read", json={"up_to": newer}, headers=li).json == {"count": 2}
    wanted = {"records": {"in_product": False, "mail": "weekly"}}
    chosen = client.put(f"{API}/notices/preferences", json=wanted, headers=li).json
    assert chosen["records"] == wanted["records"]
    assert chosen["market"] == {"in_product": True, "mail": "at_once"}
    refused = client.put(
        f"{API}/notices/preferences", json={"searches": {"in_product": True, "mail": "daily"}}, headers=li
    )
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["searches"])
    assert client.get(f"{API}/notices/preferences", headers=wang).json["records"]["mail"] == "at_once"


def test_a_program_marks_what_its_person_may_read(
    client: FlaskClient, sessions: SessionFactory, li: dict[str, str], wang: dict[str, str]
) -> None:
    with unit_of_work(sessions) as session:
        factories.use(session)
        shown, draft = AchievementFactory(title="快换刀座").id, DraftFactory(title="还在写的刀座").id
    place = f"{API}/favourites/achievement/{shown}"
    assert client.post(place, json={"note": "问问价格"}, headers=li).status_code == 200
    assert client.post(place, json={}, headers=li).json["note"] == "问问价格"
    assert client.post(f"{API}/favourites/achievement/{draft}", json={}, headers=li).status_code == 404
    marked = {"kind": "achievement", "id": shown, "note": "问问价格", "title": "快换刀座"}
    assert client.get(f"{API}/favourites", headers=li).json == {"favourites": [marked]}
    assert client.get(f"{API}/favourites", headers=wang).json == {"favourites": []}
    assert client.post(f"{place}/remove", headers=li).status_code == 204
    assert client.get(f"{API}/favourites", headers=li).json == {"favourites": []}


def test_a_program_of_a_unit_registers_for_it_and_for_no_other(app: Flask, client: FlaskClient) -> None:
    opened_account(app, "buyer@example.cn", "enterprise", organisation="示例需求厂")
    opened_account(app, "union@example.cn", "unit_union", organisation="示例需求厂")
    buyer, union = (token_of(app, f"{name}@example.cn", "following") for name in ("buyer", "union"))
    given = {"address": "https://1.1.1.1/hook", "events": ["match.mutual", "deal.registered"], "organisation_id": 1}
    made = client.post(f"{API}/webhooks", json=given, headers=buyer)
    assert (made.status_code, made.json["organisation_id"], made.json["events"]) == (201, 1, given["events"])
    assert client.get(f"{API}/webhooks", headers=union).json["webhooks"][0]["id"] == made.json["id"]
    for field, wrong in (("organisation_id", 2), ("events", ["search.found"]), ("events", ["webhook.test"])):
        refused = client.post(f"{API}/webhooks", json=given | {field: wrong}, headers=buyer)
        assert (refused.status_code, list(refused.json["errors"])) == (422, [field])


def test_a_program_registers_a_webhook_and_is_given_its_secret_once(
    client: FlaskClient, sessions: SessionFactory, li: dict[str, str], wang: dict[str, str]
) -> None:
    given = {"address": "https://10.0.0.1/hook", "events": ["search.found"]}
    assert list(client.post(f"{API}/webhooks", json=given, headers=li).json["errors"]) == ["address"]
    made = client.post(f"{API}/webhooks", json={**given, "address": "https://1.1.1.1/hook"}, headers=li)
    assert made.status_code == 201 and made.json["secret"].startswith("whsec_")
    (listed,) = client.get(f"{API}/webhooks", headers=li).json["webhooks"]
    assert "secret" not in listed and not listed["is_stopped"]
    with unit_of_work(sessions) as session:
        account = session.scalars(sa.select(Account).filter_by(email="li@example.cn")).one()
        emit(session, account.id, "search.found", {})
    place = f"{API}/webhooks/{listed['id']}"
    (waiting,) = client.get(f"{place}/deliveries", headers=li).json["deliveries"]
    assert (waiting["event"], waiting["attempts"], waiting["delivered_at"]) == ("search.found", 0, None)
    replay = f"{API}/webhooks/deliveries/{waiting['id']}/replay"
    assert [client.post(replay, headers=it).status_code for it in (wang, li)] == [404, 409]
    for action in ("start", "test", "rotate"):
        assert client.post(f"{place}/{action}", headers=wang).status_code == 404
    assert [client.post(f"{place}/test", headers=li).status_code for _ in range(2)] == [201, 409]
    another = client.post(f"{place}/rotate", headers=li)
    assert another.json["secret"] not in (made.json["secret"], "") and another.json["former_until"]
    assert another.cache_control.no_store
    assert client.post(f"{place}/start", headers=li).json == listed
    assert client.post(f"{place}/remove", headers=li).status_code == 204
    assert client.get(f"{place}/deliveries", headers=li).status_code == 404
