"""A judge who has one sheet open twice cannot change it once it is locked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from marketplace.db import SessionFactory, make_engine, make_session_factory, unit_of_work
from marketplace.models import ScoreSheet
from marketplace.services.account.signing_in import actor_of
from marketplace.services.award import judging
from tests import factories
from tests.at_once import meanwhile
from tests.awards import begin_scoring, judge, nominate, opened, plant, spread_over, verified_proposal


@pytest.fixture
def factory(database_url: str) -> Iterator[SessionFactory]:
    engine = make_engine(database_url)
    yield make_session_factory(engine)
    engine.dispose()


def test_a_locked_sheet_keeps_the_points_it_was_locked_with(factory: SessionFactory) -> None:
    with unit_of_work(factory) as session:
        factories.use(session)
        office, award = opened(session)
        nominate(session, office, award, verified_proposal(session, plant()))
        judges = [judge(session) for _ in range(5)]
        begin_scoring(session, office, award, judges)
        me = actor_of(judges[0], has_second_factor=False)
        (mine,) = judging.assigned(session, me)
        sheet_id, points = mine.sheet.id, spread_over(mine.criteria, 77)
    meanwhile(
        factory,
        lambda it: judging.save(it, me, sheet_id, {"scores": points, "comment": ""}, lock=True),
        lambda it: judging.save(it, me, sheet_id, {"scores": {"technique": 5}, "comment": ""}, lock=False),
    )
    with factory() as session:
        kept = session.get_one(ScoreSheet, sheet_id)
        assert (kept.total, kept.scores) == (77, points)
