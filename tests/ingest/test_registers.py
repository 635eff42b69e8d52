"""The register of a unit's proposals, as clerks keep it, becomes proposals on their way."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import sqlalchemy as sa

from ingest.pipeline import Import
from ingest.report import Fate
from marketplace import workflow
from marketplace.db import SessionFactory
from marketplace.models import Proposal
from tests.ingest.conftest import Told, write_csv

REGISTER = """\
序号|编号|建议名称|建议人|单位|车间/班组|类别|存在问题|建议措施|提出日期|采纳情况|处理意见|年效益（万元）
1|2026-014|切削液槽加撇油带|示例甲、示例乙|示例机床厂|一车间三班|降本|液面浮油，半月换液一次|加撇油带|2026.3.5|已采纳||3.2
2|2026-015|换进口导轨|示例丙|示例机床厂||质量|导轨磨损|换进口件|2026年3月|不予采纳||
3|2026-016|夜班加餐改时间|示例丁|示例机床厂||服务|夜班餐凉|送餐改到零点|2026-03-09|未采纳|食堂人手不够|
4||砂轮房加吸尘|示例戊|示例机床厂||安全|粉尘大|加吸尘罩||评了一等奖||
"""


@pytest.fixture
def brought(factory: SessionFactory, tmp_path: Path) -> Told:
    return bring(factory, tmp_path)


def bring(factory: SessionFactory, folder: Path) -> Told:
    told = Told()
    rows = [("某厂合理化建议台账",), *(line.split("|") for line in REGISTER.splitlines())]
    file = write_csv(folder / "台账.csv", rows)
    Import(factory, "proposals", report=told).run(file)
    return told


def proposals(factory: SessionFactory) -> dict[str, Proposal]:
    with factory() as session:
        query = sa.select(Proposal).options(
            sa.orm.selectinload(Proposal.authors), sa.orm.selectinload(Proposal.organisation)
        )
        return {it.title: it for it in session.scalars(query)}


def test_every_line_becomes_a_proposal_or_a_line_of_the_report(factory: SessionFactory, brought: Told) -> None:
    assert brought.fates[Fate.CREATED] == 3
    assert brought.fates[Fate.REFUSED] == 1
    assert brought.rows_read == sum(brought.fates.values())
    [line] = [line for line in brought.lines if "须写明单位的答复意见" in line.problem]
    assert line.row == 4


def test_an_adopted_proposal_keeps_its_authors_its_day_and_what_the_register_says_of_money(
    factory: SessionFactory, brought: Told
) -> None:
    adopted = proposals(factory)["切削液槽加撇油带"]
    assert [author.name for author in adopted.authors] == ["示例甲", "示例乙"]
    assert (adopted.state, adopted.category, adopted.crew) == ("adopted", "cost", "一车间三班")
    assert adopted.submitted_at is not None
    assert adopted.submitted_at.date() == dt.date(2026, 3, 5)
    assert adopted.decided_at == adopted.submitted_at
    assert adopted.extra == {"台账所列效益": "3.2"}
    assert adopted.organisation is not None
    assert adopted.organisation.name == "示例机床厂"


def test_a_proposal_that_was_not_adopted_keeps_the_reason(factory: SessionFactory, brought: Told) -> None:
    declined = proposals(factory)["夜班加餐改时间"]
    assert (declined.state, declined.reply) == ("not_adopted", "食堂人手不够")


def test_a_state_no_register_gives_is_kept_beside_the_proposal_which_waits_for_the_unit(
    factory: SessionFactory, brought: Told
) -> None:
    odd = proposals(factory)["砂轮房加吸尘"]
    assert (odd.state, odd.extra["采纳情况"]) == ("submitted", "评了一等奖")
    with factory() as session:
        task = workflow.open_task(session, session.get_one(Proposal, odd.id))
        assert task is not None
        assert task.due_on is not None


def test_the_same_register_a_second_time_changes_nothing(
    factory: SessionFactory, brought: Told, tmp_path: Path
) -> None:
    again = bring(factory, tmp_path)
    assert again.fates[Fate.UNCHANGED] == 3
    assert len(proposals(factory)) == 3
