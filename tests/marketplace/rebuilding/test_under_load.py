"""Rebuilding and going back while people write, read and delete as fast as they can."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress

from marketplace.runtime import Runtime
from search.document import SearchRequest
from search.errors import IndexLocked, IndexReplaced, IndexUnavailable
from tests.factories import AchievementFactory
from tests.marketplace.rebuilding.working import delete, differences, drain, make, rename, work


class Rush:
    """People who write, read and delete, and a worker that brings their changes to the index, all at the same time."""

    def __init__(self, held: Runtime, ids: list[int]) -> None:
        self.held, self.ids = held, ids
        self.ended = threading.Event()
        self.errors: list[BaseException] = []
        self.questions = self.changes = 0
        self._threads = [
            threading.Thread(target=self._go_on, args=[do]) for do in (self._change, self._ask, self._work)
        ]

    def __enter__(self) -> Rush:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.ended.set()
        for thread in self._threads:
            thread.join()

    def _go_on(self, do: Callable[[], None]) -> None:
        while not self.ended.is_set():
            try:
                # A server on a busy machine may answer late, which is not what this is about.
                with suppress(IndexUnavailable):
                    do()
            except BaseException as error:
                self.errors.append(error)
                return

    def _change(self) -> None:
        made = make(self.held.sessions, AchievementFactory, title=f"焊缝气孔治理{self.changes}")
        rename(self.held, self.ids[self.changes % len(self.ids)], f"道口栏杆{self.changes}")
        if self.changes % 3 == 0:
            delete(self.held, made[0])
        self.changes += 1
        time.sleep(0.01)

    def _ask(self) -> None:
        assert self.held.catalogue.search(SearchRequest(kind="achievement", text="薄壁件车削夹具")).hits
        self.questions += 1

    def _work(self) -> None:
        with suppress(IndexReplaced, IndexLocked):
            drain(self.held)
        time.sleep(0.01)


def test_people_go_on_working_during_rebuild_and_rollback_and_nothing_is_lost(held: Runtime) -> None:
    ids = make(held.sessions, AchievementFactory, 60)
    drain(held)
    with Rush(held, ids[:20]) as rush:
        work(held).rebuild(beside=False)
        work(held).roll_back()
    assert rush.errors == []
    assert rush.questions and rush.changes
    drain(held)
    assert differences(held) == []
