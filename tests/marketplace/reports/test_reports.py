"""Reports of the ledger: tables that add up what may be added up, files in an official layout, editions that stay."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
import pypdf
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from marketplace import chain
from marketplace.db import today
from marketplace.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import Campaign, Export, FrozenReport, Organisation, ProposalAuthor, Report
from marketplace.permissions import SYSTEM, Actor
from marketplace.schemas.report import FreezeSchema, ReportSchema
from marketplace.services.export.columns import Telling
from marketplace.services.participation import closing, deciding
from marketplace.services.reports import definitions, errata, freezing, groups, tables, taking
from marketplace.services.reports.groups import Definition
from marketplace.services.reports.measuring import ALL
from marketplace.services.reports.tables import Table
from tests.factories import OrganisationFactory, ProposalFactory
from tests.marketplace.officers import acting
from tests.marketplace.participation.campaigning import DEYANG, EVIDENCE, JINGYANG, MIANYANG, opened, told

YEAR = today().year - 1
PERIOD = str(YEAR)
WINDOW = {"opens_on": f"{YEAR}-01-01", "closes_on": f"{YEAR}-12-31"}
CHINESE = Telling(lambda text: text, "zh_Hans")


@pytest.fixture
def plant(session: Session) -> Organisation:
    place = {"region_path": JINGYANG, "industry_path": "C/34", "primary_hierarchy": "industry"}
    return OrganisationFactory(name="示例重机厂", **place)


@pytest.fixture
def mill(session: Session) -> Organisation:
    return OrganisationFactory(name="=示例纺织厂", region_path=MIANYANG, industry_path="C/17")


def report(session: Session, actor: Actor = SYSTEM, **fields: Any) -> Report:
    row = {"title": "职工“六个一”情况", "table_number": "川工统1表", "kind": "six_ones", "rows": "city", **fields}
    return definitions.make(session, actor, ReportSchema().load(row))


def table(session: Session, of: Report, period: str = PERIOD) -> Table:
    definition = Definition.of(of)
    return tables.build(session, definition, groups.campaigns_of(session, definition, period), period)


def cell(made: Table, row: str, group: str, measure: str) -> int | str | None:
    place = next(at for at, it in enumerate(made.columns) if (it.group, it.measure) == (group, measure))
    return next(it for it in (*made.rows, made.total) if it.key == row).cells[place]


def on(month: int, day: int = 10) -> str:
    return dt.date(YEAR, month, day).isoformat()


def close_all(session: Session, campaign: Campaign) -> None:
    closing.close(session, SYSTEM, campaign.id, {"period": PERIOD, "organisation_name": ""})


def frozen(session: Session, of: Report, actor: Actor = SYSTEM, **fields: Any) -> FrozenReport:
    return freezing.freeze(session, actor, of.id, FreezeSchema().load({"period": PERIOD, **fields}))


def test_persons_of_the_sum_are_counted_and_person_times_added_up(
    session: Session, plant: Organisation, mill: Organisation
) -> None:
    campaign = opened(session, **WINDOW)
    zhang = told(session, SYSTEM, campaign, plant, "contest", person="张三", day=on(3)).person_id
    told(session, SYSTEM, campaign, plant, "project", person_id=zhang, person="张三", day=on(4), evidence=EVIDENCE)
    told(session, SYSTEM, campaign, plant, "project", person="李四", day=on(4), evidence=EVIDENCE)
    told(session, SYSTEM, campaign, mill, "contest", person="王五", day=on(4))

    by_month = table(session, report(session, rows="month"))
    assert [cell(by_month, f"{YEAR}0{it}", ALL, "persons") for it in (3, 4)] == [1, 3]
    assert (cell(by_month, ALL, ALL, "persons"), cell(by_month, ALL, ALL, "person_times")) == (3, 4)
    assert (cell(by_month, ALL, "contest", "persons"), cell(by_month, ALL, "project", "persons")) == (2, 2)

    by_city = table(session, report(session, columns=["entries", "of_which", "participation"]))
    assert len(by_city.rows) == 21
    # What the other hierarchy counts stands beside the sum that holds it.
    assert [it.measure for it in by_city.columns[:4]] == ["entries", "person_times", "persons", "of_which"]
    assert (cell(by_city, DEYANG, ALL, "persons"), cell(by_city, DEYANG, ALL, "person_times")) == (2, 3)
    assert (cell(by_city, DEYANG, ALL, "of_which"), cell(by_city, ALL, ALL, "of_which")) == (3, 3)
    assert cell(by_city, DEYANG, "participation", "rate") is None
    by_unit = table(session, report(session, rows="unit", region="5106"))
    assert [it.label[0] for it in by_unit.rows] == [plant.name]
    by_county = table(session, report(session, rows="county", region="5106"))
    assert cell(by_county, JINGYANG, ALL, "persons") == 2
    assert [it.key for it in table(session, report(session, rows="industry")).rows if it.cells[0]] == ["C"]


def test_a_proposal_that_counts_for_two_campaigns_is_counted_once(session: Session, plant: Organisation) -> None:
    opened(session, "million_proposals", **WINDOW)
    near = opened(session, "million_proposals", actor=acting("city", region_path=DEYANG), **WINDOW)
    author = acting("worker", plant)
    ProposalFactory(
        account_id=author.account_id, organisation=plant, region=plant.region, state="submitted",
        submitted_at=dt.datetime(YEAR, 3, 10, tzinfo=dt.UTC),
        authors=[ProposalAuthor(name="示例作者", account_id=author.account_id)],
    )  # fmt: skip
    made = table(session, report(session, kind="two_millions", columns=["objects"]))
    assert [cell(made, ALL, "proposals", it) for it in ("objects", "person_times", "persons")] == [1, 1, 1]
    assert cell(table(session, report(session, kind="campaign", campaign_id=near.id)), ALL, "proposal", "persons") == 1


def test_numbers_without_names_stand_in_a_column_of_their_own(session: Session, plant: Organisation) -> None:
    skills = opened(session, "skills", **WINDOW)
    told(session, SYSTEM, skills, plant, "training", person_times=120, persons=80, day=on(3))
    told(session, SYSTEM, skills, plant, "drill", person_times=30, day=on(3))
    made = table(session, report(session, kind="skills", rows="month"))
    assert cell(made, ALL, "trained", "batch_persons") == 80
    assert cell(made, ALL, ALL, "person_times") == 150
    assert any("没有报人数" in text and values == {"count": "1"} for text, values in made.notes)


def test_an_office_reports_its_place_alone(session: Session, plant: Organisation) -> None:
    city = acting("city", region_path=DEYANG)
    made = report(session, city)
    assert (made.body, made.scope_region_path) == ("德阳市总工会", DEYANG)
    assert report(session, acting("unit_union", plant)).body == "示例重机厂工会"
    with pytest.raises(Invalid) as beyond:
        report(session, city, region="5107")
    assert "region" in beyond.value.fields
    with pytest.raises(NotAllowed):
        report(session, acting("worker", plant))
    for reader, may_read in (("county", False), ("auditor", True), ("city", True), ("judge", False)):
        actor = acting(reader, region_path=JINGYANG if reader == "county" else DEYANG)
        assert (made in definitions.listed(session, actor, limit=9)) is may_read
        if not may_read:
            with pytest.raises(NotFound):
                definitions.get(session, actor, made.id)
    auditor = acting("auditor")
    assert definitions.get(session, auditor, made.id) is made
    with pytest.raises(NotAllowed):
        definitions.revise(session, auditor, made.id, made.revision, ReportSchema().load({
            "title": "改名", "kind": "six_ones", "rows": "month"}))  # fmt: skip


def test_the_files_have_the_layout_of_an_official_table_and_run_no_formula(
    session: Session, plant: Organisation, mill: Organisation
) -> None:
    campaign = opened(session, **WINDOW)
    told(session, SYSTEM, campaign, mill, "contest", person="王五", day=on(4))
    made = report(session, rows="unit", title="=HYPERLINK(1)", columns=["participation"])
    with taking.take(session, SYSTEM, made, PERIOD, "xlsx", CHINESE) as file:
        sheet = openpyxl.load_workbook(file).active
    texts = [str(it.value) for row in sheet.iter_rows() for it in row if it.value is not None]
    assert (sheet["A1"].data_type, sheet["A1"].quotePrefix) == ("s", True)
    assert not [it for row in sheet.iter_rows() for it in row if it.data_type == "f"]
    facts = ("表号：川工统1表", "计量单位：人次、人、%", f"截止日期：{YEAR}-12-31")
    for text in (*facts, "合计", "无数据", "=示例纺织厂"):
        assert text in texts
    assert sheet.print_title_rows and "A1:" in str(sheet.merged_cells.ranges)

    with taking.take(session, SYSTEM, report(session), PERIOD, "pdf", CHINESE) as file:
        pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(file.read())).pages]
    assert all("市（州）" in text for text in pages)
    assert "填表人" in pages[-1] and f"1 / {len(pages)}" in pages[0]
    logged = session.scalars(sa.select(Export).order_by(Export.id)).all()
    assert [(it.kind, it.form, it.row_count) for it in logged] == [("report", "xlsx", 1), ("report", "pdf", 21)]


def test_a_frozen_report_stays_and_later_changes_stand_beside_it(session: Session, plant: Organisation) -> None:
    campaign = opened(session, **WINDOW)
    entry = told(session, SYSTEM, campaign, plant, "contest", person="张三", day=on(3))
    told(session, SYSTEM, campaign, plant, "contest", person="李四", day=on(3))
    made = report(session)
    with pytest.raises(Conflict, match="没有为这一期的全部单位结账"):
        frozen(session, made)
    with pytest.raises(Conflict, match="还没有结束"):
        freezing.freeze(session, SYSTEM, made.id, {"period": str(today().year), "reason": ""})
    close_all(session, campaign)
    first = frozen(session, made)
    assert freezing.is_sound(first) and first.sha256 == chain.sha256(first.text)
    assert freezing.stamp(session, first) is not None
    assert errata.errata(session, first) == []

    text = first.text
    deciding.withdraw(session, SYSTEM, entry.id, "那天没有比赛")
    found = errata.errata(session, first)
    assert {(it.row[0], it.column.group, it.column.measure, it.frozen, it.now, it.difference) for it in found} == {
        (row, group, measure, 2, 1, -1)
        for row in ("德阳市", "合计") for group in (ALL, "contest") for measure in ("person_times", "persons")
    }  # fmt: skip
    assert {it.reasons for it in found} == {("那天没有比赛",)}
    with pytest.raises(Invalid) as unexplained:
        frozen(session, made)
    assert "reason" in unexplained.value.fields
    second = frozen(session, made, reason="更正以后重新公布")
    assert (second.edition, second.replaces, first.text) == (2, first, text)
    assert first.sha256 in second.text and errata.errata(session, second) == []
    assert taking.frozen_shown(first, CHINESE).total[1] == 2
    assert taking.frozen_shown(second, CHINESE).total[1] == 1


@pytest.mark.parametrize("statement", ["UPDATE frozen_report SET text = '{}'", "DELETE FROM frozen_report"])
def test_the_database_refuses_to_change_a_frozen_report(session: Session, plant: Organisation, statement: str) -> None:
    campaign = opened(session, **WINDOW)
    told(session, SYSTEM, campaign, plant, "contest", person="张三", day=on(3))
    close_all(session, campaign)
    frozen(session, report(session))
    with pytest.raises(DBAPIError, match="never changed"), session.begin_nested():
        session.execute(sa.text(statement))
