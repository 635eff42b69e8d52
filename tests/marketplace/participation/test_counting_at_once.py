"""Two transactions that count in the same places in opposite order: neither is broken off, and every sum is right."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.db import SessionFactory, today, unit_of_work
from marketplace.models import Campaign, Organisation, Person
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
TRIES = 20


@pytest.fixture
def sessions(postgres: Postgres) -> Iterator[SessionFactory]:
    with postgres.database() as url, open_sessions(url) as opened_sessions:
        yield opened_sessions


Step = Callable[[Session], object]


def both(sessions: SessionFactory, first: Sequence[Step], other: Sequence[Step]) -> None:
    """Take the steps of two transactions in turn: both have taken their first before one takes its second.

    Where each has one step, both take it at once.
    """
    failures: list[Exception] = []
    turn = threading.Barrier(2, timeout=20)

    def act(steps: Sequence[Step]) -> None:
        try:
            with unit_of_work(sessions) as session:
                turn.wait()
                for step in steps:
                    step(session)
                    if len(steps) > 1:
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
            moved.extend(zip(*(json.loads(f"[{it[1:-1]}]") for it in given), strict=True))
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


def test_two_who_count_somebody_of_the_unit_of_the_other_both_count(sessions: SessionFactory) -> None:
    with unit_of_work(sessions) as session:
        factories.use(session)
        campaign_id = opened(session, "skills").id
        units = [OrganisationFactory(name=name) for name in ("示例一厂", "示例二厂")]
        unit_ids = [it.id for it in units]

    def counted_there(person_id: int, unit_id: int) -> Step:
        def record(session: Session) -> None:
            campaign, unit = session.get_one(Campaign, campaign_id), session.get_one(Organisation, unit_id)
            told(session, SYSTEM, campaign, unit, "training", person_id=person_id, subject=unit.name)

        return record

    for _try in range(TRIES):
        with unit_of_work(sessions) as session:
            people = [Person(name="职工", organisation_id=unit_id) for unit_id in unit_ids]
            session.add_all(people)
            session.flush()
            ids = [it.id for it in people]
            for person, unit_id in zip(people, unit_ids, strict=True):
                counted_there(person.id, unit_id)(session)
            # Each went to work for the other unit, which counts him next.
            for person, unit_id in zip(people, reversed(unit_ids), strict=True):
                person.organisation_id = unit_id
        both(sessions, *([counted_there(it, unit_id)] for it, unit_id in zip(ids, reversed(unit_ids), strict=True)))
    with unit_of_work(sessions) as session:
        assert recounting.recount(session, campaign_id) == []
        assert figures.total(session, campaign_id, Slice()).persons == 2 * TRIES
