"""Write rows into a workbook or a CSV file, one at a time, so that a long list needs little memory."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import IO, Any

from marketplace.services.export.cells import harmless, is_dangerous

Cell = str | int | Decimal | dt.date | None
Row = Sequence[Cell]

# What Excel holds in a cell; a longer text says that it goes on.
LONGEST = 32_767
_GOES_ON = "……（未完，全文见平台）"
_WIDTH = 18


def write(form: str, rows: Iterable[Row], *, bold: int = 1, widths: Sequence[int] = ()) -> IO[bytes]:
    """Return a file, open at its start, that holds the rows in a form of ``models.export.FORMS``.

    The first ``bold`` rows of a workbook are headings and stay in sight.
    """
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 -- Whoever sends it closes it.
    try:
        _WRITERS[form](file, rows, bold, widths)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _write_csv(file: IO[bytes], rows: Iterable[Row], _bold: int, _widths: Sequence[int]) -> None:
    # Excel takes a file without the mark for one in the language of the machine.
    text = io.TextIOWrapper(file, "utf-8-sig", newline="")
    writer = csv.writer(text)
    for row in rows:
        writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in row])
    text.flush()
    text.detach()


def _write_workbook(file: IO[bytes], rows: Iterable[Row], bold: int, widths: Sequence[int]) -> None:
    # Here, because most of what exports something never writes a workbook.
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for number, width in enumerate(widths or [_WIDTH] * 40, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = f"A{bold + 1}"
    try:
        for number, row in enumerate(rows):
            sheet.append([_cell(sheet, cell, is_bold=number < bold) for cell in row])
    finally:
        # Also where a row fails: until then the library keeps an open file of its own.
        book.save(file)


def _cell(sheet: Any, value: Cell, *, is_bold: bool) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet)
    hold_text(cell, value)
    if is_bold:
        cell.font = Font(bold=True)
    return cell


def hold_text(cell: Any, value: str) -> None:
    """Let a cell of a workbook hold a text, as text whatever it looks like."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    text = ILLEGAL_CHARACTERS_RE.sub("", value)
    cell.value = text if len(text) <= LONGEST else text[: LONGEST - len(_GOES_ON)] + _GOES_ON
    # The library takes a beginning "=" for a formula.
    cell.data_type = "s"
    if is_dangerous(text):
        cell.quotePrefix = True


_WRITERS = {"csv": _write_csv, "xlsx": _write_workbook}
