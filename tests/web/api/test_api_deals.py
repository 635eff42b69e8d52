"""Programs of both parties negotiate and the office registers; nobody else learns that there is a deal."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from marketplace.db import SessionFactory, today, unit_of_work
from marketplace.permissions import SYSTEM
from marketplace.services.account import signing_in
from marketplace.services.deal import opening, signing
from tests import factories
from tests.accounts import opened_account
from tests.factories import AchievementFactory, DemandFactory, OrganisationFactory
from tests.marketplace.deals.tables import DEYANG, MIANYANG, introduced
from tests.web.api.test_api_studios import token_of

API = "/api/v1/deals"


def test_two_programs_agree_on_a_version_and_the_office_registers_what_was_signed(
    app: Flask, client: FlaskClient, sessions: SessionFactory
) -> None:
    with unit_of_work(sessions) as session:
        factories.use(session)
        buyer = OrganisationFactory(name="绵阳示例厂", region_path=MIANYANG)
        maker = OrganisationFactory(name="德阳示例厂", region_path=DEYANG)
        made = AchievementFactory(units=[maker], is_duty=False)
        match = introduced(session, DemandFactory(organisation=buyer), made)
        deal_id = opening.open_from_match(session, SYSTEM, match).id
    for who, role, scope in (
        ("buyer", "enterprise", {"organisation": "绵阳示例厂"}),
        ("maker", "unit_union", {"organisation": "德阳示例厂"}),
        ("city", "city", {"region": "5106"}), ("other", "city", {"region": "5101"}),
    ):  # fmt: skip
        opened_account(app, f"{who}@example.cn", role, **scope)
    both, maker_, city, other = (
        token_of(app, f"{who}@example.cn", "read", "deals") for who in ("buyer", "maker", "city", "other")
    )
    place = f"{API}/{deal_id}"
    assert client.post(f"{place}/messages", json={"text": "能试用吗？"}, headers=both).status_code == 201
    assert [it["text"] for it in client.get(f"{place}/messages", headers=maker_).json["messages"]] == ["能试用吗？"]
    sheet = {"after": 0, "contract_kind": "licence", "amount": 5_000_000}
    assert client.post(f"{place}/terms", json=sheet, headers=both).json["number"] == 1
    assert client.post(f"{place}/terms", json=sheet, headers=maker_).status_code == 409
    assert client.post(f"{place}/terms/1/accept", headers=maker_).json["is_agreed"]
    task = {"title": "寄送样件", "seat": "owner", "due_on": today().isoformat()}
    assert client.post(f"{place}/tasks", json=task, headers=both).status_code == 201
    assert client.get(place, headers=both).json["state"] == "letter_of_intent"
    assert client.get(API, headers=maker_).json["deals"][0]["enterprise"] == "绵阳示例厂"
    for stranger in (city, other, {}):
        for part in ("", "/messages", "/terms", "/tasks"):
            assert client.get(place + part, headers=stranger).status_code == 404
    with unit_of_work(sessions) as session:
        for who in ("buyer", "maker"):
            deal = signing.sign(session, signing_in.actor_named(session, f"{who}@example.cn"), deal_id, 1)
        revision = deal.revision
    given = {"registration_no": "20265107", "registration_office": "登记处", "registered_on": today().isoformat()}
    assert client.post(f"{place}/register", json={**given, "revision": 1}, headers=city).status_code == 409
    assert client.post(f"{place}/register", json={**given, "revision": revision}, headers=maker_).status_code == 403
    registered = client.post(f"{place}/register", json={**given, "revision": revision}, headers=city).json
    assert (registered["state"], registered["registration_no"]) == ("registered", "20265107")
    assert [it["id"] for it in client.get(f"{API}?as_office=true", headers=city).json["deals"]] == [deal_id]
    assert client.get(f"{API}?as_office=true", headers=other).json["deals"] == []
    assert client.get(f"{place}/messages", headers=city).status_code == 404
