"""A table as a workbook in the layout of an official form: heads repeated on paper, signatures, page numbers."""

from __future__ import annotations

import tempfile
from typing import IO, Any

from marketplace.services.export.sheets import hold_text
from marketplace.services.reports.printing import WIDTH_OF_A4, Printed, length

_LINE_HEIGHT = 15
_FONT = "宋体"


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
    for column, it in enumerate(table.widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = it
    for text in (*table.notes, _line(table.signatures)):
        _across(sheet, table, place, (1, width), text)
        place += 1
    sheet.freeze_panes = f"B{head + 2}"
    _page(sheet, head, table)
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 -- Whoever sends it closes it.
    book.save(file)
    file.seek(0)
    return file


def _heading(sheet: Any, table: Printed, width: int) -> int:
    """Write what stands over the table, two facts a row, and return the row after it."""
    from openpyxl.styles import Alignment, Font

    _across(sheet, table, 1, (1, width), table.title)
    title = sheet.cell(1, 1)
    title.font = Font(name=_FONT, bold=True, size=16)
    title.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    sheet.row_dimensions[1].height = 2 * _LINE_HEIGHT * -(-2 * length(table.title) // sum(table.widths))
    middle = max(1, width // 2)
    facts = [f"{name}：{value}" for name, value in table.facts]
    place = 2
    for left, right in zip(facts[::2], [*facts[1::2], ""], strict=False):
        _across(sheet, table, place, (1, middle), left)
        _across(sheet, table, place, (middle + 1, width), right)
        place += 1
    return place


def _heads(sheet: Any, table: Printed, place: int) -> int:
    """Write the two rows of heads, those of groups over their columns, and return the row after them."""
    _put(sheet, place, 1, table.rows_of, is_framed=True, is_head=True)
    _put(sheet, place + 1, 1, "", is_framed=True, is_head=True)
    sheet.merge_cells(start_row=place, end_row=place + 1, start_column=1, end_column=1)
    column = 2
    for text, span in table.groups:
        for number in range(span):
            _put(sheet, place, column + number, "" if number else text, is_framed=True, is_head=True)
        if span > 1:
            sheet.merge_cells(start_row=place, end_row=place, start_column=column, end_column=column + span - 1)
        column += span
    for number, text in enumerate(table.columns, start=2):
        _put(sheet, place + 1, number, text, is_framed=True, is_head=True)
    return place + 2


def _across(sheet: Any, table: Printed, row: int, columns: tuple[int, int], text: str) -> None:
    """Write a text over several columns; a merged cell does not grow with its text by itself."""
    from openpyxl.styles import Alignment

    first, last = columns
    _put(sheet, row, first, text)
    sheet.cell(row, first).alignment = Alignment(wrap_text=True, vertical="top")
    if last > first:
        sheet.merge_cells(start_row=row, end_row=row, start_column=first, end_column=last)
    height = _LINE_HEIGHT * -(-length(text) // sum(table.widths[first - 1 : last]))
    sheet.row_dimensions[row].height = max(sheet.row_dimensions[row].height or _LINE_HEIGHT, height)


def _put(
    sheet: Any, row: int, column: int, value: int | str, *,
    is_framed: bool = False, is_bold: bool = False, is_head: bool = False,
) -> None:  # fmt: skip
    from openpyxl.styles import Alignment, Border, Font, Side

    cell = sheet.cell(row, column)
    if isinstance(value, str):
        hold_text(cell, value)
    else:
        cell.value, cell.number_format = value, "#,##0"
    cell.font = Font(name=_FONT, bold=is_bold or is_head)
    if is_framed:
        thin = Side("thin")
        cell.border = Border(thin, thin, thin, thin)
        side = "center" if is_head else "left" if column == 1 else "right"
        cell.alignment = Alignment(horizontal=side, vertical="center", wrap_text=is_head or column == 1)


def _page(sheet: Any, head: int, table: Printed) -> None:
    sheet.print_title_rows = f"{head}:{head + 1}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A3 if sum(table.widths) > WIDTH_OF_A4 else sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.left.text = table.footer.replace("&", "&&")
    sheet.oddFooter.right.text = "&P / &N"


def _line(signatures: tuple[str, ...]) -> str:
    return "    ".join(f"{it}：" + " " * 12 for it in signatures)
