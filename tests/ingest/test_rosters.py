"""A roster of honours comes in as it was drawn up: each line a person and an honour, once, and within one's level."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from ingest.pipeline import Import
from ingest.report import Fate, Line, Report
from marketplace.db import SessionFactory, unit_of_work
from marketplace.models import Honour, Organisation, Person
from marketplace.permissions import SYSTEM, Actor, Grant
from marketplace.services.organisation import name_key

ROSTER = """\
附件：2025 年表彰名单
序号,姓名,工作单位,荣誉称号,授予年度,文号,联系电话,出生年月,民族,管理层级,地区
1,王示例,示例重机厂,四川省劳动模范,2025,川府发〔2025〕3号,13900000009,1975年3月,汉,省级,德阳市旌阳区
2,李示例,示例重机厂,四川省先进工作者,2025,川府发〔2025〕3号,,,彝,,德阳市旌阳区
3,王示例,示例重机厂,四川工匠,2023,,,,,,
4,赵示例,示例重机厂,先进个人,2025,,,,,,
5,,示例重机厂,四川工匠,2025,,,,,,
6,王示例,示例重机厂,四川工匠,2023,,,,,,
7,钱示例,示例重机厂,四川工匠,2025,,,,,省级,
"""


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    path = tmp_path / "名册.csv"
    path.write_bytes(ROSTER.encode("gb18030"))
    return path


def brought(sessions: SessionFactory, path: Path, actor: Actor = SYSTEM) -> tuple[dict[Fate, int], list[Line]]:
    lines: list[Line] = []
    run = Import(sessions, "honours", report=Report(lines.append), actor=actor)
    run.run(path)
    return dict(run.report.fates), lines


def test_every_line_is_accounted_for_and_twice_adds_nothing(sessions: SessionFactory, roster: Path) -> None:
    fates, lines = brought(sessions, roster)
    assert fates == {Fate.CREATED: 4, Fate.REFUSED: 2, Fate.REPEATED: 1}
    told = {(line.row, line.problem) for line in lines}
    assert (6, "从荣誉名称看不出级别，请另填“级别”：国家级、省级、市级、产业级、县级或单位级。") in told
    assert (9, "管理层级只给劳动模范和先进工作者填写。") in told
    assert "13900000009" not in str(lines)
    with sessions() as session:
        king = session.scalars(sa.select(Person).filter_by(name="王示例")).one()
        assert [(it.title, it.level) for it in king.honours] == [
            ("四川省劳动模范", "province"),
            ("四川工匠", "province"),
        ]
        assert (king.management_level, king.phone, king.extra) == ("province", "13900000009", {"民族": "汉"})
        assert (king.organisation.region_path, str(king.born_on)) == ("51/5106/510603", "1975-03-01")
        assert not king.shows_name
    assert brought(sessions, roster)[0] == {Fate.UNCHANGED: 4, Fate.REFUSED: 2, Fate.REPEATED: 1}
    with sessions() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Person)) == 3
        assert session.scalar(sa.select(sa.func.count()).select_from(Honour)) == 4


def test_one_honour_of_many_and_of_many_years_is_no_record_twice(sessions: SessionFactory, tmp_path: Path) -> None:
    path = tmp_path / "名册.csv"
    path.write_text(
        "姓名,单位,荣誉称号,年度\n王示例,示例重机厂,四川工匠,2024\n李示例,示例重机厂,四川工匠,2024\n"
        "王示例,示例重机厂,四川工匠,2025\n王示例,示例重机厂,四川·工匠,2025\n",
        encoding="utf-8",
    )
    fates, lines = brought(sessions, path)
    assert fates == {Fate.CREATED: 4}
    assert [line.row for line in lines if "疑似重复" in line.problem] == [5]


def test_a_union_brings_in_the_honours_of_its_own_level_alone(sessions: SessionFactory, tmp_path: Path) -> None:
    with unit_of_work(sessions) as session:
        unit = Organisation(name="示例重机厂", name_key=name_key("示例重机厂"), region_path="51/5106/510603")
        session.add(unit)
        session.flush()
        union = Actor("union", (Grant("unit_union", organisation_id=unit.id),))
    path = tmp_path / "首席员工.csv"
    path.write_text(
        "姓名,单位,荣誉称号,级别,年度,任期止\n"
        "王示例,示例重机厂,首席员工,单位级,2025,2028-12-31\n"
        "李示例,示例重机厂,四川工匠,省级,2025,\n"
        "赵示例,别处的厂,首席员工,单位级,2025,2028-12-31\n"
        "钱示例,示例重机厂,首席员工,单位级,2025,\n",
        encoding="utf-8",
    )
    fates, lines = brought(sessions, path, union)
    assert fates == {Fate.CREATED: 1, Fate.REFUSED: 3}
    assert sum("不在您的范围之内" in line.problem for line in lines) == 2
    assert "首席员工有任期，请填写任期的最后一天。" in {line.problem for line in lines}
