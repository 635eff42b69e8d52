"""Bids for a listed demand are sealed until the day is over; then one is chosen, and everybody is told why."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.db import today
from marketplace.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import Mail, OpenBid, OpenCall
from marketplace.permissions import SYSTEM, VISITOR, Actor
from marketplace.schemas.open_bid import AwardSchema, BidSchema, CallSchema
from marketplace.services import demand as demands
from marketplace.services.demand_desk import validity
from marketplace.services.open_bid import bids, calls, choosing
from tests.factories import DemandFactory, OrganisationFactory
from tests.marketplace.officers import acting

TOMORROW = today() + dt.timedelta(days=1)
PLAN = {"team": "示例机械厂攻关组", "plan": "改用液性塑料夹具。", "price": 50_000_00, "days": 60}


@dataclass(frozen=True)
class Listed:
    call: OpenCall
    enterprise: Actor
    one: Actor
    two: Actor


@pytest.fixture
def listed(session: Session) -> Listed:
    unit = OrganisationFactory(region_path="51/5107", industry_path="C/34")
    enterprise = acting("enterprise", unit)
    data = CallSchema().load({"reward": 100_000_00, "closes_on": TOMORROW.isoformat()})
    call = calls.publish(session, enterprise, DemandFactory(organisation=unit).id, data)
    return Listed(call, enterprise, acting("worker", OrganisationFactory()), acting("studio_leader"))


def bid(session: Session, actor: Actor, call: OpenCall, **fields: Any) -> OpenBid:
    return bids.submit(session, actor, call.id, BidSchema().load({**PLAN, **fields}))


def over(session: Session, call: OpenCall) -> None:
    call.closes_on = today() - dt.timedelta(days=1)
    session.flush()


def decision(chosen: OpenBid, **reasons: Any) -> dict[str, Any]:
    data: dict[str, Any] = AwardSchema().load(
        {"chosen": chosen.id, "milestones": [{"title": "样机", "due_on": TOMORROW.isoformat()}], **reasons}
    )
    return data


def test_only_who_posted_a_demand_or_its_office_lists_it_once_and_while_it_is_open(session: Session) -> None:
    unit = OrganisationFactory(region_path="51/5107", industry_path="C/34")
    data = CallSchema().load({"reward": 1, "closes_on": TOMORROW.isoformat()})
    demand = DemandFactory(organisation=unit)
    for actor in (
        VISITOR,
        Actor("visitor", keys=frozenset({demand.access_key})),
        acting("enterprise", OrganisationFactory()),
    ):
        with pytest.raises(NotAllowed):
            calls.publish(session, actor, demand.id, data)
    with pytest.raises(Invalid):
        calls.publish(session, acting("enterprise", unit), demand.id, {**data, "closes_on": today()})
    calls.publish(session, acting("city", region_path="51/5107"), demand.id, data)
    with pytest.raises(Conflict):
        calls.publish(session, acting("enterprise", unit), demand.id, data)
    with pytest.raises(Conflict):
        calls.publish(session, acting("enterprise", unit), DemandFactory(organisation=unit, state="verified").id, data)


def test_bids_are_sealed_until_the_day_is_over(session: Session, listed: Listed) -> None:
    bid(session, listed.one, listed.call)
    assert bids.opened(session, listed.enterprise, listed.call) == []
    assert bids.count(session, listed.call) == 1
    over(session, listed.call)
    assert [it.account_id for it in bids.opened(session, listed.enterprise, listed.call)] == [listed.one.account_id]
    for actor in (listed.one, listed.two, VISITOR):
        assert bids.opened(session, actor, listed.call) == []


def test_a_bid_may_be_changed_and_taken_back_until_then(session: Session, listed: Listed) -> None:
    first = bid(session, listed.one, listed.call)
    assert bid(session, listed.one, listed.call, price=40_000_00) is first
    bids.withdraw(session, listed.one, listed.call.id)
    assert bids.count(session, listed.call) == 0
    bid(session, listed.one, listed.call)
    over(session, listed.call)
    for act in (
        lambda: bid(session, listed.one, listed.call),
        lambda: bids.withdraw(session, listed.one, listed.call.id),
    ):
        with pytest.raises(Conflict):
            act()
    with pytest.raises(NotFound):
        bids.withdraw(session, listed.two, listed.call.id)


def test_neither_who_decides_nor_a_visitor_bids(session: Session, listed: Listed) -> None:
    for actor in (listed.enterprise, VISITOR, acting("city", region_path="51/5107"), acting("broker")):
        with pytest.raises(NotAllowed):
            bid(session, actor, listed.call)


def test_one_is_chosen_with_a_reason_for_each_and_everybody_is_told(session: Session, listed: Listed) -> None:
    one, two = bid(session, listed.one, listed.call), bid(session, listed.two, listed.call, price=60_000_00)
    both = {"reasons": {one.id: "方案可靠", two.id: "价格高"}}
    with pytest.raises(Conflict):
        choosing.award(session, listed.enterprise, listed.call.id, decision(one, **both))
    over(session, listed.call)
    with pytest.raises(NotAllowed):
        choosing.award(session, listed.one, listed.call.id, decision(one, **both))
    with pytest.raises(Invalid):
        choosing.award(session, listed.enterprise, listed.call.id, decision(one, reasons={one.id: "方案可靠"}))
    choosing.award(session, listed.enterprise, listed.call.id, decision(one, **both))
    assert (one.state, two.state, two.reason) == ("chosen", "not_chosen", "价格高")
    assert (listed.call.state, listed.call.demand.state) == ("awarded", "in_talks")
    assert sorted(session.scalars(sa.select(Mail.kind))) == ["bid_chosen", "bid_not_chosen"]
    with pytest.raises(Conflict):
        choosing.fail(session, listed.enterprise, listed.call.id, "再来")
    (step,) = one.milestones
    with pytest.raises(NotAllowed):
        choosing.reach(session, listed.one, listed.call.id, step.id, "")
    choosing.reach(session, listed.enterprise, listed.call.id, step.id, "试切合格")
    assert (step.reached_on, step.note) == (today(), "试切合格")


def test_a_list_is_decided_on_whether_or_not_the_demand_is_talked_of_already(session: Session, listed: Listed) -> None:
    one = bid(session, listed.one, listed.call)
    demands.act(session, SYSTEM, listed.call.demand_id, "begin_talks")
    over(session, listed.call)
    choosing.award(session, listed.enterprise, listed.call.id, decision(one, reasons={one.id: "方案可靠"}))
    assert (listed.call.state, listed.call.demand.state) == ("awarded", "in_talks")


def test_a_demand_does_not_end_by_itself_before_its_bids_are_decided_on(session: Session, listed: Listed) -> None:
    listed.call.demand.valid_until = today() - dt.timedelta(days=1)
    over(session, listed.call)
    assert validity.settle(session) == (0, 0)
    choosing.fail(session, listed.enterprise, listed.call.id, "没有合适的方案")
    assert validity.settle(session) == (0, 1)


def test_who_bid_reads_what_became_of_it_whatever_becomes_of_the_demand(session: Session, listed: Listed) -> None:
    bid(session, listed.one, listed.call)
    over(session, listed.call)
    choosing.fail(session, listed.enterprise, listed.call.id, "没有合适的方案")
    demands.act(session, SYSTEM, listed.call.demand_id, "close", "不再需要")
    assert calls.get(session, listed.one, listed.call.id) is listed.call
    for actor in (listed.two, VISITOR):
        with pytest.raises(NotFound):
            calls.get(session, actor, listed.call.id)


def test_none_may_be_chosen_with_the_reason(session: Session, listed: Listed) -> None:
    one = bid(session, listed.one, listed.call)
    over(session, listed.call)
    with pytest.raises(Invalid):
        choosing.fail(session, listed.enterprise, listed.call.id, " ")
    choosing.fail(session, listed.enterprise, listed.call.id, "没有合适的方案")
    assert (listed.call.state, one.state, listed.call.demand.state) == ("failed", "not_chosen", "open")
