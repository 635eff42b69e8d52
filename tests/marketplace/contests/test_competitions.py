"""Labour competitions: who is registered, and what the coverage of enterprises counts."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from marketplace.db import today
from marketplace.errors import Conflict, Invalid, NotAllowed
from marketplace.models import Organisation
from marketplace.permissions import Actor
from marketplace.services import rule
from marketplace.services.competition import evaluating, registering, showcases
from tests.factories import OrganisationFactory
from tests.marketplace.contests.competing import competition, evaluated, measuring, registered, showcase
from tests.marketplace.officers import acting
from tests.marketplace.participation.campaigning import DEYANG, JINGYANG


@pytest.fixture
def plant(session: Session) -> Organisation:
    return OrganisationFactory(name="示例重机厂", region_path=JINGYANG, industry_path="C/34")


@pytest.fixture
def clerk(plant: Organisation) -> Actor:
    return acting("unit_union", plant)


@pytest.fixture
def host(session: Session) -> Actor:
    return acting("city", region_path=DEYANG)


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
    # Whoever was away at the end of a year is not of it, though he has come back since.
    first.opens_on = dt.date(year - 3, 1, 1)
    other.registered_on, absence = dt.date(year - 3, 5, 1), other.absences[0]
    absence.left_on = dt.date(year - 2, 5, 1)
    absence.returned_on = dt.date(year, 1, 1)
    session.flush()
    counted = {it: bool(registering.registered_units(session, it)) for it in range(year - 4, year + 1)}
    assert list(counted.values()) == [False, True, False, False, True]


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


def test_after_is_compared_with_before_which_is_fixed_when_the_competition_opens(
    session: Session, plant: Organisation, clerk: Actor, host: Actor
) -> None:
    campaign = competition(session, host, "energy_saving", quotas={"优胜": 1})
    measuring(session, host, campaign)
    held = registered(session, clerk, campaign, plant)
    # Whoever comes to a competition that runs says on that day where he stands.
    evaluated(session, clerk, held, "before", 10, 0)
    with pytest.raises(Conflict):
        measuring(session, host, campaign)
    held.registered_on = today() - dt.timedelta(1)
    session.flush()
    with pytest.raises(Conflict, match="锁定"):
        evaluated(session, clerk, held, "before", 12, 0)
    evaluated(session, clerk, held, "during", 9, 90)
    with pytest.raises(Invalid):
        evaluated(session, host, held, "after", 8, 97)
    with pytest.raises(Conflict, match="评价"):
        evaluating.grade(session, host, held.id, "优胜", "能耗下降最多")
    campaign.closes_on = today()
    session.flush()
    with pytest.raises(NotAllowed):
        evaluated(session, clerk, held, "after", 1, 100)
    evaluated(session, host, held, "after", 8, 97)
    energy, quality = evaluating.compared(session, held)
    assert (energy.change, energy.per_cent, energy.is_met) == (-2, Decimal("-20.0"), True)
    # Nothing can be said in per cent of nothing.
    assert (quality.during, quality.per_cent, quality.is_met) == (90, None, False)
    assert evaluating.grade(session, host, held.id, "优胜", "能耗下降最多").grade == "优胜"
    other = registered(session, host, campaign, OrganisationFactory(region_path=JINGYANG))
    evaluated(session, host, other, "after", 9, 99)
    for grade, error in (("优胜", Conflict), ("没有的等级", Invalid)):
        with pytest.raises(error):
            evaluating.grade(session, host, other.id, grade, "")
    # Whoever leaves makes room for another, and comes back without a grade to the start he had.
    registering.withdraw(session, clerk, held.id, "停产检修")
    evaluating.grade(session, host, other.id, "优胜", "次之")
    assert registered(session, clerk, campaign, plant).grade is None
    with pytest.raises(Conflict, match="锁定"):
        evaluated(session, clerk, held, "before", 20, 0)


def test_showcases_are_named_by_the_office_of_their_level_and_place_and_revoked_with_a_reason(
    session: Session, plant: Organisation, clerk: Actor, host: Actor
) -> None:
    # Without days of publicity a showcase is named at once.
    campaign = competition(session, host, publicity_days=0)
    rule.set_value(session, acting("province_curator"), "showcase_publicity", "0", today(), "夹具")
    for number, field in ((campaign.id, "unit"), (10**6, "campaign_id")):
        with pytest.raises(Invalid) as refused:
            showcases.propose(session, host, showcase(unit=plant.name, campaign_id=number))
        assert list(refused.value.fields) == [field]
    registered(session, clerk, campaign, plant)
    named = showcases.propose(session, host, showcase(unit=plant.name, campaign_id=campaign.id))
    park = showcases.propose(session, host, showcase(kind="park", name="示范产业园", region="510603"))
    with pytest.raises(Conflict):
        showcases.propose(session, host, showcase(unit=plant.name))
    elsewhere = acting("city", region_path="51/5107")
    for actor, level in ((clerk, "unit"), (elsewhere, "city"), (host, "province")):
        with pytest.raises(NotAllowed):
            showcases.propose(session, actor, showcase(kind="park", name="另一个园", region="510603", level=level))
    assert [it.id for it in showcases.listed(session, region="5106", limit=9)] == [park.id, named.id]
    with pytest.raises(NotAllowed):
        showcases.revoke(session, elsewhere, named.id, "弄虚作假")
    with pytest.raises(Invalid):
        showcases.revoke(session, host, named.id, " ")
    showcases.revoke(session, host, named.id, "弄虚作假")
    assert [it.id for it in showcases.listed(session, limit=9)] == [park.id]
    assert [it.id for it in showcases.listed(session, revoked=True, limit=9)] == [named.id]
    showcases.propose(session, host, showcase(unit=plant.name))
