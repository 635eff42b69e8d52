"""Whatever stops an import or the worker, running the same command again brings everything in, once."""

from __future__ import annotations

import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.ingest.conftest import HEADINGS, achievement, write_csv
from tests.journeys.conftest import Installation

pytestmark = [pytest.mark.journey, pytest.mark.faults]

RECORDS = 1_500
MOST_SECONDS = 120


@pytest.fixture
def register(tmp_path: Path) -> Path:
    return write_csv(tmp_path / "register.csv", [HEADINGS, *map(achievement, range(RECORDS))])


@pytest.mark.parametrize(("sent", "status"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_an_import_that_was_stopped_goes_on_and_brings_every_record_once(
    installation: Installation, register: Path, sent: signal.Signals, status: int
) -> None:
    process = installation.start("ingest", "achievements", register)
    until_some_are_in(installation)
    process.send_signal(sent)
    printed, _ = process.communicate()
    assert process.returncode == status, printed
    if sent is signal.SIGINT:
        assert "已中断" in printed
        assert "Traceback" not in printed
    there = count(installation, "achievement")
    assert 0 < there < RECORDS

    again = installation.run("ingest", "achievements", register)
    assert "行之后中断" in again
    assert count(installation, "achievement") == RECORDS
    assert count(installation, "outbox_entry") == RECORDS
    assert f"│ {0:>4} │" in installation.run("ingest", "achievements", register)
    assert count(installation, "achievement") == RECORDS


def test_a_worker_that_was_killed_leaves_nothing_out_of_the_index(installation: Installation, register: Path) -> None:
    installation.run("ingest", "achievements", register)
    worker = installation.start("index", "sync")
    until(lambda: count(installation, "outbox_entry WHERE processed_at IS NOT NULL") > 0)
    worker.kill()
    worker.communicate()
    installation.run("index", "sync")
    assert f"{RECORDS} 项成果、0 条需求、0 个工作室，差异 0 处" in installation.run("index", "check")


def test_an_index_that_was_lost_is_whole_again_after_the_next_sync(installation: Installation, tmp_path: Path) -> None:
    some = write_csv(tmp_path / "some.csv", [HEADINGS, *map(achievement, range(20))])
    installation.run("ingest", "achievements", some)
    installation.run("index", "sync")
    (installation.folder / "index").rename(tmp_path / "lost")
    installation.run("index", "check", status=1)
    installation.run("index", "sync")
    assert "差异 0 处" in installation.run("index", "check")


def until_some_are_in(installation: Installation) -> None:
    journals = installation.folder / "imports"
    until(lambda: any(int(journal.read_text() or 0) > 0 for journal in journals.glob("*")))


def until(happened: Callable[[], bool]) -> None:
    """Wait for what another process does; give up where it never will."""
    deadline = time.monotonic() + MOST_SECONDS
    while not happened():
        assert time.monotonic() < deadline, "the other process does not get on"
        time.sleep(0.02)


def count(installation: Installation, rows: str) -> int:
    with closing(sqlite3.connect(installation.folder / "marketplace.db", timeout=30)) as database:
        number: int = database.execute(f"SELECT count(*) FROM {rows}").fetchone()[0]
    return number
