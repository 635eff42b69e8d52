"""A worker files an achievement on a phone, the unit returns it once, and an enterprise finds it in the end."""

from __future__ import annotations

from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.people import UNIT, Province
from tests.web.browser import press

pytestmark = [pytest.mark.journey, pytest.mark.browser]

TITLE = "车床主轴箱迷宫与油封组合密封"
ANSWERS = {
    "what": {"title": TITLE, "teaser": "主轴箱轴端不再漏油，密封件一年一换"},
    "problem": {
        "problem": "普通车床主轴箱轴端漏油，每月停机三次补油。",
        "summary": "把单道毡圈密封改为迷宫与油封组合密封，漏油停机由每月三次降为零。",
    },
    "how": {"principle": "迷宫甩油，油封接触密封，回油槽加深到六毫米。", "difference": "原来只有一道毡圈。"},
    "figures": {"indicators-0-name": "每月漏油停机", "indicators-0-value": "0", "indicators-0-unit": "次"},
    "readiness": {"trl": "7", "trl_evidence": "三台车床连续试用十个月，有试用记录。"},
    "place": {
        "kind": "small_improvement", "achievement_class": "applied", "industry": "34", "region": "510603",
        "keywords": "主轴箱、密封、漏油",
    },
    "people": {
        "completers-0-name": "示例焊工", "completers-0-share": "100", "completers-0-part": "提出方案并试制",
        "completers-0-email": "welder@example.cn",
    },
    "rights": {"is_duty": "true", "rights_holder": UNIT, "protection": "trade_secret"},
    "transfer": {},
    "contact": {"contact_name": "示例焊工", "contact_phone": "0838-0000000"},
}  # fmt: skip


def fill(page: Page, answers: dict[str, str]) -> None:
    for name, value in answers.items():
        field = page.locator(f"[name='{name}']")
        if field.evaluate("it => it.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def scan(folder: Path, name: str) -> Path:
    """Return a signed statement as a scanner leaves it."""
    writer = pypdf.PdfWriter()
    writer.add_blank_page(595, 842)
    path = folder / name
    with path.open("wb") as file:
        writer.write(file)
    return path


def decide(page: Page, action: str, reason: str = "") -> None:
    if reason:
        page.locator("#reason").fill(reason)
    press(page.locator(f"button[value={action}]"))


def test_from_a_phone_to_the_catalogue(province: Province, tmp_path: Path) -> None:
    phone = province.comes("welder", "worker", "phone", organisation=UNIT, region="510603")
    clerk = province.comes("clerk", "unit_union", organisation=UNIT)
    city = province.comes("city", "city", region="5106")
    curator = province.comes("curator", "province_curator")

    # He answers one question a screen, and is told what is still missing.
    province.open("welder", "/submissions")
    phone.locator("form[action='/submissions'] button").click()
    for answers in ANSWERS.values():
        fill(phone, answers)
        press(phone.locator("button[value=next]"))
    for declaration in ("no_state_secret", "no_dispute"):
        phone.locator(f"[name=statements][value={declaration}]").check()
    phone.locator("button[value=submit]").click()
    expect(phone.get_by_role("main")).to_contain_text("等单位工会确认")
    address = phone.url.removeprefix(province.home)

    # The unit returns it with what is to be mended; he mends it and sends the signed statements along.
    province.open("clerk", "/curation/queue")
    clerk.get_by_role("link", name=TITLE).click()
    decide(clerk, "return", "请补上试用记录的时间，并上传签字的授权书和承诺书")
    province.open("welder", address)
    expect(phone.get_by_role("main")).to_contain_text("请补上试用记录的时间")
    province.open("welder", f"{address}/edit?step=readiness")
    phone.locator("[name=trl_evidence]").fill("2025 年 1 月至 10 月三台车床连续试用，有试用记录。")
    press(phone.locator("button[value=save]"))
    for purpose in ("authorisation_letter", "integrity_statement"):
        province.open("welder", address)
        phone.locator("#file").set_input_files(scan(tmp_path, f"{purpose}.pdf"))
        phone.locator("#purpose").select_option(purpose)
        phone.locator("form[enctype='multipart/form-data'] button").click()
        expect(phone.get_by_role("main")).to_contain_text(f"{purpose}.pdf")
    province.open("welder", f"{address}/edit?step=finish")
    phone.locator("button[value=submit]").click()
    expect(phone.get_by_role("main")).to_contain_text("等单位工会确认")

    # Unit, city and province pass it; it is shown to the public and nobody objects.
    for page, name, step in (
        (clerk, "clerk", "endorse"),
        (city, "city", "pass_first_review"),
        (curator, "curator", "pass_final_review"),
    ):
        province.open(name, "/curation/queue")
        page.get_by_role("link", name=TITLE).click()
        decide(page, step)
    province.open("curator", "/curation/publicity")
    curator.locator("[name=title]").fill("第一批拟公布成果")
    curator.get_by_role("button", name="开始公示").click()
    expect(curator.get_by_role("main")).to_contain_text(TITLE)
    province.let_publicity_end()
    province.open("curator", "/curation/publicity")
    curator.get_by_role("button", name="公布没有异议的成果").click()
    expect(curator.get_by_role("main")).to_contain_text("已公布")
    province.open("welder", address)
    expect(phone.get_by_role("main")).to_contain_text("已经公布")

    # An enterprise types its trouble and finds it, without what stays with the unions.
    province.run("index", "sync")
    visitor = province.comes("enterprise", None)
    province.open("enterprise", "/achievements?q=主轴箱老是漏油")
    expect(visitor.locator("ol .title, article .title, h2 a").first).to_contain_text(TITLE)
    visitor.get_by_role("link", name=TITLE).first.click()
    expect(visitor.get_by_role("main")).to_contain_text("漏油停机由每月三次降为零")
    expect(visitor.get_by_role("main")).not_to_contain_text("0838-0000000")
    expect(visitor.get_by_role("main")).not_to_contain_text("回油槽加深")
    assert province.complaints == []
