"""In a real browser, on a desk and on a phone, every page is whole, asks no other host and needs no script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from search.embedding import Embedder
from tests.opening import build_app
from tests.web.browser import LOCALES, SCREENS, Visit, load_sample, served
from tests.web.pages import PAGES

pytestmark = pytest.mark.browser

TEXT = (
    "我厂用三爪卡盘夹紧铝合金薄壁壳体车内孔，松开后孔变成三棱形，报废约18%。"
    "要求圆度0.02mm以内，合格率98%以上，不换现有数控车床。预算30万元。"
)
# The contrast of text against its ground, as the guidelines for accessible pages (WCAG 2.1, 1.4.3) define it.
CONTRAST = """element => {
  const channels = colour => colour.match(/[0-9.]+/g).slice(0, 3).map(Number);
  const light = colour => channels(colour).map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = getComputedStyle(document.body).backgroundColor;
  const [high, low] = [light(getComputedStyle(element).color), light(ground)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}"""


@pytest.fixture(scope="module")
def home(
    browser: Browser, migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory, embedder: Embedder
) -> Iterator[str]:
    """The address of a server with the sample records."""
    folder = tmp_path_factory.mktemp("served")
    (folder / "marketplace.db").write_bytes(migrated_sqlite.read_bytes())
    app = build_app(f"sqlite:///{folder / 'marketplace.db'}", folder, embedder)
    load_sample(app)
    with served(app) as address:
        yield address
    app.extensions["marketplace"].catalogue.close()
    app.extensions["marketplace"].engine.dispose()


def post_demand(visit: Visit) -> Page:
    """Post a demand as a visitor does, and return its page."""
    page = visit.open("/demands/new")
    page.locator("textarea").fill(TEXT)
    page.locator("main button").click()
    page.locator("[name=title]").fill("薄壁壳体车削后圆度超差")
    page.locator("main button").click()
    # Whoever leaves before the page is there breaks its request off.
    expect(page.locator("#matches")).to_be_visible()
    page.wait_for_load_state()
    return page


# English words are the longer ones, where there is the least room.
@pytest.mark.parametrize(("screen", "language"), [("phone", "en"), ("desktop", "zh_Hans")])
@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_whole(browser: Browser, home: str, address: str, screen: str, language: str) -> None:
    with Visit.of(browser, home, screen, language) as visit:
        page = visit.open(address)
        expect(page.locator("html")).to_have_attribute("lang", language.replace("_", "-"))
        expect(page.locator("h1")).to_have_count(1)
        assert visit.width() <= SCREENS[screen]["width"]
        assert visit.complaints == []


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("screen", SCREENS)
def test_a_demand_is_posted_and_matched_without_any_script(
    browser: Browser, home: str, screen: str, language: str
) -> None:
    with Visit.of(browser, home, screen, language, java_script_enabled=False) as visit:
        page = post_demand(visit)
        expect(page.locator("h1")).to_have_text("薄壁壳体车削后圆度超差")
        expect(page.locator("section.match")).to_have_count(3)
        quotation = page.locator("a.quote").first
        words = quotation.inner_text()
        quotation.press("Enter")
        expect(page.locator("mark#quote")).to_have_text(words)
        assert visit.complaints == []


@pytest.mark.parametrize("step", ["brief", "refused", "posted", "edit", "conflict"])
def test_every_form_fits_a_phone(browser: Browser, home: str, step: str) -> None:
    with Visit.of(browser, home, "phone", "en") as visit:
        if step in ("brief", "refused"):
            page = visit.open("/demands/new")
            page.locator("textarea").fill(TEXT)
            page.locator("main button").click()
            expect(page.locator("[name=title]")).to_be_visible()
            if step == "refused":
                page.locator("[name=budget_min]").fill("99")
                page.locator("main button").click()
                expect(page.locator(".invalid-feedback").first).to_be_visible()
        else:
            page = post_demand(visit)
            if step != "posted":
                visit.open(f"{page.url.removeprefix(home)}/edit")
            if step == "conflict":
                page.locator("[name=revision]").evaluate("field => field.value = '0'")
                page.locator("[name=title]").fill("另一个标题")
                page.locator("main button").click()
                expect(page.locator("table.versions")).to_be_visible()
        assert visit.width() <= SCREENS["phone"]["width"]
        assert visit.complaints == []


def test_on_a_phone_the_filters_open_and_narrow_the_results(browser: Browser, home: str) -> None:
    with Visit.of(browser, home, "phone", "zh_Hans") as visit:
        page = visit.open("/achievements")
        mining = page.get_by_role("link", name="采矿业")
        expect(mining).to_be_hidden()
        page.get_by_text("筛选").click()
        mining.click()
        expect(page.locator("h1")).to_have_text("33 项成果")


def test_on_a_desk_the_filters_stand_beside_the_results(browser: Browser, home: str) -> None:
    with Visit.of(browser, home, "desktop", "zh_Hans") as visit:
        page = visit.open("/achievements")
        expect(page.get_by_role("link", name="采矿业")).to_be_visible()


def test_the_keyboard_reaches_the_content_first(browser: Browser, home: str) -> None:
    with Visit.of(browser, home, "desktop", "zh_Hans") as visit:
        page = visit.open("/achievements?q=夹具")
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()


def test_every_field_has_a_name(browser: Browser, home: str) -> None:
    with Visit.of(browser, home, "desktop", "zh_Hans") as visit:
        page = visit.open("/demands/new")
        page.locator("textarea").fill(TEXT)
        page.locator("main button").click()
        expect(page.locator("[name=title]")).to_be_visible()
        unnamed = "fields => fields.filter(field => !field.labels.length).map(field => field.name)"
        assert page.locator("main :is(input:not([type=hidden]), select, textarea)").evaluate_all(unnamed) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground_by_day_and_by_night(browser: Browser, home: str, scheme: str) -> None:
    with Visit.of(browser, home, "desktop", "zh_Hans", color_scheme=scheme) as visit:
        page = visit.open("/demands/1")
        for shown in ("h1", ".prose", ".placing", ".met", ".kicker", ".rank", ".fine"):
            assert page.locator(shown).first.evaluate(CONTRAST) >= 4.5, shown


def test_paper_shows_every_match_and_nothing_to_click(browser: Browser, home: str) -> None:
    with Visit.of(browser, home, "desktop", "zh_Hans") as visit:
        page = visit.open("/demands/1")
        page.emulate_media(media="print")
        expect(page.locator(".masthead nav").first).to_be_hidden()
        expect(page.locator("details.match .comparison").first).to_be_visible()
