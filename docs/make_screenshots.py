"""Make the pictures of the documentation from the real pages, holding the sample records: ``make screenshots``.

A picture is named after what it shows. Run it again after a page changed; nothing in the pictures is arranged by hand.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page

from marketplace.app import create_app
from marketplace.config import Settings
from tests.services import migrate
from tests.web.browser import Visit, chromium, load_sample, served
from tests.web.staff import at_the_province

IMAGES = Path(__file__).parent / "images"
NEED = (
    "我厂用三爪卡盘夹紧铝合金薄壁壳体车内孔，松开卡爪后孔变成三棱形，圆度 0.08–0.12 mm，报废约 18%。"
    "要求圆度 0.02 mm 以内，合格率 98% 以上，不换现有数控车床。预算 30 万元，年底前用上。"
)
QUESTION = "/achievements?q=薄壁件松开卡爪后内孔变成三棱形"


def main() -> None:
    if shutil.which("chromium") is None:
        sys.exit("缺少 chromium：请先安装（例如 apt install chromium fonts-noto-cjk）。")
    IMAGES.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        settings = Settings.from_environment({"INSTANCE_PATH": folder, "LOG_LEVEL": "ERROR"})
        migrate(settings.database_url)
        app = create_app(settings)
        load_sample(app)
        office = at_the_province(app)
        with served(app) as home, chromium() as browser:
            with Visit.of(browser, home, "desktop", "zh_Hans") as desk:
                from_the_desk(desk)
            with Visit.of(browser, home, "desktop", "zh_Hans") as desk:
                desk.sign_in(office)
                from_the_office(desk)
            with Visit.of(browser, home, "desktop", "en") as desk:
                keep(desk.open(QUESTION), "results-en")
            with Visit.of(browser, home, "phone", "zh_Hans", device_scale_factor=2) as phone:
                keep(phone.open("/"), "home-phone")
                keep(phone.open(QUESTION), "results-phone")
                keep(at_the_matches(phone.open("/demands/1")), "matches-phone")


def from_the_desk(desk: Visit) -> None:
    keep(desk.open("/"), "home")
    keep(desk.open(QUESTION), "results")
    keep(desk.open("/achievements/4"), "achievement")
    page = desk.open("/demands/new")
    page.locator("textarea").fill(NEED)
    page.locator("main button").click()
    page.locator("[name=title]").wait_for()
    keep(page, "brief")
    page.locator("main button").click()
    keep(at_the_matches(page), "matches")


def from_the_office(desk: Visit) -> None:
    page = desk.open("/curation/thesaurus/en-0001/edit")
    page.locator("[name=alternatives]").fill("爆管\n炉管开花")
    page.locator("[name=sample]").fill("炉管开花，被迫停炉")
    page.locator("button[value=preview]").click()
    page.locator("#preview").wait_for()
    keep(page, "thesaurus")


def at_the_matches(page: Page) -> Page:
    page.locator("#matches").evaluate("section => section.scrollIntoView({behavior: 'instant'})")
    return page


def keep(page: Page, name: str) -> None:
    page.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    main()
