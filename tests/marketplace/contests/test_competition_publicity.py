"""Grades of a competition and showcases: shown for the days of the campaign before anybody is told (rules 59, 60)."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from marketplace import working_days
from marketplace.db import today
from marketplace.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import Campaign, CompetitionRegistration, Organisation, Publicity
from marketplace.permissions import VISITOR, Actor, can_see_grade
from marketplace.services import objection, publicity
from marketplace.services.competition import evaluating, publishing, registering, showcases, showing
from marketplace.services.participation import campaigns
from tests.factories import OrganisationFactory
from tests.marketplace.contests.competing import competition, evaluated, measured, registered, showcase
from tests.marketplace.officers import acting
from tests.marketplace.participation.campaigning import DEYANG, JINGYANG


@pytest.fixture
def host(session: Session) -> Actor:
    return acting("city", region_path=DEYANG)


@pytest.fixture
def plants(session: Session) -> list[Organisation]:
    return [OrganisationFactory(name=it, region_path=JINGYANG) for it in ("示例重机厂", "示例轴承厂", "示例电机厂")]


def graded(
    session: Session, host: Actor, plants: list[Organisation], **fields: object
) -> tuple[Campaign, list[CompetitionRegistration]]:
    """Return a competition that gives out two grades, with its units graded as far as they reach."""
    campaign = competition(session, host, quotas={"优胜": 1, "先进": 2}, **fields)
    found = measured(session, host, campaign, *plants)
    for it, grade in zip(found, ("先进", "优胜", "先进"), strict=True):
        evaluating.grade(session, host, it.id, grade, "")
    return campaign, found


def end(shown: Publicity | None) -> None:
    """Let the period be over since yesterday."""
    assert shown is not None
    shown.starts_on = shown.ends_on = today() - dt.timedelta(1)


def object_to(session: Session, shown: Publicity, noun: str, object_id: int) -> int:
    data = {"noun": noun, "object_id": object_id, "name": "", "contact": "", "text": "能耗数据不实", "evidence": "台账"}
    return objection.object_to(session, VISITOR, shown.id, data).id


def told(session: Session) -> list[str]:
    return [it.organisation.name for it in publishing.told(session, limit=9)]


def test_a_grade_is_told_nobody_before_its_publicity_is_over(
    session: Session, host: Actor, plants: list[Organisation]
) -> None:
    campaign, (first, best, third) = graded(session, host, plants)
    clerk = acting("unit_union", plants[0])
    assert (can_see_grade(host, first), can_see_grade(clerk, first), told(session)) == (True, False, [])
    with pytest.raises(Conflict, match="公示之后"):
        publishing.announce(session, host, campaign.id)
    with pytest.raises(NotAllowed):
        publishing.put_up(session, clerk, campaign.id, "")
    shown = publishing.put_up(session, host, campaign.id, "门户网站")
    assert [it.object_id for it in shown.entries] == [best.id, first.id, third.id]
    assert shown.entries[0].text == {"title": "示例轴承厂", "grade": "优胜", "region": "510603"}
    assert shown.ends_on == working_days.after(today(), campaign.publicity_days)
    held_up = publishing.announce(session, host, campaign.id)
    assert all(isinstance(it, Conflict) for it in held_up.values()) and len(held_up) == 3
    # What is shown stays as it is, and the results of the campaign wait for it.
    with pytest.raises(Conflict, match="已经公示"):
        evaluating.grade(session, host, first.id, "优胜", "改判")
    with pytest.raises(Conflict, match="不能再改"):
        evaluated(session, host, first, "after", 1, 100)
    campaign.state = "closed"
    with pytest.raises(Conflict, match="还没有公示完"):
        campaigns.step(session, host, campaign.id, "publish")
    end(shown)
    assert set(publishing.announce(session, host, campaign.id).values()) == {None}
    assert (first.state, can_see_grade(clerk, first), len(told(session))) == ("announced", True, 3)
    assert shown.closed_at is not None
    with pytest.raises(Conflict, match="结账"):
        campaigns.step(session, host, campaign.id, "publish")


def test_an_objection_holds_up_its_own_unit_alone_and_upheld_starts_the_clock_again(
    session: Session, host: Actor, plants: list[Organisation]
) -> None:
    campaign, (first, best, third) = graded(session, host, plants)
    shown = publishing.put_up(session, host, campaign.id, "")
    doubts = [object_to(session, shown, "competition_registration", it.id) for it in (first, best)]
    neighbour = acting("city", region_path="51/5107")
    with pytest.raises(NotFound):
        objection.get(session, neighbour, doubts[0])
    end(shown)
    held_up = publishing.announce(session, host, campaign.id)
    assert [held_up[it.id] is None for it in (first, best, third)] == [False, False, True]
    assert told(session) == ["示例电机厂"]
    objection.decide(session, host, doubts[0], upheld=True, finding="能耗数据确实不实")
    assert (first.state, first.taken_back_because) == ("struck", "能耗数据确实不实")
    anew = publicity.running_for(session, best)
    assert anew is not None and anew.id != shown.id and anew.ends_on > today()
    objection.decide(session, host, doubts[1], upheld=False, finding="台账属实")
    end(anew)
    assert publishing.announce(session, host, campaign.id) == {best.id: None}
    # What was struck may be graded anew, and goes the same way.
    assert evaluating.grade(session, host, first.id, "先进", "复核以后").state == "graded"
    assert publishing.put_up(session, host, campaign.id, "").entries[0].object_id == first.id
    assert told(session) == ["示例电机厂", "示例轴承厂"]


def test_who_leaves_or_is_struck_leaves_the_list_and_a_grade_once_told_is_revoked_with_a_reason(
    session: Session, host: Actor, plants: list[Organisation]
) -> None:
    campaign, (first, best, third) = graded(session, host, plants)
    shown = publishing.put_up(session, host, campaign.id, "")
    with pytest.raises(Invalid):
        publishing.take_back(session, host, first.id, " ")
    publishing.take_back(session, host, first.id, "改按另一等级评定")
    clerk = acting("unit_union", plants[1])
    registering.withdraw(session, clerk, best.id, "停产检修")
    assert (first.state, best.state) == ("struck", "struck") and shown.closed_at is not None
    with pytest.raises(Conflict):
        publishing.take_back(session, host, first.id, "再撤一次")
    assert registered(session, clerk, campaign, plants[1]).state == "registered"
    # Graded anew, it comes onto the list that runs, which begins anew.
    evaluating.grade(session, host, first.id, "优胜", "")
    both = publishing.put_up(session, host, campaign.id, "")
    assert {it.object_id for it in both.entries} == {first.id, third.id}
    end(both)
    publishing.announce(session, host, campaign.id)
    publishing.take_back(session, host, third.id, "数据作假")
    assert (third.state, told(session)) == ("revoked", ["示例重机厂"])


def test_without_days_of_publicity_a_grade_is_told_at_once(
    session: Session, host: Actor, plants: list[Organisation]
) -> None:
    campaign, (first, *_others) = graded(session, host, plants, publicity_days=0)
    assert len(told(session)) == 3
    with pytest.raises(Conflict, match="没有等待公示"):
        publishing.put_up(session, host, campaign.id, "")
    assert evaluating.grade(session, host, first.id, "先进", "改写理由").state == "announced"


def test_a_showcase_is_named_after_the_publicity_of_its_competition_or_of_the_rule(
    session: Session, host: Actor, plants: list[Organisation]
) -> None:
    campaign = competition(session, host, publicity_days=7)
    registered(session, host, campaign, plants[0])
    plant = showcases.propose(session, host, showcase(unit=plants[0].name, campaign_id=campaign.id))
    park = showcases.propose(session, host, showcase(kind="park", name="示范产业园", region="510603"))
    elsewhere = acting("city", region_path="51/5107")
    with pytest.raises(NotFound):
        showcases.get(session, elsewhere, park.id)
    with pytest.raises(Conflict, match="没有等待公示"):
        showing.put_up(session, elsewhere, None, "")
    lists = [showing.put_up(session, host, it, "门户网站") for it in (campaign.id, None)]
    assert [it.ends_on for it in lists] == [working_days.after(today(), days) for days in (7, 5)]
    # The unit sees how it stands; nobody finds it among the named.
    clerk = acting("unit_union", plants[0])
    assert ([it.state for it in showing.of_units(session, clerk)], showcases.listed(session, limit=9)) == (
        ["publicity"], [],
    )  # fmt: skip
    doubt = object_to(session, lists[1], "competition_showcase", park.id)
    for it in lists:
        end(it)
    assert showing.announce(session, host, campaign.id) == {plant.id: None}
    assert isinstance(showing.announce(session, host, None)[park.id], Conflict)
    assert [it.id for it in showcases.listed(session, limit=9)] == [plant.id]
    objection.decide(session, host, doubt, upheld=True, finding="园区不符合条件")
    assert (park.state, park.revoked_because) == ("struck", "园区不符合条件")
    assert showcases.listed(session, revoked=True, limit=9) == []
    with pytest.raises(NotFound):
        showcases.get(session, VISITOR, park.id)
