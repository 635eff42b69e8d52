"""A proposal becomes a golden idea: answered, carried out, its benefit verified, judged without names, and awarded."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Page, expect

from marketplace.db import today, unit_of_work
from marketplace.models import AwardRound
from tests import factories
from tests.awards import verified_proposal
from tests.factories import OrganisationFactory
from tests.journeys.people import UNIT, Province
from tests.web.browser import press

pytestmark = [pytest.mark.journey, pytest.mark.browser]

TITLE, OTHER = "改用快换刀座", "切削液槽加撇油带"
JUDGES = 5


def send(page: Page, action: str, button: str = "button", /, **fields: str) -> None:
    """Fill the form that goes to an address in and press its button."""
    form = page.locator(f"form[action$='{action}']").first
    form.evaluate("it => { const folded = it.closest('details'); if (folded) folded.open = true; }")
    for name, value in fields.items():
        field = form.locator(f"[name='{name}']")
        if field.evaluate("it => it.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    press(form.locator(button).last)


def answer(province: Province, page: Page, name: str, address: str, action: str) -> None:
    province.open(name, address)
    press(page.locator(f"#decide button[value={action}]"))


def propose(province: Province) -> str:
    """Let a worker write and submit on a phone, and return the address of the proposal."""
    phone = province.comes("lathe", "worker", "phone", organisation=UNIT, region="510603", industry="34")
    province.open("lathe", "/proposals/new")
    for name, value in {
        "present_state": "每班换刀四次，每次停机二十分钟。",
        "measure": "改用快换刀座，刀具预先对好。",
        "expected_effect": "每班多出八十分钟。",
        "crew": "机加二班",
    }.items():
        phone.locator(f"[name={name}]").fill(value)
    phone.locator("[name=category]").select_option("efficiency")
    phone.locator("button[value=submit]").click()
    expect(phone.get_by_role("main")).to_contain_text("单位工会收到了")
    return phone.url.removeprefix(province.home)


def carry_out(province: Province, address: str) -> None:
    """Let the unit answer and carry it out, and the benefit be claimed, attested and verified."""
    union = province.comes("union", "unit_union", organisation=UNIT)
    for action in ("screen", "take_up", "adopt"):
        answer(province, union, "union", address, action)
    province.open("union", address)
    send(union, "/plan", metric="每件工时费", baseline="18 元/件", method="工时台账", unit_of_output="件")
    answer(province, union, "union", address, "begin")
    province.open("union", address)
    first_use = (today() - dt.timedelta(days=200)).isoformat()
    send(union, "/completion", implementation="全部车床已改装", first_used_on=first_use)

    worker = province.visits["lathe"].page
    province.open("lathe", address)
    worker.get_by_role("link", name="每件工时费").click()
    sheet = worker.url.removeprefix(province.home)
    send(
        worker, "/claim",
        unit_cost_before="18", unit_cost_after="12.5", yearly_output="70000", implementation_cost="3000",
    )  # fmt: skip
    finance = province.comes("finance", "finance_attestor", organisation=UNIT)
    province.open("finance", sheet)
    send(finance, "/attest", amount="382000", note="财务账 2026")
    county = province.comes("county", "county", region="510603")
    province.open("county", sheet)
    send(county, "/verify", amount="380000", note="现场核对")
    province.open("lathe", address)
    expect(worker.get_by_role("main")).to_contain_text("效益已核验")


def another_verified(province: Province) -> None:
    """Bring in a proposal of another unit that has come as far."""
    with province.app.app_context(), unit_of_work(province.app.extensions["marketplace"].sessions) as session:
        factories.use(session)
        mill = OrganisationFactory(
            name="绵阳示例机床厂", region="510703", region_path="51/5107/510703", industry="34", industry_path="C/34"
        )
        verified_proposal(session, mill).title = OTHER


def judge(province: Province, number: int) -> None:
    """Let a judge score what he is given, without knowing whose it is, and lock it."""
    name = f"judge{number}"
    page = province.visits[name].page
    for place in range(9):
        province.open(name, "/judging")
        waiting = page.locator("li", has=page.locator("a.title")).filter(has_not_text="已锁定")
        if not waiting.count():
            return
        press(waiting.first.locator("a.title"))
        expect(page.get_by_role("main")).not_to_contain_text(UNIT)
        for field in page.locator("input[type=number]").all():
            field.fill(str(int(field.get_attribute("max") or 0) - 2 - place - number % 2))
        press(page.locator("button[value=lock]"))


def test_one_is_awarded_and_an_objection_stops_the_other(province: Province) -> None:
    address = propose(province)
    carry_out(province, address)
    another_verified(province)

    office = province.comes("office", "province_curator")
    for number in range(JUDGES):
        province.comes(f"judge{number}", "judge")
    province.open("office", "/curation/awards/new")
    office.locator("[name=title]").fill("2026 年度金点子")
    office.locator("[name=level]").select_option("province")
    office.locator("[name=closes_on]").fill(today().isoformat())
    press(office.locator("main button.button").first)
    for title in (TITLE, OTHER):
        province.open("office", "/curation/awards/1/nominate")
        press(office.locator("form", has_text=title).first.locator("button").first)
    for _number in range(JUDGES):
        send(office, "/curation/awards/1/panel")
    with unit_of_work(province.app.extensions["marketplace"].sessions) as session:
        award = session.get_one(AwardRound, 1)
        award.opens_on = award.closes_on = today() - dt.timedelta(days=1)
    province.open("office", "/curation/awards/1")
    send(office, "/scoring")
    for number in range(JUDGES):
        judge(province, number)
    province.open("office", "/curation/awards/1")
    send(office, "/tally")
    send(office, "/decide")
    send(office, "/announce", channel="平台首页")

    # A visitor objects to one of the two; it is upheld, and the period of the other begins anew.
    visitor = province.comes("visitor", None)
    province.open("visitor", "/publicity/1")
    visitor.locator("li", has_text=OTHER).get_by_role("link", name="提出异议").click()
    visitor.locator("[name=text]").fill("这台设备是外购的，不是职工改的")
    visitor.locator("[name=evidence]").fill("2025 年采购合同")
    visitor.locator("main button.button").click()
    expect(visitor.get_by_role("main")).to_contain_text("异议已收到")
    province.open("office", "/curation/publicity")
    office.get_by_role("link", name="这台设备是外购的").click()
    office.locator("[name=finding]").fill("采购合同属实")
    office.locator("button[value=upheld]").click()
    expect(office.get_by_role("main")).to_contain_text("异议已办结")

    province.let_publicity_end()
    province.open("office", "/curation/awards/1")
    send(office, "/grant")
    province.open("visitor", "/golden-ideas")
    expect(visitor.get_by_role("main")).to_contain_text(TITLE)
    expect(visitor.get_by_role("main")).not_to_contain_text(OTHER)
    visitor.locator("main a[href^='/verify/']").first.click()
    expect(visitor.get_by_role("main")).to_contain_text("这份证书有效")
    worker = province.open("lathe", address)
    expect(worker.get_by_role("main")).to_contain_text("金点子")
    assert province.complaints == []
