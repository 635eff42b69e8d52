"""The pages of accounts and offices in a real browser: whole on a phone, used by keyboard, and sound by axe-core."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from marketplace.db import unit_of_work
from marketplace.permissions import SYSTEM
from marketplace.services.showcase import loading
from search.embedding import Embedder
from tests.accounts import PASSWORD, opened_account
from tests.opening import build_app
from tests.web.api_records import FIXTURE, WANTED, stock
from tests.web.browser import SCREENS, Visit, served

pytestmark = pytest.mark.browser

AXE = files("axe_playwright_python").joinpath("axe.min.js")
ENTRANCE = [
    "/", "/stories/1", "/collections/1", "/account/sign-in", "/account/register", "/account/forgotten", "/account/sent",
]  # fmt: skip
SHOWCASE = {
    "stories": [{"title": "一个垫片的故事", "lead": "一次小改动。", "text": "正文。", "consent": "nobody"}],
    "collections": [{"title": "薄壁件", "items": [{"story": "一个垫片的故事", "note": "先读"}]}],
    "front": [{"place": "top", "story": "一个垫片的故事"}, {"place": "row", "collection": "薄壁件", "note": "推荐"}],
}
INSIDE = [
    "/account", "/account/password", "/account/second-factor", "/account/tokens", "/account/sign-ins", "/curation",
    "/curation/people", "/curation/people/invite", "/curation/people/2", "/curation/demands", "/curation/achievements",
    "/export/waiting-demands", "/export/filing",
    "/curation/publicity", "/curation/import", "/curation/proposals", "/demands/2", "/achievements/1", "/proposals",
    "/publicity", "/curation/deputies", "/curation/honours", "/studios/records/new",
    "/curation/honours/managed", "/curation/crews/new", "/curation/outreach/new", "/outreach", "/crews",
    "/participation", "/curation/campaigns", "/curation/campaigns/new",
]  # fmt: skip


@pytest.fixture(scope="module")
def home(
    browser: Browser, migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory, embedder: Embedder
) -> Iterator[str]:
    """The address of a server with a city office, an enterprise and a demand that waits for the office."""
    folder = tmp_path_factory.mktemp("served")
    (folder / "marketplace.db").write_bytes(migrated_sqlite.read_bytes())
    url = f"sqlite:///{folder / 'marketplace.db'}"
    app = build_app(url, folder, embedder, SIGN_IN_RATE_LIMIT="1000 per minute")
    stock(app, [FIXTURE], [WANTED])
    with app.app_context(), unit_of_work(app.extensions["marketplace"].sessions) as session:
        loading.load(session, SYSTEM, SHOWCASE)
    app.test_client().post("/api/v1/demands", json={**WANTED, "region": "510603"})
    opened_account(app, "city@example.cn", "city", region="5106")
    opened_account(app, "owner@example.cn", "enterprise", organisation=FIXTURE["completing_units"][0], region="510603")
    opened_account(app, "colleague@example.cn", "city", region="5106")
    with served(app) as address:
        yield address
    app.extensions["marketplace"].catalogue.close()
    app.extensions["marketplace"].engine.dispose()


def enter(visit: Visit, email: str) -> None:
    """Sign in by keyboard alone."""
    page = visit.open("/account/sign-in")
    page.get_by_label("邮箱").or_(page.get_by_label("Mail address")).focus()
    for text in (email, PASSWORD):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("nav.person form button")).to_be_visible()
    page.wait_for_load_state()


def found_by_axe(visit: Visit) -> list[str]:
    """Return what axe-core finds wrong with the page; it is run beside the page's own content policy."""
    visit.page.evaluate(AXE.read_text("utf-8"))
    result = visit.page.evaluate("axe.run()")
    assert result["passes"]
    return [f"{it['id']}: {it['nodes'][0]['html']}" for it in result["violations"]]


def check(visit: Visit, address: str, screen: str, language: str) -> None:
    page = visit.open(f"{address}?lang={language}")
    expect(page.locator("h1")).to_have_count(1)
    assert visit.width() <= SCREENS[screen]["width"], address
    assert found_by_axe(visit) == [], address


# English words are the longer ones, where there is the least room.
@pytest.mark.parametrize(("screen", "language"), [("phone", "en"), ("desktop", "zh_Hans")])
def test_the_entrance_is_open_to_everybody(browser: Browser, home: str, screen: str, language: str) -> None:
    with Visit.of(browser, home, screen, language, bypass_csp=True) as visit:
        for address in ENTRANCE:
            check(visit, address, screen, language)
        assert visit.complaints == []


@pytest.mark.parametrize(("screen", "language"), [("phone", "en"), ("desktop", "zh_Hans")])
def test_an_office_works_with_its_pages(browser: Browser, home: str, screen: str, language: str) -> None:
    with Visit.of(browser, home, screen, language, bypass_csp=True) as visit:
        enter(visit, "city@example.cn")
        for address in INSIDE:
            check(visit, address, screen, language)
        assert visit.complaints == []


@pytest.mark.parametrize("screen", SCREENS)
def test_an_owner_answers_on_the_page_of_the_achievement(browser: Browser, home: str, screen: str) -> None:
    with Visit.of(browser, home, screen, "zh_Hans", bypass_csp=True) as visit:
        enter(visit, "owner@example.cn")
        check(visit, "/achievements/1", screen, "zh_Hans")
        expect(visit.page.locator(".answer")).not_to_have_count(0)
        visit.page.locator(".answer details").evaluate_all("them => them.forEach(it => { it.open = true })")
        assert visit.width() <= SCREENS[screen]["width"]
        assert visit.complaints == []


def test_the_pages_work_under_their_own_policy(browser: Browser, home: str) -> None:
    with Visit.of(browser, home, "phone", "zh_Hans") as visit:
        enter(visit, "city@example.cn")
        for address in INSIDE:
            visit.open(address)
        assert visit.complaints == []
        visit.page.locator("nav.person form button").click()
        expect(visit.page.locator("nav.person a")).to_have_text("登录")
