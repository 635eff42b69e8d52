"""A batch of studios from its announcement to the plaques, with an objection upheld and the next in rank named."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Page, expect

from marketplace.db import today, unit_of_work
from marketplace.models import NamingBatch
from tests import factories
from tests.journeys.people import Province
from tests.journeys.test_golden_idea import send
from tests.marketplace.naming.batches import plant, ready
from tests.web.browser import press

pytestmark = [pytest.mark.journey, pytest.mark.browser]

JUDGES = 5
BATCH = "/curation/naming/1"
# Unit, district and the points its studio gets of every judge.
UNITS = (("德阳示例重机厂", "510603", 90), ("绵阳示例机床厂", "510703", 85), ("宜宾示例酒厂", "511502", 80))


def studio_of(number: int) -> str:
    return f"第{number}示例创新工作室"


def open_records(province: Province) -> None:
    """Let each unit have a studio that meets every condition."""
    with province.app.app_context(), unit_of_work(province.app.extensions["marketplace"].sessions) as session:
        factories.use(session)
        for number, (name, district, _points) in enumerate(UNITS, 1):
            path = f"51/{district[:4]}/{district}"
            unit = plant(name, region=district, region_path=path, industry="34")
            ready(session, unit, name=studio_of(number))


def announce(province: Province) -> Page:
    office = province.comes("office", "province_curator")
    province.open("office", "/curation/naming/new")
    office.locator("[name=title]").fill("2026年度省级创新工作室命名")
    office.locator("[name=tier]").select_option("province")
    for name in ("closes_on", "recommend_by", "score_by"):
        office.locator(f"[name={name}]").fill(today().isoformat())
    office.locator("[name=quota]").fill("2")
    office.locator("main button.button").first.click()
    expect(office.get_by_role("main")).to_contain_text("还没有申报")
    return office


def apply(province: Province, number: int) -> None:
    """Let the union of a unit apply on a phone, and the city recommend."""
    name, district, _points = UNITS[number - 1]
    phone = province.comes(f"union{number}", "unit_union", "phone", organisation=name)
    province.open(f"union{number}", "/naming/1")
    phone.get_by_role("link", name=f"为{studio_of(number)}申报").click()
    phone.locator("[name=statement]").fill("三年攻关六项，带徒十一人。")
    phone.locator("main form button.button").last.click()
    expect(phone.get_by_role("main")).to_contain_text("等待推荐")
    city = province.comes(f"city{number}", "city", region=district[:4])
    province.open(f"city{number}", f"/naming/applications/{number}")
    send(city, "/recommend", opinion="同意推荐，排在第一。")


def judge(province: Province, number: int) -> None:
    name = f"judge{number}"
    page = province.visits[name].page
    for place, (_unit, _district, points) in enumerate(UNITS, 1):
        province.open(name, "/judging/studios")
        press(page.get_by_role("link", name=studio_of(place)))
        left = points
        for field in page.locator("input[type=number]").all():
            most = int(field.get_attribute("max") or 0)
            field.fill(str(min(most, left)))
            left -= min(most, left)
        press(page.locator("button[value=lock]"))


def score(province: Province, office: Page) -> None:
    for number in range(JUDGES):
        province.comes(f"judge{number}", "judge")
        province.open("office", BATCH)
        send(office, "/panel")
    with unit_of_work(province.app.extensions["marketplace"].sessions) as session:
        batch = session.get_one(NamingBatch, 1)
        batch.opens_on = batch.closes_on = batch.recommend_by = today() - dt.timedelta(days=1)
    province.open("office", BATCH)
    send(office, "/scoring")
    for number in range(JUDGES):
        judge(province, number)
    province.open("office", BATCH)
    send(office, "/tally")


def meet(office: Page, minutes: str) -> None:
    office.locator("[name=chair]").fill("张主席")
    office.locator("[name=present]").fill("张主席、李部长")
    office.locator("[name=minutes]").fill(minutes)
    office.get_by_role("button", name="存档纪要，确定名单").click()
    expect(office.get_by_role("main")).to_contain_text(minutes)


def test_one_is_struck_by_an_objection_and_the_next_in_rank_gets_the_plaque(province: Province) -> None:
    open_records(province)
    office = announce(province)
    for number in range(1, len(UNITS) + 1):
        apply(province, number)
    score(province, office)

    # Other terms change nothing; the meeting follows the scores, and its list is shown.
    province.open("office", f"{BATCH}/what-if")
    office.locator("[name=quota]").fill("3")
    office.get_by_role("button", name="试算").click()
    expect(office.get_by_role("main")).to_contain_text("2 → 3")
    province.open("office", f"{BATCH}/meeting")
    meet(office, "逐个审议，同意按得分命名前两名。")
    send(office, "/announce", channel="平台首页")
    province.open("union3", "/naming/applications/3/sheet")
    expect(province.visits["union3"].page.get_by_role("main")).to_contain_text("名次在名额以外")

    # A visitor objects to the second; it is upheld, and the third is proposed by a new list.
    visitor = province.comes("visitor", None)
    province.open("visitor", "/publicity/1")
    visitor.locator("li", has_text=studio_of(2)).get_by_role("link", name="提出异议").click()
    visitor.locator("[name=text]").fill("主要成果是外购设备")
    visitor.locator("[name=evidence]").fill("2025 年采购合同")
    visitor.locator("main button.button").click()
    expect(visitor.get_by_role("main")).to_contain_text("异议已收到")
    province.open("office", "/curation/publicity")
    office.get_by_role("link", name="主要成果是外购设备").click()
    office.locator("[name=finding]").fill("采购合同属实")
    office.locator("button[value=upheld]").click()
    expect(office.get_by_role("main")).to_contain_text("异议已办结")
    province.open("office", f"{BATCH}/meeting")
    expect(office.get_by_role("main")).to_contain_text("可以递补")
    office.get_by_text("会议决定列入").click()
    office.locator("[name=to-3]").check()
    office.locator("[name=reason-3]").fill("依次递补")
    meet(office, "第二名撤下，由第三名递补。")
    send(office, "/announce")
    province.open("visitor", "/naming/1/results")
    expect(visitor.get_by_role("main")).to_contain_text("还没有公布结果")

    # After the new period: the notice, the plaques, and what each place rests on.
    province.let_publicity_end()
    province.open("office", f"{BATCH}/notice")
    office.locator("[name=number]").fill("川工发〔2026〕18号")
    office.locator("button[value=issue]").click()
    expect(office.get_by_role("main")).to_contain_text("川工发〔2026〕18号")
    province.open("visitor", "/naming/1/results")
    main = visitor.get_by_role("main")
    for told in (studio_of(1), "SJ-2026-001", studio_of(3), "SJ-2026-002"):
        expect(main).to_contain_text(told)
    expect(main).not_to_contain_text(studio_of(2))
    province.open("office", "/curation/naming/applications/3")
    for told in ("同意推荐，排在第一。", "依次递补", "校验一致", "SJ-2026-002"):
        expect(office.get_by_role("main")).to_contain_text(told)
    province.open("office", "/studios/records/3")
    expect(office.get_by_role("main")).to_contain_text("牌匾 SJ-2026-002")
    assert province.complaints == []
