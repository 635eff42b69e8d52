"""The worker that keeps the index and the matches up to date: one pass, or pass after pass whatever happens meanwhile.

A pass drains the outbox, matches what the changes touch and asks the saved searches about it. Each of these keeps
account in the database of what it has done, so a worker that dies anywhere leaves it to the next one.

On PostgreSQL any number of workers share the outbox by row locks, which vanish with the connection of a worker that
dies. SQLite has no row locks and one writer at a time, so one worker at a time uses it: it holds a lock on a file
beside the database, which the operating system takes back from a process that dies, at once and without a clock.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog
from blinker import Signal
from sqlalchemy.exc import InterfaceError, OperationalError

from marketplace import outbox
from marketplace.db import SessionFactory, unit_of_work
from marketplace.indexing import following, sync
from marketplace.indexing.catalogue import Catalogue
from marketplace.indexing.sync import Changes
from search.embedding import Embedder
from search.engine import Engine
from search.errors import IndexLocked, IndexReplaced, ModelUnavailable, SearchError

# The longest pause between two attempts while something is out of order, in seconds.
LONGEST_PAUSE = 60.0

# Is told what was done.
Tell = Callable[[int], None]
# Shows how far a stage is, by its name and, where it is known, how much there is to do.
Bar = Callable[[str, int | None], AbstractContextManager[Tell]]

# Sent after each pass of a worker that stays, with the Pass that was ``done``, None where there was nothing to do.
passed = Signal()
# Sent after a pass that failed, with the ``reason``.
failed = Signal()

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pass:
    """What one pass did: the changes brought to the index, and how many demands were matched."""

    changes: Changes
    matched: int


@dataclass(frozen=True, slots=True)
class Worker:
    """``batch`` is the number of changes the index takes over at once, ``limit`` the number of matches of a demand."""

    sessions: SessionFactory
    catalogue: Catalogue
    batch: int
    limit: int
    bar: Bar

    def once(self) -> Pass | None:
        """Bring to the index what is due and match what it touches; None where there was nothing to do.

        Raises IndexLocked where another process has the index or, on SQLite, the outbox.
        """
        is_new = not self.catalogue.exists()
        with unit_of_work(self.sessions) as session:
            if is_new:
                sync.enqueue_all(session)
            waiting = outbox.due(session)
            has_work = waiting or is_new or outbox.are_unmatched(session) or following.has_work(session)
        if not has_work:
            return None
        with _alone(self.sessions), self.catalogue.writer() as engine:
            embedder = self.catalogue.embedder
            with self.bar("同步索引", waiting) as progress:
                changes = sync.drain(self.sessions, engine, embedder, batch=self.batch, progress=progress)
            matched = self._match(engine, embedder)
            following.follow(self.sessions, engine, embedder)
        return Pass(changes, matched)

    def follow(self, interval: float, tell: Callable[[Pass], None]) -> None:
        """Make a pass every ``interval`` seconds, for ever, and tell of each that did something.

        While the index or the database cannot be used nothing is lost: the next attempt comes after a pause that grows
        to ``LONGEST_PAUSE``, and each says in the log why it failed.
        """
        pause = interval
        while True:
            try:
                done = self.once()
            except (IndexLocked, IndexReplaced):
                # Another worker or a rebuild takes its time; a worker that gave up would be missed afterwards.
                pause = interval
            except ModelUnavailable:
                raise
            except (SearchError, OperationalError, InterfaceError) as error:
                pause = min(LONGEST_PAUSE, 2 * pause)
                failed.send(reason=type(error).__name__)
                logger.warning("sync_failed", reason=type(error).__name__, said=_said(error), next_try_seconds=pause)
            else:
                if pause > interval:
                    logger.info("sync_resumed")
                pause = interval
                passed.send(done=done)
                if done is not None:
                    tell(done)
            time.sleep(pause)

    def _match(self, engine: Engine, embedder: Embedder) -> int:
        """Match what indexed changes touch; only then are they marked as followed."""
        # Here, because mostly nothing waits, and whoever only looks matches nothing.
        from marketplace.indexing import matching

        with unit_of_work(self.sessions) as session, self.bar("匹配需求", None) as progress:
            entries = outbox.unmatched(session)
            touched = Changes()
            for kind, identity in entries.values():
                touched.written[kind].add(identity)
            matched = matching.match_changes(self.sessions, engine, embedder, touched, self.limit, progress)
            # In one transaction with what says that they were followed, so that none is looked up never or twice.
            following.note(session, touched)
            outbox.settle_matched(session, list(entries))
        return matched


def _said(error: Exception) -> str:
    return str(error.orig if isinstance(error, OperationalError | InterfaceError) else error).strip()


@contextmanager
def _alone(sessions: SessionFactory) -> Iterator[None]:
    """Be the one worker on a SQLite database; any number may be on another. Raises IndexLocked."""
    file = _sqlite_file(sessions)
    if file is None:
        yield
        return
    with file.with_name(f"{file.name}-worker").open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise IndexLocked(f"另一个进程正在把 {file} 的变更同步到索引，请等它结束后再试。") from error
        yield


def _sqlite_file(sessions: SessionFactory) -> Path | None:
    bind = sessions.kw["bind"]
    return Path(bind.url.database) if bind.dialect.name == "sqlite" else None
