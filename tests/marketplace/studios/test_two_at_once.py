"""Two clerks write the record of one studio at the same moment, in two real transactions."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from marketplace.db import SessionFactory, make_engine, make_session_factory, today, unit_of_work
from marketplace.errors import Invalid
from marketplace.models import StudioGrant
from marketplace.permissions import SYSTEM
from marketplace.schemas.studio import GrantSchema, GrantUseSchema
from marketplace.services.studio import keeping
from tests import factories
from tests.factories import OrganisationFactory
from tests.marketplace.studios.studios import opened


@pytest.fixture
def factory(database_url: str) -> Iterator[SessionFactory]:
    engine = make_engine(database_url)
    yield make_session_factory(engine)
    engine.dispose()


def test_a_grant_is_not_spent_twice(factory: SessionFactory) -> None:
    day = today().isoformat()
    with unit_of_work(factory) as session:
        factories.use(session)
        studio_id = opened(session, OrganisationFactory()).id
        row = GrantSchema().load({"payer": "省总工会", "amount": 100, "received_on": day})
        grant_id = keeping.receive(session, SYSTEM, studio_id, row).id
    use = {"grant_id": grant_id, "category": "equipment", "amount": 60, "used_on": day, "receipt": "凭证 12 号"}
    refused: list[Invalid] = []
    start = threading.Barrier(2)

    def spend() -> None:
        start.wait()
        try:
            with unit_of_work(factory) as session:
                keeping.spend(session, SYSTEM, studio_id, GrantUseSchema().load(use))
        except Invalid as error:
            refused.append(error)

    threads = [threading.Thread(target=spend) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [list(it.fields) for it in refused] == [["amount"]]
    with factory() as session:
        assert session.get_one(StudioGrant, grant_id).left == 40
