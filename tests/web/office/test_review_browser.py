"""The queue, the review and the rules in a real browser: whole on a phone, decided by keyboard, sound by axe-core."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect

from marketplace import workflow
from marketplace.db import unit_of_work
from marketplace.models import Contributor
from marketplace.permissions import SYSTEM
from search.embedding import Embedder
from tests import factories
from tests.accounts import opened_account, signed_in
from tests.factories import AchievementFactory, OrganisationFactory
from tests.opening import build_app
from tests.web.browser import Visit, served
from tests.web.staff import at_the_province
from tests.web.test_accessibility import check, found_by_axe

pytestmark = pytest.mark.browser

OF_THE_CITY = ["/curation", "/curation/queue", "/curation/review/achievements/1"]
OF_THE_PROVINCE = ["/curation/rules", "/curation/rules/rubric_a", "/curation/rules/office_contacts"]


@dataclass
class Offices:
    home: str
    city: FlaskClient
    province: FlaskClient


@pytest.fixture(scope="module")
def offices(
    browser: Browser, migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory, embedder: Embedder
) -> Iterator[Offices]:
    """A server with the offices of a city and the province, and achievements at the desk of the city."""
    folder = tmp_path_factory.mktemp("review")
    (folder / "marketplace.db").write_bytes(migrated_sqlite.read_bytes())
    app = build_app(f"sqlite:///{folder / 'marketplace.db'}", folder, embedder)
    opened_account(app, "city@example.cn", "city", region="5106")
    file(app)
    with served(app) as address:
        yield Offices(address, signed_in(app, "city@example.cn"), at_the_province(app))
    app.extensions["marketplace"].catalogue.close()
    app.extensions["marketplace"].engine.dispose()


def file(app: Flask) -> None:
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        factories.use(session)
        plant = OrganisationFactory(region="510603", region_path="51/5106/510603")
        for title in ("薄壁件车削夹具改进", "主轴箱漏油治理", "砂轮动平衡"):
            achievement = AchievementFactory(
                title=title, state="unit_endorsed", published_state="unpublished", published_at=None, units=[plant],
                region="510603", contributors=[Contributor(name="示例人员", share=100, part="方案")],
            )  # fmt: skip
            workflow.move(session, SYSTEM, achievement)


@pytest.mark.parametrize(("screen", "language"), [("phone", "zh_Hans"), ("desktop", "en")])
def test_the_pages_of_the_review_are_open_to_everybody_of_an_office(
    browser: Browser, offices: Offices, screen: str, language: str
) -> None:
    for client, addresses in ((offices.city, OF_THE_CITY), (offices.province, OF_THE_PROVINCE)):
        with Visit.of(browser, offices.home, screen, language, bypass_csp=True) as visit:
            visit.sign_in(client)
            for address in addresses:
                check(visit, address, screen, language)
            assert visit.complaints == []


def test_an_officer_returns_two_from_a_phone_and_passes_one_by_keyboard(browser: Browser, offices: Offices) -> None:
    with Visit.of(browser, offices.home, "phone", "zh_Hans", bypass_csp=True) as visit:
        visit.sign_in(offices.city)
        page = visit.open("/curation/queue")
        for title in ("主轴箱漏油治理", "砂轮动平衡"):
            page.get_by_label(f"选中“{title}”").check()
        page.get_by_role("button", name="退回补正").click()
        expect(page.locator("h1")).to_have_text("退回补正")
        assert found_by_axe(visit) == []
        page.get_by_label("理由").fill("请附检测报告")
        page.get_by_role("button", name="退回补正").click()
        expect(page.get_by_role("status")).to_contain_text("办理了 2 项")
        assert found_by_axe(visit) == []
        page.get_by_role("link", name="回到待办").click()
        page.get_by_role("link", name="薄壁件车削夹具改进").focus()
        page.keyboard.press("Enter")
        page.get_by_role("button", name="通过初审").focus()
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_contain_text("现在没有等您办理的事")
        assert visit.complaints == []
