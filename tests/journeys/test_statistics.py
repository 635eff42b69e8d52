"""From a rate to its entries, from a definition to files, a frozen year with its errata, and what anybody reads."""

from __future__ import annotations

import io

import openpyxl
import pypdf
import pytest
from playwright.sync_api import Page, expect

from marketplace.db import today, unit_of_work
from marketplace.models import Organisation
from marketplace.permissions import SYSTEM
from marketplace.schemas.statistics import HeadcountSchema
from marketplace.services.participation import closing, deciding
from marketplace.services.statistics import headcounts
from tests import factories
from tests.factories import OrganisationFactory
from tests.journeys.people import UNIT, Province
from tests.journeys.test_golden_idea import send
from tests.marketplace.participation.campaigning import opened, told

pytestmark = [pytest.mark.journey, pytest.mark.browser]

YEAR = today().year - 1
TITLE = "技能提升情况表"


@pytest.fixture
def entry(province: Province) -> int:
    """A closed year of training in two cities, of which one had three people in February; the entry of March."""
    with province.app.app_context(), unit_of_work(province.app.extensions["marketplace"].sessions) as session:
        factories.use(session)
        window = {"opens_on": f"{YEAR}-01-01", "closes_on": f"{YEAR}-12-31"}
        skills, six = opened(session, "skills", **window), opened(session, **window)
        near: Organisation = OrganisationFactory(name=UNIT, region_path="51/5106/510603", industry_path="C/34")
        far: Organisation = OrganisationFactory(name="绵阳示例电子厂", region_path="51/5107", industry_path="C/39")
        for unit, numbers in ((near, (4120, 3)), (far, (700, 60))):
            for month, number in enumerate(numbers, start=1):
                day = f"{YEAR}-{month:02}-10"
                told(session, SYSTEM, skills, unit, "training", day=day, person_times=number, persons=number)
        last = told(session, SYSTEM, skills, near, "drill", day=f"{YEAR}-03-10", person_times=80, persons=80)
        for name in ("张三", "李四"):
            told(session, SYSTEM, six, near, "contest", day=f"{YEAR}-03-10", person=name)
        staff = {"unit": UNIT, "day": f"{YEAR}-12-31", "number": 40, "source": "劳动工资统计"}
        headcounts.record(session, SYSTEM, HeadcountSchema().load(staff))
        for campaign in (skills, six):
            closing.close(session, SYSTEM, campaign.id, {"period": str(YEAR), "organisation_name": ""})
        return last.id


def main(page: Page) -> Page:
    return page.get_by_role("main")  # type: ignore[return-value]


def taken(page: Page, button: str) -> bytes:
    """Press a button that gives a file out, and return what is in it."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name=button).click()
    return waiting.value.path().read_bytes()


def test_from_a_rate_to_a_frozen_year(province: Province, entry: int) -> None:
    office = province.comes("office", "province_curator")
    province.open("office", f"/curation/statistics?year={YEAR}")
    rate = main(office).locator("#six_ones tr", has_text="参与率")
    for text in ("5.0%", "/ 40", "劳动工资统计", "截止"):
        expect(rate).to_contain_text(text)
    rate.get_by_role("link", name="参加过一项以上的人").click()
    expect(main(office)).to_contain_text("参加过一项以上的人：2")
    expect(office.locator("#lines > li")).to_have_count(2)

    province.open("office", "/curation")
    office.get_by_role("link", name="报表", exact=True).click()
    office.get_by_role("link", name="新建报表").click()
    office.locator("[name=title]").fill(TITLE)
    office.locator("[name=kind]").select_option("skills")
    office.locator("[name=table_number]").fill("川工统3表")
    office.get_by_label("人均项数", exact=False).check()
    office.get_by_role("button", name="保存").click()
    expect(main(office)).to_contain_text("报表已保存")
    expect(main(office).locator("tfoot")).to_contain_text("4,963")
    sheet = openpyxl.load_workbook(io.BytesIO(taken(office, "下载 Excel 工作簿"))).active
    (deyang,) = [row for row in sheet.iter_rows(values_only=True) if row[0] == "德阳市"]
    assert (sheet["A1"].value, deyang[1]) == (TITLE, 4203)
    pages = pypdf.PdfReader(io.BytesIO(taken(office, "下载 PDF"))).pages
    text = "".join(page.extract_text() for page in pages).replace(" ", "")
    for it in ("川工统3表", "4,963", "填表人"):
        assert it in text, text

    send(office, "/freeze")
    expect(main(office)).to_contain_text("文本与哈希相符")
    expect(main(office)).to_contain_text("冻结以后没有变动")
    edition = office.url.removeprefix(province.home)
    with unit_of_work(province.app.extensions["marketplace"].sessions) as session:
        deciding.withdraw(session, SYSTEM, entry, "练兵没有举行")
    province.open("office", edition)
    expect(office.locator("#errata")).to_contain_text("练兵没有举行")
    expect(office.locator("#errata")).to_contain_text("-80")
    expect(main(office).locator("tfoot")).to_contain_text("4,963")

    visitor = province.comes("visitor", None, "phone")
    province.open("visitor", "/")
    visitor.get_by_role("link", name="统计", exact=True).click()
    expect(main(visitor)).to_contain_text("4,883")
    expect(main(visitor)).to_contain_text("少于 5 个人的格子不公布")
    visitor.get_by_role("link", name="参加培训").click()
    row = visitor.locator("#places tbody tr", has_text="德阳市")
    expect(row.locator("td").nth(2)).to_have_text("＊")
    expect(row).not_to_contain_text("4,120")
    assert province.visits["visitor"].width() <= 390
    assert not province.complaints
