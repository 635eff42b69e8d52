"""A demand is checked by a list and weighed; what is complex waits for a broker, and nothing is shown for ever."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.db import today
from marketplace.errors import Conflict, Invalid, NotAllowed
from marketplace.models import Account, Demand, Mail, RuleValue
from marketplace.models.market.demand_check import CHECKS, NEEDED
from marketplace.permissions import SYSTEM, VISITOR, Actor, can_read, readable, sees_to
from marketplace.services import demand as demands
from marketplace.services.demand_desk import brokers, checking, complexity, validity
from tests.factories import AccountFactory, DemandFactory, OrganisationFactory
from tests.marketplace.officers import acting

INDICATORS = [{"name": name, "comparison": "≥", "value": value, "unit": "%"} for name, value in
              (("合格率", "98"), ("利用率", "90"), ("开机率", "85"))]  # fmt: skip
# Each factor with a demand that has it and no other.
ONE_EACH: dict[str, dict[str, Any]] = {
    "indicators": {"indicators": INDICATORS},
    "pilot": {"text": "要在产线上做到中试。"},
    "compliance": {"limits": "不能侵犯别人的专利。"},
    "duty": {"acceptance": "停产的损失由供方赔偿。"},
    "length": {"text": "夹" * 300},
    "no_budget": {"budget_max": None},
}
WEIGHTS = {"indicators": 22, "pilot": 20, "compliance": 18, "duty": 16, "length": 14, "no_budget": 10}


def submitted(**fields: Any) -> Demand:
    demand: Demand = DemandFactory(
        **{"state": "submitted", "text": "主轴箱漏油。", "budget_max": 100_00, "region": "510703", **fields}
    )
    return demand


@pytest.mark.parametrize("factor", ONE_EACH)
def test_each_factor_counts_by_its_weight(sqlite_session: Session, factor: str) -> None:
    found = complexity.weighed(sqlite_session, submitted(**ONE_EACH[factor]))
    assert [it.name for it in found.factors if it.met] == [factor]
    assert (found.score, found.tier) == (WEIGHTS[factor], "direct")


@pytest.mark.parametrize(
    ("factors", "score", "tier"),
    [(["duty", "length"], 30, "direct"), (["indicators", "no_budget"], 32, "hint"),
     (["pilot", "compliance", "duty"], 54, "hint"), (["indicators", "pilot", "length"], 56, "broker"),
     (list(ONE_EACH), 100, "broker")],
)  # fmt: skip
def test_the_sum_of_the_factors_says_who_comes_first(
    sqlite_session: Session, factors: list[str], score: int, tier: str
) -> None:
    fields: dict[str, Any] = {}
    for factor in factors:
        for name, value in ONE_EACH[factor].items():
            fields[name] = f"{fields[name]}{value}" if name in fields else value
    found = complexity.weighed(sqlite_session, submitted(**fields))
    assert (found.score, found.tier) == (score, tier)


def test_a_weight_the_province_sets_weighs_from_its_day_on(session: Session) -> None:
    demand = submitted(budget_max=None)
    session.add(
        RuleValue(
            name="complexity_weights", value={**WEIGHTS, "no_budget": 60}, valid_from=today(), reason="试", set_by="x"
        )
    )
    session.flush()
    assert complexity.weighed(session, demand).tier == "broker"


def test_a_demand_is_verified_by_its_list_and_what_was_left_out_is_explained(session: Session) -> None:
    city = acting("city", region_path="51/5107")
    demand = submitted()
    with pytest.raises(Invalid) as refused:
        demands.act(session, city, demand.id, "verify", "", ["unit", "problem"])
    assert list(refused.value.fields) == ["checked"]
    demand = submitted()
    with pytest.raises(Invalid) as refused:
        demands.act(session, city, demand.id, "verify", "", NEEDED)
    assert list(refused.value.fields) == ["note"]
    demand = submitted()
    demands.act(session, city, demand.id, "verify", "企业说预算面议", [*NEEDED, "indicator", "due"])
    kept = checking.of(session, demand)
    assert kept is not None
    assert (demand.state, kept.checked, kept.note) == (
        "verified", ["unit", "contact", "problem", "indicator", "due"], "企业说预算面议",
    )  # fmt: skip
    assert (kept.score, kept.tier, kept.checked_by) == (0, "direct", city.name)


def complex_one(**fields: Any) -> Demand:
    return submitted(indicators=INDICATORS, text="要在产线上做到中试。" + "夹" * 300, **fields)


def opened_by_system(session: Session, demand: Demand) -> int | None:
    demands.act(session, SYSTEM, demand.id, "verify")
    demands.act(session, SYSTEM, demand.id, "open")
    kept = checking.of(session, demand)
    return kept.broker_id if kept else None


def test_what_is_complex_goes_to_the_broker_it_fits_best_who_is_not_full(session: Session) -> None:
    session.add(RuleValue(name="broker_load", value=1, valid_from=today(), reason="试", set_by="x"))
    province, city = acting("broker", region_path="51"), acting("broker", region_path="51/5107")
    of_trade = acting("broker", region_path="51/5107", industry_path="C/34")
    acting("broker", region_path="51/5108")
    given = [complex_one(industry="34") for _ in range(4)]
    assert [opened_by_system(session, it) for it in given] == [
        it.account_id for it in (of_trade, city, province, of_trade)
    ]
    fits = brokers.fitting(session, given[0])
    assert [(it.account.id, it.region, it.industry, it.held, it.is_full) for it in fits] == [
        (of_trade.account_id, "5107", "34", 2, True), (city.account_id, "5107", "", 1, True),
        (province.account_id, "51", "", 1, True),
    ]  # fmt: skip
    assert brokers.seen_to_by(session, of_trade) == [given[3], given[0]]
    assert set(session.scalars(sa.select(Mail.kind))) >= {"demand_assigned"}


def test_a_broker_reads_what_he_sees_to_before_it_is_public_and_until_another_takes_it_over(session: Session) -> None:
    first, second = acting("broker", region_path="51/5107"), acting("broker", region_path="51/5107")
    city, demand = acting("city", region_path="51/5107"), complex_one()
    demands.act(session, city, demand.id, "verify")
    one, other = (first, second) if sees_to(first, demand) else (second, first)
    assert (can_read(one, demand), can_read(other, demand)) == (True, False)
    assert demands.contact(session, one, demand.id) is demand
    for lacking in ({"account_id": 0, "reason": "x"}, {"account_id": other.account_id, "reason": " "},
                    {"account_id": one.account_id, "reason": "x"}):  # fmt: skip
        with pytest.raises(Invalid):
            brokers.assign(session, city, demand, instead_of=one.account_id, **lacking)  # type: ignore[arg-type]
    before = demand.revision
    brokers.assign(session, city, demand, other.account_id or 0, instead_of=one.account_id, reason="他出差了")
    assert demand.revision > before
    with pytest.raises(Conflict):
        brokers.assign(session, city, demand, one.account_id or 0, instead_of=one.account_id, reason="同时改派")
    for actor in (one, other):
        found = set(session.scalars(sa.select(Demand.id).where(readable(Demand, actor))))
        assert (demand.id in found) is can_read(actor, demand) is (actor is other)
    told = session.scalars(sa.select(Mail).where(Mail.kind == "demand_reassigned")).one()
    assert told.values == {"demand": str(demand.id), "reason": "他出差了"}


def test_nobody_of_the_unit_that_asks_is_its_broker(session: Session) -> None:
    unit, broker = OrganisationFactory(region_path="51/5107"), acting("broker", region_path="51/5107")
    insider = acting("broker", region_path="51/5107")
    session.get_one(Account, insider.account_id).claimed_organisation_id = unit.id
    session.flush()
    assert [it.account.id for it in brokers.fitting(session, submitted(organisation=unit))] == [broker.account_id]


def test_what_is_complex_is_not_shown_before_a_broker_sees_to_it(session: Session) -> None:
    demand, city = complex_one(), acting("city", region_path="51/5107")
    demands.act(session, city, demand.id, "verify")
    with pytest.raises(Conflict):
        demands.act(session, city, demand.id, "open")
    with pytest.raises(Invalid):
        brokers.assign(session, city, demand, AccountFactory().id, instead_of=None)
    broker = acting("broker", region_path="51/5107")
    with pytest.raises(NotAllowed):
        brokers.assign(session, broker, demand, broker.account_id or 0, instead_of=None)
    brokers.assign(session, city, demand, broker.account_id or 0, instead_of=None)
    demands.act(session, city, demand.id, "open")
    assert demand.state == "open"


def poster(demand: Demand) -> Actor:
    return Actor("visitor", keys=frozenset({demand.access_key}))


def test_a_demand_that_names_no_day_is_valid_for_a_while_and_ends_by_itself(session: Session) -> None:
    account = AccountFactory()
    demand = submitted(account_id=account.id)
    demands.act(session, SYSTEM, demand.id, "verify")
    demands.act(session, SYSTEM, demand.id, "open")
    assert demand.valid_until == today() + dt.timedelta(days=180)
    with pytest.raises(Conflict):
        validity.renew(session, poster(demand), demand)
    demand.valid_until = today() + dt.timedelta(days=14)
    session.flush()
    assert (validity.settle(session), validity.settle(session)) == ((1, 0), (0, 0))
    assert list(session.scalars(sa.select(Mail.kind).where(Mail.recipient == account.email))) == ["demand_ends"]
    demand.valid_until = today() - dt.timedelta(days=1)
    session.flush()
    assert validity.settle(session) == (0, 1)
    assert demand.state == "expired"


def test_who_posted_a_demand_renews_it_before_its_end_and_after(session: Session) -> None:
    demand = DemandFactory(valid_until=today(), expiry_warned_on=today())
    for who in (VISITOR, SYSTEM):
        with pytest.raises(NotAllowed):
            validity.renew(session, who, demand)
    validity.renew(session, poster(demand), demand)
    assert (demand.valid_until, demand.expiry_warned_on) == (today() + dt.timedelta(days=180), None)
    demand.valid_until = today() - dt.timedelta(days=1)
    session.flush()
    validity.settle(session)
    validity.renew(session, poster(demand), demand)
    assert demand.state == "open"


def test_the_list_holds_all_that_is_looked_at() -> None:
    assert CHECKS == ("unit", "contact", "problem", "indicator", "budget", "due")
