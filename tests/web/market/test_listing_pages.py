"""The pages of the market, as owners, completers, enterprises, offices and visitors meet them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.db import now, today, unit_of_work
from marketplace.models import Contributor
from marketplace.services.auction import clock
from marketplace.services.organisation import name_key
from tests import factories
from tests.accounts import opened_account, signed_in
from tests.factories import AchievementFactory, OrganisationFactory
from tests.marketplace.deals.tables import DEYANG, MIANYANG
from tests.web.deals.parties import press, token
from tests.web.pages import opened

MAKER, BUYER, OTHER = "德阳示例壳体厂", "绵阳示例精工厂", "绵阳示例模具厂"


@dataclass(frozen=True)
class Market:
    """An achievement on record, and the browsers of its unit and of two enterprises."""

    achievement: int
    owner: FlaskClient
    buyer: FlaskClient
    other: FlaskClient


@pytest.fixture
def market(app: Flask) -> Market:
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        factories.use(session)
        units = {
            name: OrganisationFactory(name=name, name_key=name_key(name), region_path=place)
            for name, place in ((MAKER, DEYANG), (BUYER, MIANYANG), (OTHER, MIANYANG))
        }
        achievement = AchievementFactory(
            title="液性塑料夹具",
            units=[units[MAKER]],
            is_duty=True,
            contributors=[Contributor(name="赵师傅", share=100)],
        ).id
    opened_account(app, "maker@example.cn", "unit_union", organisation=MAKER)
    opened_account(app, "buyer@example.cn", "enterprise", organisation=BUYER)
    opened_account(app, "other@example.cn", "enterprise", organisation=OTHER)
    browsers = [signed_in(app, f"{who}@example.cn") for who in ("maker", "buyer", "other")]
    return Market(achievement, *browsers)


def prepared(market: Market, **terms: str) -> str:
    """Let the owner write down terms, and return the address of the listing."""
    place = f"/listings/new/{market.achievement}"
    page = opened(market.owner, f"/achievements/{market.achievement}")
    assert page.link("挂牌这项成果") == place
    given = {"mode": "exclusive_licence", "price_form": "listed", "price": "80000", **terms}
    answer = market.owner.post(place, data=opened(market.owner, place).form(**given))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def sent_away(client: FlaskClient, address: str, **options: Any) -> str:
    """Send a form that nobody signed in for, and return where that leads."""
    options["data"] = {"csrf_token": opened(client, "/account/sign-in").form("/account/sign-in")["csrf_token"]}
    return str(client.post(address, **options).headers["Location"])


def test_the_owner_lists_at_a_price_and_the_first_enterprise_has_it(market: Market, client: FlaskClient) -> None:
    place = prepared(market)
    assert "登录以后再看" in opened(client, place, 404).text
    for another in (f"{place}/terms", f"/listings/new/{market.achievement}"):
        assert market.other.get(another).status_code in (403, 404)
    for came_from, back in ((f"{place}?lang=en", f"?next={place}?lang%3Den"), (f"{place}/offer", "")):
        referred = {"Referer": f"http://localhost{came_from}"}
        assert sent_away(client, f"{place}/offer", headers=referred) == f"/account/sign-in{back}"
    assert "挂牌中" in press(market.owner, place, f"{place}/let-out").text
    assert "液性塑料夹具" in opened(client, "/listings?mode=exclusive_licence").text
    assert "液性塑料夹具" not in opened(client, "/listings?mode=assignment").text
    assert opened(client, f"/achievements/{market.achievement}").link("独占许可") == place
    assert "企业登录以后应答" in opened(client, place).text
    bought = press(market.buyer, place, f"{place}/offer", **{"offer-note": "用于壳体车间"})
    assert "已按标价成交" in bought.text
    refused = market.other.post(f"{place}/offer", data={"csrf_token": token(market.other)})
    assert refused.status_code == 422
    assert "先一步" in refused.text
    assert BUYER in opened(market.owner, place).text
    assert BUYER not in opened(market.other, place).text
    assert "已接受" in opened(market.buyer, "/listings/mine").text
    press(market.buyer, "/deals/1/terms/new", "/deals/1/terms/new", amount="70000", price_form="agreed")
    press(market.owner, "/deals/1", "/deals/1/terms/1/accept")
    # Another price than the listed one is shown to the public first.
    assert "公示到" in opened(market.buyer, "/deals/1").text
    shown = opened(client, "/publicity/1").text
    assert "独占许可协议价格 7 万元双方没有关联关系" in shown


def test_an_interest_is_answered_and_terms_that_do_not_go_together_are_told(market: Market) -> None:
    new = f"/listings/new/{market.achievement}"
    wrong = market.owner.post(
        new, data=opened(market.owner, new).form(mode="assignment", price_form="listed", price="")
    )
    assert wrong.status_code == 422 and "挂牌定价的填写价格" in wrong.text
    for written, told in (("5万", "请只填写金额的数字"), ("-5", "金额应在 0 和 1 万亿元之间")):
        page = market.owner.post(new, data=opened(market.owner, new).form(price=written)).text
        assert told in page and f'value="{written}"' in page
    place = prepared(market, price_form="agreed", price="")
    first, second = (opened(market.owner, f"{place}/terms").form(note=note) for note in ("含培训", "含两天培训"))
    assert market.owner.post(f"{place}/terms", data=first).status_code == 303
    overtaken = market.owner.post(f"{place}/terms", data=second).text
    assert "已被他人修改" in overtaken and "含两天培训" in overtaken
    press(market.owner, place, f"{place}/let-out")
    for browser in (market.buyer, market.other):
        assert "意向已送达" in press(browser, place, f"{place}/offer").text
    decided = {"csrf_token": token(market.owner), "listing": place.rsplit("/", 1)[-1]}
    market.owner.post("/listings/offers/2/decide", data={**decided, "decision": "decline"})
    assert "请写明理由" in opened(market.owner, place).text
    market.owner.post("/listings/offers/2/decide", data={**decided, "decision": "decline", "reason-reason": "产能不足"})
    market.owner.post("/listings/offers/1/decide", data={**decided, "decision": "accept"})
    assert "产能不足" in opened(market.other, "/listings/mine").text
    assert "正在洽谈" in opened(market.buyer, place).text


def test_enterprises_bid_as_numbers_and_the_list_is_shown_with_its_hashes(
    market: Market, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = prepared(market, mode="assignment", price_form="auction", price="")
    china = dt.timezone(dt.timedelta(hours=8))
    opens = (now() + dt.timedelta(minutes=5)).astimezone(china).replace(tzinfo=None)
    given = {
        "auction-start_price": "100000", "auction-increment": "1000", "auction-reserve": "101000",
        "auction-opens_at": opens.isoformat("T", "minutes"),
        "auction-closes_at": (opens + dt.timedelta(hours=1)).isoformat("T", "minutes"),
    }  # fmt: skip
    announced = press(market.owner, place, f"{place}/auction", **given).text
    assert "保留价（只有您知道）10.1 万元" in announced
    # Nothing is to be done with the listing while bids are invited, so nothing stands under that heading.
    assert "办理" not in announced
    for browser in (market.buyer, market.other):
        press(browser, place, f"{place}/auction/1/ask")
    for bidder in (1, 2):
        press(market.owner, place, f"{place}/auction/bidders/{bidder}", decision="accept")
    page = opened(client, place).text
    assert "有，不公开" in page and "10.1 万" not in page
    monkeypatch.setattr(clock, "moment", lambda _session: now() + dt.timedelta(minutes=10))
    press(market.buyer, place, f"{place}/auction/1/bid", **{"bid-amount": "100000"})
    low = market.other.post(f"{place}/auction/1/bid", data={"csrf_token": token(market.other), "bid-amount": "100500"})
    assert low.status_code == 422 and "更高的出价" in low.text
    press(market.other, place, f"{place}/auction/1/bid", **{"bid-amount": "102000"})
    seen = opened(market.buyer, place).text
    assert "2 号" in seen and OTHER not in seen and "SHA-256" not in seen
    monkeypatch.setattr(clock, "moment", lambda _session: now() + dt.timedelta(hours=2))
    over = opened(client, place).text
    assert "成交：2 号竞买人，10.2 万元；其次 1 号，10 万元" in over
    assert "SHA-256" in over and OTHER not in over
    assert OTHER in opened(market.owner, place).text


def test_the_unit_records_that_it_told_a_completer_and_the_other_side_sees_nobody_named(market: Market) -> None:
    place = prepared(market, mode="assignment")
    press(market.owner, place, f"{place}/let-out")
    press(market.buyer, place, f"{place}/offer")
    press(market.buyer, "/deals/1/terms/new", "/deals/1/terms/new", amount="80000")
    room = press(market.owner, "/deals/1", "/deals/1/terms/1/accept")
    told = "/listings/refusals/deals/1"
    assert room.link("查看各位完成人，记下告知") == told
    seen = opened(market.buyer, "/deals/1")
    assert "还有 1 名等成果方告知" in seen.text and "赵师傅" not in seen.text
    assert market.buyer.get(told).status_code == 404
    action = f"{told}/completers/1#completer-1"
    wrong = market.owner.post(action, data=opened(market.owner, told).form(action, **{"completer-1-told_on": "昨天"}))
    assert wrong.status_code == 422 and wrong.text.count("invalid-feedback") == 3
    given = {"told_on": today().isoformat(), "told_how": "letter", "told_by": "车间工会", "answer": "waived"}
    page = press(market.owner, told, action, **{f"completer-1-{name}": value for name, value in given.items()})
    assert "告知人 车间工会" in page.text and "全体完成人不受让" in page.text
    assert "全体完成人不受让" in opened(market.buyer, "/deals/1").text


def test_an_office_sees_what_is_listed_in_its_scope(app: Flask, market: Market) -> None:
    place = prepared(market)
    opened_account(app, "city@example.cn", "city", region="5106")
    opened_account(app, "far@example.cn", "city", region="5107")
    assert opened(signed_in(app, "city@example.cn"), "/curation/listings?state=unlisted").link("液性塑料夹具") == place
    assert "没有这样的挂牌" in opened(signed_in(app, "far@example.cn"), "/curation/listings").text
