"""An enterprise posts a demand, the owner answers, they meet, sign and register, and what it brought is verified."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from playwright.sync_api import Page, expect

from marketplace.db import now, today, unit_of_work
from marketplace.models import Contributor, Deal
from tests import factories
from tests.factories import AchievementFactory, OrganisationFactory
from tests.journeys.people import UNIT, Province
from tests.journeys.test_golden_idea import send

pytestmark = [pytest.mark.journey, pytest.mark.browser]

BUYER = "绵阳示例精工厂"
PROBLEM = (
    "我厂用三爪卡盘夹紧铝合金薄壁壳体车内孔，松开后孔变成三棱形，圆度 0.08 mm，报废约 18%。"
    "要求圆度 0.02 mm 以内，合格率 98% 以上，不换现有数控车床。"
)


@pytest.fixture
def market(province: Province) -> Province:
    """Both units, and an achievement of one of them that is published and can be found."""
    with province.app.app_context(), unit_of_work(province.app.extensions["marketplace"].sessions) as session:
        factories.use(session)
        OrganisationFactory(
            name=BUYER, name_key=BUYER, region="510703", region_path="51/5107/510703", industry_path="C/36"
        )
        maker = OrganisationFactory(name=UNIT, name_key=UNIT, region="510603", region_path="51/5106/510603")
        AchievementFactory(
            title="薄壁壳体液性塑料夹具", units=[maker], region="510603", industry="34", is_duty=False,
            transfer_modes=["use_first"], contributors=[Contributor(name="赵示例", share=100, confirmed_at=now())],
        )  # fmt: skip
    province.run("index", "sync")
    return province


def main(page: Page) -> Page:
    return page.get_by_role("main")  # type: ignore[return-value]


def test_a_demand_becomes_a_contract_whose_benefit_is_verified_and_a_transfer(market: Province) -> None:
    buyer = market.comes("buyer", "enterprise", "phone", organisation=BUYER)
    owner = market.comes("owner", "unit_union", organisation=UNIT)
    office = market.comes("office", "province_curator")
    meet(market, buyer, owner, office)
    room = sign(market, buyer, owner)
    assert market.visits["buyer"].width() <= 390

    market.open("office", "/curation/contracts?unregistered=1")
    office.locator("main ol.titles a").first.click()
    send(office, "/register", registration_no="2026510700001234", registration_office="绵阳市技术合同登记处")
    expect(main(office)).to_contain_text("合同已登记")

    begun = today() - dt.timedelta(days=200)
    with unit_of_work(market.app.extensions["marketplace"].sessions) as session:
        session.get_one(Deal, 1).signed_on = begun
    market.open("buyer", room)
    send(buyer, "/in-use", first_used_on=begun.isoformat())
    market.open("buyer", f"{room}/benefit")
    told = {"metric": "单件加工成本", "baseline": "每件 12 元", "method": "财务月报"}
    figures = {
        "unit_cost_before": "12",
        "unit_cost_after": "7",
        "yearly_output": "10000",
        "implementation_cost": "1000",
    }
    send(buyer, "/benefit/claim", **{f"claim-{name}": value for name, value in (told | figures).items()})
    expect(main(buyer)).to_contain_text("4.9 万元")
    market.open("office", f"{room}/benefit")
    send(office, "/benefit/verify", **{"verify-note": "核对了十二个月的账。"})
    expect(main(office)).to_contain_text("效益已核验")
    market.open("office", "/curation/market-statistics")
    expect(main(office)).to_contain_text(re.compile(r"引荐率（已引荐 / 系统推荐）\s*100\.0%"))

    market.open("owner", room)
    send(owner, "/story", own_words="工人都说好用。")
    for name, page in (("owner", owner), ("buyer", buyer)):
        market.open(name, room)
        send(page, "/story/agree")
    visitor = market.comes("visitor", None)
    market.open("visitor", "/stories")
    visitor.get_by_role("link", name="薄壁壳体液性塑料夹具").click()
    expect(main(visitor)).to_contain_text("49,000.00 元")
    expect(main(visitor)).to_contain_text("未经核验")

    market.open("buyer", room)
    send(buyer, "/follow-up")
    expect(main(buyer)).to_contain_text("由试用转来")
    assert not market.complaints


def meet(market: Province, buyer: Page, owner: Page, office: Page) -> None:
    """Post the demand, have it opened, want the match on both sides and be introduced."""
    market.open("buyer", "/demands/new")
    send(buyer, "/brief", text=PROBLEM)
    send(buyer, "/demands")
    expect(main(buyer)).to_contain_text("薄壁壳体液性塑料夹具")
    for step in ("verify", "open"):
        market.run("review", "demand", "1", step)
    for name, page in (("buyer", buyer), ("owner", owner)):
        market.open(name, "/matches/1")
        send(page, "/answer", "[value=true]")
        expect(main(page)).to_contain_text("您已答复：有兴趣")
    market.open("office", "/matches/introductions")
    send(office, "/introduction")
    market.open("buyer", "/matches/1")
    send(buyer, "/deals/from-match/1")


def sign(market: Province, buyer: Page, owner: Page) -> str:
    """Talk in the room, agree on the second version of the terms and sign it; return the address of the room."""
    room = buyer.url.removeprefix(market.home)
    send(buyer, "/messages#talk", text="能否先免费试用，满意再转让？")
    market.open("owner", room)
    expect(main(owner)).to_contain_text("能否先免费试用")
    market.open("owner", f"{room}/terms/new")
    send(owner, "/terms/new", contract_kind="licence", mode="use_first", amount="2000", term="半年")
    market.open("buyer", f"{room}/terms/new")
    send(buyer, "/terms/new", amount="1000", note="试用期间按成本价。")
    market.open("owner", room)
    expect(main(owner)).to_contain_text("与上一版相比")
    send(owner, "/terms/2/accept")
    send(owner, "/terms/2/sign")
    expect(main(owner)).to_contain_text("你方已签订，等待对方签订")
    market.open("buyer", room)
    send(buyer, "/terms/2/sign")
    expect(main(buyer)).to_contain_text("签约一年回访")
    return room
