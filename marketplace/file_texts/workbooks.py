"""The cells of a workbook, old or new."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator

from python_calamine import CalamineWorkbook, SheetTypeEnum

from marketplace.file_texts.passages import Passage

_LETTERS = 26


def cells(content: bytes) -> Iterator[Passage]:
    """Yield every cell that holds a text or a number, hidden ones too."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    for about in book.sheets_metadata:
        # A sheet that is a chart has no cells.
        if about.typ is not SheetTypeEnum.WorkSheet:
            continue
        yield Passage("sheet", about.name, about.name)
        for down, row in enumerate(book.get_sheet_by_name(about.name).to_python(skip_empty_area=False), start=1):
            for right, value in enumerate(row, start=1):
                if value != "" and not isinstance(value, bool | dt.date | dt.time | dt.timedelta):
                    yield Passage("cell", f"{about.name}!{_column(right)}{down}", _text(value))


def _text(value: str | float) -> str:
    # A phone number typed as a number is one.
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)


def _column(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters
