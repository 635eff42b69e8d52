"""A plant in Jingyang with a studio of the city's tier that holds a patent of this year, and who has to do with it."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from marketplace.models import Organisation, ReviewYear, Studio
from tests.factories import OrganisationFactory
from tests.marketplace.studio_reviews.reviews import Offices, opened_year, with_a_patent
from tests.marketplace.studios.studios import led, opened


@pytest.fixture
def plant(session: Session) -> Organisation:
    return OrganisationFactory(name="示例重机厂", region_path="51/5106/510603", industry_path="C/34")


@pytest.fixture
def studio(session: Session, plant: Organisation) -> Studio:
    studio = opened(session, plant, tier="city")
    led(session, studio)
    with_a_patent(session, studio)
    return studio


@pytest.fixture
def offices(session: Session, plant: Organisation) -> Offices:
    return Offices.of(plant)


@pytest.fixture
def year(session: Session, studio: Studio, offices: Offices) -> ReviewYear:
    return opened_year(session, offices.province)
