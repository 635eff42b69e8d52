"""What may be put forward in a round, who judges what, and who may do what in which state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from sqlalchemy.orm import Session

from marketplace.db import today
from marketplace.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound, StaleRevision
from marketplace.models import Account, ApplicationBlock, AwardRound, ProposalAuthor, RoleGrant, RuleValue
from marketplace.permissions import VISITOR, Actor, Grant
from marketplace.schemas.award import AwardRoundSchema
from marketplace.services.account.signing_in import actor_of
from marketplace.services.award import (
    deciding,
    granting,
    judging,
    nominating,
    panel,
    promotion,
    results,
    rounds,
    tallying,
)
from tests.awards import (
    a_benefit,
    begin_scoring,
    judge,
    lock_all,
    nominate,
    officer,
    plant,
    round_data,
    spread_over,
    verified_proposal,
)


def opened(session: Session, **fields: Any) -> tuple[Actor, AwardRound]:
    office = officer(session, "province_curator")
    return office, rounds.open_round(session, office, round_data(session, **fields))


def test_a_round_takes_the_rules_of_its_day_and_keeps_them(session: Session) -> None:
    office, award = opened(session)
    session.add(RuleValue(name="award_line", value=75, valid_from=today(), reason="提高要求", set_by="tests"))
    session.flush()
    assert (int(award.line), award.judges_needed, award.publicity_days) == (60, 5, 5)
    assert award.quotas[0] == {"grade": "special", "count": 1}
    assert rounds.defaults(session)["line"] == 75
    rounds.revise(session, office, award.id, award.revision, round_data(session, line=70))
    nominate(session, office, award, verified_proposal(session, plant()))
    with pytest.raises(Conflict, match="不能再改"):
        rounds.revise(session, office, award.id, award.revision, round_data(session, line=60))
    with pytest.raises(StaleRevision):
        rounds.revise(session, office, award.id, award.revision - 1, round_data(session))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"level": "city"}, "region"),
        ({"level": "county", "region": "5106"}, "region"),
        ({"level": "industry"}, "industry"),
        ({"level": "unit"}, "organisation"),
        ({"judges_needed": 4}, "judges_needed"),
    ],
)
def test_a_round_states_its_place_and_no_fewer_judges_than_the_rules(
    sqlite_session: Session, fields: dict[str, Any], field: str
) -> None:
    office = officer(sqlite_session, "province_curator")
    with pytest.raises(Invalid) as refused:
        rounds.open_round(sqlite_session, office, round_data(sqlite_session, **fields))
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"closes_on": "2020-01-01"}, "closes_on"),
        ({"rubrics": {"A": {"technique": 99}}}, "rubrics"),
        ({"quotas": [{"grade": "first", "count": 0}]}, "quotas"),
        ({"judges_needed": 2}, "judges_needed"),
    ],
)
def test_a_round_that_cannot_be_judged_is_refused(sqlite_session: Session, fields: dict[str, Any], field: str) -> None:
    given = {
        "title": "金点子", "year": 2026, "level": "province", "opens_on": "2026-01-01", "closes_on": "2026-02-01",
        **rounds.defaults(sqlite_session), **fields,
    }  # fmt: skip
    assert list(AwardRoundSchema().validate(given)) == [field]


def test_an_office_opens_rounds_for_its_own_place(session: Session) -> None:
    city = officer(session, "city", region_path="51/5106")
    award = rounds.open_round(session, city, round_data(session, level="city", region="5106"))
    assert award.region_path == "51/5106"
    for elsewhere in ({"level": "city", "region": "5107"}, {"level": "province"}):
        with pytest.raises(NotAllowed):
            rounds.open_round(session, city, round_data(session, **elsewhere))


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


def given(nomination: Any, outcome: str) -> None:
    nomination.outcome, nomination.certificate_number, nomination.granted_on = outcome, f"GI{nomination.id}", today()


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
    assert nominating.candidates(session, union, award) == [own]
    assert nominate(session, union, award, own).recommended_by == mill.name
    with pytest.raises(NotFound):
        nominate(session, union, award, foreign)


def test_scoring_needs_enough_judges_who_need_not_stay_away(session: Session) -> None:
    office, award = opened(session)
    mill = plant()
    proposal = verified_proposal(session, mill)
    with pytest.raises(Conflict, match="截止"):
        panel.begin(session, office, award.id)
    nominate(session, office, award, proposal)
    colleague = judge(session, claimed_organisation_id=mill.id)
    with pytest.raises(Conflict, match="只有 4 位"):
        begin_scoring(session, office, award, [colleague, *(judge(session) for _ in range(4))])
    panel.add(session, office, award.id, judge(session).id)
    panel.begin(session, office, award.id)


def test_who_knows_the_author_stays_away(session: Session) -> None:
    mill = plant()
    proposal = verified_proposal(session, mill)
    author = session.get_one(Account, proposal.account_id)
    cityman = judge(session)
    cityman.grants.append(RoleGrant(role="city", region_path="51/5106", granted_by="tests"))
    worker = judge(session)
    worker.grants.append(RoleGrant(role="worker", organisation_id=mill.id, granted_by="tests"))
    session.flush()
    assert panel.exclusion(author, proposal) == panel.AUTHOR
    assert panel.exclusion(judge(session, name=author.name), proposal) == panel.AUTHOR
    assert panel.exclusion(worker, proposal) == panel.SAME_UNIT
    assert panel.exclusion(cityman, proposal) == panel.KNOWS_AUTHOR
    assert panel.exclusion(judge(session), proposal) is None


def test_whoever_runs_a_round_does_not_judge_in_it(session: Session) -> None:
    office, award = opened(session)
    both = judge(session)
    both.grants.append(RoleGrant(role="province_curator", granted_by="tests"))
    session.flush()
    free = judge(session)
    assert free in panel.may_be_added(session, office, award.id)
    assert both not in panel.may_be_added(session, office, award.id)
    with pytest.raises(NotAllowed):
        panel.add(session, office, award.id, both.id)


def test_a_judge_sees_and_fills_in_his_own_sheets_until_they_are_locked(session: Session) -> None:
    office, award = opened(session)
    nomination = nominate(session, office, award, verified_proposal(session, plant()))
    judges = [judge(session) for _ in range(5)]
    begin_scoring(session, office, award, judges)
    me, other = (actor_of(it, has_second_factor=False) for it in judges[:2])
    (mine,), (theirs,) = judging.assigned(session, me), judging.assigned(session, other)
    with pytest.raises(NotFound):
        judging.sheet(session, me, theirs.sheet.id)
    judging.save(session, me, mine.sheet.id, {"scores": {"technique": 12}}, lock=False)
    with pytest.raises(Invalid) as refused:
        judging.save(session, me, mine.sheet.id, {"scores": {"technique": 31}}, lock=True)
    assert set(refused.value.fields) == set(award.rubrics["A"])
    judging.save(session, me, mine.sheet.id, {"scores": spread_over(mine.criteria, 77)}, lock=True)
    assert mine.sheet.total == 77
    with pytest.raises(Conflict, match="锁定"):
        judging.save(session, me, mine.sheet.id, {"scores": {}}, lock=False)
    with pytest.raises(Conflict, match="4 张"):
        tallying.tally(session, office, award.id)
    assert nomination.score is None


def test_a_judge_who_turns_out_to_know_the_author_gives_no_score(session: Session) -> None:
    office, award = opened(session)
    mill = plant()
    nominate(session, office, award, verified_proposal(session, mill))
    judges = [judge(session) for _ in range(5)]
    begin_scoring(session, office, award, judges)
    judges[0].claimed_organisation_id = mill.id
    session.flush()
    me = actor_of(judges[0], has_second_factor=False)
    (mine,) = judging.assigned(session, me)
    assert mine.text is None
    assert judging.save(session, me, mine.sheet.id, {"scores": {}}, lock=True).recused_because == panel.SAME_UNIT
    # Four are left: the round goes on with one more.
    with pytest.raises(Conflict):
        tallying.tally(session, office, award.id)
    panel.add(session, office, award.id, judge(session).id)
    assert tallying.progress(award) == (0, 5)


def test_a_certificate_that_was_revoked_stays_on_record(session: Session) -> None:
    office, award = opened(session)
    proposal = verified_proposal(session, plant())
    nomination = nominate(session, office, award, proposal)
    given(nomination, "awarded")
    proposal.state = "awarded"
    session.flush()
    granting.revoke(session, office, nomination.id, "经查抄袭")
    found = granting.verify(session, f" gi{nomination.id} ")
    assert found is not None
    assert (found.is_valid, proposal.state) == (False, "revoked")
    assert granting.golden_ideas(session, limit=10) == []
    assert granting.verify(session, "GI0") is None


def test_an_award_that_rests_on_false_data_is_revoked_and_its_people_are_blocked(session: Session) -> None:
    office, award = opened(session)
    proposal = verified_proposal(session, plant())
    given(nominate(session, office, award, proposal), "awarded")
    proposal.state = "awarded"
    session.flush()
    (benefit,) = nominating.benefits_of(session, proposal)
    granting.declare_false(session, office, benefit.id, "领用单是假的")
    assert (proposal.state, award.nominations[0].outcome) == ("revoked", "revoked")
    later = rounds.open_round(session, office, round_data(session))
    with pytest.raises(Conflict, match="数据不实"):
        nominate(session, office, later, verified_proposal(session, proposal.organisation))


def test_a_benefit_found_false_while_it_is_judged_takes_its_proposal_out_of_the_round(session: Session) -> None:
    office, award = opened(session)
    proposal = verified_proposal(session, plant())
    nominate(session, office, award, proposal)
    (benefit,) = nominating.benefits_of(session, proposal)
    granting.declare_false(session, office, benefit.id, "领用单是假的")
    assert (proposal.state, award.nominations[0].outcome) == ("revoked", "not_selected")


def test_a_round_called_off_lets_everything_go_back(session: Session) -> None:
    office, award = opened(session)
    proposal = verified_proposal(session, plant())
    nominate(session, office, award, proposal)
    rounds.cancel(session, office, award.id, "报名太少")
    assert (award.state, proposal.state) == ("cancelled", "benefit_verified")


SCOPES: dict[str, dict[str, Any]] = {
    "city": {"region_path": "51/5106"}, "county": {"region_path": "51/5106/510603"},
    "industry_union": {"industry_path": "C"},
}  # fmt: skip
WHO = ("visitor", "worker", "unit_union", "county", "city", "city elsewhere", "industry_union", "judge", "auditor",
       "broker", "finance_attestor", "province_curator", "admin")  # fmt: skip
STATES = ("open", "scoring", "second_round", "scored", "publicity", "awarded", "cancelled")
# A round of the city of Deyang is run there and above; only who runs it may take these steps, each in these states.
RUNS = {"city", "province_curator", "admin"}
FOLLOWS = RUNS | {"auditor"}
STEPS: dict[str, tuple[set[str], Callable[[Session, Actor, AwardRound], object]]] = {
    "revise": ({"open"}, lambda s, a, it: rounds.revise(
        s, a, it.id, it.revision, round_data(s, level="city", region="5106"))),
    "call a judge": ({"open", "scoring", "second_round"}, lambda s, a, it: panel.add(s, a, it.id, judge(s).id)),
    "cancel": ({"open", "scoring", "second_round", "scored"}, lambda s, a, it: rounds.cancel(s, a, it.id, "停办")),
    "begin scoring": ({"open"}, lambda s, a, it: panel.begin(s, a, it.id)),
    "tally": ({"scoring", "second_round"}, lambda s, a, it: tallying.tally(s, a, it.id)),
    "decide": ({"scored"}, lambda s, a, it: deciding.decide(s, a, it.id, it.revision, {}, "")),
    "announce": (set(), lambda s, a, it: deciding.announce(s, a, it.id, "")),
    "grant": ({"publicity"}, lambda s, a, it: granting.grant(s, a, it.id)),
    "follow": (set(STATES), lambda s, a, it: rounds.followed(s, a, it.id)),
}  # fmt: skip
# What an open round without nominations lacks for these.
LACKS = {("begin scoring", "open")}


@pytest.mark.parametrize("state", STATES)
def test_a_step_is_taken_in_its_state_by_whoever_runs_the_round(sqlite_session: Session, state: str) -> None:
    award = standing(sqlite_session, state)
    for who, (step, (allowed_in, take)) in product(WHO, STEPS.items()):
        may = who in (FOLLOWS if step == "follow" else RUNS)
        works = state in allowed_in and (step, state) not in LACKS
        expected = "not allowed" if not may else "done" if works else "conflict"
        with sqlite_session.begin_nested() as trial:
            assert tried(sqlite_session, take, actor_for(who), award) == expected, (who, step)
            trial.rollback()


def tried(session: Session, take: Callable[[Session, Actor, AwardRound], object], actor: Actor, it: AwardRound) -> str:
    try:
        take(session, actor, it)
    except NotAllowed:
        return "not allowed"
    except Conflict:
        return "conflict"
    return "done"


def actor_for(who: str) -> Actor:
    if who == "visitor":
        return VISITOR
    role, _, elsewhere = who.partition(" ")
    scope = {"region_path": "51/5107"} if elsewhere else SCOPES.get(role, {})
    organisation_id = 4711 if role == "unit_union" else None
    return Actor(who, (Grant(role, organisation_id=organisation_id, **scope),), 1)


def standing(session: Session, state: str) -> AwardRound:
    data = round_data(session, level="city", region="5106")
    award = rounds.open_round(session, Actor("tests", (Grant("admin"),)), data)
    if state in ("publicity", "awarded"):
        award.decided_by, award.decided_at = "tests", award.created_at
    if state != "open":
        award.opens_on = award.closes_on = today() - dt.timedelta(days=1)
    award.state = state
    session.flush()
    return award


@pytest.mark.parametrize("who", WHO)
def test_results_and_promotion_are_for_authors_and_offices(sqlite_session: Session, who: str) -> None:
    office, award = opened(sqlite_session)
    proposal = verified_proposal(sqlite_session, plant())
    given(nominate(sqlite_session, office, award, proposal), "awarded")
    proposal.state = "awarded"
    sqlite_session.flush()
    actor = actor_for(who)
    offices = {"county", "city", "province_curator", "admin", "industry_union"}
    assert reads(lambda: results.of_proposal(sqlite_session, actor, proposal.id)) is (who in offices | {"auditor"})
    assert promotion.may_promote(actor, proposal) is (who in offices)


def reads(read: Callable[[], object]) -> bool:
    try:
        read()
    except DomainError:
        return False
    return True


def test_the_author_is_told_nothing_before_the_list_is_public(session: Session) -> None:
    office, award = opened(session)
    proposal = verified_proposal(session, plant(), authors=[])
    author = session.get_one(Account, proposal.account_id)
    proposal.authors.append(ProposalAuthor(name=author.name, account_id=author.id))
    nomination = nominate(session, office, award, proposal)
    judges = [judge(session) for _ in range(5)]
    begin_scoring(session, office, award, judges)
    lock_all(session, judges, nomination, [70] * 5)
    tallying.tally(session, office, award.id)
    me = actor_of(author, has_second_factor=False)
    _, (before,) = results.of_proposal(session, me, proposal.id)
    assert (before.is_told, before.score, list(before.sheets)) == (False, None, [])
    deciding.decide(session, office, award.id, award.revision, {}, "")
    deciding.announce(session, office, award.id, "平台首页")
    _, (after,) = results.of_proposal(session, me, proposal.id)
    assert [it.total for it in after.sheets] == [70] * 5


def test_a_benefit_of_another_record_is_not_counted(session: Session) -> None:
    session.add(a_benefit(wan=100))
    proposal = verified_proposal(session, plant(), wan=5)
    assert [it.verified for it in nominating.benefits_of(session, proposal)] == [5_000_000]
