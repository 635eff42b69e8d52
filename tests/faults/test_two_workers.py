"""Several workers on PostgreSQL share the work: one takes each change, and a dead one holds up nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from benchmarks.faults import workers
from marketplace import outbox
from marketplace.db import unit_of_work
from marketplace.indexing import sync
from marketplace.indexing.bringing import present
from marketplace.models import Achievement
from marketplace.runtime import Runtime
from tests import factories
from tests.factories import AchievementFactory
from tests.faults.conftest import Make
from tests.services import Postgres

pytestmark = [pytest.mark.engine, pytest.mark.postgres]

RECORDS = 120


@pytest.fixture
def pair(settings_for: Make, postgres: Postgres, elasticsearch: str) -> Iterator[tuple[Runtime, Runtime]]:
    """Two workers of one installation, each with a database connection and an engine of its own."""
    with postgres.database() as url:
        settings = settings_for(url, elasticsearch, OUTBOX_BATCH="10")
        pair = workers.opened(settings), workers.opened(settings)
        yield pair
        pair[0].catalogue.editions.remove_all()
        for held in pair:
            held.engine.dispose()


def make(held: Runtime, count: int) -> list[int]:
    with unit_of_work(held.sessions) as session:
        factories.use(session)
        return [AchievementFactory().id for _ in range(count)]


def test_two_workers_share_the_work_and_do_nothing_twice(pair: tuple[Runtime, Runtime]) -> None:
    workers.worker_of(pair[0]).once()
    identities = make(pair[0], RECORDS)
    together, shares = threading.Barrier(2), [sync.Changes(), sync.Changes()]

    def work(number: int) -> None:
        held = pair[number]
        with held.catalogue.writer() as engine:
            together.wait()
            shares[number] = sync.drain(
                held.sessions, engine, held.catalogue.embedder, batch=10, progress=lambda _count: None
            )

    threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    first, second = (share.written["achievement"] for share in shares)
    assert first and second
    assert not first & second
    assert first | second == set(identities)
    assert sum(share.entries for share in shares) == RECORDS
    with pair[0].sessions() as session:
        assert list(sync.differences(session, pair[0].catalogue.reader())) == []


def test_what_a_worker_holds_is_left_alone_and_free_once_it_is_gone(pair: tuple[Runtime, Runtime]) -> None:
    (identity,) = make(pair[0], 1)
    with pair[0].sessions() as held, pair[1].sessions() as other:
        assert [entry.object_id for entry in outbox.claim(held, 10)] == [identity]
        assert outbox.claim(other, 10) == []
        process = held.scalar(sa.text("SELECT pg_backend_pid()"))
        other.execute(sa.text(f"SELECT pg_terminate_backend({process}, 30000)"))
        held.invalidate()
    with pair[1].sessions() as other:
        assert [entry.object_id for entry in outbox.claim(other, 10)] == [identity]


def test_an_older_write_that_comes_late_does_not_win(pair: tuple[Runtime, Runtime]) -> None:
    (identity,) = make(pair[0], 1)
    with pair[0].catalogue.writer() as slow, unit_of_work(pair[0].sessions) as session:
        outbox.claim(session, 10)
        documents, _gone = present(session, "achievement", [identity], {})
        with unit_of_work(pair[1].sessions) as newer:
            newer.get_one(Achievement, identity).title = "改名之后"
        workers.worker_of(pair[1]).once()
        vectors = pair[0].catalogue.embedder.passages([documents[0].text])
        slow.write(documents, vectors)
        slow.commit()
    (document,) = pair[1].catalogue.reader().fetch("achievement", [str(identity)])
    assert document.title == "改名之后"
