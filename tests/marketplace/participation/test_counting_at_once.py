"""Two transactions that count in the same places in opposite order: neither is broken off, and every sum is right."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.db import SessionFactory, today, unit_of_work
from marketplace.models import Campaign, Organisation
from marketplace.permissions import SYSTEM
from marketplace.services.participation import deciding
from marketplace.services.tally import figures, recounting
from marketplace.services.tally.slices import Slice
from tests import factories
from tests.factories import OrganisationFactory
from tests.marketplace.participation.campaigning import DEYANG, MIANYANG, line, opened, told
from tests.opening import open_sessions
from tests.services import Postgres

# SQLite has one writer at a time.
pytestmark = pytest.mark.postgres
PLACES = (DEYANG, MIANYANG)


@pytest.fixture
def sessions(postgres: Postgres) -> Iterator[SessionFactory]:
    with postgres.database() as url, open_sessions(url) as opened_sessions:
        yield opened_sessions


Step = Callable[[Session], object]


def both(sessions: SessionFactory, first: Sequence[Step], other: Sequence[Step]) -> None:
    """Take the steps of two transactions in turn: both have taken their first before one takes its second."""
    failures: list[Exception] = []
    turn = threading.Barrier(2, timeout=20)

    def act(steps: Sequence[Step]) -> None:
        try:
            with unit_of_work(sessions) as session:
                for step in steps:
                    step(session)
                    turn.wait()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=act, args=(steps,)) for steps in (first, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_two_who_count_in_the_same_places_in_opposite_order_both_count(sessions: SessionFactory) -> None:
    with unit_of_work(sessions) as session:
        factories.use(session)
        campaign_id = opened(session, "skills").id
        units = [[OrganisationFactory(region_path=path).id for path in PLACES] for _ in range(2)]

    def in_unit(unit_id: int) -> Step:
        def record(session: Session) -> None:
            campaign, unit = session.get_one(Campaign, campaign_id), session.get_one(Organisation, unit_id)
            told(session, SYSTEM, campaign, unit, "training", person_times=7, persons=5)

        return record

    both(sessions, [in_unit(it) for it in units[0]], [in_unit(it) for it in reversed(units[1])])
    with unit_of_work(sessions) as session:
        assert recounting.recount(session, campaign_id) == []
        assert figures.total(session, campaign_id, Slice()).person_times == 28


def test_sums_are_moved_in_one_order_whether_they_rise_or_fall(sessions: SessionFactory) -> None:
    moved: list[tuple[Any, ...]] = []
    key = ("item_id", "level", "region", "industry", "hierarchy", "month")

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_more: object) -> None:
        if "participation_place" not in statement or statement.startswith("SELECT"):
            return
        if "all_month" in parameters:
            given = [parameters[f"all_{it}"] for it in key]
            numbers = [list(map(int, it[1:-1].split(","))) if isinstance(it, str) else it for it in given]
            moved.extend(zip(*numbers, strict=True))
            return
        rows = parameters if isinstance(parameters, list) else [parameters]
        moved.extend(tuple(row.get(it, row.get(f"at_{it}")) for it in key) for row in rows)

    with unit_of_work(sessions) as session:
        factories.use(session)
        unit, campaign = OrganisationFactory(), opened(session, "skills")
        days = [(today() - dt.timedelta(it)).isoformat() for it in (40, 0)]
        entry = told(session, SYSTEM, campaign, unit, "training", day=days[0], person_times=7, persons=5)
    with unit_of_work(sessions) as session:
        sa.event.listen(session.connection(), "before_cursor_execute", note)
        row = line(unit, "training", day=days[1], person_times=7, persons=5, reason="日期写错了")
        deciding.correct(session, SYSTEM, entry.id, entry.revision, row)
    # Each item and all of them, in both months, in whatever the unit lies in.
    assert len(moved) == 4 * 16
    assert moved == sorted(moved)
