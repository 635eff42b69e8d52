"""What rates divide by comes in from tables: headcounts of units, and the list of enterprises of a year."""

from __future__ import annotations

import hashlib
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from ingest.pipeline import Import
from ingest.report import Fate, Line, Report
from marketplace.db import SessionFactory, unit_of_work
from marketplace.models import DesignatedSize, Headcount, Organisation
from marketplace.permissions import SYSTEM, Actor, Grant
from tests import factories
from tests.factories import OrganisationFactory

HEADCOUNTS = """\
单位名称,统计日期,职工人数,数据来源
示例重机厂,2025-12-31,1200,统计年报
示例重机厂,2025-12-31,1300,统计年报
没有的单位,2025-12-31,10,统计年报
示例重机厂,2099-12-31,1200,统计年报
示例重机厂,2024-12-31,,统计年报
"""
LIST = """\
年度,企业名称,统一社会信用代码,规模类别,地区
2025,示例重型机械厂,91510600205115638A,规模以上工业,德阳市
2025,示例商贸公司,,限额以上批发和零售业,绵阳市
2025,示例商贸公司,,规模以上工业,绵阳市
2025,示例电机厂,,规模很大,绵阳市
"""


def brought(sessions: SessionFactory, noun: str, path: Path, text: str, actor: Actor = SYSTEM) -> tuple[dict, str]:  # type: ignore[type-arg]
    path.write_text(text, encoding="utf-8")
    lines: list[Line] = []
    run = Import(sessions, noun, report=Report(lines.append), actor=actor)
    run.run(path)
    return run.report.fates, "\n".join(f"{it.row}: {it.problem} {it.value}" for it in lines)


def test_headcounts_come_in_once_and_only_for_ones_own_units(
    app: Flask, sessions: SessionFactory, tmp_path: Path
) -> None:
    with unit_of_work(sessions) as session:
        factories.use(session)
        unit = OrganisationFactory(name="示例重机厂").id
    stranger = Actor("account:1", (Grant("unit_union", organisation_id=unit + 1),), 1)
    fates, told = brought(sessions, "headcounts", tmp_path / "list.csv", HEADCOUNTS, stranger)
    assert not fates[Fate.CREATED]
    assert "不在您的范围之内" in told
    fates, told = brought(sessions, "headcounts", tmp_path / "list.csv", HEADCOUNTS)
    assert (fates[Fate.CREATED], fates[Fate.REFUSED]) == (1, 4), told
    for why in ("与前面一行相同而内容不同", "没有的单位", "日期不能晚于今天", "必填"):
        assert why in told, told
    corrected = HEADCOUNTS.replace("1200", "1250")
    fates, told = brought(sessions, "headcounts", tmp_path / "list.csv", corrected)
    assert fates[Fate.UPDATED] == 1, told
    with sessions() as session:
        assert session.scalars(sa.select(Headcount.number)).all() == [1250]


def test_a_list_of_enterprises_knows_them_by_code_and_tells_its_file(
    app: Flask, sessions: SessionFactory, tmp_path: Path
) -> None:
    with unit_of_work(sessions) as session:
        factories.use(session)
        known = OrganisationFactory(name="示例重机厂", credit_code="91510600205115638A").id
    path = tmp_path / "list.csv"
    fates, told = brought(sessions, "designated-size", path, LIST)
    assert (fates[Fate.CREATED], fates[Fate.REFUSED]) == (2, 2), told
    assert brought(sessions, "designated-size", path, LIST)[0][Fate.UNCHANGED] == 2
    with sessions() as session:
        lines = session.scalars(sa.select(DesignatedSize).order_by(DesignatedSize.id)).all()
        assert [(it.organisation_id == known, it.year, it.threshold) for it in lines] == [
            (True, 2025, "industry"), (False, 2025, "trade"),
        ]  # fmt: skip
        assert {it.file_hash for it in lines} == {hashlib.sha256(path.read_bytes()).hexdigest()}
        shop = session.scalars(sa.select(Organisation).filter_by(name="示例商贸公司")).one()
        assert (shop.region_path, shop.kind) == ("51/5107", "enterprise")
