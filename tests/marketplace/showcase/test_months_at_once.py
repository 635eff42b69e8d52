"""Two of the province choose the showcase of the same month at the same moment, in two real transactions."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from marketplace.db import SessionFactory, make_engine, make_session_factory, unit_of_work
from marketplace.errors import Conflict
from marketplace.models import Slot
from marketplace.permissions import Actor, Grant
from marketplace.schemas.showcase import SlotSchema
from marketplace.services.showcase import slots
from tests import factories
from tests.factories import AchievementFactory


@pytest.fixture
def factory(database_url: str) -> Iterator[SessionFactory]:
    engine = make_engine(database_url)
    yield make_session_factory(engine)
    engine.dispose()


def test_of_two_who_choose_a_month_at_once_the_second_is_told(factory: SessionFactory) -> None:
    with unit_of_work(factory) as session:
        factories.use(session)
        addresses = [f"/achievements/{AchievementFactory().id}" for _ in range(2)]
    told: list[Conflict] = []
    start = threading.Barrier(2)

    def put_up(place: int) -> None:
        curator = Actor(f"account:{place + 1}", (Grant("province_curator"),), place + 1)
        start.wait()
        try:
            with unit_of_work(factory) as session:
                asked = {"place": "month", "address": addresses[place], "month": "2027-03"}
                slots.put_up(session, curator, SlotSchema().load(asked))
        except Conflict as error:
            told.append(error)

    threads = [threading.Thread(target=put_up, args=(place,)) for place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [str(it) for it in told] == ["这个月已经有展示，请修改它，或者先撤下。"]
    with factory() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Slot)) == 1
