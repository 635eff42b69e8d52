"""Rows of .xlsx workbooks, read with calamine.

calamine (Rust) reads a sheet about three times as fast as openpyxl's read-only mode, the measuring below included
(benchmarks/ingest_speed.py prints both), and like Excel it gives the cached result of a formula. It lays a sheet out
as a full rectangle in memory, so a workbook is first measured in ``bounds``: one cell in the far corner must not claim
sixteen billion places.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from ingest.readers.bounds import Extent, measure
from ingest.readers.source import MOST_COLUMNS, Refused, Row, Table, unpacked

# What an old .xls file and an encrypted .xlsx file both start with: they are the same container.
_COMPOUND_FILE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
UNCACHED = "公式没有保存计算结果，按空白处理；请用 Excel 打开后重新保存，或粘贴为数值"


def tables(path: Path, longest_cell: int) -> Iterator[Table]:
    """Yield every sheet in order; a hidden one says so and gives no rows."""
    with unpacked(path) as plain:
        _check_container(plain)
        extents = measure(plain)
        try:
            with CalamineWorkbook.from_path(plain) as book:
                for sheet in book.sheets_metadata:
                    yield _table(book, sheet, extents.get(sheet.name, Extent()), longest_cell)
        except PasswordError as error:
            raise Refused("工作簿有密码保护，请在 Excel 中取消密码后再导入") from error
        except CalamineError as error:
            raise Refused(f"工作簿已损坏（{error}），请用 Excel 打开并另存后再导入") from error


def _check_container(path: Path) -> None:
    with path.open("rb") as file:
        start = file.read(4096)
    if start.startswith(_COMPOUND_FILE):
        if _ENCRYPTED in path.read_bytes():
            raise Refused("工作簿有密码保护；请在 Excel 中取消密码后再导入")
        raise Refused("是旧的 .xls 格式，只是扩展名为 .xlsx；请用 Excel 另存为 .xlsx 后再导入")
    if not start:
        raise Refused("文件是空的")
    if not start.startswith(b"PK"):
        raise Refused("不是 .xlsx 工作簿；请核对文件的扩展名，或用 Excel 另存为 .xlsx")


def _table(book: CalamineWorkbook, sheet: SheetMetadata, extent: Extent, longest_cell: int) -> Table:
    if sheet.typ != SheetTypeEnum.WorkSheet:
        return Table(sheet.name, iter(()), 0, skipped="不是数据表（图表或宏），已跳过")
    if sheet.visible != SheetVisibleEnum.Visible:
        return Table(sheet.name, iter(()), 0, skipped="是隐藏的工作表，已跳过；如需导入请取消隐藏")
    if extent.refusal:
        return Table(sheet.name, iter(()), 0, skipped=extent.refusal, refused=True)
    contents = book.get_sheet_by_name(sheet.name)
    return Table(sheet.name, _rows(contents, extent, longest_cell), contents.total_height + 1)


def _rows(sheet: CalamineSheet, extent: Extent, longest_cell: int) -> Iterator[Row]:
    # Rows come from the first row of the sheet on, their cells from the first column that is used.
    left = sheet.start[1] if sheet.start else 0
    spans = _vertical_spans(sheet, left)
    held: dict[int, tuple[int, Any]] = {}
    for place, cells in enumerate(sheet.iter_rows()):
        for column, end in spans.get(place, ()):
            if 0 <= column < len(cells):
                held[column] = (end, cells[column])
        if held:
            _fill_down(cells, held, place)
        remarks = tuple((column - left, UNCACHED) for column in extent.uncached.get(place, ()))
        yield Row(place + 1, cells, damage=_damage(cells, longest_cell), remarks=remarks)


def _vertical_spans(sheet: CalamineSheet, left: int) -> dict[int, list[tuple[int, int]]]:
    """Return, by first row, the column and last row of each merged range: its value holds for all its rows."""
    spans: dict[int, list[tuple[int, int]]] = {}
    for (top, column), (bottom, _right) in sheet.merged_cell_ranges or ():
        if bottom > top:
            spans.setdefault(top, []).append((column - left, bottom))
    return spans


def _fill_down(cells: list[Any], held: dict[int, tuple[int, Any]], place: int) -> None:
    for column, (end, value) in list(held.items()):
        if place > end:
            del held[column]
        elif column < len(cells) and cells[column] == "":
            cells[column] = value


def _damage(cells: list[Any], longest_cell: int) -> str:
    if len(cells) > MOST_COLUMNS and any(cell != "" for cell in cells[MOST_COLUMNS:]):
        return f"超过 {MOST_COLUMNS} 列；请删去多余的列"
    if any(isinstance(cell, str) and len(cell) > longest_cell for cell in cells):
        return f"有单元格超过 {longest_cell} 字；请缩短后再导入"
    return ""
