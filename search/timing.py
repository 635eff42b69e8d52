"""How long the legs of a question take, told to whoever listens; mostly nobody does, and then it costs nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from blinker import Signal

# Sent with ``leg``, which is words or meaning, and the ``seconds`` it took.
leg_took = Signal()


@contextmanager
def leg(name: str) -> Iterator[None]:
    """Tell how long the block took."""
    started = time.perf_counter()
    yield
    leg_took.send(leg=name, seconds=time.perf_counter() - started)
