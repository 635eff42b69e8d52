"""A round from its opening to a certificate revoked: what it is judged by, who judges, what is told."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from marketplace.db import now, today
from marketplace.errors import Conflict, Invalid, NotAllowed, NotFound, StaleRevision
from marketplace.models import Account, ProposalAuthor, RoleGrant, RuleValue
from marketplace.schemas.award import AwardRoundSchema
from marketplace.services.account.signing_in import actor_of
from marketplace.services.award import (
    deciding,
    granting,
    judging,
    nominating,
    panel,
    results,
    rounds,
    tallying,
)
from tests.awards import (
    begin_scoring,
    given,
    judge,
    lock_all,
    nominate,
    officer,
    opened,
    plant,
    round_data,
    spread_over,
    verified_proposal,
)


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
    attestor = judge(session)
    attestor.grants.append(RoleGrant(role="finance_attestor", region_path="51/5106", granted_by="tests"))
    session.flush()
    assert panel.exclusion(attestor, proposal) == panel.KNOWS_AUTHOR
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


def test_a_judge_turns_the_pages_of_his_sheets_while_he_locks_some(session: Session) -> None:
    office, award = opened(session)
    mill = plant()
    for _ in range(5):
        nominate(session, office, award, verified_proposal(session, mill))
    judges = [judge(session) for _ in range(5)]
    begin_scoring(session, office, award, judges)
    me = actor_of(judges[0], has_second_factor=False)
    everything = judging.assigned(session, me)
    assert [it.alias for it in everything] == sorted(it.alias for it in award.nominations)
    first = judging.assigned(session, me, limit=2)
    last = judging.place_of(first[-1])
    for it in first:
        judging.save(session, me, it.sheet.id, {"scores": spread_over(it.criteria, 70)}, lock=True)
    # What was locked meanwhile comes again at the end, and nothing is left out.
    rest = judging.assigned(session, me, after=last)
    assert [it.alias for it in rest] == [it.alias for it in (*everything[2:], *everything[:2])]
    assert [it.is_open for it in rest] == [True, True, True, False, False]
    assert judging.count_open(session, me) == 3
    assert tallying.progress(session, award) == (2, 25)
    (mine, *others) = panel.standing(session, award)
    assert (mine.judge, mine.locked, mine.count) == (judges[0], 2, 5)
    assert {(it.locked, it.count) for it in others} == {(0, 5)}


def test_the_nominations_of_a_round_are_read_page_by_page(session: Session) -> None:
    office, award = opened(session)
    near, far = plant(), plant(region="510703", region_path="51/5107/510703")
    ideas = [verified_proposal(session, it, region=it.region) for it in (near, far, near, far, near)]
    put = [nominate(session, office, award, it) for it in ideas]
    put[4].rank, put[0].rank = 1, 2
    session.flush()
    ranked = [put[4], put[0], *put[1:4]]
    pages, after = [], None
    while found := nominating.listed(session, office, award, limit=2, after=after):
        pages.append(found)
        after = nominating.place_of(found[-1])
    assert pages == [ranked[:2], ranked[2:4], ranked[4:]]
    assert nominating.count(session, award) == 5
    # Who only puts forward sees what is of his own place.
    county = officer(session, "county", region_path=near.region_path)
    assert nominating.listed(session, county, award, limit=2) == ranked[:2]
    assert nominating.listed(session, county, award, limit=2, after=nominating.place_of(ranked[1])) == [put[2]]


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
    assert mine.title is None
    assert judging.save(session, me, mine.sheet.id, {"scores": {}}, lock=True).recused_because == panel.SAME_UNIT
    # Four are left: the round goes on with one more.
    with pytest.raises(Conflict):
        tallying.tally(session, office, award.id)
    panel.add(session, office, award.id, judge(session).id)
    assert tallying.progress(session, award) == (0, 5)


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


def test_the_author_is_told_nothing_before_the_list_is_public(session: Session) -> None:
    office, award = opened(session)
    proposal = verified_proposal(session, plant(), authors=[])
    author = session.get_one(Account, proposal.account_id)
    proposal.authors.append(ProposalAuthor(name=author.name, account_id=author.id, confirmed_at=now()))
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
