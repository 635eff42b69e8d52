"""Rows of .jsonl files: each line is an object that brings its own headings."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

from ingest.readers.source import MOST_COLUMNS, Row, Table, open_bytes
from ingest.readers.text import detect

LONGEST_LINE = 1_000_000


def tables(path: Path, longest_cell: int) -> Iterator[Table]:
    encoding, lines = detect(path)
    yield Table("", _rows(path, encoding, longest_cell), lines)


def _rows(path: Path, encoding: str, longest_cell: int) -> Iterator[Row]:
    with io.TextIOWrapper(open_bytes(path), encoding, newline="\n") as text:
        number = 0
        while line := text.readline(LONGEST_LINE):
            number += 1
            rest = line
            while len(rest) == LONGEST_LINE and not rest.endswith("\n"):
                # The rest of an over-long line is passed over without being kept.
                rest = text.readline(LONGEST_LINE)
            yield _row(number, line, longest_cell)


def _row(number: int, line: str, longest_cell: int) -> Row:
    if len(line) >= LONGEST_LINE:
        return Row(number, (), damage=f"这一行超过 {LONGEST_LINE} 字，拒绝读取")
    if not line.strip():
        return Row(number, ())
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Row(number, (), damage=f"不是有效的 JSON（{error}）；每行应是一个完整的对象")
    if not isinstance(record, dict):
        return Row(number, (), damage='应是一个 JSON 对象，形如 {"成果名称": "…"}')
    if len(record) > MOST_COLUMNS:
        return Row(number, (), damage=f"有 {len(record)} 个字段，超过 {MOST_COLUMNS} 个")
    if any(isinstance(value, str) and len(value) > longest_cell for value in record.values()):
        return Row(number, (), damage=f"有字段超过 {longest_cell} 字；请缩短后再导入")
    return Row(number, list(record.values()), headings=tuple(record))
