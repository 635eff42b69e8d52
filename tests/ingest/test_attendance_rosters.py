"""Who came to an event comes in from a table: once, to the right event, and no unit counts its people twice."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from ingest.pipeline import Import
from ingest.report import Fate, Line, Report
from marketplace.db import SessionFactory, today, unit_of_work
from marketplace.models import OutreachAttendance
from marketplace.permissions import SYSTEM, Actor, Grant
from marketplace.schemas.honour import PersonSchema
from marketplace.schemas.outreach import OutreachSchema
from marketplace.services.honour import persons
from marketplace.services.outreach import attendance, events

ROSTER = """\
2026 年劳模精神宣讲参加情况
序号,活动名称,参加单位,姓名,参加人次,参加人数,备注,车牌
1,劳模精神宣讲,示例重机厂,,120人次,80,三场,川F12345
2,劳模精神宣讲,示例电机厂,,60,,,
3,劳模精神宣讲,示例电机厂,王示例,2,,,
4,劳模精神宣讲,示例轴承厂,,10,20,,
5,没有的活动,示例重机厂,,10,10,,
6,劳模精神宣讲,没有的单位,,10,10,,
7,劳模精神宣讲,示例齿轮厂,李示例,3,,,
8,劳模精神宣讲,示例重机厂,,99,,,
"""


@pytest.fixture(autouse=True)
def talk(sessions: SessionFactory) -> int:
    with unit_of_work(sessions) as session:
        for name, unit in (
            ("王示例", "示例电机厂"),
            ("李示例", "示例齿轮厂"),
            ("赵示例", "示例重机厂"),
            ("钱示例", "示例轴承厂"),
        ):
            persons.add(session, SYSTEM, PersonSchema().load({"name": name, "unit": unit, "region": "510603"}))
        row = {"title": "劳模精神宣讲", "kind": "talk", "begins_on": today().isoformat()}
        return events.announce(session, SYSTEM, OutreachSchema().load(row)).id


def brought(
    sessions: SessionFactory, path: Path, text: str = ROSTER, actor: Actor = SYSTEM
) -> tuple[dict[Fate, int], list[Line]]:
    path.write_text(text, encoding="utf-8")
    lines: list[Line] = []
    run = Import(sessions, "attendance", report=Report(lines.append), actor=actor)
    run.run(path)
    return dict(run.report.fates), lines


def test_every_line_is_accounted_for_and_the_two_counts_stay_apart(
    sessions: SessionFactory, tmp_path: Path, talk: int
) -> None:
    fates, lines = brought(sessions, tmp_path / "参加情况.csv")
    assert fates == {Fate.CREATED: 3, Fate.REFUSED: 5}
    told = {line.row: line.problem for line in lines if line.severity == "error"}
    assert "另一种办法上报" in told[5]
    assert "人数不能多于人次" in told[6]
    assert "没有这个活动" in told[7]
    assert "核对全称" in told[8]
    assert "前面一行相同而内容不同" in told[10]
    assert any("车牌" in (line.field, line.value) or "川F12345" in line.value for line in lines)
    with sessions() as session:
        figures = attendance.figures(session, [talk])[talk]
        assert (figures.units, figures.person_times, figures.persons, figures.uncounted) == (3, 183, 81, 1)
    assert brought(sessions, tmp_path / "参加情况.csv")[0] == {Fate.UNCHANGED: 3, Fate.REFUSED: 5}


def test_what_a_unit_brings_waits_for_the_host(sessions: SessionFactory, tmp_path: Path, talk: int) -> None:
    with sessions() as session:
        unit_id = session.scalars(sa.text("SELECT id FROM organisation WHERE name = '示例重机厂'")).one()
    union = Actor("union", (Grant("unit_union", organisation_id=unit_id),))
    text = f"活动编号,单位,人次,人数\n{talk},示例重机厂,50,40\n{talk},示例电机厂,50,40\n"
    fates, lines = brought(sessions, tmp_path / "参加情况.csv", text, union)
    assert fates == {Fate.CREATED: 1, Fate.REFUSED: 1}
    assert "不在您的范围之内" in lines[-1].problem
    with sessions() as session:
        assert session.scalars(sa.select(OutreachAttendance)).one().confirmed_at is None
