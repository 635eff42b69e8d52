"""A contest from its registration to its prizes, and what of it counts in the ledger."""

from __future__ import annotations

import datetime as dt

import marshmallow as ma
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.db import today
from marketplace.errors import Conflict, Invalid, NotAllowed
from marketplace.models import Account, Campaign, Contest, Contestant, Organisation, ParticipationEntry, Publicity
from marketplace.models.participation.entry import GONE
from marketplace.permissions import Actor
from marketplace.services import objection
from marketplace.services.account.signing_in import actor_of
from marketplace.services.contest import contests, judging, panel, publishing, registering, staging, tallying
from marketplace.services.participation import deciding
from marketplace.services.participation.recording import Doubled
from marketplace.services.tally import recounting
from tests.factories import OrganisationFactory
from tests.marketplace.contests import contesting
from tests.marketplace.officers import acting
from tests.marketplace.participation import campaigning
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


@pytest.fixture
def campaign(session: Session, host: Actor) -> Campaign:
    return campaigning.opened(session, "skills", actor=host, title="大比武")


def entries(session: Session, campaign: Campaign) -> list[ParticipationEntry]:
    query = sa.select(ParticipationEntry).filter_by(campaign_id=campaign.id)
    return list(session.scalars(query.where(ParticipationEntry.state.not_in(GONE))))


def final(
    session: Session, host: Actor, clerk: Actor, campaign: Campaign, plant: Organisation
) -> tuple[Contest, list[Contestant]]:
    """Return a contest of four, of whom the last did not come, with two equal in front."""
    contest = contesting.opened(session, host, campaign)
    four = contesting.registered(session, clerk, contest, plant, "甲一", "乙二", "丙三", "丁四")
    contesting.drawn(session, host, contest)
    staging.note_absence(session, host, contest.id, [four[3].results[0].id])
    points = {four[0].id: (55, 35), four[1].id: (54, 36), four[2].id: (40, 30)}
    contesting.scored(session, host, contest, points)
    return contest, four


def test_who_was_scored_is_ranked_and_counts_once_and_who_did_not_come_does_not(
    session: Session, host: Actor, clerk: Actor, campaign: Campaign, plant: Organisation
) -> None:
    six_ones = campaigning.opened(session, "six_ones", actor=host)
    elsewhere = campaigning.opened(session, "skills", actor=host, title="另一次大比武")
    contest, four = final(session, host, clerk, campaign, plant)
    assert contest.state == "ranked"
    # Equal in all, told apart by the practical part.
    assert contesting.ranks(session, contest) == {"甲一": 1, "乙二": 2, "丙三": 3, "丁四": None}
    for counting_it in (campaign, six_ones):
        found = entries(session, counting_it)
        assert {it.person_id for it in found} == {it.person_id for it in four[:3]}
        assert {(it.noun, it.object_id, it.state) for it in found} == {("contest", contest.id, "confirmed")}
        assert sum(it.objects for it in found) == 1
        assert recounting.recount(session, counting_it.id) == []
    # A campaign that counts its own contests alone has nothing of this one.
    assert entries(session, elsewhere) == []
    registering.disqualify(session, host, four[1].id, "冒名顶替")
    assert contesting.ranks(session, contest) == {"甲一": 1, "乙二": None, "丙三": 2, "丁四": None}
    assert {it.person_id for it in entries(session, campaign)} == {four[0].person_id, four[2].person_id}
    assert recounting.recount(session, campaign.id) == []


def test_nobody_counts_twice_whichever_comes_first(
    session: Session, host: Actor, clerk: Actor, campaign: Campaign, plant: Organisation
) -> None:
    typed = campaigning.told(session, clerk, campaign, plant, "contest", person="甲一", subject="焊工技能比赛")
    contest, _four = final(session, host, clerk, campaign, plant)
    session.refresh(typed)
    assert (typed.state, bool(typed.reason)) == ("withdrawn", True)
    found = entries(session, campaign)
    assert len(found) == 3
    with pytest.raises(Doubled) as refused:
        campaigning.told(session, clerk, campaign, plant, "contest", person="乙二", subject="别的名称")
    assert refused.value.entry_id in {it.id for it in found}
    with pytest.raises(Conflict):
        campaigning.told(session, clerk, campaign, plant, "contest", person_times=9)
    # Whoever was not scored may have been elsewhere, and another day is another contest.
    campaigning.told(session, clerk, campaign, plant, "contest", person="丁四", subject="市里的比赛")
    yesterday = (today() - dt.timedelta(1)).isoformat()
    campaigning.told(session, clerk, campaign, plant, "contest", person="乙二", day=yesterday, subject="市里的比赛")
    assert recounting.recount(session, campaign.id) == []
    assert contest.id


