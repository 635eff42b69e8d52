"""A roster of crews comes in as the notice has it: each line a crew and an honour, once, and within one's level."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from ingest.pipeline import Import
from ingest.report import Fate, Line, Report
from marketplace.db import SessionFactory, today, unit_of_work
from marketplace.models import Crew, Organisation
from marketplace.permissions import SYSTEM, Actor, Grant
from marketplace.services.organisation import name_key

ROSTER = """\
附件：2025 年命名名单
序号,集体名称,单位名称,荣誉称号,命名年度,文号,负责人,班组人数,地区,备注
1,磨工一班,示例重机厂,四川省工人先锋号,2025年,川工发〔2025〕3号,王示例,12人,德阳市旌阳区,连续两年
2,磨工一班,示例重机厂,德阳市五化五强班组,2024,,,,,
3,装配班,示例重机厂,先进班组,2025,,,,,
4,,示例重机厂,四川省工人先锋号,2025,,,,,
5,磨工 一班,示例重机厂,四川省工人先锋号,2025,,,,,
6,客服中心,示例电机厂,德阳市工人先锋号,2025,,,许多,德阳市,
"""


def brought(
    sessions: SessionFactory, path: Path, text: str = ROSTER, actor: Actor = SYSTEM
) -> tuple[dict[Fate, int], list[Line]]:
    path.write_bytes(text.encode("gb18030"))
    lines: list[Line] = []
    run = Import(sessions, "crews", report=Report(lines.append), actor=actor)
    run.run(path)
    return dict(run.report.fates), lines


def test_every_line_is_accounted_for_and_twice_adds_nothing(sessions: SessionFactory, tmp_path: Path) -> None:
    fates, lines = brought(sessions, tmp_path / "名单.csv")
    assert fates == {Fate.CREATED: 3, Fate.REFUSED: 3}
    assert {line.row for line in lines if line.severity == "error"} == {5, 6, 7}
    assert any(line.row == 8 and line.field == "班组人数" for line in lines)
    with sessions() as session:
        crew, service = session.scalars(sa.select(Crew).order_by(Crew.id)).all()
        assert [(it.kind, it.level) for it in crew.honours] == [("pioneer", "province"), ("five_and_five", "city")]
        assert (crew.headcount, crew.leader and crew.leader.name) == (12, "王示例")
        assert crew.extra == {"备注": "连续两年"}
        assert crew.organisation.region_path == "51/5106/510603"
        assert (service.name, service.headcount, service.leader) == ("客服中心", None, None)
    assert brought(sessions, tmp_path / "名单.csv")[0] == {Fate.UNCHANGED: 3, Fate.REFUSED: 3}


def test_a_city_brings_in_honours_of_its_level_and_none_of_a_crew_that_is_no_more(
    sessions: SessionFactory, tmp_path: Path
) -> None:
    with unit_of_work(sessions) as session:
        plant = Organisation(
            name="示例重机厂", name_key=name_key("示例重机厂"), region_path="51/5106/510603", region="510603"
        )
        gone = Crew(
            name="锻工班", name_key="锻工班", organisation=plant, dissolved_on=today(), dissolved_because="车间撤并"
        )
        session.add(gone)
    text = (
        "班组,单位,荣誉,年度\n磨工一班,示例重机厂,德阳市工人先锋号,2025\n磨工一班,示例重机厂,四川省工人先锋号,2025\n"
        "磨工一班,绵阳的厂,绵阳市工人先锋号,2025\n锻工班,示例重机厂,德阳市工人先锋号,2025\n"
    )
    fates, lines = brought(sessions, tmp_path / "名单.csv", text, Actor("city", (Grant("city", "51/5106"),)))
    assert fates == {Fate.CREATED: 1, Fate.REFUSED: 3}
    assert sum("不在您的范围之内" in line.problem for line in lines) == 2
    assert sum("已经撤销" in line.problem for line in lines) == 1
