"""How fast files become rows, beside what one would use otherwise, and how fast rows become records.

Reading is measured against ``csv.DictReader`` and openpyxl's read-only mode on the same generated files in the same
run. Ours does more on the way: it finds the encoding, checks the limits and measures a workbook before opening it.
"""

from __future__ import annotations

import csv
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from openpyxl import Workbook, load_workbook
from rich.console import Console
from rich.table import Table

from ingest.pipeline import Import
from ingest.readers import tables
from marketplace import outbox
from marketplace.db import Base, make_engine, make_session_factory

HEADINGS = ["成果编号", "成果名称", "完成单位", "完成人", "成果简介", "成果关键字", "完成时间", "转让价格（万元）"]
ROWS = 50_000
RECORDS = 5_000


def main(markdown: bool = False) -> None:
    with tempfile.TemporaryDirectory() as folder:
        rows = _rows(ROWS)
        in_csv = _write_csv(Path(folder, "a.csv"), rows)
        in_xlsx = _write_xlsx(Path(folder, "a.xlsx"), rows)
        few = _write_csv(Path(folder, "few.csv"), rows[:RECORDS])
        results = [
            ("read .csv", _rate(_ours, in_csv), "csv.DictReader", _rate(_dict_reader, in_csv)),
            ("read .xlsx", _rate(_ours, in_xlsx), "openpyxl, read-only", _rate(_openpyxl, in_xlsx)),
            ("file to records (SQLite)", _rate(_import, few), "", None),
        ]
    _print(results, markdown=markdown)


def _print(results: list[tuple[str, float, str, float | None]], *, markdown: bool) -> None:
    headings = ["ingest", "rows/s", "peer", "peer rows/s"]
    lines = [[what, f"{ours:,.0f}", peer, f"{theirs:,.0f}" if theirs else "–"] for what, ours, peer, theirs in results]
    if markdown:
        for line in (headings, ["---", "---:", "---", "---:"], *lines):
            print("| " + " | ".join(line) + " |")
        return
    table = Table(*headings)
    for line in lines:
        table.add_row(*line)
    Console().print(table)


def _rows(count: int) -> list[list[object]]:
    chance = random.Random(1)
    words = [chr(code) for code in range(0x4E00, 0x4E00 + 3000)]
    return [
        [f"B{number}", "".join(chance.choices(words, k=16)), f"单位{number % 900}", "职工甲、职工乙",
         "".join(chance.choices(words, k=220)) + "。", "甲；乙；丙", "2023年5月", number % 90 + 1]
        for number in range(count)
    ]  # fmt: skip


def _write_csv(path: Path, rows: list[list[object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADINGS, *rows])
    return path


def _write_xlsx(path: Path, rows: list[list[object]]) -> Path:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("成果")
    for row in (HEADINGS, *rows):
        sheet.append(row)
    book.save(path)
    return path


def _rate(read: Callable[[Path], int], path: Path) -> float:
    """Return the rows a second of one reading."""
    started = time.perf_counter()
    count = read(path)
    return count / (time.perf_counter() - started)


def _ours(path: Path) -> int:
    return sum(1 for table in tables(path) for _row in table.rows)


def _dict_reader(path: Path) -> int:
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _row in csv.DictReader(file))


def _openpyxl(path: Path) -> int:
    book = load_workbook(path, read_only=True, data_only=True)
    count = sum(1 for sheet in book for _row in sheet.iter_rows(values_only=True))
    book.close()
    return count


def _import(path: Path) -> int:
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{folder}/records.db")
        Base.metadata.create_all(engine)
        sessions = make_session_factory(engine)
        outbox.listen(sessions)
        run = Import(sessions, "achievements")
        run.run(path)
        engine.dispose()
        return run.report.rows_read


if __name__ == "__main__":
    main()
