"""Programs of an owner and of enterprises list, answer and bid; nobody else learns who they are."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.db import SessionFactory, now, unit_of_work
from marketplace.services.auction import clock
from tests import factories
from tests.accounts import opened_account
from tests.factories import AchievementFactory, OrganisationFactory
from tests.web.api.test_api_studios import token_of

API = "/api/v1/listings"


def test_programs_list_answer_and_bid(
    app: Flask, client: FlaskClient, sessions: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    with unit_of_work(sessions) as session:
        factories.use(session)
        maker = OrganisationFactory(name="德阳示例厂")
        for name in ("绵阳示例厂", "自贡示例厂"):
            OrganisationFactory(name=name)
        achievement = AchievementFactory(units=[maker], is_duty=True).id
    for who, role, unit in (
        ("maker", "unit_union", "德阳示例厂"), ("one", "enterprise", "绵阳示例厂"), ("two", "enterprise", "自贡示例厂"),
    ):  # fmt: skip
        opened_account(app, f"{who}@example.cn", role, organisation=unit)
    owner, one, two = (token_of(app, f"{who}@example.cn", "read", "listings") for who in ("maker", "one", "two"))
    reader = token_of(app, "one@example.cn", "read")

    given = {"mode": "普通许可", "price_form": "agreed"}
    made = client.post(f"{API}/achievements/{achievement}", json=given, headers=owner)
    assert (made.status_code, made.json["mode"], made.json["state"]) == (201, "ordinary_licence", "unlisted")
    place = made.headers["Location"]
    assert client.get(place).status_code == 404
    assert client.post(f"{API}/achievements/{achievement}", json=given, headers=one).status_code == 403
    revision = made.json["revision"]
    revised = client.put(place, json={**given, "term": "五年", "revision": revision}, headers=owner)
    assert revised.json["term"] == "五年"
    assert client.post(f"{place}/list", headers=owner).json["state"] == "listed"
    assert [it["id"] for it in client.get(API).json["listings"]] == [made.json["id"]]
    assert client.get(f"{API}?mode=assignment").json == {"listings": [], "next": None}
    assert client.post(f"{place}/offers", json={}, headers=reader).status_code == 403
    asked = client.post(f"{place}/offers", json={"note": "用于壳体"}, headers=one)
    assert (asked.status_code, asked.json["state"], asked.json["deal_id"]) == (201, "waiting", None)
    assert client.get(f"{place}/offers", headers=two).json == {"offers": []}
    decide = f"{API}/offers/{asked.json['id']}/decide"
    assert client.post(decide, json={"is_accepted": True}, headers=two).status_code == 404
    assert client.post(decide, json={"is_accepted": True}, headers=owner).json["state"] == "accepted"
    back = client.post(f"{place}/offers", json={}, headers=two).json["id"]
    assert client.post(f"{API}/offers/{back}/take-back", headers=two).json["state"] == "withdrawn"
    assert client.post(f"{place}/renew", json={}, headers=owner).status_code == 422
    assert client.post(f"{place}/renew", json={"is_confirmed": True}, headers=owner).status_code == 200
    assert client.post(f"{place}/withdraw", json={}, headers=owner).json["state"] == "withdrawn"

    terms = {"mode": "assignment", "price_form": "auction"}
    listing = client.post(f"{API}/achievements/{achievement}", json=terms, headers=owner).json["id"]
    opens = now() + dt.timedelta(minutes=1)
    held = {
        "start_price": 10_000_00, "increment": 100_00, "reserve": 10_500_00, "opens_at": opens.isoformat(),
        "closes_at": (opens + dt.timedelta(hours=1)).isoformat(),
    }  # fmt: skip
    auction = client.post(f"/api/v1/auctions/listings/{listing}", json=held, headers=owner)
    assert (auction.status_code, auction.json["has_reserve"], "reserve" in auction.json) == (201, True, False)
    place = f"/api/v1/auctions/{auction.json['id']}"
    for headers in (one, two):
        bidder = client.post(f"{place}/bidders", json={}, headers=headers).json["id"]
        answer = client.post(f"/api/v1/auctions/bidders/{bidder}/decide", json={"is_accepted": True}, headers=owner)
        assert answer.json["state"] == "approved"
    assert client.post(f"{place}/bids", json={"amount": 10_000_00}, headers=one).status_code == 409
    monkeypatch.setattr(clock, "moment", lambda _session: now() + dt.timedelta(minutes=5))
    assert client.post(f"{place}/bids", json={"amount": 10_000_00}, headers=one).json["bidder"] == 1
    assert client.post(f"{place}/bids", json={"amount": 10_050_00}, headers=two).status_code == 422
    assert client.post(f"{place}/bids", json={"amount": 11_000_00}, headers=two).status_code == 201
    assert client.post(f"{place}/cancel", json={"reason": "不卖了"}, headers=owner).status_code == 409
    monkeypatch.setattr(clock, "moment", lambda _session: now() + dt.timedelta(hours=2))
    over = client.get(place)
    assert over.json["outcome"] == "sold"
    assert "示例厂" not in over.text
    assert [it["enterprise"] for it in client.get(place, headers=owner).json["bidders"]] == ["绵阳示例厂", "自贡示例厂"]