def test_people_counted_by_number_hold_a_contest_up_until_that_is_withdrawn(
    session: Session, host: Actor, clerk: Actor, campaign: Campaign, plant: Organisation
) -> None:
    batch = campaigning.told(session, clerk, campaign, plant, "contest", person_times=40)
    with pytest.raises(Conflict, match=str(batch.id)), session.begin_nested():
        final(session, host, clerk, campaign, plant)
    session.expire_all()
    deciding.withdraw(session, clerk, batch.id, "改按比赛计入")
    final(session, host, clerk, campaign, plant)
    assert len(entries(session, campaign)) == 3


def test_the_first_go_on_with_whoever_shares_the_last_place_and_who_gives_up_still_took_part(
    session: Session, host: Actor, clerk: Actor, campaign: Campaign, plant: Organisation
) -> None:
    stages = [contesting.stage("预赛", 1, advancing=1), contesting.stage("决赛", 2)]
    contest = contesting.opened(session, host, campaign, stages=stages)
    four = contesting.registered(session, clerk, contest, plant, "甲一", "乙二", "丙三", "丁四")
    contesting.drawn(session, host, contest)
    points = {four[0].id: (50, 30), four[1].id: (50, 30), four[2].id: (40, 30), four[3].id: (30, 30)}
    contesting.scored(session, host, contest, points)
    assert contesting.ranks(session, contest, 0) == {"甲一": 1, "乙二": 1, "丙三": 3, "丁四": 4}
    registering.withdraw(session, clerk, four[0].id, "出差")
    registering.withdraw(session, clerk, four[1].id, "生病")
    # Those behind move up as long as the final has not begun.
    staging.begin(session, host, contest.id)
    assert contesting.ranks(session, contest) == {"丙三": None}
    contesting.scored(session, host, contest, {four[2].id: (45, 30)})
    assert len(entries(session, campaign)) == 4


def test_sheets_that_lie_too_far_apart_are_given_once_more(
    session: Session, host: Actor, clerk: Actor, campaign: Campaign, plant: Organisation
) -> None:
    contest = contesting.opened(session, host, campaign, spread=5, drops_extremes=False)
    (one,) = contesting.registered(session, clerk, contest, plant, "甲一")
    contesting.drawn(session, host, contest)
    for given, sheet in zip(((60, 40), (30, 20), (50, 30)), list(one.results[0].sheets), strict=True):
        judge = actor_of(session.get_one(Account, sheet.account_id), has_second_factor=True)
        scores = dict(zip(("实操", "理论"), given, strict=True))
        judging.save(session, judge, sheet.id, {"scores": scores}, lock=True)
        with pytest.raises(Conflict):
            judging.save(session, judge, sheet.id, {"scores": scores}, lock=False)
    tallying.tally(session, host, contest.id)
    assert contest.stages[0].state == "second_round" and entries(session, campaign) == []
    contesting.scored(session, host, contest, {one.id: (50, 30)})
    assert (one.results[0].score, one.results[0].rank) == (80, 1)


def test_a_judge_stays_away_from_his_unit_and_too_few_are_left(
    session: Session, host: Actor, clerk: Actor, campaign: Campaign, plant: Organisation
) -> None:
    contest = contesting.opened(session, host, campaign, judges=2)
    colleague = acting("judge")
    account = session.get_one(Account, colleague.account_id)
    account.claimed_organisation_id = plant.id
    panel.add(session, host, contest.id, contest.groups[0].id, account.id)
    contesting.registered(session, clerk, contest, plant, "甲一")
    with pytest.raises(Conflict, match="回避"), session.begin_nested():
        contesting.drawn(session, host, contest)
    panel.add(session, host, contest.id, contest.groups[0].id, acting("judge").account_id or 0)
    contesting.drawn(session, host, contest)
    assert [it.recused_because for it in contest.contestants[0].results[0].sheets if it.account_id == account.id] == [
        panel.SAME_UNIT
    ]


