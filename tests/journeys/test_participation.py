"""A worker fills his six on a phone; his unit brings a long spreadsheet in, closes the month and corrects it after."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import PIL.Image
import pytest
from playwright.sync_api import Page, expect

from marketplace.db import today, unit_of_work
from tests import factories
from tests.factories import OrganisationFactory
from tests.journeys.people import UNIT, Province
from tests.journeys.test_golden_idea import propose, send
from tests.marketplace.participation.campaigning import opened

pytestmark = [pytest.mark.journey, pytest.mark.browser]

TODAY = today()
SKILLS = "技能提升年"
ROWS = 5_000
# What is wrong with some of the rows: how many such there are, what is changed in them, what the report says.
WRONG = (
    (2, {"单位名称": "没有的单位"}, "没有的单位"),
    (3, {"项目": "没有的项目"}, "活动里没有这一项"),
    (1, {"日期": "2月30日"}, "2月30日"),
)


@pytest.fixture(autouse=True)
def year(province: Province) -> None:
    """The six ones and the skills of the year, open to a unit."""
    with province.app.app_context(), unit_of_work(province.app.extensions["marketplace"].sessions) as session:
        factories.use(session)
        OrganisationFactory(name=UNIT, region_path="51/5106/510603", industry_path="C/34", region="510603")
        window = {"opens_on": f"{TODAY.year}-01-01", "closes_on": f"{TODAY.year}-12-31"}
        opened(session, **window)
        opened(session, "skills", title=SKILLS, **window)


def main(page: Page) -> Page:
    return page.get_by_role("main")  # type: ignore[return-value]


def fill(phone: Page, item: str, subject: str, evidence: str = "") -> None:
    """Say of oneself that one took part in an item."""
    send(phone, "/1/entries", **{"c1-item": item, "c1-subject": subject, "c1-evidence": evidence})


def spreadsheet(folder: Path) -> Path:
    """Write what a clerk has: a title line, columns in an order of their own, blank lines, one twice, some wrong."""
    columns = ("序号", "活动名称", "项目", "单位名称", "姓名", "日期", "培训名称")
    plain = {"活动名称": SKILLS, "项目": "岗位练兵", "单位名称": f" {UNIT} ", "日期": f"{TODAY:%Y/%m/%d}"}
    rows = [{**plain, "序号": at, "姓名": f"职工{at:05}", "培训名称": "焊接"} for at in range(1, ROWS)]
    rows.append(rows[0])
    at = 10
    for count, changed, _said in WRONG:
        for row in rows[at : at + count]:
            row.update(changed)
        at += count
    path = folder / "练兵名单.csv"
    with path.open("w", encoding="gb18030", newline="") as file:
        file.write("职工岗位练兵名单\n")
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    return path


def photo() -> bytes:
    """Return a picture as a phone takes one."""
    taken = io.BytesIO()
    PIL.Image.new("RGB", (800, 600), "gray").save(taken, "JPEG")
    return taken.getvalue()


def bring_in(page: Page, path: Path) -> None:
    """Look a spreadsheet through on the import page, read what is wrong with which row, and confirm."""
    page.get_by_label("活动的参与记录").check()
    page.locator("[name=file]").set_input_files(path)
    page.get_by_role("button", name="先看一遍，不写入").click()
    expect(main(page)).to_contain_text("读取 5000 行")
    expect(page.locator("dl.facts > div", has_text="拒绝")).to_contain_text(str(sum(count for count, *_ in WRONG)))
    for _count, _changed, said in WRONG:
        expect(page.locator("tbody tr", has_text=said).first).to_be_visible()
    page.get_by_role("button", name="导入", exact=True).click()
    expect(page.locator("h1")).to_contain_text("已导入")


def test_from_a_phone_and_a_spreadsheet_to_a_closed_month_with_its_errata(province: Province, tmp_path: Path) -> None:
    proposal = propose(province)
    phone = province.visits["lathe"].page
    province.open("lathe", "/participation")
    expect(main(phone)).to_contain_text("有了 1 项，共 6 项")
    expect(phone.locator(f"#campaign-1 a[href='{proposal}']")).to_have_count(1)
    for item in ("contest", "project", "innovation", "new_product", "apprentice"):
        fill(phone, item, "车工", "班组长可以证明")
    expect(main(phone)).to_contain_text("有了 6 项，共 6 项")
    fill(phone, "project", "车工", "再填一次")
    expect(phone.get_by_role("alert").first).to_contain_text("已经登记过")
    first = phone.get_by_role("link", name="看已登记的那一条").get_attribute("href")
    expect(phone.locator(f"{first}")).to_contain_text("车工")
    assert province.visits["lathe"].width() <= 390
    phone.locator(f"{first} a").click()
    phone.locator("#photo").set_input_files({"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    phone.get_by_role("button", name="上传照片").click()
    expect(phone.locator("#files")).to_contain_text("现场.jpg")
    assert province.visits["lathe"].width() <= 390

    clerk = province.comes("clerk", "unit_union", organisation=UNIT)
    province.open("clerk", "/curation/import")
    bring_in(clerk, spreadsheet(tmp_path))
    facts = clerk.locator("dl.facts")
    expect(facts).to_contain_text("4993")

    province.open("clerk", "/curation/campaigns/2")
    send(clerk, "/2/periods", **{"close-period": f"{TODAY:%Y-%m}", "close-unit": UNIT})
    expect(main(clerk)).to_contain_text("文本与哈希相符")
    expect(main(clerk).locator("pre")).to_contain_text("4993")
    expect(main(clerk)).to_contain_text("结账以后没有变动")
    period = clerk.url.removeprefix(province.home)

    province.open("clerk", "/curation/campaigns/2")
    clerk.locator("#latest li a").first.click()
    send(clerk, "/correct", reason="组别写错了", subject="电焊")
    expect(main(clerk)).to_contain_text("已更正")
    send(clerk, "/withdraw", reason="那天没有参加")
    expect(main(clerk)).to_contain_text("已撤回")
    province.open("clerk", period)
    errata = main(clerk).locator("ol.titles > li")
    expect(errata.filter(has_text="组别写错了")).to_have_count(2)
    expect(errata.filter(has_text="那天没有参加")).to_contain_text("人次 -1")
    expect(main(clerk)).to_contain_text("文本与哈希相符")
    assert not province.complaints
