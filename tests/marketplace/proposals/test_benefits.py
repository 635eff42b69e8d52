"""A benefit: agreed on before, reckoned exactly, attested by whom the rule wants, verified, counted once."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import marshmallow as ma
import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from marketplace.db import today
from marketplace.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import ApplicationBlock, Benefit, BenefitReference, Organisation, Proposal, RuleValue
from marketplace.permissions import Actor, Deputised, Grant
from marketplace.schemas.benefit import BenefitPlanSchema, ClaimSchema
from marketplace.services.benefit import amounts, blocks, steps
from marketplace.services.proposal import writing
from tests.factories import AchievementFactory, OrganisationFactory, ProposalFactory
from tests.marketplace.officers import acting

WAN = 1_000_000
PLAN = {"metric": "每件工时费", "baseline": "2025 年全年 18 元/件", "method": "车间工时台账", "unit_of_output": "件"}
NOTHING = {"unit_cost_before": None, "unit_cost_after": None, "yearly_output": None, "implementation_cost": None}


def figures(claimed: int) -> dict[str, Any]:
    """Return figures by which so many fen are claimed."""
    return {
        "unit_cost_before": claimed + 500, "unit_cost_after": 0, "yearly_output": Decimal(1),
        "implementation_cost": 500, "safety_effect": "",
    }  # fmt: skip


@pytest.fixture
def plant(session: Session) -> Organisation:
    return OrganisationFactory(region="510603", region_path="51/5106/510603", industry="34", industry_path="C/34")


@pytest.fixture
def author(session: Session) -> Actor:
    return acting("worker")


COUNTY = {"region_path": "51/5106/510603"}


@pytest.fixture
def used(session: Session, plant: Organisation, author: Actor) -> Proposal:
    """A proposal that has been in use for most of a year, whose benefit was agreed on before."""
    proposal: Proposal = ProposalFactory(state="implementing", organisation=plant, account_id=author.account_id)
    steps.agree(session, acting("unit_union", plant), proposal, BenefitPlanSchema().load(PLAN))
    proposal.state, proposal.first_used_on = "implemented", today() - dt.timedelta(days=300)
    session.flush()
    return proposal


def benefit_of(session: Session, proposal: Proposal) -> Benefit:
    return steps.of(session, "proposal", proposal.id)[0]


costs = st.integers(0, 10**14)


@given(costs, costs, st.decimals(min_value=0, max_value=10**12, places=4), costs)
def test_the_formula_is_exact_and_rounded_once(before: int, after: int, output: Decimal, cost: int) -> None:
    exact = (before - after) * Fraction(output) - cost
    found = amounts.net_benefit(before, after, output, cost)
    assert abs(exact - found) <= Fraction(1, 2)


def test_a_year_from_a_leap_day_ends_with_february() -> None:
    assert amounts.years_from(dt.date(2024, 2, 29)) == dt.date(2025, 3, 1)
    assert amounts.years_from(dt.date(2026, 3, 1), 3) == dt.date(2029, 3, 1)


def test_what_is_measured_is_agreed_on_before_use(session: Session, plant: Organisation) -> None:
    late: Proposal = ProposalFactory(state="implemented", organisation=plant, first_used_on=today())
    with pytest.raises(Conflict, match="以前约定"):
        steps.agree(session, acting("unit_union", plant), late, BenefitPlanSchema().load(PLAN))


def test_the_claim_is_reckoned_over_twelve_months_from_first_use(
    session: Session, used: Proposal, author: Actor
) -> None:
    benefit = benefit_of(session, used)
    given_figures = {
        "unit_cost_before": 1800, "unit_cost_after": 1250, "yearly_output": Decimal("20000.5"),
        "implementation_cost": 300_000, "safety_effect": "",
    }  # fmt: skip
    steps.claim(session, author, benefit.id, given_figures)
    assert (benefit.claimed, benefit.attested, benefit.verified) == (10_700_275, None, None)
    assert benefit.period_from == used.first_used_on
    assert benefit.period_to == amounts.years_from(benefit.period_from)
    with pytest.raises(Invalid, match="implementation_cost"):
        steps.claim(session, author, benefit.id, {**given_figures, "implementation_cost": 10**10})


def test_a_claim_has_all_four_figures_or_tells_an_effect_in_words(app: Flask) -> None:
    with app.test_request_context():
        with pytest.raises(ma.ValidationError) as refused:
            ClaimSchema().load({"unit_cost_before": 1800, "safety_effect": "不再高处作业"})
        assert set(refused.value.normalized_messages()) == {"unit_cost_after", "yearly_output", "implementation_cost"}
        with pytest.raises(ma.ValidationError):
            ClaimSchema().load({})
        assert ClaimSchema().load({"safety_effect": "不再高处作业"})["yearly_output"] is None


@pytest.mark.parametrize(
    ("claimed", "needed"),
    [(10 * WAN - 1, None), (10 * WAN, "finance"), (100 * WAN - 1, "finance"), (100 * WAN, "outside")],
)
def test_who_must_attest_follows_from_the_claim(
    session: Session, used: Proposal, author: Actor, plant: Organisation, claimed: int, needed: str | None
) -> None:
    benefit, county = benefit_of(session, used), acting("county", **COUNTY)
    steps.claim(session, author, benefit.id, figures(claimed))
    assert (benefit.claimed, steps.needed_attestor(session, benefit)) == (claimed, needed)
    found = {"amount": claimed - 1, "note": "核对了台账"}
    if needed is not None:
        with pytest.raises(Conflict, match="证明"):
            steps.verify(session, county, benefit.id, found)
    if needed == "outside":
        steps.attest(session, acting("finance_attestor", plant), benefit.id, {"amount": claimed, "note": "财务账"})
        with pytest.raises(Conflict, match="外部"):
            steps.verify(session, county, benefit.id, found)
    attestor = acting(
        "finance_attestor", plant if needed == "finance" else None, **{} if needed == "finance" else COUNTY
    )
    if needed is not None:
        steps.attest(session, attestor, benefit.id, {"amount": claimed - 2, "note": "查账"})
    steps.verify(session, county, benefit.id, found)
    attested = None if needed is None else claimed - 2
    assert (benefit.claimed, benefit.attested, benefit.verified) == (claimed, attested, claimed - 1)
    assert used.state == "benefit_verified"


def test_a_new_claim_is_attested_anew(session: Session, used: Proposal, author: Actor, plant: Organisation) -> None:
    benefit = benefit_of(session, used)
    steps.claim(session, author, benefit.id, figures(20 * WAN))
    steps.attest(session, acting("finance_attestor", plant), benefit.id, {"amount": 20 * WAN, "note": "财务账"})
    steps.claim(session, author, benefit.id, figures(30 * WAN))
    assert (benefit.attested, benefit.attestor) == (None, None)


def test_nobody_attests_his_own_and_only_within_his_scope(
    session: Session, used: Proposal, author: Actor, plant: Organisation
) -> None:
    benefit = benefit_of(session, used)
    steps.claim(session, author, benefit.id, figures(20 * WAN))
    found = {"amount": 20 * WAN, "note": "财务账"}
    own = Actor(author.name, (Grant("finance_attestor", organisation_id=plant.id), *author.grants), author.account_id)
    with pytest.raises(NotAllowed):
        steps.attest(session, own, benefit.id, found)
    with pytest.raises(NotFound):
        steps.attest(session, acting("finance_attestor", OrganisationFactory()), benefit.id, found)
    with pytest.raises(NotFound):
        steps.attest(session, acting("finance_attestor", region_path="51/5107"), benefit.id, found)
    with pytest.raises(NotAllowed):
        steps.attest(session, acting("county", **COUNTY), benefit.id, found)
    # Whoever also works in the unit is no outsider.
    insider = acting("finance_attestor", **COUNTY)
    insider = Actor(insider.name, (*insider.grants, Grant("worker", organisation_id=plant.id)), insider.account_id)
    assert steps.attestor_kind(session, insider, benefit) is None
    from_there = replace(acting("finance_attestor", **COUNTY), unit_ids=frozenset({plant.id}))
    assert steps.attestor_kind(session, from_there, benefit) is None
    assert steps.to_attest(session, acting("finance_attestor", plant)) == [(benefit, used)]
    assert steps.to_attest(session, acting("finance_attestor", region_path="51/5107")) == []


def test_who_claims_attests_and_verifies_are_three_persons(
    session: Session, used: Proposal, plant: Organisation
) -> None:
    benefit, clerk, county = benefit_of(session, used), acting("unit_union", plant), acting("county", **COUNTY)
    found = {"amount": 20 * WAN, "note": "财务账"}
    steps.claim(session, clerk, benefit.id, figures(20 * WAN))
    both = Grant("finance_attestor", organisation_id=plant.id), Grant("finance_attestor", **COUNTY)
    with pytest.raises(NotAllowed):
        steps.attest(session, replace(clerk, grants=(*clerk.grants, both[0])), benefit.id, found)
    attesting = replace(county, grants=(*county.grants, both[1]))
    steps.attest(session, attesting, benefit.id, found)
    with pytest.raises(NotAllowed):
        steps.verify(session, attesting, benefit.id, found)
    # Nor is it verified for him by the city, which sees to his desk.
    assert county.account_id is not None
    desk = Deputised(county.grants[0], county.account_id)
    with pytest.raises(NotAllowed, match="没有核实"):
        steps.verify(session, replace(acting("city", region_path="51/5106"), deputised=(desk,)), benefit.id, found)
    steps.verify(session, acting("county", **COUNTY), benefit.id, found)


def test_a_safety_effect_is_claimed_and_verified_without_money(session: Session, used: Proposal, author: Actor) -> None:
    benefit, county = benefit_of(session, used), acting("county", **COUNTY)
    steps.claim(session, author, benefit.id, {**NOTHING, "safety_effect": "不再高处作业"})
    with pytest.raises(Invalid, match="amount"):
        steps.verify(session, county, benefit.id, {"amount": 5, "note": "看过现场"})
    steps.verify(session, county, benefit.id, {"amount": None, "note": "看过现场"})
    assert (benefit.verified, used.state) == (None, "benefit_verified")
    assert benefit.verified_by == county.name


def test_nothing_is_verified_before_it_was_in_use_for_a_while(session: Session, used: Proposal, author: Actor) -> None:
    used.first_used_on = today() - dt.timedelta(days=179)
    benefit = benefit_of(session, used)
    steps.claim(session, author, benefit.id, figures(WAN))
    with pytest.raises(Conflict, match="180 天"):
        steps.verify(session, acting("county", **COUNTY), benefit.id, {"amount": WAN, "note": "台账"})


def test_false_data_count_no_more_and_block_whoever_gave_them(
    session: Session, used: Proposal, author: Actor, plant: Organisation
) -> None:
    benefit, county = benefit_of(session, used), acting("county", **COUNTY)
    steps.claim(session, author, benefit.id, figures(5 * WAN))
    steps.verify(session, county, benefit.id, {"amount": 5 * WAN, "note": "台账"})
    assert amounts.total(session).verified == 5 * WAN
    with pytest.raises(NotAllowed):
        steps.revoke(session, acting("unit_union", plant), benefit.id, "台账是补造的")
    steps.revoke(session, county, benefit.id, "台账是补造的")
    assert (used.state, benefit.verified) == ("revoked", 5 * WAN)
    assert amounts.total(session) == amounts.Total(0, 0, 0, 0)
    held = session.scalars(sa.select(ApplicationBlock)).all()
    assert {(it.account_id, it.organisation_id) for it in held} == {(author.account_id, None), (None, plant.id)}
    assert {it.blocked_until for it in held} == {amounts.years_from(today(), 3)}
    again = writing.draft(session, Actor(author.name, (Grant("worker", organisation_id=plant.id),), author.account_id),
                          {"present_state": "一", "measure": "二", "expected_effect": "三"})  # fmt: skip
    with pytest.raises(Conflict, match="不能申报"):
        writing.submit(session, author, again.id)
    achievement = AchievementFactory(state="draft", published_state="unpublished", published_at=None, units=[plant])
    with pytest.raises(Conflict, match="单位在"):
        blocks.refuse_submission(session, author, achievement)


def test_the_grade_follows_the_amounts_in_force_on_the_day(session: Session) -> None:
    day = dt.date(2026, 6, 1)
    session.add(RuleValue(
        name="benefit_grades", value={"1": 500 * WAN, "2": 0}, valid_from=day, reason="提高起点", set_by="tests"
    ))  # fmt: skip
    session.flush()
    before = [amounts.grade(session, it * WAN, day - dt.timedelta(days=1)) for it in (100, 50, 10, 1, 0)]
    assert before == ["1", "2", "3", "4", "5"]
    assert [amounts.grade(session, it * WAN, day) for it in (500, 100)] == ["1", "2"]
    assert amounts.grade(session, None, day) is None


@given(
    held=st.lists(st.integers(0, 10**15), max_size=6),
    references=st.sets(st.tuples(st.integers(0, 5), st.sampled_from(["proposal", "achievement"]), st.integers(1, 4))),
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_total_is_the_same_however_many_records_refer_to_a_benefit(
    session: Session, held: list[int], references: set[tuple[int, str, int]]
) -> None:
    with session.begin_nested() as undone:
        benefits = [
            Benefit(metric="m", baseline="b", method="m", claimed=it, claimed_by="t", claimed_at=_MOMENT) for it in held
        ]
        session.add_all(benefits)
        session.flush()
        told = {(place, noun, number) for place, noun, number in references if place < len(benefits)}
        session.add_all(
            BenefitReference(benefit_id=benefits[place].id, noun=noun, object_id=number) for place, noun, number in told
        )
        session.flush()
        referred = {place for place, _noun, _number in told}
        found = amounts.total(session)
        assert (found.count, found.claimed) == (len(referred), sum(held[place] for place in referred))
        undone.rollback()
    session.expunge_all()


_MOMENT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
