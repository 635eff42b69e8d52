"""Every kind of file gives the same rows, and what cannot be read says why."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest

from ingest.readers import Refused, bounds, jsonlines, source, tables
from tests.ingest.conftest import HEADINGS, achievement, write_csv, write_jsonl, write_xlsx

ROWS = [HEADINGS, achievement(1), achievement(2)]


def cells_of(path: Path) -> list[tuple[object, ...]]:
    return [tuple(row.cells) for table in tables(path) for row in table.rows]


def refusal_of(path: Path) -> str:
    with pytest.raises(Refused) as refused:
        for table in tables(path):
            list(table.rows)
    return str(refused.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_text_file_is_read_in_whatever_encoding_it_was_saved(tmp_path: Path, encoding: str) -> None:
    assert cells_of(write_csv(tmp_path / "a.csv", ROWS, encoding)) == ROWS


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.xlsx"])
def test_the_same_rows_come_from_every_format_also_compressed(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    (write_xlsx if name.endswith("xlsx") else write_csv)(path, ROWS)
    packed = tmp_path / f"{name}.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert cells_of(path) == cells_of(packed) == ROWS


def test_a_record_of_a_json_file_brings_its_own_headings(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "a.jsonl", [dict(zip(HEADINGS, row, strict=True)) for row in ROWS[1:]])
    [table] = tables(path)
    assert [(row.headings, tuple(row.cells)) for row in table.rows] == [(HEADINGS, row) for row in ROWS[1:]]


def test_gb18030_is_found_when_the_chinese_starts_after_megabytes_of_english(tmp_path: Path) -> None:
    rows = [("title", "summary"), *[("plain", "words " * 100)] * 3000, ("夹具", "改进")]
    assert cells_of(write_csv(tmp_path / "a.csv", rows, "gb18030"))[-1] == ("夹具", "改进")


def test_a_semicolon_separates_where_the_file_uses_it(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("成果名称;完成单位\n夹具;机械厂\n", "utf-8")
    assert cells_of(path)[1] == ("夹具", "机械厂")


def test_a_hidden_sheet_is_skipped_and_said(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(HEADINGS)
    book.create_sheet("底稿").sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    shown, hidden = tables(tmp_path / "a.xlsx")
    assert not shown.skipped
    assert hidden.name == "底稿"
    assert "隐藏" in hidden.skipped


def test_the_value_of_a_merged_cell_holds_for_all_its_rows(tmp_path: Path) -> None:
    rows = [HEADINGS, ("甲", "机械厂", "一"), ("乙", None, "二"), ("丙", None, "三"), ("丁", None, "四")]
    path = write_xlsx(tmp_path / "a.xlsx", rows, merged=["B2:B4"])
    assert [row[1] for row in cells_of(path)[1:]] == ["机械厂", "机械厂", "机械厂", ""]


def test_rows_are_numbered_as_the_spreadsheet_shows_them(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [(), (), HEADINGS, achievement(1)])
    [table] = tables(path)
    assert [(row.number, row.cells[0]) for row in table.rows if row.cells[0]] == [(3, "成果名称"), (4, "成果1")]


def test_a_table_that_does_not_start_in_the_first_column_keeps_its_cells_in_place(tmp_path: Path) -> None:
    rows = [(None, *HEADINGS), (None, "甲", "机械厂", "=A1"), (None, "乙", None, "二")]
    [table] = tables(write_xlsx(tmp_path / "a.xlsx", rows, merged=["C2:C3"]))
    _headings, first, second = table.rows
    assert [place for place, _remark in first.remarks] == [HEADINGS.index("成果简介")]
    assert second.cells == ["乙", "机械厂", "二"]


def test_a_formula_without_a_saved_result_is_remarked_and_one_with_a_result_is_not(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [HEADINGS, ("甲", "=A2", "=1+1")])
    cached = tmp_path / "cached.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(cached, "w") as new:
        for part in old.namelist():
            new.writestr(part, old.read(part).replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>").replace(
                b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>"))  # fmt: skip
    [table] = tables(cached)
    row = list(table.rows)[1]
    assert [place for place, _remark in row.remarks] == [1]
    assert row.cells[2] == 2


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", b"", "空的"),
        ("a.xlsx", b"", "空的"),
        ("a.pdf", b"%PDF", "扩展名"),
        ("a.xls", b"\xd0\xcf\x11\xe0", ".xls"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0" + bytes(600), ".xls"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "密码"),
        ("a.xlsx", b"name,summary", "不是 .xlsx"),
        ("a.xlsx", b"PK\x03\x04 nothing", "损坏"),
        ("a.csv.gz", b"not gzip at all", "损坏"),
        ("a.csv.gz", gzip.compress(b"", mtime=0), "空的"),
        ("a.csv.gz", gzip.compress(b"a,b\n" * 100_000, mtime=0)[:-20], "损坏"),
        ("a.csv", bytes(range(128, 256)) * 9, "编码"),
    ],
)
def test_an_unreadable_file_says_why(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert reason in refusal_of(path)


def test_a_missing_file_and_a_folder_say_so(tmp_path: Path) -> None:
    assert "没有这个文件" in refusal_of(tmp_path / "none.csv")
    assert "文件夹" in refusal_of(tmp_path)


def test_a_gzip_bomb_is_refused_before_it_unfolds(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    with gzip.open(path, "wb") as file:
        for _ in range(40):
            file.write(bytes(1024**2))
    assert "压缩" in refusal_of(path)


def test_a_zip_bomb_is_refused_by_what_it_declares(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", ROWS)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/zeros.bin", bytes(source.RATIO_MATTERS_FROM + 1))
    assert "压缩" in refusal_of(path)


def test_a_cell_in_the_far_corner_claims_no_memory(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(HEADINGS)
    book.active.cell(1_048_576, 3, "角落")
    wide = book.create_sheet("宽")
    wide.cell(1, 16_384, "角落")
    tall = book.create_sheet("高")
    tall.cell(1_048_576, 100, "角落")
    book.save(tmp_path / "a.xlsx")
    reasons = {table.name: table.skipped for table in tables(tmp_path / "a.xlsx")}
    assert "列" in reasons["宽"]
    assert "范围过大" in reasons["高"]
    assert bounds.MOST_CELLS < 1_048_576 * 100


def test_cells_that_do_not_say_where_they_are_are_counted(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", ROWS)
    wide = b"<row>" + b"<c><v>1</v></c>" * 400 + b"</row>" + b"<row/>" * 60_000 + b"<row><c><v>1</v></c></row>"
    bomb = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(bomb, "w") as new:
        for part in old.namelist():
            is_sheet = part == "xl/worksheets/sheet1.xml"
            content = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>' + wide
            new.writestr(part, content + b"</sheetData></worksheet>" if is_sheet else old.read(part))
    [table] = tables(bomb)
    assert "范围过大" in table.skipped


def test_an_entity_in_a_workbook_is_refused(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", ROWS)
    bomb = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(bomb, "w") as new:
        for part in old.namelist():
            declaration = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' if part == "xl/workbook.xml" else b""
            new.writestr(part, declaration + old.read(part))
    assert "XML" in refusal_of(bomb)


def test_one_damaged_row_does_not_stop_those_after_it(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("成果名称,成果简介\n甲,一\n乙," + "长" * (source.LONGEST_CELL + 1) + "\n丙,三\n")
        file.write("丁," + "," * source.MOST_COLUMNS + "\n戊,五\n")
    [table] = tables(path)
    rows = list(table.rows)
    assert [bool(row.damage) for row in rows] == [False, False, True, False, True, False]
    assert rows[-1].cells == ["戊", "五"]


def test_an_unclosed_quotation_mark_is_reported_not_swallowed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('成果名称,成果简介\n甲,"一\n' + "乙,二\n" * 300, "utf-8")
    [table] = tables(path)
    assert "引号" in list(table.rows)[-1].damage


def test_a_damaged_line_of_json_is_a_damaged_row(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    endless = '"' + "x" * jsonlines.LONGEST_LINE * 2 + '"'
    lines = ['{"成果名称": "甲"}', "{不是", "[1]", "", endless, "[" * 9999, '{"成果名称": "乙"}']
    path.write_text("\n".join(lines), "utf-8")
    [table] = tables(path)
    rows = list(table.rows)
    assert [bool(row.damage) for row in rows] == [False, True, True, False, True, True, False]
    assert list(rows[-1].cells) == ["乙"]


def test_a_byte_order_mark_is_no_part_of_the_first_heading(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("\ufeff成果名称\r\n甲\r\n".encode())
    assert cells_of(path)[0] == ("成果名称",)
