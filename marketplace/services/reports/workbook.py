"""A table as a workbook in the layout of an official form: heads repeated on paper, signatures, page numbers."""

from __future__ import annotations

import tempfile
from typing import IO, Any

from marketplace.services.export.sheets import hold_text
from marketplace.services.reports.printing import Printed

_LABEL_WIDTH, _WIDTH = 24, 14


def workbook(table: Printed) -> IO[bytes]:
    """Return the workbook of a table as a file, open at its start."""
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    width = len(table.columns) + 1
    place = _heading(sheet, table, width)
    head, place = place, _heads(sheet, table, place)
    for cells in (*table.rows, table.total):
        for column, value in enumerate(cells, start=1):
            _put(sheet, place, column, value, is_framed=True, is_bold=cells is table.total)
        place += 1
    for text in (*table.notes, _line(table.signatures)):
        _across(sheet, place, 1, width, text)
        place += 1
    sheet.column_dimensions["A"].width = _LABEL_WIDTH
    for column in range(2, width + 1):
        sheet.column_dimensions[get_column_letter(column)].width = _WIDTH
    sheet.freeze_panes = f"B{head + 2}"
    _page(sheet, head)
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 -- Whoever sends it closes it.
    book.save(file)
    file.seek(0)
    return file


def _heading(sheet: Any, table: Printed, width: int) -> int:
    """Write what stands over the table, two facts a row, and return the row after it."""
    from openpyxl.styles import Alignment, Font

    _across(sheet, 1, 1, width, table.title)
    title = sheet.cell(1, 1)
    title.font, title.alignment = Font(bold=True, size=16), Alignment(horizontal="center")
    middle = max(1, width // 2)
    facts = [f"{name}：{value}" for name, value in table.facts]
    place = 2
    for left, right in zip(facts[::2], [*facts[1::2], ""], strict=False):
        _across(sheet, place, 1, middle, left)
        _across(sheet, place, middle + 1, width, right)
        place += 1
    return place


def _heads(sheet: Any, table: Printed, place: int) -> int:
    """Write the two rows of heads, those of groups over their columns, and return the row after them."""
    _put(sheet, place, 1, table.rows_of, is_framed=True, is_bold=True)
    _put(sheet, place + 1, 1, "", is_framed=True, is_bold=True)
    sheet.merge_cells(start_row=place, end_row=place + 1, start_column=1, end_column=1)
    column = 2
    for text, span in table.groups:
        for number in range(span):
            _put(sheet, place, column + number, "" if number else text, is_framed=True, is_bold=True)
        if span > 1:
            sheet.merge_cells(start_row=place, end_row=place, start_column=column, end_column=column + span - 1)
        column += span
    for number, text in enumerate(table.columns, start=2):
        _put(sheet, place + 1, number, text, is_framed=True, is_bold=True)
    return place + 2


def _across(sheet: Any, row: int, first: int, last: int, text: str) -> None:
    from openpyxl.styles import Alignment

    _put(sheet, row, first, text)
    sheet.cell(row, first).alignment = Alignment(wrap_text=True, vertical="top")
    if last > first:
        sheet.merge_cells(start_row=row, end_row=row, start_column=first, end_column=last)


def _put(
    sheet: Any, row: int, column: int, value: int | str, *, is_framed: bool = False, is_bold: bool = False
) -> None:
    from openpyxl.styles import Alignment, Border, Font, Side

    cell = sheet.cell(row, column)
    if isinstance(value, str):
        hold_text(cell, value)
    else:
        cell.value, cell.number_format = value, "#,##0"
    if is_bold:
        cell.font = Font(bold=True)
    if is_framed:
        thin = Side("thin")
        cell.border = Border(thin, thin, thin, thin)
        is_number = column > 1 and not is_bold
        cell.alignment = Alignment(horizontal="right" if is_number else "center", vertical="center", wrap_text=True)


def _page(sheet: Any, head: int) -> None:
    sheet.print_title_rows = f"{head}:{head + 1}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "&P / &N"


def _line(signatures: tuple[str, ...]) -> str:
    return "    ".join(f"{it}：" + " " * 12 for it in signatures)
