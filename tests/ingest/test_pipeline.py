"""Every row becomes a record or a line of the report, and the counts add up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.pipeline import BATCH, Import
from ingest.readers import Refused
from ingest.report import Fate
from marketplace.db import SessionFactory, unit_of_work
from marketplace.models import Organisation
from tests.factories import AchievementFactory, use
from tests.ingest.conftest import HEADINGS, SUMMARY, Bring, Told, achievement, stored, write_csv, write_jsonl


def test_a_file_is_imported_whole_on_each_database(factory: SessionFactory, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [HEADINGS, *map(achievement, range(1200))])
    run = Import(factory, "achievements")
    run.run(path)
    assert run.report.fates == {Fate.CREATED: 1200}
    assert len(stored(factory)) == 1200


def test_importing_the_same_file_twice_adds_nothing(
    bring: Bring, sqlite_factory: SessionFactory, tmp_path: Path
) -> None:
    path = write_csv(tmp_path / "a.csv", [HEADINGS, *map(achievement, range(30))])
    bring(path)
    assert bring(path).fates == {Fate.UNCHANGED: 30}
    assert len(stored(sqlite_factory)) == 30


def test_an_interrupted_import_resumes_where_it_stopped(factory: SessionFactory, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [HEADINGS, *map(achievement, range(BATCH * 2 + 10))])

    def stop(_rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Import(factory, "achievements").run(path, finished=stop)
    again = Import(factory, "achievements")
    again.run(path)
    assert again.report.fates == {Fate.UNCHANGED: BATCH, Fate.CREATED: BATCH + 10}


def test_a_changed_row_with_an_id_updates_its_record(
    bring: Bring, sqlite_factory: SessionFactory, tmp_path: Path
) -> None:
    headings = ("成果编号", *HEADINGS)
    bring(write_csv(tmp_path / "a.csv", [headings, ("A1", *achievement(1))]))
    told = bring(write_csv(tmp_path / "a.csv", [headings, ("A1", "新名称", *achievement(1)[1:])]))
    assert told.fates == {Fate.UPDATED: 1}
    assert [record.title for record in stored(sqlite_factory)] == ["新名称"]


def test_the_row_numbers_of_two_files_do_not_make_their_rows_one(bring: Bring, tmp_path: Path) -> None:
    for number, heading in enumerate(["序号", "编号", "id"]):
        rows = [(heading, *HEADINGS), ("1", *achievement(number))]
        assert bring(write_csv(tmp_path / f"{number}.csv", rows)).fates == {Fate.CREATED: 1}


def test_a_dry_run_tells_the_same_and_leaves_nothing(
    bring: Bring, sqlite_factory: SessionFactory, tmp_path: Path
) -> None:
    path = write_csv(tmp_path / "a.csv", [HEADINGS, *map(achievement, range(BATCH + 1)), ("", "厂", "简介")])
    rehearsed = bring(path, dry_run=True)
    assert stored(sqlite_factory) == []
    assert bring(path).fates == rehearsed.fates


def test_the_same_record_three_times_is_imported_once(bring: Bring, tmp_path: Path) -> None:
    told = bring(write_csv(tmp_path / "a.csv", [HEADINGS, *[achievement(1)] * 3]))
    assert told.fates == {Fate.CREATED: 1, Fate.REPEATED: 2}
    assert "第 2 行" in told.about("完全相同")[0].value


def test_two_rows_with_one_id_and_different_words_are_told_apart(bring: Bring, tmp_path: Path) -> None:
    rows = [("成果编号", *HEADINGS), ("A1", *achievement(1)), ("A1", *achievement(2))]
    path = write_csv(tmp_path / "a.csv", rows)
    assert bring(path).fates == {Fate.CREATED: 1, Fate.REFUSED: 1}
    assert bring(path).fates == {Fate.UNCHANGED: 1, Fate.REFUSED: 1}


def test_one_bad_row_never_stops_the_rest(bring: Bring, tmp_path: Path) -> None:
    rows = [
        HEADINGS,
        achievement(1),
        ("", "厂", SUMMARY),
        ("没有简介", "厂", ""),
        ("长" * 301, "厂", SUMMARY),
        achievement(2),
    ]
    told = bring(write_csv(tmp_path / "a.csv", rows))
    assert told.fates == {Fate.CREATED: 2, Fate.REFUSED: 3}
    refused = [(line.row, line.field) for line in told.lines if line.severity == "error"]
    assert refused == [(3, "成果名称"), (4, "成果简介"), (5, "成果名称")]


def test_a_row_the_database_refuses_costs_only_itself(factory: SessionFactory, tmp_path: Path) -> None:
    code = "91510100J3EPY8N0YY"
    with unit_of_work(factory) as session:
        session.add(Organisation(name="甲", name_key="甲", credit_code=code, source="x", source_id="1"))
        session.add(Organisation(name="乙", name_key="乙", source="import", source_id="2"))
    headings = ("单位编号", "单位名称", "统一社会信用代码")
    path = write_csv(tmp_path / "a.csv", [headings, ("2", "乙", code), ("3", "丙", ""), ("4", "丁", "")])
    run = Import(factory, "organisations")
    run.run(path)
    assert run.report.fates == {Fate.REFUSED: 1, Fate.CREATED: 2}


def test_a_suspected_duplicate_is_imported_and_names_what_it_resembles(bring: Bring, tmp_path: Path) -> None:
    rows = [HEADINGS, ("液性塑料夹具", "机械厂", SUMMARY), ("夹具改进", "另一厂", SUMMARY.replace("九成八", "九成五"))]
    told = bring(write_csv(tmp_path / "a.csv", rows))
    assert told.fates == {Fate.CREATED: 2}
    [line] = told.about("疑似重复")
    assert line.row == 3
    assert "a.csv 第 2 行" in line.value


def test_a_record_already_in_the_database_is_resembled_too(
    bring: Bring, sqlite_factory: SessionFactory, tmp_path: Path
) -> None:
    with unit_of_work(sqlite_factory) as session:
        use(session)
        AchievementFactory(title="旧夹具", summary=SUMMARY)
    told = bring(write_csv(tmp_path / "a.csv", [HEADINGS, ("新夹具", "机械厂", SUMMARY)]))
    assert "旧夹具" in told.about("疑似重复")[0].value


def test_nothing_about_a_person_enters_the_report(bring: Bring, tmp_path: Path) -> None:
    headings = (*HEADINGS, "完成人", "联系人", "联系电话")
    secret = ("王甲乙" * 40, "李丙丁" * 40, "13800138000" * 9)
    told = bring(write_csv(tmp_path / "a.csv", [headings, (*achievement(1), *secret)]))
    assert told.lines
    written = json.dumps([[line.value, line.problem] for line in told.lines], ensure_ascii=False)
    assert not any(word in written for word in ("甲乙", "丙丁", "138"))


@pytest.mark.parametrize(
    ("noun", "headings", "good", "bad"),
    [
        ("achievements", (*HEADINGS, "备注"), (*achievement(1), "无"), (*achievement(2), "密级：机密★10年")),
        ("proposals", ("建议名称", "建议人", "单位", "存在问题", "建议措施"),
         ("加撇油带", "甲", "厂", "液面浮油", "加带"), ("改靶场", "乙", "厂", "绝　密", "改")),
        ("demands", ("需求名称", "需求描述"), ("漏油治理", SUMMARY), ("秘密任务", SUMMARY)),
    ],
    ids=lambda it: it if isinstance(it, str) else "",
)  # fmt: skip
def test_a_row_with_a_mark_of_secrecy_is_a_line_of_the_report_and_nowhere_else(
    bring: Bring, sqlite_factory: SessionFactory, tmp_path: Path, noun: str, headings: tuple[str, ...],
    good: tuple[str, ...], bad: tuple[str, ...],
) -> None:  # fmt: skip
    told = bring(write_csv(tmp_path / "a.csv", [headings, good, bad]), noun)
    assert told.fates == {Fate.CREATED: 1, Fate.REFUSED: 1}
    (line,) = told.about("有涉密标志")
    column = next(place for place, cell in enumerate(bad) if "密" in cell)
    assert (line.file, line.row, line.field) == ("a.csv", 3, headings[column])
    assert line.value in ("……机密……", "……绝密……", "……秘密……")
    assert "整行都没有保存" in line.action
    assert "按保密规定办理" in line.action


def test_a_table_marked_as_secret_over_its_headings_is_refused_whole(
    bring: Bring, sqlite_factory: SessionFactory, tmp_path: Path
) -> None:
    title = ("机　密★10 年", "", "")
    with pytest.raises(Refused, match="涉密标志“机密”"):
        bring(write_csv(tmp_path / "a.csv", [title, ("成果汇总表", "", ""), HEADINGS, achievement(1)]))
    assert stored(sqlite_factory) == []


def test_an_organisation_twice_under_one_name_is_refused_the_second_time(bring: Bring, tmp_path: Path) -> None:
    rows = [("单位名称", "职工人数"), ("示例（德阳）机械厂", "350人"), ("示例(德阳)机械厂", "360")]
    told = bring(write_csv(tmp_path / "a.csv", rows), "organisations")
    assert told.fates == {Fate.CREATED: 1, Fate.REFUSED: 1}


CELLS = st.one_of(
    st.text(max_size=30), st.integers(), st.floats(), st.booleans(), st.none(),
    st.lists(st.text(max_size=5), max_size=3),
    st.sampled_from(["2023年", "30万元", "无", "夹具改进", "=1+1"]),
)  # fmt: skip
FIELDS = st.sampled_from(
    ["成果名称", "成果简介", "完成单位", "完成时间", "转让价格", "成果关键字", "完成人", "知识产权", "备注"]
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.dictionaries(FIELDS, CELLS), max_size=12))
def test_whatever_the_cells_hold_the_counts_add_up(
    sqlite_factory: SessionFactory, tmp_path: Path, records: list[dict[str, Any]]
) -> None:
    headings = {"成果名称": "夹具", "成果简介": SUMMARY, "成果编号": "1"}
    told = Told()
    Import(sqlite_factory, "achievements", report=told, dry_run=True).run(
        write_jsonl(tmp_path / "a.jsonl", [headings, *records])
    )
    assert told.rows_read == len(records) + 1


def test_a_phone_that_becomes_public_is_reported_and_an_unpublished_or_other_number_is_not(
    bring: Bring, tmp_path: Path
) -> None:
    headings = (*HEADINGS, "联系电话", "知识产权")
    title, unit, summary = achievement(1)
    told = bring(
        write_csv(
            tmp_path / "a.csv",
            [headings, (title, unit, f"{summary}有意者电13812345678。", "13912345678", "ZL202320123456.7")],
        )
    )
    assert told.fates == {Fate.CREATED: 1}
    (line,) = told.about("手机号")
    assert (line.row, line.field, line.value) == (2, "简介", "138…78")
    assert not told.about("固定电话")
