"""A database to import into, and real files of every kind to import."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from ingest.pipeline import Import
from ingest.report import Line, Report
from marketplace import outbox
from marketplace.db import SessionFactory, make_engine, make_session_factory
from marketplace.models import Achievement

HEADINGS = ("成果名称", "完成单位", "成果简介")
SUMMARY = "针对薄壁壳体松夹后内孔变形，设计液性塑料夹具，松夹后圆度稳定在0.015毫米以内，合格率由七成提高到九成八。"

Rows = Sequence[Sequence[Any]]


class Told(Report):
    """A report that remembers its lines."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        super().__init__(self.lines.append)

    def about(self, word: str) -> list[Line]:
        """Return the lines whose problem has the word in it."""
        return [line for line in self.lines if word in line.problem]


Bring = Callable[..., Told]


@pytest.fixture
def factory(database_url: str) -> Iterator[SessionFactory]:
    """Sessions on SQLite and on PostgreSQL in turn."""
    yield from _sessions(database_url)


@pytest.fixture
def sqlite_factory(sqlite_url: str) -> Iterator[SessionFactory]:
    """Sessions on SQLite alone, for what is decided before the database."""
    yield from _sessions(sqlite_url)


def _sessions(url: str) -> Iterator[SessionFactory]:
    engine = make_engine(url)
    made = make_session_factory(engine)
    outbox.listen(made)
    yield made
    engine.dispose()


@pytest.fixture
def bring(sqlite_factory: SessionFactory) -> Bring:
    """Import a file of achievements and return what was told about it."""

    def run(path: Path, noun: str = "achievements", **options: Any) -> Told:
        told = Told()
        Import(sqlite_factory, noun, report=told, **options).run(path)
        return told

    return run


def stored(factory: SessionFactory, model: type[Any] = Achievement) -> list[Any]:
    """Return every record of a kind, in the order in which they came."""
    with factory() as session:
        return list(session.scalars(sa.select(model).order_by(model.id)))


def write_csv(path: Path, rows: Rows, encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter="\t" if path.suffix == ".tsv" else ",").writerows(rows)
    return path


def write_xlsx(path: Path, rows: Rows, *, merged: Sequence[str] = ()) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(list(row))
    for cells in merged:
        sheet.merge_cells(cells)
    book.save(path)
    return path


def write_jsonl(path: Path, records: Sequence[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), "utf-8")
    return path


def achievement(number: int) -> tuple[str, str, str]:
    """Return a row under HEADINGS that resembles no other."""
    words = "".join(
        chr(0x4E00 + (number * 7919 + place * 104729 + place * place * number) % 20000) for place in range(60)
    )
    return f"成果{number}", f"示例单位{number}", words + "。"
