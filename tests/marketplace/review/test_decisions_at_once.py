"""Two officers decide the same records at the same moment, in two real transactions: each is decided once."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from marketplace import audit
from marketplace.db import SessionFactory, make_engine, make_session_factory, unit_of_work
from marketplace.errors import StaleRevision
from marketplace.models import Achievement, Organisation, Task
from marketplace.services import decision
from marketplace.services.decision import Item, Result
from tests import factories
from tests.marketplace.review.test_tasks import acting, officer, plant, waiting

RECORDS = 5


@pytest.fixture
def factory(database_url: str) -> Iterator[SessionFactory]:
    engine = make_engine(database_url)
    yield make_session_factory(engine)
    engine.dispose()


def test_each_record_is_decided_by_one_of_two_who_act_at_once(factory: SessionFactory) -> None:
    with unit_of_work(factory) as session:
        factories.use(session)
        unit: Organisation = plant()
        staff = [acting(officer(session, "city", unit)) for _ in range(2)]
        records = [waiting(session, unit) for _ in range(RECORDS)]
        items = [Item("achievement", record.id, record.revision) for record in records]
    steps, results, start = ("pass_first_review", "reject"), {}, threading.Barrier(2)

    def decide(place: int) -> None:
        start.wait()
        # From both ends, so that neither waits for the other all the time.
        mine = items if place == 0 else items[::-1]
        results[place] = decision.act_on_each(factory, staff[place], mine, steps[place], "与去年的重复")

    threads = [threading.Thread(target=decide, args=(place,)) for place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    def done(place: int) -> set[Item]:
        return {result.item for result in results[place] if result.refusal is None}

    assert done(0) | done(1) == set(items)
    assert done(0) & done(1) == set()
    refused: list[Result] = [result for place in range(2) for result in results[place] if result.refusal is not None]
    assert {type(result.refusal) for result in refused} == {StaleRevision}
    with factory() as session:
        for item in items:
            record = session.get_one(Achievement, item.object_id)
            assert record.state == ("first_review" if item in done(0) else "rejected")
            (event,) = audit.history(session, "achievement", item.object_id)
            assert event.to_state == record.state
        open_tasks = sa.select(sa.func.count()).select_from(Task).where(Task.closed_at.is_(None))
        assert session.scalar(open_tasks) == len(done(0))
        assert list(audit.faults(session)) == []
