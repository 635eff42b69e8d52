"""A plant, and a studio of it that has the tier of its unit."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from marketplace.models import Organisation, Studio
from tests.factories import OrganisationFactory
from tests.marketplace.studios.studios import opened


@pytest.fixture
def plant(session: Session) -> Organisation:
    return OrganisationFactory(name="示例重机厂", region_path="51/5106/510603", industry_path="C/34")


@pytest.fixture
def studio(session: Session, plant: Organisation) -> Studio:
    return opened(session, plant)
