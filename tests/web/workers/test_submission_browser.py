"""An achievement written on a phone: it saves itself, shows what is near, and every page of it is whole and sound."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, expect

from marketplace.db import unit_of_work
from marketplace.models import Account, Contributor
from search.embedding import Embedder
from tests import factories
from tests.accounts import opened_account, signed_in
from tests.factories import DraftFactory
from tests.opening import build_app
from tests.web.api_records import FIXTURE, stock
from tests.web.browser import SCREENS, Visit, served
from tests.web.test_accessibility import check, found_by_axe

pytestmark = pytest.mark.browser

AUTHOR = "author@example.cn"


@pytest.fixture(scope="module")
def app(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Flask]:
    """An application with a worker, and a whole draft of his and a colleague's that is near a record."""
    folder = tmp_path_factory.mktemp("submissions")
    (folder / "marketplace.db").write_bytes(migrated_sqlite.read_bytes())
    app = build_app(f"sqlite:///{folder / 'marketplace.db'}", folder, embedder, SIGN_IN_RATE_LIMIT="1000 per minute")
    stock(app, [FIXTURE])
    opened_account(app, AUTHOR, "worker")
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        factories.use(session)
        account = session.scalars(sa.select(Account).filter_by(email=AUTHOR)).one()
        people = [
            Contributor(name="示例作者", share=60, part="提出方案", email=AUTHOR, account_id=account.id),
            Contributor(name="示例同事", share=40, part="制作样机", position=2, email="colleague@example.cn"),
        ]
        DraftFactory(account_id=account.id, contributors=people)
    yield app
    app.extensions["marketplace"].catalogue.close()
    app.extensions["marketplace"].engine.dispose()


def test_a_draft_saves_itself_on_a_phone_and_goes_on_where_it_was_left(browser: Browser, app: Flask) -> None:
    with served(app) as home, Visit.of(browser, home, "phone", "zh_Hans") as visit:
        visit.sign_in(signed_in(app, AUTHOR))
        page = visit.open("/submissions")
        page.get_by_role("button", name="写一项新成果").click()
        expect(page.locator("h1")).to_have_text("是什么成果？")
        page.get_by_label("名称").fill(FIXTURE["title"])
        expect(page.locator("#saving")).to_have_text("已自动保存")
        page.get_by_role("button", name="保存，下一步").click()
        expect(page.locator("h1")).to_have_text("解决了什么问题，效果怎样？")
        page.get_by_label("简介").fill(FIXTURE["summary"].replace("0.015mm", "0.008mm"))
        expect(page.locator("#near")).to_contain_text("0.008mm")
        page.get_by_role("button", name="上一步").click()
        expect(page.get_by_label("名称")).to_have_value(FIXTURE["title"])
        page.goto(page.url.replace("step=what", "step=readiness"))
        page.get_by_label("技术就绪度").select_option("6")
        expect(page.locator("#saving")).to_have_text("已自动保存")
        page.reload(wait_until="networkidle")
        expect(page.get_by_label("技术就绪度")).to_have_value("6")
        assert visit.complaints == []


@pytest.mark.parametrize(("screen", "language"), [("phone", "zh_Hans"), ("desktop", "en")])
def test_every_page_is_whole_and_sound(browser: Browser, app: Flask, screen: str, language: str) -> None:
    with served(app) as home, Visit.of(browser, home, screen, language, bypass_csp=True) as visit:
        visit.sign_in(signed_in(app, AUTHOR))
        for address in ("", "/2", "/2/edit", "/2/near"):
            check(visit, f"/submissions{address}", screen, language)
        for step in ("people", "figures", "finish"):
            page = visit.open(f"/submissions/2/edit?step={step}")
            assert visit.width() <= SCREENS[screen]["width"], step
            assert found_by_axe(visit) == [], step
            expect(page.locator("h1")).to_have_count(1)
        assert visit.complaints == []
