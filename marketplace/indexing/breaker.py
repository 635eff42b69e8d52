"""Ask an engine that does not answer no more for a while, so that not every reader waits for it in vain."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from blinker import Signal

from search.errors import IndexUnavailable

# How long an engine that did not answer is left alone, in seconds; then one question tries it again.
PAUSE = 5.0

# Sent with ``is_open``: whether the engine is left alone.
changed = Signal()


class Breaker:
    """``clock`` gives seconds that only grow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._said: str | None = None
        self._next_try = 0.0

    @contextmanager
    def guarding(self) -> Iterator[None]:
        """Let a question through to the engine, or raise IndexUnavailable at once where it failed a moment ago."""
        self._let_through()
        try:
            yield
        except IndexUnavailable as error:
            with self._lock:
                self._said, self._next_try = str(error), self._clock() + PAUSE
            changed.send(is_open=True)
            raise
        if self._said is not None:
            self._said = None
            changed.send(is_open=False)

    def _let_through(self) -> None:
        with self._lock:
            if self._said is None:
                return
            if self._clock() < self._next_try:
                raise IndexUnavailable(self._said)
            # This question tries the engine; the others go on without it until it is known how that ended.
            self._next_try = self._clock() + PAUSE
