"""Whose turn it is: each state waits at one office, a vacant office is stood in for, and nobody reviews his own."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pytest
from sqlalchemy.orm import Session

from marketplace import rules, workflow, working_days
from marketplace.db import today
from marketplace.errors import NotAtDesk
from marketplace.models import Account, Contributor, Organisation, Proposal, Recusal, RoleGrant, RuleValue
from marketplace.permissions import Actor, Grant
from tests.factories import AccountFactory, AchievementFactory, OrganisationFactory, ProposalFactory

DEYANG, JINGYANG = "51/5106", "51/5106/510603"
OFFICES = ("unit_union", "county", "city", "industry_union", "province_curator")
PLACES = {"county": (JINGYANG, ""), "city": (DEYANG, ""), "industry_union": ("", "C"), "province_curator": ("", "")}


def unit(**fields: object) -> Organisation:
    return OrganisationFactory(region="510603", region_path=JINGYANG, industry="34", industry_path="C/34", **fields)


def officer(session: Session, role: str, at: Organisation) -> Actor:
    """Return somebody who holds an office for the places a unit lies in."""
    account: Account = AccountFactory()
    region, industry = PLACES.get(role, ("", ""))
    organisation_id = at.id if role == "unit_union" else None
    account.grants.append(
        RoleGrant(
            role=role, region_path=region, industry_path=industry, organisation_id=organisation_id, granted_by="tests"
        )
    )
    session.flush()
    return Actor(account.name, (Grant(role, region, industry, organisation_id),), account.id)


def standing(state: str, at: Organisation) -> object:
    return AchievementFactory(state=state, published_state="unpublished", published_at=None, units=[at])


TURN = {
    "submitted": "unit_union",
    "unit_endorsed": "city",
    "first_review": "province_curator",
    "final_review": "province_curator",
    "publicity": "province_curator",
    "objected": "province_curator",
}


@pytest.mark.parametrize(("state", "role"), list(product(TURN, OFFICES)))
def test_only_the_office_whose_turn_it_is_acts(sqlite_session: Session, state: str, role: str) -> None:
    plant = unit()
    staff = {office: officer(sqlite_session, office, plant) for office in OFFICES}
    achievement = standing(state, plant)
    possible = {step.action for step in workflow.actions_of(sqlite_session, staff[role], achievement) if step.at_desk}
    expected = {
        step.action for step in workflow.ACHIEVEMENT if state in step.sources and step.at_desk and not step.process
    }
    assert possible == (expected if TURN[state] == role else set())


def test_a_unit_that_answers_to_its_industry_is_first_reviewed_there(session: Session) -> None:
    plant = unit(primary_hierarchy="industry")
    industry, city = (officer(session, role, plant) for role in ("industry_union", "city"))
    achievement = standing("unit_endorsed", plant)
    with pytest.raises(NotAtDesk, match="产业工会"):
        workflow.apply(session, city, achievement, "pass_first_review")
    workflow.apply(session, industry, achievement, "pass_first_review")
    assert achievement.state == "first_review"


@pytest.mark.parametrize(
    ("present", "stands_there"), [((), "province_curator"), (("city",), "city"), (("county", "city"), "county")]
)
def test_a_vacant_unit_office_is_stood_in_for_by_the_next_above(
    session: Session, present: tuple[str, ...], stands_there: str
) -> None:
    plant = unit()
    for role in present:
        officer(session, role, plant)
    task = workflow.desk_of(session, standing("submitted", plant))
    assert task is not None
    assert (task.role, task.stands_in_for) == (stands_there, "unit_union")


def test_a_record_moves_from_desk_to_desk_and_lies_on_one_at_a_time(session: Session) -> None:
    plant = unit()
    author, staff = AccountFactory(), {role: officer(session, role, plant) for role in OFFICES}
    achievement = AchievementFactory(
        state="draft", published_state="unpublished", published_at=None, units=[plant], account_id=author.id
    )
    workflow.apply(session, Actor(author.name, (Grant("worker"),), author.id), achievement, "submit")
    waiting = workflow.open_task(session, achievement)
    assert waiting is not None
    assert (waiting.role, waiting.due_on) == ("unit_union", working_days.after(today(), 10))
    workflow.apply(session, staff["unit_union"], achievement, "return", "请补充试验数据")
    assert waiting.closed_by == staff["unit_union"].name
    returned = workflow.open_task(session, achievement)
    assert returned is not None
    assert returned.role == "author"


def test_nobody_reviews_what_he_has_a_part_in(session: Session) -> None:
    plant = unit()
    own, colleague = officer(session, "city", plant), officer(session, "city", plant)
    achievement = standing("unit_endorsed", plant)
    achievement.contributors.append(Contributor(name="示例人员", account_id=own.account_id))
    with pytest.raises(NotAtDesk, match="回避"):
        workflow.apply(session, own, achievement, "pass_first_review")
    workflow.apply(session, colleague, achievement, "pass_first_review")


def test_whoever_stays_away_from_a_task_no_longer_stands_at_it(session: Session) -> None:
    plant = unit()
    kin, colleague = officer(session, "city", plant), officer(session, "city", plant)
    achievement = standing("unit_endorsed", plant)
    task = workflow.move(session, kin, achievement)
    assert task is not None
    task.recusals.append(Recusal(account_id=kin.account_id, reason="第一完成人是亲属"))
    session.flush()
    assert not workflow.may_act(kin, achievement, task)
    assert workflow.may_act(colleague, achievement, task)


def test_a_unit_has_one_period_for_its_answer(session: Session) -> None:
    plant = unit()
    clerk = officer(session, "unit_union", plant)
    proposal: Proposal = ProposalFactory(state="submitted", organisation=plant)
    workflow.apply(session, clerk, proposal, "screen")
    screened = workflow.open_task(session, proposal)
    assert screened is not None
    screened.due_on = dt.date(2026, 12, 1)
    workflow.apply(session, clerk, proposal, "take_up")
    reviewed = workflow.open_task(session, proposal)
    assert reviewed is not None
    assert reviewed.due_on == dt.date(2026, 12, 1)


@pytest.mark.parametrize("action", ["adopt_partly", "shelve", "decline"])
def test_an_author_is_told_why_his_proposal_was_not_adopted_whole(session: Session, action: str) -> None:
    plant = unit()
    clerk = officer(session, "unit_union", plant)
    proposal: Proposal = ProposalFactory(state="unit_review", organisation=plant)
    process = "answer" if action == "adopt_partly" else ""
    workflow.apply(session, clerk, proposal, action, "本车间明年搬迁，届时再议", process=process)
    session.flush()
    assert (proposal.reply, proposal.decided_by) == ("本车间明年搬迁，届时再议", clerk.name)


def test_a_period_follows_the_value_in_force_on_its_day(session: Session) -> None:
    session.add(
        RuleValue(name="unit_answer", value=7, valid_from=dt.date(2026, 7, 1), reason="省里要求提速", set_by="tests")
    )
    session.flush()
    assert rules.value(session, "unit_answer", dt.date(2026, 6, 30)) == 15
    assert rules.value(session, "unit_answer", dt.date(2026, 7, 1)) == 7


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (dt.date(2026, 9, 30), 1, dt.date(2026, 10, 8)),  # National Day
        (dt.date(2026, 10, 9), 1, dt.date(2026, 10, 10)),  # a Saturday worked for it
        (dt.date(2026, 11, 27), 1, dt.date(2026, 11, 30)),
        (dt.date(2031, 3, 7), 1, dt.date(2031, 3, 10)),  # beyond the calendars announced
    ],
)
def test_working_days_leave_out_holidays_and_count_weekends_worked_for_them(
    day: dt.date, count: int, expected: dt.date
) -> None:
    assert working_days.after(day, count) == expected
    assert working_days.until(day, expected) == count
