"""A worker is killed again and again while records change: nothing may be lost and nothing doubled.

The changes are new records, new titles, revocations and deletions. Each kill is SIGKILL at a moment chosen by chance
after the next changes were made: three in ten while the worker starts, the others after its first sign of work. At the
end one worker is left to finish, and index and database are compared.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.process import BaseProcess

import sqlalchemy as sa
from sqlalchemy.orm import Session

from benchmarks.faults import workers
from marketplace import outbox
from marketplace.config import Settings
from marketplace.db import unit_of_work
from marketplace.indexing import sync
from marketplace.models import Achievement, OutboxEntry
from marketplace.permissions import SYSTEM
from marketplace.runtime import Runtime
from marketplace.schemas.achievement import AchievementSchema
from marketplace.schemas.demand import DemandSchema
from marketplace.services import achievement as achievements
from marketplace.services import demand as demands
from search import analysis
from search.engine import LegRequest

# How many records change in one transaction, and how many demands are matched with each change.
_TOGETHER = 20
_DEMANDS = 3
# The longest that a worker is left alone after the changes were made, in seconds.
_LONGEST = 0.6
_MOST_PATIENCE = 30.0
WORDS = (
    "夹具",
    "密封",
    "焊接",
    "轴承",
    "皮带",
    "除尘",
    "液压",
    "刀具",
    "模具",
    "电机",
    "阀门",
    "炉衬",
    "涂层",
    "传感",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done, and what is wrong at the end.

    ``amid`` of the kills struck a worker that had changes or matches still to do, ``at_work`` one that had already
    done some. ``lost``, ``surplus``, ``stale`` and ``doubled`` count documents, ``unmatched`` changes.
    """

    changes: int
    kills: int
    amid: int
    at_work: int
    seconds: float
    records: int
    lost: int
    surplus: int
    stale: int
    doubled: int
    unmatched: int


def killed(settings: Settings, *, changes: int, kills: int, seed: int = 1) -> Outcome:
    """Change records of an empty installation, killing its worker meanwhile, and say what became of it."""
    held, chance = workers.opened(settings), random.Random(seed)
    _post_demands(held)
    made, amid, at_work, started = Changes(held, chance), 0, 0, time.monotonic()
    for number in range(1, kills + 1):
        done = _done(held)
        worker = workers.started(settings)
        made.until(changes * number // kills)
        if chance.random() < 0.7:
            _wait_for(lambda done=done: _done(held) > done)
        time.sleep(chance.uniform(0, _LONGEST))
        _kill(worker)
        amid += is_unfinished(held)
        at_work += _done(held) > done
    worker = workers.started(settings)
    while is_unfinished(held):
        assert worker.is_alive(), "the last worker died"
        time.sleep(0.1)
    _kill(worker)
    seconds = time.monotonic() - started
    return Outcome(made.count, kills, amid, at_work, seconds, **_compared(held))


def _wait_for(happened: Callable[[], bool]) -> None:
    """Wait for the first sign of work; on a busy machine a worker that has only just started has done none."""
    deadline = time.monotonic() + _MOST_PATIENCE
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.005)


def _kill(worker: BaseProcess) -> None:
    worker.kill()
    worker.join()


def is_unfinished(held: Runtime) -> bool:
    with held.sessions() as session:
        return bool(outbox.backlog(session)) or outbox.are_unmatched(session)


def _done(held: Runtime) -> int:
    with held.sessions() as session:
        return _count(session, OutboxEntry.processed_at.is_not(None))


def _count(session: Session, condition: sa.ColumnElement[bool]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(OutboxEntry).where(condition)) or 0


def _post_demands(held: Runtime) -> None:
    rows = [{"title": f"{word}的难题", "text": f"{word}经常失效，想要可靠的办法。"} for word in WORDS[:_DEMANDS]]
    with unit_of_work(held.sessions) as session:
        demands.import_records(session, SYSTEM, [DemandSchema().load(row) for row in rows])


class Changes:
    """Makes changes, some in each transaction, and knows which records there are."""

    def __init__(self, held: Runtime, chance: random.Random) -> None:
        self.held, self.chance, self.count = held, chance, 0
        self.there: list[int] = []

    def until(self, count: int) -> None:
        while self.count < count:
            with unit_of_work(self.held.sessions) as session:
                for _ in range(min(_TOGETHER, count - self.count)):
                    self._one(session)

    def _one(self, session: Session) -> None:
        self.count += 1
        what = self.chance.random()
        if what < 0.6 or len(self.there) < _TOGETHER:
            self._new(session)
            return
        place = self.chance.randrange(len(self.there))
        record = session.get_one(Achievement, self.there[place])
        if what < 0.85:
            record.title = self._title()
        elif what < 0.92:
            record.state, record.published_state = "revoked", "revoked"
        else:
            session.delete(record)
            del self.there[place]
        session.flush()

    def _new(self, session: Session) -> None:
        text = "、".join(self.chance.choices(WORDS, k=30))
        row = AchievementSchema().load({"title": self._title(), "summary": text})
        ((record, _outcome),) = achievements.import_records(session, SYSTEM, [row])
        self.there.append(record.id)

    def _title(self) -> str:
        """Return a title with a word that no other one has."""
        return f"{self.chance.choice(WORDS)}改进 n{self.count}"


def _compared(held: Runtime) -> dict[str, int]:
    engine = held.catalogue.reader()
    with held.sessions() as session:
        found = [one.problem for one in sync.differences(session, engine)]
        titles = list(session.scalars(sa.select(Achievement.title).where(Achievement.published_state == "published")))
        unmatched = _count(session, OutboxEntry.matched_at.is_(None))
    indexed = [identity for identity, _revision in engine.revisions("achievement")]
    return {
        "records": len(titles),
        "lost": found.count("missing"),
        "surplus": found.count("surplus"),
        "stale": found.count("stale"),
        "doubled": len(indexed) - len(set(indexed)) + sum(_holders(held, title) != 1 for title in titles),
        "unmatched": unmatched,
    }


def _holders(held: Runtime, title: str) -> int:
    """Return how many documents hold the word that only this title has."""
    word = title.split()[1]
    assert word in analysis.terms(title)
    return held.catalogue.reader().search(LegRequest("achievement", words=(word,), least=1)).total
