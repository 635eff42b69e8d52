"""One node of a cluster is killed while people search and records change: no question may fail and nothing be lost.

A question counts as failed where the engine answered it with an error after the client's own retries; whether the
database would have answered instead does not matter here.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.faults import workers
from benchmarks.faults.killed_worker import WORDS, Changes, is_unfinished
from marketplace.config import Settings
from marketplace.indexing import sync
from marketplace.runtime import Runtime
from search.document import SearchRequest
from search.errors import SearchError

_ASKERS = 4


@dataclass(frozen=True, slots=True)
class Outcome:
    """``failures`` counts the failed questions by their sentence; ``slowest`` and ``differences`` are as at the end."""

    records: int
    questions: int
    failures: Counter[str]
    slowest: float
    differences: int


def asked_and_changed_while(
    settings: Settings, *, records: int, changes: int, kill: Callable[[], None], seconds: float
) -> Outcome:
    """Search and change records, kill a node amid it, and go on for so many seconds."""
    held, chance = workers.opened(settings), random.Random(1)
    made = Changes(held, chance)
    made.until(records)
    workers.worker_of(held).once()
    asking = _Asking(held)
    worker = workers.started(settings)
    with asking:
        made.until(records + changes // 2)
        kill()
        until = time.monotonic() + seconds
        made.until(records + changes)
        while time.monotonic() < until or is_unfinished(held):
            assert worker.is_alive(), "the worker gave up"
            time.sleep(0.1)
    worker.kill()
    worker.join()
    with held.sessions() as session:
        differences = len(list(sync.differences(session, held.catalogue.reader())))
    return Outcome(len(made.there), asking.count, asking.failures, asking.slowest, differences)


class _Asking:
    """People who ask one question after another, for as long as the block runs."""

    def __init__(self, held: Runtime) -> None:
        self.held = held
        self.count, self.slowest, self.failures = 0, 0.0, Counter[str]()
        self._lock, self._ended = threading.Lock(), threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(number,)) for number in range(_ASKERS)]

    def __enter__(self) -> None:
        for thread in self._threads:
            thread.start()

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, number: int) -> None:
        chance = random.Random(number)
        while not self._ended.is_set():
            started, failure = time.monotonic(), None
            try:
                self.held.catalogue.search(SearchRequest("achievement", "".join(chance.choices(WORDS, k=2))))
            except SearchError as error:
                failure = f"{type(error).__name__}: {error}"
            with self._lock:
                self.count += 1
                self.slowest = max(self.slowest, time.monotonic() - started)
                if failure:
                    self.failures[failure] += 1
