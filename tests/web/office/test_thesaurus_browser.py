"""In a real browser the pages of the thesaurus are whole on a desk and on a phone, and work without any script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect

from search.embedding import Embedder
from tests.opening import build_app
from tests.web.api_records import FIXTURE, stock
from tests.web.browser import LOCALES, SCREENS, Visit, served
from tests.web.staff import at_the_province

pytestmark = pytest.mark.browser

PAGES = [
    "/curation/thesaurus?q=泄漏",
    "/curation/thesaurus?q=爆管&question=1",
    "/curation/thesaurus/en-0001",
    "/curation/thesaurus/en-0001/edit?question=1",
    "/curation/thesaurus/new",
    "/curation/unanswered",
]


@pytest.fixture(scope="module")
def office(
    browser: Browser, migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory, embedder: Embedder
) -> Iterator[tuple[str, FlaskClient]]:
    """The address of a server where somebody has asked in vain, and the session of somebody of the province."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "marketplace.db").write_bytes(migrated_sqlite.read_bytes())
    app = build_app(f"sqlite:///{folder / 'marketplace.db'}", folder, embedder)
    stock(app, [FIXTURE])
    app.test_client().get("/achievements", query_string={"q": "炉管开花"})
    with served(app) as address:
        yield address, at_the_province(app)
    app.extensions["marketplace"].catalogue.close()
    app.extensions["marketplace"].engine.dispose()


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_whole(
    browser: Browser, office: tuple[str, FlaskClient], address: str, screen: str, language: str
) -> None:
    home, staff = office
    with Visit.of(browser, home, screen, language) as visit:
        visit.sign_in(staff)
        page = visit.open(f"{address}{'&' if '?' in address else '?'}lang={language}")
        expect(page.locator("html")).to_have_attribute("lang", language.replace("_", "-"))
        expect(page.locator("h1")).to_have_count(1)
        assert visit.width() <= SCREENS[screen]["width"]
        assert visit.complaints == []


@pytest.mark.parametrize("screen", SCREENS)
def test_a_question_in_vain_becomes_a_name_without_any_script(
    browser: Browser, office: tuple[str, FlaskClient], screen: str
) -> None:
    home, staff = office
    with Visit.of(browser, home, screen, "zh_Hans", java_script_enabled=False) as visit:
        visit.sign_in(staff)
        page = visit.open("/curation/thesaurus/en-0001/edit?question=1")
        page.locator("button[value=preview]").click()
        expect(page.locator("#preview")).to_contain_text("炉管开花")
        expect(page.locator(".path").first).to_contain_text("炉管开花 → 锅炉四管泄漏")
        page.locator("[name=reason]").fill(f"有人这样问（{screen}）")
        page.locator("[name=gloss]").fill(f"在{screen}上改写")
        page.locator("button[value=save]").click()
        expect(page.locator("ins").first).to_be_visible()
        assert visit.complaints == []
