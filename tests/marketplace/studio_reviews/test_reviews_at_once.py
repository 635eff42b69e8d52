"""Two people act on one year, event or unit at the same moment, in two real transactions: the later one is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.db import SessionFactory, make_engine, make_session_factory, today, unit_of_work
from marketplace.models import ReviewYear, Studio
from marketplace.permissions import SYSTEM
from marketplace.schemas.crew import CrewSchema
from marketplace.schemas.outreach import AttendanceSchema, OutreachSchema
from marketplace.services.crew import records
from marketplace.services.outreach import attendance, events
from marketplace.services.studio_review import years
from tests import factories
from tests.at_once import meanwhile
from tests.factories import OrganisationFactory
from tests.marketplace.studio_reviews.reviews import (
    Offices,
    after_the_cut_off,
    graded,
    opened_year,
    reported,
    review_of,
    with_a_patent,
)
from tests.marketplace.studios.studios import opened

PLANT = "示例重机厂"


@pytest.fixture
def factory(database_url: str) -> Iterator[SessionFactory]:
    engine = make_engine(database_url)
    yield make_session_factory(engine)
    engine.dispose()


@pytest.fixture
def offices(factory: SessionFactory) -> Offices:
    with unit_of_work(factory) as session:
        factories.use(session)
        plant = OrganisationFactory(name=PLANT, region_path="51/5106/510603", industry_path="C/34")
        with_a_patent(session, opened(session, plant, tier="city"))
        return Offices.of(plant)


def opened_studio(session: Session) -> Studio:
    return session.scalars(sa.select(Studio)).one()


def test_nothing_is_graded_while_a_year_closes(factory: SessionFactory, offices: Offices) -> None:
    with unit_of_work(factory) as session:
        year = opened_year(session, offices.province)
        studio = opened_studio(session)
        graded(session, offices.city, reported(session, offices.unit, studio), "qualified")
        after_the_cut_off(session, year)
        year_id = year.id
    meanwhile(
        factory,
        lambda session: years.close(session, offices.province, year_id),
        lambda session: graded(session, offices.city, review_of(session, opened_studio(session)), "failed"),
    )
    with factory() as session:
        assert '"grade": "qualified"' in session.get_one(ReviewYear, year_id).snapshot
        assert review_of(session, opened_studio(session)).grade == "qualified"


def test_no_studio_comes_into_two_years(factory: SessionFactory, offices: Offices) -> None:
    meanwhile(factory, lambda it: opened_year(it, offices.province), lambda it: opened_year(it, offices.province))


def test_nobody_comes_to_an_event_that_is_cancelled(factory: SessionFactory, offices: Offices) -> None:
    day = (today() - dt.timedelta(1)).isoformat()
    with unit_of_work(factory) as session:
        row = OutreachSchema().load({"title": "劳模宣讲", "kind": "talk", "begins_on": day, "ends_on": day})
        event_id = events.announce(session, offices.city, row).id
    came = AttendanceSchema().load({"unit": PLANT, "person_times": 120, "persons": 80})
    meanwhile(
        factory,
        lambda it: events.cancel(it, offices.city, event_id, {"cancelled_on": today(), "reason": "防汛"}),
        lambda it: attendance.report(it, offices.unit, event_id, came),
    )


def test_a_unit_has_one_crew_of_a_name(factory: SessionFactory, offices: Offices) -> None:
    row = CrewSchema().load({"name": "磨工一班", "unit": PLANT})
    meanwhile(factory, lambda it: records.add(it, SYSTEM, row), lambda it: records.add(it, offices.unit, row))
