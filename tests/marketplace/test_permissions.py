"""One rule says who may read a record; its three forms never disagree."""

from __future__ import annotations

from itertools import product

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.db import now
from marketplace.indexing.documents import document_for
from marketplace.models import Achievement, Demand, Organisation
from marketplace.models import demand as demand_model
from marketplace.models.achievement import PUBLISHED_STATES
from marketplace.permissions import PUBLIC, SYSTEM, VISITOR, Actor, can_edit_demand, can_read, readable
from tests.factories import AchievementFactory, DemandFactory, OrganisationFactory

ACTORS = ("visitor", "poster", "own unit", "other unit", "province")


@pytest.fixture
def people(sqlite_session: Session) -> dict[str, Actor]:
    own, other = OrganisationFactory(name="示例甲厂"), OrganisationFactory(name="示例乙厂")
    return {
        "visitor": VISITOR,
        "poster": Actor("visitor", "visitor", keys=frozenset({"posted"})),
        "own unit": Actor("one", "enterprise", organisation_id=own.id),
        "other unit": Actor("two", "enterprise", organisation_id=other.id),
        "province": SYSTEM,
    }


@pytest.mark.parametrize(("who", "state"), list(product(ACTORS, PUBLISHED_STATES)))
def test_who_reads_an_achievement(sqlite_session: Session, people: dict[str, Actor], who: str, state: str) -> None:
    unit = sqlite_session.get_one(Organisation, people["own unit"].organisation_id)
    published_at = None if state == "unpublished" else now()
    achievement = AchievementFactory(published_state=state, published_at=published_at, units=[unit])
    expected = state == "published" or who in ("own unit", "province")
    assert can_read(people[who], achievement) is expected
    found = sqlite_session.scalars(sa.select(Achievement).where(readable(Achievement, people[who]))).all()
    assert (achievement in found) is expected


@pytest.mark.parametrize(("who", "state"), list(product(ACTORS, demand_model.STATES)))
def test_who_reads_a_demand(sqlite_session: Session, people: dict[str, Actor], who: str, state: str) -> None:
    demand = DemandFactory(state=state, access_key="posted", organisation_id=people["own unit"].organisation_id)
    expected = state in ("open", "in_talks", "solved") or who in ("poster", "own unit", "province")
    assert can_read(people[who], demand) is expected
    found = sqlite_session.scalars(sa.select(Demand).where(readable(Demand, people[who]))).all()
    assert (demand in found) is expected


@pytest.mark.parametrize(("who", "state"), list(product(ACTORS, demand_model.STATES)))
def test_who_changes_a_demand(sqlite_session: Session, people: dict[str, Actor], who: str, state: str) -> None:
    demand = DemandFactory(state=state, access_key="posted", organisation_id=people["own unit"].organisation_id)
    closed = state in ("solved", "closed_unsolved", "expired")
    assert can_edit_demand(people[who], demand) is (who in ("poster", "own unit", "province") and not closed)


@pytest.mark.parametrize("state", demand_model.STATES)
def test_the_index_holds_the_readers_the_database_would_let_in(sqlite_session: Session, state: str) -> None:
    demand = DemandFactory(state=state)
    document = document_for(demand)
    if document is not None:
        assert (PUBLIC in document.readers) is can_read(VISITOR, demand)


def test_a_wrong_key_opens_nothing(sqlite_session: Session) -> None:
    demand = DemandFactory(state="submitted", access_key="posted")
    assert not can_read(Actor("visitor", "visitor", keys=frozenset({"guessed"})), demand)
