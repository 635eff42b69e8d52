"""A register of studios comes in as it was kept: once, within one's tiers, and nobody is replaced by the way."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from ingest.pipeline import Import
from ingest.report import Fate, Line, Report
from marketplace.db import SessionFactory, unit_of_work
from marketplace.models import Organisation, Studio
from marketplace.permissions import SYSTEM, Actor, Grant
from marketplace.services.organisation import name_key

REGISTER = """\
序号,工作室名称,所在单位,地区,级别,命名时间,文号,领衔人,创新方向,面积,曾用名,获奖情况
1,王示例劳模创新工作室,示例重机厂,德阳市旌阳区,省级,2019年,川工发〔2019〕8号,王示例,切削刀具,120平方米,刀具组、王示例工作室,一等奖
2,李示例技能大师工作室,示例重机厂,德阳市旌阳区,市级,2021-05-01,,李示例,,,,
3,示例联盟,示例电机厂,德阳市,市级,2022,,,,,,
4,没有级别的工作室,示例重机厂,,,2022,,,,,,
5,没有单位的工作室,,,县级,2022,,,,,,
"""


def brought(
    sessions: SessionFactory, path: Path, text: str, actor: Actor = SYSTEM
) -> tuple[dict[Fate, int], list[Line]]:
    path.write_text(text, encoding="utf-8")
    lines: list[Line] = []
    run = Import(sessions, "studios", report=Report(lines.append), actor=actor)
    run.run(path)
    return dict(run.report.fates), lines


def test_a_register_comes_in_once_with_tiers_and_leaders(sessions: SessionFactory, tmp_path: Path) -> None:
    path = tmp_path / "名册.csv"
    fates, lines = brought(sessions, path, REGISTER)
    assert fates == {Fate.CREATED: 3, Fate.REFUSED: 2}
    assert {line.row for line in lines if line.severity == "error"} == {5, 6}
    with sessions() as session:
        king, master, alliance = session.scalars(sa.select(Studio).order_by(Studio.id)).all()
        assert (king.kind, king.tier, king.aliases, king.area) == (
            "model_worker", "province", ["刀具组", "王示例工作室"], 120,
        )  # fmt: skip
        assert (str(king.tiers[0].since), king.tiers[0].basis) == ("2019-01-01", "川工发〔2019〕8号")
        assert king.leader is not None
        assert king.leader.person.name == "王示例"
        assert (master.kind, alliance.kind, alliance.leader) == ("craftsman", "alliance", None)
    assert brought(sessions, path, REGISTER)[0] == {Fate.UNCHANGED: 3, Fate.REFUSED: 2}


def test_studios_of_two_units_with_one_name_are_two(sessions: SessionFactory, tmp_path: Path) -> None:
    text = "工作室名称,所在单位,级别,命名时间\n劳模工作室,示例重机厂,市级,2022\n劳模工作室,示例电机厂,市级,2022\n"
    fates, lines = brought(sessions, tmp_path / "名册.csv", text)
    assert (fates, [line.problem for line in lines if "疑似重复" in line.problem]) == ({Fate.CREATED: 2}, [])


def test_a_later_register_completes_and_does_not_promote_or_replace(sessions: SessionFactory, tmp_path: Path) -> None:
    path = tmp_path / "名册.csv"
    brought(sessions, path, REGISTER)
    later = (
        "工作室名称,所在单位,级别,命名时间,领衔人,地址\n"
        "王示例劳模创新工作室,示例重机厂,省级,2019,,一号厂房\n"
        "李示例技能大师工作室,示例重机厂,省级,2025,,\n"
        "王示例（劳模）创新工作室,示例重机厂,省级,2019,赵示例,\n"
    )
    fates, lines = brought(sessions, path, later)
    assert fates == {Fate.UPDATED: 1, Fate.REFUSED: 2}
    told = {line.problem for line in lines}
    assert "梯次与库中不同；升级请在工作室的页面办理" in told
    assert "工作室与前面一行相同而内容不同" in told
    changed = "工作室名称,所在单位,级别,命名时间,领衔人\n王示例劳模创新工作室,示例重机厂,省级,2019,赵示例\n"
    fates, lines = brought(sessions, path, changed)
    assert "领衔人与库中不同；更换请在工作室的页面办理" in {line.problem for line in lines}
    with sessions() as session:
        king = session.get_one(Studio, 1)
        assert (king.address, len(king.leaders), king.tier) == ("一号厂房", 1, "province")


def test_a_city_brings_in_studios_of_its_own_tiers_alone(sessions: SessionFactory, tmp_path: Path) -> None:
    with unit_of_work(sessions) as session:
        key = name_key("示例重机厂")
        session.add(Organisation(name="示例重机厂", name_key=key, region_path="51/5106/510603", region="510603"))
    city = Actor("city", (Grant("city", region_path="51/5106"),))
    fates, lines = brought(sessions, tmp_path / "名册.csv", REGISTER, city)
    assert fates == {Fate.CREATED: 2, Fate.REFUSED: 3}
    assert sum("不在您的范围之内" in line.problem for line in lines) == 1
