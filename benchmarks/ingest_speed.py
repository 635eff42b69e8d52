"""How fast files become rows, beside what one would use otherwise, and how fast rows become records.

Reading is measured against ``csv.DictReader`` and openpyxl's read-only mode on the same generated files in the same
run. Ours does more on the way: it finds the encoding, checks the limits and measures a workbook before opening it.
"""

from __future__ import annotations

import csv
import multiprocessing
import random
import resource
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
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
RECORDS = 20_000


def measured() -> Table:
    """Read and import the same generated files with ours and with the peers, and return the rows a second."""
    with tempfile.TemporaryDirectory() as folder:
        rows = _rows(ROWS)
        in_csv = _write_csv(Path(folder, "a.csv"), rows)
        in_xlsx = _write_xlsx(Path(folder, "a.xlsx"), rows)
        few = _write_xlsx(Path(folder, "few.xlsx"), rows[:RECORDS])
        imported, memory = _apart(few)
        results = [
            (
                f"read .csv of {ROWS:,} rows, rows/s",
                _rate(_ours, in_csv),
                "csv.DictReader",
                _rate(_dict_reader, in_csv),
            ),
            (f"read .xlsx of {ROWS:,} rows, rows/s", _rate(_ours, in_xlsx), "openpyxl", _rate(_openpyxl, in_xlsx)),
            (f".xlsx to records, {RECORDS:,} rows, rows/s", imported, "", None),
            ("the same, resident memory at most, MiB", memory, "", None),
        ]
    table = Table("bringing in", "ours", "peer", "ratio")
    for what, ours, peer, theirs in results:
        said = (f"{peer}: {theirs:,.0f}", f"{ours / theirs:.2f}×") if theirs else ("", "")
        table.add_row(what, f"{ours:,.0f}", *said)
    return table


def _apart(path: Path) -> tuple[float, float]:
    """Import a file in a process of its own; returns the rows a second and the resident memory in MiB."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_import_rate, path).result()


def _import_rate(path: Path) -> tuple[float, float]:
    return _rate(_import, path), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


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
    Console().print(measured())
