"""How long whoever asks is willing to wait: said once for a question, and kept by an engine that waits for others.

A question takes several requests to a server; each may be quick enough and all together too slow.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from search.errors import IndexUnavailable

_UNTIL: ContextVar[float | None] = ContextVar("until", default=None)


@contextmanager
def within(seconds: float | None) -> Iterator[None]:
    """Give the block so many seconds in all, any number where it is None."""
    token = _UNTIL.set(None if seconds is None else time.monotonic() + seconds)
    try:
        yield
    finally:
        _UNTIL.reset(token)


def is_set() -> bool:
    """Say whether somebody waits."""
    return _UNTIL.get() is not None


def left() -> float:
    """Return the seconds that are left; raise IndexUnavailable where there are none."""
    until = _UNTIL.get()
    seconds = float("inf") if until is None else until - time.monotonic()
    if seconds <= 0:
        raise IndexUnavailable("检索引擎没有及时答复，请稍后再试。")
    return seconds
