"""Rows of .csv and .tsv files, one at a time, whatever their length."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from ingest.readers.source import MOST_COLUMNS, Row, Table, open_bytes
from ingest.readers.text import detect
from marketplace.services.export.cells import restored

# An unclosed quotation mark swallows the lines that follow; no honest cell is this tall.
TALLEST_ROW = 200


def comma_tables(path: Path, longest_cell: int) -> Iterator[Table]:
    encoding, lines = detect(path)
    yield Table("", _rows(path, encoding, _delimiter(path, encoding), longest_cell), lines)


def tab_tables(path: Path, longest_cell: int) -> Iterator[Table]:
    encoding, lines = detect(path)
    yield Table("", _rows(path, encoding, "\t", longest_cell), lines)


def _rows(path: Path, encoding: str, delimiter: str, longest_cell: int) -> Iterator[Row]:
    csv.field_size_limit(longest_cell)
    with io.TextIOWrapper(open_bytes(path), encoding, newline="") as text:
        reader = csv.reader(text, delimiter=delimiter)
        number, line = 0, 0
        while True:
            number += 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Row(number, (), damage=_damage(error, longest_cell))
            else:
                yield Row(number, [restored(cell) for cell in cells], damage=_shape(cells, reader.line_num - line))
            line = reader.line_num


def _delimiter(path: Path, encoding: str) -> str:
    """Return the separator that the start of the file uses most; a comma where it uses none."""
    with io.TextIOWrapper(open_bytes(path), encoding, newline="") as text:
        start = text.read(20_000)
    return max(",\t;", key=start.count)


def _damage(error: csv.Error, longest_cell: int) -> str:
    if "field larger" in str(error):
        return f"单元格超过 {longest_cell} 字，多半是引号没有闭合；请检查这一行的引号"
    return f"这一行的格式不对（{error}）；请用电子表格软件打开后另存"


def _shape(cells: list[str], height: int) -> str:
    if len(cells) > MOST_COLUMNS:
        return f"有 {len(cells)} 列，超过 {MOST_COLUMNS} 列；请删去多余的列"
    if height > TALLEST_ROW:
        return f"这一行跨了 {height} 行文字，多半是引号没有闭合；请检查引号"
    return ""
