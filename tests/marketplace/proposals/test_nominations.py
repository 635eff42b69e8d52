"""Which proposals may be put forward in a round, and why another may not."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from marketplace.db import today
from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.models import ApplicationBlock
from marketplace.services.award import (
    nominating,
    rounds,
)
from tests.awards import (
    a_benefit,
    given,
    nominate,
    officer,
    opened,
    plant,
    round_data,
    verified_proposal,
)


def test_what_is_not_in_place_or_not_worth_enough_is_not_put_forward(session: Session) -> None:
    office, award = opened(session)
    with pytest.raises(Conflict, match="300,000"):
        nominate(session, office, award, verified_proposal(session, plant(), wan=29))
    with pytest.raises(Conflict, match="效益已经核验"):
        nominate(session, office, award, verified_proposal(session, plant(), state="implemented"))
    mianyang = rounds.open_round(session, office, round_data(session, level="city", region="5107"))
    with pytest.raises(Conflict, match="范围"):
        nominate(session, office, mianyang, verified_proposal(session, plant()))
    # A city asks for no such benefit.
    deyang = rounds.open_round(session, office, round_data(session, level="city", region="5106"))
    nominate(session, office, deyang, verified_proposal(session, plant(), wan=1))


def test_a_hazard_removed_counts_as_much_as_money_under_rubric_b(session: Session) -> None:
    office, award = opened(session)
    proposal = verified_proposal(session, plant(), wan=0)
    with pytest.raises(Conflict, match="安全或环保"):
        nominate(session, office, award, proposal, rubric="B")
    for benefit in nominating.benefits_of(session, proposal):
        benefit.safety_effect = "登高作业由每月12次降为0"
    session.flush()
    assert nominate(session, office, award, proposal, rubric="B").rubric == "B"


def test_a_benefit_counts_once_and_one_found_false_not_at_all(session: Session) -> None:
    proposal = verified_proposal(session, plant())
    (benefit,) = nominating.benefits_of(session, proposal)
    benefit.revoked_by, benefit.revoked_at, benefit.revoked_because = "tests", benefit.verified_at, "领用单是假的"
    session.flush()
    assert nominating.benefits_of(session, proposal) == []


def test_nominations_come_within_the_window(session: Session) -> None:
    office, award = opened(session)
    award.opens_on = award.closes_on = today() + dt.timedelta(days=1)
    session.flush()
    with pytest.raises(Conflict, match="提名从"):
        nominate(session, office, award, verified_proposal(session, plant()))


def test_the_same_idea_is_judged_once_at_a_level_and_goes_up_afterwards(session: Session) -> None:
    office, award = opened(session, level="city", region="5106")
    proposal = verified_proposal(session, plant())
    nomination = nominate(session, office, award, proposal)
    other = rounds.open_round(session, office, round_data(session, level="city", region="5106"))
    proposal.state = "benefit_verified"
    with pytest.raises(Conflict, match="同级只评一次"):
        nominate(session, office, other, proposal)
    given(nomination, "awarded")
    proposal.state = "awarded"
    session.flush()
    with pytest.raises(Conflict, match="同级只评一次"):
        nominate(session, office, other, proposal)
    county = rounds.open_round(session, office, round_data(session, level="county", region="510603"))
    with pytest.raises(Conflict, match="同级只评一次"):
        nominate(session, office, county, proposal)
    province = rounds.open_round(session, office, round_data(session))
    higher = nominate(session, office, province, proposal)
    assert proposal.state == "nominated"
    # Not chosen there, it keeps what it has.
    nominating.set_aside(session, office, higher.id, "材料不全")
    assert proposal.state == "awarded"


def test_nobody_who_is_blocked_for_false_data_is_put_forward(session: Session) -> None:
    office, award = opened(session)
    mill = plant()
    proposal = verified_proposal(session, mill)
    block = ApplicationBlock(
        organisation_id=mill.id, noun="benefit", object_id=1, reason="虚报", set_by="tests",
        blocked_from=today(), blocked_until=today() + dt.timedelta(days=900),
    )  # fmt: skip
    session.add(block)
    session.flush()
    with pytest.raises(Conflict, match="数据不实"):
        nominate(session, office, award, proposal)
    block.blocked_until, block.blocked_from = today(), today() - dt.timedelta(days=900)
    session.flush()
    nominate(session, office, award, proposal)


def test_where_heads_of_units_are_barred_somebody_looks_first(session: Session) -> None:
    office, award = opened(session, bars_heads_of_unit=True)
    proposal = verified_proposal(session, plant())
    told = {"proposal_id": proposal.id, "rubric": "A", "first_author_checked": False}
    with pytest.raises(Invalid) as refused:
        nominating.nominate(session, office, award.id, told)
    assert list(refused.value.fields) == ["first_author_checked"]


def test_a_unit_puts_its_own_forward_and_nobody_elses(session: Session) -> None:
    _office, award = opened(session)
    mill, other = plant(), plant()
    union = officer(session, "unit_union", organisation_id=mill.id)
    own, foreign = verified_proposal(session, mill), verified_proposal(session, other)
    assert [it.proposal for it in nominating.candidates(session, union, award, limit=9)] == [own]
    assert nominate(session, union, award, own).recommended_by == mill.name
    with pytest.raises(NotFound):
        nominate(session, union, award, foreign)


def test_a_benefit_of_another_record_is_not_counted(session: Session) -> None:
    session.add(a_benefit(wan=100))
    proposal = verified_proposal(session, plant(), wan=5)
    assert [it.verified for it in nominating.benefits_of(session, proposal)] == [5_000_000]
