"""The search server is down for the whole of an import: the import must succeed and the index catch up afterwards."""

from __future__ import annotations

import csv
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.faults import workers
from benchmarks.faults.killed_worker import WORDS, is_unfinished
from ingest.pipeline import Import
from marketplace import outbox
from marketplace.config import Settings
from marketplace.indexing import sync


@dataclass(frozen=True, slots=True)
class Outcome:
    """``waiting`` changes were there when the import ended; ``caught_up`` is the seconds after the server was back."""

    records: int
    imported: int
    import_seconds: float
    waiting: int
    parked: int
    caught_up: float
    differences: int


def imported_while_down(
    settings: Settings, folder: Path, *, records: int, stop: Callable[[], None], start: Callable[[], None]
) -> Outcome:
    """Import records while the server that the settings name is stopped, with a worker that follows all the time."""
    held = workers.opened(settings)
    workers.worker_of(held).once()
    worker = workers.started(settings)
    stop()
    file, started = _register(folder / "register.csv", records), time.monotonic()
    run = Import(held.sessions, "achievements")
    run.run(file)
    imported = time.monotonic()
    with held.sessions() as session:
        waiting = outbox.backlog(session)
    assert worker.is_alive(), "the worker gave up"
    start()
    back = time.monotonic()
    while is_unfinished(held):
        assert worker.is_alive(), "the worker gave up"
        time.sleep(0.1)
    caught_up = time.monotonic() - back
    worker.kill()
    worker.join()
    with held.sessions() as session:
        differences, parked = len(list(sync.differences(session, held.catalogue.reader()))), len(outbox.parked(session))
    return Outcome(records, run.report.rows_read, imported - started, waiting, parked, caught_up, differences)


def _register(file: Path, records: int) -> Path:
    chance = random.Random(1)
    with file.open("w", encoding="utf-8", newline="") as stream:
        rows = (
            (f"B{n}", f"{chance.choice(WORDS)}改进{n}", "、".join(chance.choices(WORDS, k=30))) for n in range(records)
        )
        csv.writer(stream).writerows([("成果编号", "成果名称", "成果简介"), *rows])
    return file
