"""Files as people really send them: each oddity is understood, or told."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import sqlalchemy as sa

from ingest.readers import Refused
from ingest.report import Fate
from marketplace.db import SessionFactory
from marketplace.models import Achievement, Demand
from tests.ingest.conftest import (
    HEADINGS,
    SUMMARY,
    Bring,
    achievement,
    stored,
    write_csv,
    write_jsonl,
    write_xlsx,
)


def test_a_blank_row_is_reported_not_dropped(bring: Bring, tmp_path: Path) -> None:
    rows = [HEADINGS, achievement(1), ("", " ", ""), ("", "", ""), achievement(2), ("无", "—", "")]
    told = bring(write_csv(tmp_path / "a.csv", rows))
    assert told.fates == {Fate.CREATED: 2, Fate.BLANK: 3}
    assert [(line.row, line.value) for line in told.about("空行")] == [(3, "第 3–4 行"), (6, "第 6 行")]


def test_a_merged_section_row_and_repeated_headings_are_no_records(bring: Bring, tmp_path: Path) -> None:
    rows = [HEADINGS, ("一、机械类", None, None), achievement(1), HEADINGS, achievement(2)]
    told = bring(write_xlsx(tmp_path / "a.xlsx", rows, merged=["A2:C2"]))
    assert told.fates == {Fate.CREATED: 2, Fate.BLANK: 2}
    assert [line.row for line in told.about("分节标题")] == [2]
    assert [line.row for line in told.about("重复的标题行")] == [4]


def test_headings_below_a_title_and_an_instruction_are_found(bring: Bring, tmp_path: Path) -> None:
    rows = [("职工创新成果汇总表",), ("填表说明：成果简介不少于50字",), (), HEADINGS, achievement(1)]
    told = bring(write_xlsx(tmp_path / "a.xlsx", rows, merged=["A1:C1"]))
    assert told.fates == {Fate.CREATED: 1}
    assert told.about("标题不在第一行")[0].value == "第 4 行"


def test_what_cannot_be_read_is_left_blank_reported_and_kept(
    bring: Bring, sqlite_factory: SessionFactory, tmp_path: Path
) -> None:
    headings = (*HEADINGS, "完成时间", "成果所处阶段", "转让价格", "成果关键字")
    path = write_csv(
        tmp_path / "a.csv", [headings, (*achievement(1), "去年底", "刚开始", "三十", "夹具;" + "长" * 101)]
    )
    told = bring(path)
    [record] = stored(sqlite_factory)
    assert told.fates == {Fate.CREATED: 1}
    assert (record.completed_on, record.maturity, record.price, record.keywords) == (None, None, None, ["夹具"])
    assert {line.field for line in told.lines} == set(headings[3:])
    assert record.extra["完成时间"] == "去年底"
    assert record.extra["成果所处阶段"] == "刚开始"


def test_labels_of_the_platforms_become_codes(bring: Bring, sqlite_factory: SessionFactory, tmp_path: Path) -> None:
    record = {
        "name": "夹具", "organization": "机械厂", "summary": SUMMARY, "stage": "成熟应用阶段", "level": "国内领先",
        "form": "新工艺", "transferMode": "技术转让、技术许可；其他", "completer": "王 伟、李强",
        "keywords": "夹具 圆度",
    }  # fmt: skip
    assert bring(write_jsonl(tmp_path / "a.jsonl", [record])).lines == []
    with sqlite_factory() as session:
        [made] = session.scalars(sa.select(Achievement))
        assert (made.maturity, made.level, made.form) == ("mature", "national_leading", "process")
        assert made.transfer_modes == ["assignment", "ordinary_licence", "cooperation"]
        assert [person.name for person in made.contributors] == ["王伟", "李强"]
        assert made.keywords == ["夹具", "圆度"]
        assert [unit.name for unit in made.units] == ["机械厂"]


def test_amounts_in_different_units_stand_in_one_column(
    bring: Bring, sqlite_factory: SessionFactory, tmp_path: Path
) -> None:
    amounts = ["30", "30万元", "300000元", "0.003亿元", "３０"]
    rows = [(*HEADINGS, "转让价格（万元）"), *((*achievement(place), amount) for place, amount in enumerate(amounts))]
    bring(write_csv(tmp_path / "a.csv", rows))
    assert {record.price for record in stored(sqlite_factory)} == {30_000_000}


def test_dates_of_every_kind_stand_in_one_column_of_a_workbook(
    bring: Bring, sqlite_factory: SessionFactory, tmp_path: Path
) -> None:
    dates = [
        "2023-05-01",
        "2023/5/1",
        "2023年5月",
        20230501,
        45047,
        "2023.5.1",
        dt.date(2023, 5, 1),
        dt.datetime(2023, 5, 1),  # noqa: DTZ001 - a spreadsheet's time has no zone.
    ]
    rows = [(*HEADINGS, "完成时间"), *((*achievement(place), date) for place, date in enumerate(dates))]
    bring(write_xlsx(tmp_path / "a.xlsx", rows))
    assert {record.completed_on for record in stored(sqlite_factory)} == {dt.date(2023, 5, 1)}


def test_unknown_columns_are_listed_once_and_kept(bring: Bring, sqlite_factory: SessionFactory, tmp_path: Path) -> None:
    rows = [(*HEADINGS, "备注", "审核意见"), (*achievement(1), "甲", ""), (*achievement(2), "乙", "")]
    told = bring(write_csv(tmp_path / "a.csv", rows))
    assert [(line.field, line.value) for line in told.about("不认识的列")] == [("备注", "2 格非空")]
    assert [record.extra for record in stored(sqlite_factory)] == [{"备注": "甲"}, {"备注": "乙"}]


def test_a_cut_summary_is_imported_with_a_warning(bring: Bring, tmp_path: Path) -> None:
    told = bring(write_csv(tmp_path / "a.csv", [HEADINGS, ("夹具", "厂", SUMMARY * 3 + "改进后每件节")]))
    assert told.fates == {Fate.CREATED: 1}
    assert told.about("截断")[0].field == "成果简介"


def test_a_hidden_sheet_is_told_and_every_visible_one_is_read(bring: Bring, tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for number, name in enumerate(["机械", "底稿", "化工", "说明"]):
        sheet = book.create_sheet(name)
        sheet.append(HEADINGS if name != "说明" else ("请认真填写",))
        sheet.append(achievement(number) if name != "说明" else ())
    del book["Sheet"]
    book["底稿"].sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    told = bring(tmp_path / "a.xlsx")
    assert told.fates == {Fate.CREATED: 2}
    assert told.about("隐藏")[0].sheet == "底稿"
    assert told.about("没有找到认识的标题行")[0].sheet == "说明"


def test_a_formula_without_a_result_is_reported(bring: Bring, tmp_path: Path) -> None:
    told = bring(write_xlsx(tmp_path / "a.xlsx", [(*HEADINGS, "转化说明"), (*achievement(1), "=A2&B2")]))
    assert told.fates == {Fate.CREATED: 1}
    assert [(line.row, line.field) for line in told.about("公式")] == [(2, "转化说明")]


def test_a_file_without_known_headings_is_refused(bring: Bring, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="标题行"):
        bring(write_csv(tmp_path / "a.csv", [("甲", "乙"), ("一", "二")]))


def test_a_demand_is_all_that_the_enterprise_said(bring: Bring, sqlite_factory: SessionFactory, tmp_path: Path) -> None:
    headings = (
        "需求名称",
        "技术领域",
        "需求详情",
        "技术指标",
        "现有基础条件",
        "预算",
        "合作方式",
        "有效期",
        "需求单位",
    )
    row = ("漏油", "机械", "轴端漏油", "零泄漏", "有检修班", "30-50万元", "技术服务", "2099年", "示例·机械厂")
    told = bring(write_csv(tmp_path / "a.csv", [headings, row], "gb18030"), "demands")
    [demand] = stored(sqlite_factory, Demand)
    assert told.fates == {Fate.CREATED: 1}
    assert demand.text == "机械\n需求详情：轴端漏油\n技术指标：零泄漏"
    assert (demand.budget_min, demand.budget_max) == (30_000_000, 50_000_000)
    assert (str(demand.valid_until), demand.cooperation) == ("2099-12-31", ["service"])


def test_a_workbook_of_which_no_sheet_can_be_read_says_why(bring: Bring, tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(HEADINGS)
    book.active.cell(1_048_576, 400, "角落")
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(Refused, match="范围过大"):
        bring(tmp_path / "a.xlsx")
