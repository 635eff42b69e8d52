"""Two browsers and a broker's: the sides meet blind, are introduced, sign, look; a refusal tells what to mend."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from marketplace.db import unit_of_work
from marketplace.models import Account, Demand, Match, Organisation
from marketplace.permissions import SYSTEM
from marketplace.services import outcome as outcomes
from marketplace.services.account import signing_in, tokens
from tests import factories
from tests.accounts import opened_account, signed_in
from tests.factories import AchievementFactory, DemandFactory
from tests.marketplace.matches.sides import between
from tests.web.pages import opened, sent

BUYER, MAKER = "绵阳示例铸造厂", "旌阳示例机械厂"
SECRET = "薄壁套在液压下均匀涨开，夹紧力分布到整个圆周。"
PHONES = ("13900000002", "13900000003")


@pytest.fixture
def people(app: Flask) -> dict[str, FlaskClient]:
    """Browsers of the enterprise, the owner, a broker and a stranger, and the match 1 between the first two."""
    opened_account(app, "buyer@example.cn", "enterprise", organisation=BUYER)
    opened_account(app, "maker@example.cn", "unit_union", organisation=MAKER)
    opened_account(app, "broker@example.cn", "broker", region="51")
    opened_account(app, "other@example.cn", "enterprise", organisation="另一家厂")
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        factories.use(session)
        units = {unit.name: unit for unit in session.scalars(sa.select(Organisation))}
        demand = DemandFactory(
            organisation=units[BUYER], is_anonymous=True, contact_name="需方联系人", contact_phone=PHONES[0],
            region="510703",
        )  # fmt: skip
        made = AchievementFactory(
            units=[units[MAKER]], contact_phone=PHONES[1], principle=SECRET, disclosure={"principle": 2}
        )
        between(session, demand, made)
    return {who: signed_in(app, f"{who}@example.cn") for who in ("buyer", "maker", "broker", "other")}


def pressed(client: FlaskClient, action: str, page: str = "/matches/1", status: int = 200, **fields: Any) -> str:
    """Press the button of a form on a page, and return what comes of it."""
    form = opened(client, page).form(action, **fields)
    return sent(client, action, form, status).source


def answer(client: FlaskClient, **fields: Any) -> str:
    token = opened(client, "/matches/1").form("/matches/1/answer")["csrf_token"]
    return sent(client, "/matches/1/answer", {"csrf_token": token, **fields}).source


def test_two_sides_meet_blind_and_end_up_with_what_is_secret_under_a_watermark(
    people: dict[str, FlaskClient],
) -> None:
    buyer, maker, broker, other = people.values()
    assert (other.get("/matches/1").status_code, broker.get("/matches/1").status_code) == (404, 404)
    page = opened(maker, "/matches/1").source
    assert "单位没有公开" in page
    assert not any(hidden in page for hidden in (BUYER, "需方联系人", *PHONES))
    assert "不能留联系方式" in pressed(buyer, "/matches/1/messages", status=422, text=f"请打 {PHONES[0]}")
    pressed(buyer, "/matches/1/messages", text="能用在铸铁上吗？")
    assert "能用在铸铁上吗？" in opened(maker, "/matches/1").source

    assert "您已答复：有兴趣" in answer(buyer, interested="true")
    assert "需求方有意向，请您答复" in opened(maker, "/matches").source
    answer(maker, interested="true")
    assert all(it in pressed(buyer, "/matches/1/contact") for it in (BUYER, *PHONES))
    assert "查看联系方式" in opened(maker, "/matches/1").source
    assert other.get("/matches/1").status_code == 404

    page = opened(broker, "/matches/introductions").source
    assert "等待引荐的双方" in page
    assert BUYER not in page
    pressed(broker, "/matches/1/introduction", "/matches/introductions")
    for client, name in ((maker, "赵工"), (buyer, "钱总")):
        page = pressed(client, "/matches/1/nda", "/matches/1/nda", name=name, confirmed="yes")
    assert "已生效" in page
    assert maker.get("/matches/1/nda.pdf").data.startswith(b"%PDF")
    assert SECRET not in opened(buyer, "/achievements/1").source
    shown = pressed(buyer, "/matches/1/disclosed")
    assert SECRET in shown
    assert shown.count("No. 000001") > 10
    assert "buyer" in opened(maker, "/matches/1").source
    assert maker.post("/matches/1/disclosed").status_code in (400, 403)
    pressed(maker, "/matches/1/nda/end", "/matches/1/nda", reason="不再合作")
    assert "disclosed" not in opened(buyer, "/matches/1").source


def test_a_refusal_tells_the_owner_what_to_mend_and_not_who_refused(app: Flask, people: dict[str, FlaskClient]) -> None:
    token = opened(people["buyer"], "/matches/1").form("/matches/1/answer")["csrf_token"]
    unsaid = {"csrf_token": token, "interested": "false", "note": "车间放不下"}
    for address in ("/matches/1/answer", "/demands/1/matches/1/answer"):
        refused = sent(people["buyer"], address, unsaid, 422)
        assert "请至少选一个理由。" in refused.source
        assert refused.form(address)["note"] == "车间放不下"
    answer(people["buyer"], interested="false", codes=["unclear_gain"])
    page = opened(people["maker"], "/matches/1").source
    assert "比现有做法好在哪里不清楚</" not in page.split('id="history"')[1]
    assert "至少 3 家" in opened(people["maker"], "/matches/readers/1").source
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        factories.use(session)
        made = session.get_one(Match, 1).achievement
        for _number in range(2):
            refused = {"is_interested": False, "codes": ["unclear_gain"], "note": ""}
            outcomes.answer(session, SYSTEM, between(session, DemandFactory(), made), "enterprise", refused)
    page = opened(people["maker"], "/matches/readers/1").source
    assert "与现有做法的区别" in page
    assert BUYER not in page
    assert people["buyer"].get("/matches/readers/1").status_code == 403


def test_whoever_posted_without_an_account_finds_the_match_by_the_key(
    app: Flask, people: dict[str, FlaskClient]
) -> None:
    client = app.test_client()
    with app.extensions["marketplace"].sessions() as session:
        key = session.get_one(Demand, 1).access_key
    assert client.get("/matches/1").status_code == 303
    client.get("/demands/1", query_string={"key": key})
    assert "下一步" in opened(client, "/matches/1").source
    assert "薄壁件" in opened(client, "/matches").source


def test_a_program_lists_answers_writes_and_introduces(app: Flask, people: dict[str, FlaskClient]) -> None:
    client, headers = app.test_client(), {}
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        for who in ("buyer", "maker", "broker"):
            account = session.scalars(sa.select(Account).filter_by(email=f"{who}@example.cn")).one()
            actor = signing_in.actor_of(account, has_second_factor=True)
            made = tokens.create(session, actor, {"name": "t", "scopes": ["read", "matches"], "days": 1})[1]
            headers[who] = {"Authorization": f"Bearer {made}"}
    listed = client.get("/api/v1/matches?side=owner&group=new", headers=headers["maker"]).json
    assert [(it["id"], it["state"], it["demand"]["organisation"]) for it in listed["matches"]] == [
        (1, "suggested", None)
    ]
    assert client.get("/api/v1/matches/1", headers=headers["broker"]).status_code == 404
    for who, side in (("buyer", "enterprise"), ("maker", "owner")):
        body = {"interested": True}
        answered = client.post("/api/v1/matches/1/answer", json=body, headers=headers[who])
        assert answered.status_code == 200, (side, answered.json)
    said = client.post("/api/v1/matches/1/messages", json={"text": "周五见"}, headers=headers["maker"])
    assert (said.status_code, said.json["side"]) == (201, "owner")
    waiting = client.get("/api/v1/matches/introductions", headers=headers["broker"]).json
    assert [it["id"] for it in waiting["matches"]] == [1]
    assert client.post("/api/v1/matches/1/introduction", headers=headers["broker"]).json["state"] == "introduced"
    told = client.get("/api/v1/matches/1", headers=headers["buyer"]).json
    assert (told["state"], told["messages"][0]["text"]) == ("introduced", "周五见")
    assert not any(phone in str(told) for phone in PHONES)
    address = "/api/v1/demands/1/matches"
    shown = [client.get(address, headers=headers.get(who, {})).json["matches"][0] for who in ("buyer", "nobody")]
    assert [it["state"] for it in shown] == ["introduced", None]
