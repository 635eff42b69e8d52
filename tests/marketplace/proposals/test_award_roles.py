"""Who may take which step of a round in which state, as tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from sqlalchemy.orm import Session

from marketplace.db import today
from marketplace.errors import Conflict, DomainError, NotAllowed
from marketplace.models import AwardRound, Objection, Proposal, Publicity
from marketplace.permissions import VISITOR, Actor, Grant, Permission, can
from marketplace.services import objection as objections
from marketplace.services.award import (
    deciding,
    granting,
    panel,
    promotion,
    results,
    rounds,
    tallying,
)
from tests.awards import (
    given,
    judge,
    nominate,
    opened,
    plant,
    round_data,
    verified_proposal,
)
from tests.factories import ProposalFactory

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


# An objection is decided where the round is run, or above; what a unit runs, by the offices above the unit.
HANDLERS = {
    "unit": {"county", "city", "industry_union", "province_curator", "admin"},
    "county": {"county", "city", "province_curator", "admin"},
    "city": {"city", "province_curator", "admin"},
    "industry": {"industry_union", "province_curator", "admin"},
    "province": {"province_curator", "admin"},
}
PLACES: dict[str, dict[str, str]] = {
    "unit": {"organisation": "示例机械厂"}, "county": {"region": "510603"}, "city": {"region": "5106"},
    "industry": {"industry": "C"}, "province": {},
}  # fmt: skip


@pytest.mark.parametrize("level", HANDLERS)
def test_an_objection_is_decided_by_the_office_that_runs_the_round(sqlite_session: Session, level: str) -> None:
    at = plant(name="示例机械厂", name_key="示例机械厂")
    data = round_data(sqlite_session, level=level, **PLACES[level])
    award = rounds.open_round(sqlite_session, Actor("tests", (Grant("admin"),)), data)
    idea: Proposal = ProposalFactory(state="objected", organisation=at, region="510603")
    listed = Publicity(
        title="拟授予", starts_on=today(), ends_on=today(), days=5, snapshot_hash="", started_by="tests",
        award_round_id=award.id,
    )  # fmt: skip
    listed.objections = [
        Objection(noun="proposal", object_id=idea.id, name="李群众", text="抄袭了兄弟厂", due_on=today())
    ]
    sqlite_session.add(listed)
    sqlite_session.flush()
    raised = listed.objections[0]
    for who in WHO:
        actor = actor_for(who)
        decides = who in HANDLERS[level]
        assert reads(lambda actor=actor: objections.get(sqlite_session, actor, raised.id)) is decides, who
        if can(actor, Permission.OBJECTION_DECIDE):
            assert objections.to_decide(sqlite_session, actor) == ([raised] if decides else []), who


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