def test_units_register_as_many_as_they_may_each_once_until_the_last_day(
    session: Session, host: Actor, clerk: Actor, campaign: Campaign, plant: Organisation
) -> None:
    contest = contesting.opened(session, host, campaign, unit_quota=2)
    group = contest.groups[0].name
    rows = [{"name": it, "person_id": None, "group": group} for it in ("甲一", "甲一", "乙二", "丙三")]
    rows[3]["group"] = "没有的组"
    found = registering.register(session, clerk, contest.id, plant.name, rows)
    assert [type(it) for it in found] == [Contestant, Conflict, Contestant, Invalid]
    worker = acting("worker", plant)
    with pytest.raises(Conflict, match="名额"):
        registering.register_own(session, worker, contest.id, {"group": group, "unit_id": None})
    first = found[0]
    assert isinstance(first, Contestant)
    registering.withdraw(session, clerk, first.id, "调班")
    own = registering.register_own(session, worker, contest.id, {"group": group, "unit_id": None})
    assert own.person.account_id == worker.account_id
    with pytest.raises(NotAllowed):
        registering.register(session, acting("unit_union", OrganisationFactory()), contest.id, plant.name, rows)
    contest.registers_until = today() - dt.timedelta(1)
    session.flush()
    with pytest.raises(Conflict):
        registering.register_own(session, acting("worker", plant), contest.id, {"group": group, "unit_id": None})


def test_prizes_are_shown_first_and_an_objection_holds_up_its_own_alone(
    session: Session, host: Actor, clerk: Actor, campaign: Campaign, plant: Organisation
) -> None:
    contest, four = final(session, host, clerk, campaign, plant)
    begun = publishing.announce(session, host, contest.id, "官网")
    assert begun is not None
    assert [(it.text["grade"], it.text["authors"]) for it in begun.entries] == [
        ("一等奖", ["甲*"]),
        ("二等奖", ["乙*"]),
    ]
    held = publishing.publish(session, host, contest.id)
    assert all(isinstance(it, Conflict) for it in held.values()) and contest.state == "publicity"
    data = {
        "noun": "contestant",
        "object_id": four[0].id,
        "name": "",
        "contact": "",
        "text": "换人",
        "evidence": "录像",
    }
    raised = objection.object_to(session, acting("worker", plant), begun.id, data)
    listed = session.get_one(Publicity, begun.id)
    listed.starts_on = listed.ends_on = today() - dt.timedelta(1)
    session.flush()
    assert [it is None for it in publishing.publish(session, host, contest.id).values()] == [False, True]
    assert four[1].certificate_number and four[1].stated and four[1].stated["rank"] == 2
    objection.decide(session, host, raised.id, upheld=True, finding="确是他人代赛")
    assert (four[0].state, four[0].reason) == ("struck", "确是他人代赛")
    publishing.publish(session, host, contest.id)
    assert contest.state == "published"
    assert four[0].person_id not in {it.person_id for it in entries(session, campaign)}
    publishing.take_back(session, host, four[1].id, "成绩有误")
    assert four[1].state == "revoked" and four[1].certificate_number


def test_a_contest_is_fixed_once_it_is_open_and_is_its_hosts_alone(
    session: Session, host: Actor, clerk: Actor, campaign: Campaign
) -> None:
    contest = contests.make(session, host, campaign.id, contesting.terms())
    contests.revise(session, host, contest.id, contest.revision, contesting.terms(title="焊工大赛"))
    # A sheet would not take the points of a longer criterion.
    with pytest.raises(ma.ValidationError):
        contesting.terms(groups=[{"name": "焊工", "criteria": {"项" * 41: 100}}])
    contests.open_to_all(session, host, contest.id)
    with pytest.raises(Conflict):
        contests.revise(session, host, contest.id, contest.revision, contesting.terms())
    with pytest.raises(NotAllowed):
        contests.cancel(session, clerk, contest.id, "不办了")
    contests.cancel(session, host, contest.id, "不办了")
    none = campaigning.opened(session, "apprentice_pairs", actor=host)
    with pytest.raises(Conflict):
        contests.make(session, host, none.id, contesting.terms())
