"""Workers in processes of their own that start at once, so that they can be killed often.

They are forked from a server that has loaded the embedding model and has nothing else open.
"""

from __future__ import annotations

import multiprocessing
from contextlib import AbstractContextManager, nullcontext
from multiprocessing.process import BaseProcess

from marketplace import logs
from marketplace.config import Settings
from marketplace.indexing.worker import Pass, Tell, Worker
from marketplace.runtime import Runtime

INTERVAL = 0.02


def started(settings: Settings) -> BaseProcess:
    """Return a running worker that follows the changes of an installation."""
    forking = multiprocessing.get_context("forkserver")
    forking.set_forkserver_preload(["benchmarks.faults.loaded"])
    process = forking.Process(target=_follow, args=(settings,), daemon=True)
    process.start()
    return process


def opened(settings: Settings) -> Runtime:
    """Open an installation with the model that is already loaded."""
    from benchmarks.faults.loaded import EMBEDDER

    held = Runtime(settings)
    held.catalogue.embedders[""] = EMBEDDER
    return held


def worker_of(held: Runtime) -> Worker:
    """Return a worker that shows nothing."""
    return Worker(held.sessions, held.catalogue, held.settings.outbox_batch, held.settings.match_limit, _no_bar)


def _follow(settings: Settings) -> None:
    logs.configure(settings.log_level, settings.log_format)
    worker_of(opened(settings)).follow(INTERVAL, _ignore)


def _no_bar(_name: str, _total: int | None) -> AbstractContextManager[Tell]:
    return nullcontext(_quiet)


def _quiet(_count: int) -> None:
    """Show no progress."""


def _ignore(_done: Pass) -> None:
    """Tell nobody."""
