"""Lists of who took part come in from a table: every line is told of, and none counts twice however often it comes."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from ingest.pipeline import Import
from ingest.report import Fate, Line, Report
from marketplace.db import SessionFactory, today, unit_of_work
from marketplace.models import (
    Campaign,
    CampaignItem,
    ParticipationEntry,
    ParticipationPlace,
    ParticipationTally,
    ParticipationUnit,
)
from marketplace.permissions import SYSTEM, Actor, Grant
from marketplace.services.participation import deciding
from marketplace.services.tally import figures, recounting
from marketplace.services.tally.slices import Slice
from tests import factories
from tests.factories import OrganisationFactory
from tests.marketplace.participation.campaigning import opened

DAY = today().isoformat()
LIST = f"""\
职工技能提升活动参与情况
序号,活动名称,项目,单位名称,姓名,日期,参与人次,参与人数,培训名称
1,技能提升年,技能培训,示例重机厂,,{DAY},120,80,消防
2,技能提升年,drill,示例重机厂,张三,{DAY},,,
3,技能提升年,drill,示例重机厂,李四,{DAY},,,
4,技能提升年,drill,示例重机厂,李四,{DAY},,,
5,技能提升年,drill,示例重机厂,,{DAY},30,,
6,技能提升年,没有的项目,示例重机厂,王五,{DAY},,,
7,技能提升年,drill,没有的单位,王五,{DAY},,,
8,没有的活动,drill,示例重机厂,王五,{DAY},,,
9,技能提升年,技能培训,示例重机厂,,{DAY},10,20,焊接
"""


@pytest.fixture
def campaign(app: Flask, sessions: SessionFactory) -> int:
    with unit_of_work(sessions) as session:
        factories.use(session)
        OrganisationFactory(name="示例重机厂")
        OrganisationFactory(name="示例电机厂")
        return opened(session, "skills", title="技能提升年").id


def brought(sessions: SessionFactory, path: Path, actor: Actor = SYSTEM) -> tuple[dict[Fate, int], str]:
    path.write_text(LIST, encoding="utf-8")
    lines: list[Line] = []
    run = Import(sessions, "participation", report=Report(lines.append), actor=actor)
    run.run(path)
    told = "\n".join(f"{it.row}: {it.problem}" for it in lines)
    return {fate: count for fate, count in run.report.fates.items() if count}, told


def test_every_line_is_accounted_for_and_counts_once(sessions: SessionFactory, tmp_path: Path, campaign: int) -> None:
    fates, told = brought(sessions, tmp_path / "list.csv")
    assert (fates[Fate.CREATED], fates[Fate.REPEATED], fates[Fate.REFUSED]) == (3, 1, 5), told
    for why in ("按姓名或者按人数", "活动里没有这一项", "没有的单位", "没有这个活动", "人数不能多于人次"):
        assert why in told, told
    fates, told = brought(sessions, tmp_path / "list.csv")
    assert (fates[Fate.UNCHANGED], fates.get(Fate.CREATED)) == (3, None), told
    with unit_of_work(sessions) as session:
        total = figures.total(session, campaign, Slice())
        assert (total.entries, total.person_times, total.persons, total.batch_persons) == (3, 122, 2, 80)
        assert recounting.recount(session, campaign) == []


def test_what_was_withdrawn_does_not_come_back_with_the_same_list(
    sessions: SessionFactory, tmp_path: Path, campaign: int
) -> None:
    brought(sessions, tmp_path / "list.csv")
    with unit_of_work(sessions) as session:
        entry = session.scalars(sa.select(ParticipationEntry).where(ParticipationEntry.person_id.is_(None))).one()
        deciding.withdraw(session, SYSTEM, entry.id, "没有办这一期")
    fates, told = brought(sessions, tmp_path / "list.csv")
    assert (fates[Fate.UNCHANGED], fates.get(Fate.CREATED)) == (2, None)
    assert "后来更正或撤回了" in told


def test_another_unit_s_clerk_brings_nothing_in(sessions: SessionFactory, tmp_path: Path, campaign: int) -> None:
    with sessions() as session:
        other = session.get_one(Campaign, campaign).id + 1
    clerk = Actor("account:1", (Grant("unit_union", organisation_id=other),), 1)
    fates, told = brought(sessions, tmp_path / "list.csv", clerk)
    assert fates.get(Fate.CREATED) is None
    assert "不在您的范围之内" in told


def test_an_upgrade_to_other_sums_adds_up_what_was_brought_in_before(
    app: Flask, sessions: SessionFactory, tmp_path: Path, campaign: int
) -> None:
    brought(sessions, tmp_path / "list.csv")
    with unit_of_work(sessions) as session:
        total = figures.total(session, campaign, Slice())
        for table in (ParticipationTally, ParticipationPlace):
            session.execute(sa.delete(table))
        assert figures.total(session, campaign, Slice()).entries == 0
    assert app.test_cli_runner().invoke(args=["db", "upgrade"]).exit_code == 0
    with sessions() as session:
        assert figures.total(session, campaign, Slice()) == total
        assert recounting.recount(session, campaign) == []
        measures = set(session.scalars(sa.select(CampaignItem.measure)))
    # A version that only keeps sums beside them begins with none of these.
    with unit_of_work(sessions) as session:
        session.execute(sa.delete(ParticipationUnit))
    assert app.test_cli_runner().invoke(args=["db", "upgrade"]).exit_code == 0
    with sessions() as session:
        assert session.scalar(sa.select(sa.func.sum(ParticipationUnit.entries))) == total.entries
        assert [recounting.recount_together(session, it) for it in measures] == [[]] * len(measures)
