"""Labour competitions: who is registered, and what the coverage of enterprises counts."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from marketplace.db import today
from marketplace.errors import Conflict, Invalid, NotAllowed
from marketplace.models import Campaign, CompetitionRegistration, Organisation
from marketplace.permissions import Actor
from marketplace.services.competition import registering
from tests.factories import OrganisationFactory
from tests.marketplace.officers import acting
from tests.marketplace.participation.campaigning import DEYANG, JINGYANG, opened


@pytest.fixture
def plant(session: Session) -> Organisation:
    return OrganisationFactory(name="示例重机厂", region_path=JINGYANG, industry_path="C/34")


@pytest.fixture
def clerk(plant: Organisation) -> Actor:
    return acting("unit_union", plant)


@pytest.fixture
def host(session: Session) -> Actor:
    return acting("city", region_path=DEYANG)


def competition(session: Session, host: Actor, kind: str = "regional", **fields: object) -> Campaign:
    named = {"title": "全市劳动竞赛", "competition_class": kind}
    return opened(session, "labour_competition", actor=host, **{**named, **fields})


def registered(
    session: Session, actor: Actor, campaign: Campaign, unit: Organisation, kind: str | None = None
) -> CompetitionRegistration:
    data = {"organisation_name": unit.name, "enterprise_class": kind}
    return registering.register(session, actor, campaign.id, data)


def test_a_unit_counts_once_a_year_however_many_competitions_it_is_in(
    session: Session, plant: Organisation, clerk: Actor, host: Actor
) -> None:
    first, second = competition(session, host), competition(session, host, "quality_service")
    registered(session, clerk, first, plant)
    held = registered(session, host, second, plant)
    year = today().year
    assert registering.registered_units(session, year) == {plant.id}
    with pytest.raises(Conflict):
        registered(session, clerk, first, plant)
    registering.withdraw(session, clerk, held.id, "停产检修")
    assert registering.registered_units(session, year) == {plant.id}
    (other,) = registering.listed(session, clerk, first, limit=9)
    registering.withdraw(session, clerk, other.id, "停产检修")
    assert registering.registered_units(session, year) == frozenset()
    # Whoever comes back is the same registration.
    assert registered(session, clerk, first, plant).id == other.id
    assert registering.registered_units(session, year) == {plant.id}
    assert registering.registered_units(session, year - 2) == frozenset()


def test_only_a_divided_class_asks_for_the_type_of_enterprise(
    session: Session, plant: Organisation, clerk: Actor, host: Actor
) -> None:
    divided, whole = competition(session, host, "non_public"), competition(session, host)
    for campaign, kind in ((divided, None), (divided, "regional"), (whole, "non_public_small")):
        with pytest.raises(Invalid):
            registered(session, clerk, campaign, plant, kind)
    assert registered(session, clerk, divided, plant, "non_public_small").enterprise_class == "non_public_small"


def test_a_unit_is_registered_by_its_own_offices_while_the_competition_lasts(
    session: Session, plant: Organisation, clerk: Actor, host: Actor
) -> None:
    campaign = competition(session, host)
    elsewhere = OrganisationFactory(region_path="51/5107/510703")
    with pytest.raises(Invalid):
        registered(session, acting("province_curator"), campaign, elsewhere)
    for actor in (acting("unit_union", elsewhere), acting("worker", plant), acting("county", region_path="51/5107")):
        with pytest.raises(NotAllowed):
            registered(session, actor, campaign, plant)
    campaign.opens_on = campaign.closes_on = today() - dt.timedelta(1)
    session.flush()
    with pytest.raises(Conflict):
        registered(session, clerk, campaign, plant)
