"""Two do something to one batch at the same moment, in two real transactions."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy.orm import Session

from marketplace.db import SessionFactory, make_engine, make_session_factory, unit_of_work
from marketplace.errors import Conflict
from marketplace.models import NamingBatch, NamingSheet
from marketplace.schemas.objection import ObjectionSchema
from marketplace.services import objection as objections
from marketplace.services.account.signing_in import actor_of
from marketplace.services.naming import batches, judging
from marketplace.services.selection import announcing
from tests import factories
from tests.marketplace.naming.batches import batch_data, judges
from tests.marketplace.naming.decided import INDICATORS, a_batch, a_scored, announced
from tests.marketplace.officers import acting


@pytest.fixture
def factory(database_url: str) -> Iterator[SessionFactory]:
    engine = make_engine(database_url)
    yield make_session_factory(engine)
    engine.dispose()


def at_once(factory: SessionFactory, *steps: Callable[[Session], object]) -> list[Conflict]:
    """Take steps at the same moment, each in a transaction of its own; return what was refused."""
    refused: list[Conflict] = []
    start = threading.Barrier(len(steps))

    def take(step: Callable[[Session], object]) -> None:
        start.wait()
        try:
            with unit_of_work(factory) as session:
                step(session)
        except Conflict as error:
            refused.append(error)

    threads = [threading.Thread(target=take, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def test_a_year_has_one_batch_whoever_announces_first(factory: SessionFactory) -> None:
    with unit_of_work(factory) as session:
        factories.use(session)
        office, data = acting("province_curator"), batch_data(session)
    refused = at_once(factory, *[lambda session: batches.announce(session, office, data)] * 2)
    assert ["同一梯次每年只开展一批" in it.message for it in refused] == [True]


def test_a_locked_sheet_keeps_the_points_it_was_locked_with(factory: SessionFactory) -> None:
    with unit_of_work(factory) as session:
        factories.use(session)
        batch = a_batch(session, state="scoring")
        application = a_scored(session, batch, 80)
        (judge,) = judges(session, 1)
        sheet = NamingSheet(account=judge, application=application)
        session.add(sheet)
        session.flush()
        sheet_id, me = sheet.id, actor_of(judge, has_second_factor=True)

    at_once(
        factory,
        lambda it: judging.save(it, me, sheet_id, {"scores": INDICATORS}, lock=True),
        lambda it: judging.save(it, me, sheet_id, {"scores": {"quality": 5}}, lock=False),
    )
    with factory() as session:
        kept = session.get_one(NamingSheet, sheet_id)
        assert (kept.total, kept.scores) == (100, INDICATORS)


def test_two_who_are_struck_leave_one_list_without_either(factory: SessionFactory) -> None:
    with unit_of_work(factory) as session:
        factories.use(session)
        office = acting("province_curator")
        batch = a_batch(session, quota=3)
        listed = [a_scored(session, batch, score) for score in (90, 80, 70)]
        shown = announced(session, office, batch)
        said = {"noun": "studio_application", "text": "成果是外购的", "evidence": "采购合同"}
        raised = [
            objections.object_to(
                session, acting("worker"), shown.id, ObjectionSchema().load(said | {"object_id": application.id})
            ).id
            for application in listed[:2]
        ]
        batch_id, last = batch.id, listed[2].id

    def uphold(number: int) -> Callable[[Session], object]:
        return lambda session: objections.decide(session, office, number, upheld=True, finding="合同属实")

    assert at_once(factory, *map(uphold, raised)) == []
    with factory() as session:
        lists = announcing.lists_of(session, session.get_one(NamingBatch, batch_id))
        assert [[it.object_id for it in found.entries] for found in lists if found.closed_at is None] == [[last]]
