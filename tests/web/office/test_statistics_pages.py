"""Figures on their pages: a rate with all it rests on, charts that say what they show, and the entries behind it."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from marketplace.db import SessionFactory, today, unit_of_work
from marketplace.permissions import SYSTEM
from marketplace.web.statistics import drawing
from tests import factories
from tests.accounts import opened_account, signed_in
from tests.factories import OrganisationFactory
from tests.marketplace.participation.campaigning import opened as campaign_opened
from tests.marketplace.participation.campaigning import told
from tests.web.pages import opened, sent

PLACE, PLANT = "/curation/statistics", "示例重机厂"
DENOMINATORS = "/curation/denominators"


@pytest.fixture(autouse=True)
def ledger(sessions: SessionFactory) -> None:
    with unit_of_work(sessions) as session:
        factories.use(session)
        plant = OrganisationFactory(name=PLANT, region_path="51/5106/510603", industry_path="C/34", region="510603")
        far = OrganisationFactory(name="示例远厂", region_path="51/5107/510703", industry_path="C/39", region="510703")
        span = {"opens_on": f"{today().year}-01-01", "closes_on": f"{today().year}-12-31"}
        skills = campaign_opened(session, "skills", **span)
        for unit, times in ((plant, 1200), (far, 30)):
            told(session, SYSTEM, skills, unit, "training", person_times=times, persons=20)
        told(session, SYSTEM, skills, plant, "training", day=f"{today().year}-01-01", person="张三丰", subject="焊接")
        six = campaign_opened(session, "six_ones", **span)
        told(session, SYSTEM, six, plant, "contest", person="张三丰")


def test_a_city_reads_its_figures_and_drills_down_to_its_entries(app: Flask) -> None:
    opened_account(app, "city@example.cn", "city", region="5106")
    city = signed_in(app, "city@example.cn")
    page = opened(city, "/curation")
    assert page.link("统计") == PLACE
    page = opened(city, PLACE)
    assert "1,201" in page.text
    assert "0 查看“参加过一项以上的人” / 无数据" in page.text
    form = page_form(city, "headcount", unit=PLANT, day=today().isoformat(), number="500", source="统计年报")
    assert "职工人数已记下" in sent(city, f"{DENOMINATORS}/headcounts", form).text
    text = opened(city, PLACE).text
    assert all(it in text for it in ("0.2%", "/ 500", "统计年报", "截止")), text
    form = page_form(city, "target", year=str(today().year), region="5106", measure="trained", amount="2402")
    assert "目标已设定" in sent(city, f"{DENOMINATORS}/targets", form).text
    form = page_form(city, "target", year=str(today().year), region="5106", industry="C", month="1", amount="13")
    form["target-measure"] = "trained"
    page = sent(city, f"{DENOMINATORS}/targets", form)
    assert "德阳市 · 制造业" in page.text and "1月" in page.text
    assert "应在 0 和 12 之间" in sent(city, f"{DENOMINATORS}/targets", {**form, "target-month": "13"}, 422).text
    nothing = {**form, "target-region": "", "target-industry": "", "target-month": ""}
    assert "全省一年的目标在“规则”里设定" in sent(city, f"{DENOMINATORS}/targets", nothing, 422).text
    page = opened(city, f"{PLACE}/skills?measure=trained&industry=C")
    assert page.source.count('class="target"') == 2, "the line of January and its legend"
    assert "还没到这个月" not in page.text
    sent(city, f"{DENOMINATORS}/targets", {**form, "target-year": str(today().year + 1)})
    assert (
        opened(city, f"{PLACE}/skills?measure=trained&industry=C&year={today().year + 1}").text.count("还没到这个月")
        == 1
    )
    page = opened(city, f"{PLACE}/skills?measure=trained")
    assert all(it in page.text for it in ("2,402", "50.0%", "旌阳区", "制造业")), page.text
    pictures = re.findall(r'<svg role="img" aria-labelledby="(\S+) (\S+)"', page.source)
    assert len(pictures) == 3
    assert all(
        f'<title id="{title}">' in page.source and f'<desc id="{desc}">' in page.source for title, desc in pictures
    )
    assert not re.search(r"<svg[^>]*style=|<style|<script", page.source)
    page = opened(city, f"{PLACE}/six_ones")
    assert "参加过一项以上的人：1" in opened(city, page.link("1 查看“参加过一项以上的人”")).text
    assert PLANT in opened(city, page.link("500 查看“单位的职工人数”")).text
    assert "没有。" in opened(city, f"{PLACE}/rates/coverage/rest").text
    page = opened(city, f"{PLACE}/skills/entries?measure=trained")
    assert ("2 条记录" in page.text, "张三丰" in page.text, "示例远厂" in page.text) == (True, True, False)
    page = opened(city, f"{PLACE}/studios")
    assert page.source.count('<svg role="img"') == 1
    assert "没有。" in opened(city, page.link("0 查看“有梯次的工作室”")).text
    opened(city, f"{PLACE}/studios/nothing", 404)
    assert opened(city, f"{PLACE}/skills?region=5107", 403).status == 403
    assert "前一个不晚于后一个" in opened(city, f"{PLACE}?first=5&last=2", 422).text


def test_the_province_sees_a_map_and_an_auditor_masked_names(app: Flask) -> None:
    opened_account(app, "auditor@example.cn", "auditor")
    auditor = signed_in(app, "auditor@example.cn")
    page = opened(auditor, f"{PLACE}/skills?lang=en")
    assert page.source.count('class="shade-') >= 21
    assert all(it in page.text for it in ("Deyang", "1,231", "Of which")), page.text
    page = opened(auditor, f"{PLACE}/skills/entries?lang=zh_Hans&first=1&last=1")
    assert "张三丰" not in page.text
    form = {"csrf_token": opened(auditor, DENOMINATORS).form("/account/sign-out").get("csrf_token", "")}
    sent(auditor, f"{DENOMINATORS}/lists/strike", {**form, "year": "2025", "file_hash": "a", "reason": "错"}, 403)
    for door in ("targets", "headcounts"):
        assert "没有权限" in sent(auditor, f"{DENOMINATORS}/{door}", form, 403).text


def page_form(client: object, name: str, **fields: str) -> dict[str, str]:
    action = f"{DENOMINATORS}/{name}s"
    page = opened(client, DENOMINATORS)  # type: ignore[arg-type]
    return page.form(action, **{f"{name}-{key}": value for key, value in fields.items()})


def test_each_number_of_a_map_lies_in_one_shade_of_its_legend() -> None:
    tens = [(0, 19), (20, 39), (40, 59), (60, 79), (80, 100)]
    for most, shown in ((2, [(0, 0), (1, 1), (2, 2)]), (100, tens)):
        for value in range(most + 1):
            chart = drawing.tiles({"5101": value, "5106": most})
            assert [(it.least, it.most) for it in chart.legend] == shown
            (shade,) = (box.shade for box in chart.boxes if box.key == "5101")
            assert [it.shade for it in chart.legend if it.least <= value <= it.most] == [shade]
