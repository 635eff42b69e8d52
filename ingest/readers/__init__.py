"""Files of other people, as rows: the one door is ``tables``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from ingest.readers import delimited, jsonlines, workbook
from ingest.readers.source import LONGEST_CELL, Refused, Row, Table

__all__ = ["LONGEST_CELL", "Refused", "Row", "Table", "check", "tables"]

READERS: Mapping[str, Callable[[Path, int], Iterator[Table]]] = {
    ".csv": delimited.comma_tables,
    ".tsv": delimited.tab_tables,
    ".xlsx": workbook.tables,
    ".jsonl": jsonlines.tables,
}


def kind_of(path: Path) -> str:
    """Return the extension that decides how a file is read, without ``.gz``."""
    name = path.name.lower().removesuffix(".gz")
    return Path(name).suffix


def check(path: Path) -> None:
    """Raise Refused where there is no such file to read, before anything else is done."""
    if path.is_dir():
        raise Refused("是文件夹，请给出其中的文件")
    if not path.is_file():
        raise Refused("没有这个文件")
    kind = kind_of(path)
    if kind == ".xls":
        raise Refused("是旧的 .xls 格式，请用 Excel 另存为 .xlsx 后再导入")
    if kind not in READERS:
        raise Refused(f"不支持的扩展名“{kind}”；可以是 {'、'.join(READERS)}，都可以再加 .gz")
    if path.stat().st_size == 0:
        raise Refused("文件是空的")


def tables(path: Path, longest_cell: int = LONGEST_CELL) -> Iterator[Table]:
    """Yield the tables of a file; raise Refused where it cannot be read, also while it is being read.

    A row with a cell of more than ``longest_cell`` characters comes as damaged.
    """
    check(path)
    try:
        yield from READERS[kind_of(path)](path, longest_cell)
    except PermissionError as error:
        raise Refused("没有读取这个文件的权限") from error
