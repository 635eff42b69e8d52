"""How a deal begins, and who may know of it."""

from __future__ import annotations

from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.db import now, unit_of_work
from marketplace.errors import Conflict, NotAllowed, NotFound
from marketplace.models import Account, Deal, DemandCheck, Match
from marketplace.permissions import (
    VISITOR,
    Actor,
    can_enter_room,
    can_register,
    can_see_contract,
    can_sign_contract,
    can_tell_completers,
    co_owns,
    contracts_of,
    rooms_of,
)
from marketplace.services.deal import opening
from tests import factories
from tests.at_once import together
from tests.factories import AchievementFactory, DemandFactory, OrganisationFactory
from tests.marketplace.deals.tables import introduced, laid, signed
from tests.marketplace.officers import acting
from tests.opening import open_sessions


def test_a_match_whose_parties_were_introduced_becomes_one_deal_and_goes_its_way(session: Session) -> None:
    table = laid(session)
    deal = table.deal
    assert (deal.state, deal.contract_kind, deal.licence_kind) == ("negotiating", "licence", "ordinary")
    assert deal.match is not None
    assert (deal.match.state, deal.match.demand.state) == ("negotiating", "in_talks")
    with pytest.raises(Conflict):
        opening.open_from_match(session, table.owner, deal.match)
    assert opening.negotiate(session, table.owner, deal.match.id) is deal
    for unknown in (deal.match.id, 0):
        with pytest.raises(NotFound):
            opening.negotiate(session, acting("enterprise", OrganisationFactory()), unknown)


def test_nobody_else_begins_it_and_nobody_before_they_were_introduced(session: Session) -> None:
    made = AchievementFactory(units=[OrganisationFactory()])
    match = introduced(session, DemandFactory(organisation=OrganisationFactory()), made)
    with pytest.raises(NotAllowed):
        opening.open_from_match(session, acting("enterprise", OrganisationFactory()), match)
    match.state = "mutual"
    with pytest.raises(Conflict):
        opening.open_from_match(session, acting("province_curator"), match)


def test_one_unit_makes_no_contract_with_itself_nor_with_nobody(session: Session) -> None:
    unit = OrganisationFactory()
    made = AchievementFactory(units=[unit])
    for demand in (DemandFactory(organisation=unit), DemandFactory()):
        with pytest.raises(Conflict):
            opening.open_from_match(session, acting("province_curator"), introduced(session, demand, made))


def test_who_sees_to_the_demand_as_broker_has_the_seat_unless_he_is_of_the_owner(session: Session) -> None:
    maker, broker = OrganisationFactory(), acting("broker")
    for is_of_owner in (False, True):
        session.get_one(Account, broker.account_id).claimed_organisation_id = maker.id if is_of_owner else None
        demand = DemandFactory(organisation=OrganisationFactory())
        session.add(
            DemandCheck(demand=demand, checked_by="x", score=60, tier="broker", broker_id=broker.account_id,
                        assigned_by="x", assigned_at=now())
        )  # fmt: skip
        match = introduced(session, demand, AchievementFactory(units=[maker]))
        deal = opening.open_from_match(session, acting("province_curator"), match)
        assert deal.broker_id == (None if is_of_owner else broker.account_id)


def test_an_offer_that_was_taken_becomes_a_deal_with_its_terms(session: Session) -> None:
    buyer, made = OrganisationFactory(), AchievementFactory(units=[OrganisationFactory()], price=5_000_00)
    deal = opening.open_from_listing(
        session, acting("admin"), made, opening.Party(buyer.id), listing_id=7, mode="assignment",
        contract_kind="transfer", amount=80_000_00,
    )  # fmt: skip
    assert (deal.listing_id, deal.contract_kind, deal.amount) == (7, "transfer", 80_000_00)


def test_of_two_who_begin_at_once_one_begins_and_the_other_goes_on_in_his_deal_or_is_told(database_url: str) -> None:
    with open_sessions(database_url) as sessions:
        with unit_of_work(sessions) as session:
            factories.use(session)
            units = [OrganisationFactory(), OrganisationFactory()]
            sides = acting("enterprise", units[0]), acting("unit_union", units[1])
            matches = [
                introduced(session, DemandFactory(organisation=units[0]), AchievementFactory(units=units[1:])).id
                for _ in range(10)
            ]

        def begin(session: Session, number: int, actor: Actor) -> int:
            # In every other try by the button of the page, which leads into a deal that is there.
            if number % 2:
                return opening.negotiate(session, actor, matches[number]).id
            return opening.open_from_match(session, actor, session.get_one(Match, matches[number])).id

        outcomes = together(sessions, len(matches), *(partial(begin, actor=it) for it in sides))
        with unit_of_work(sessions) as session:
            deals = session.execute(sa.select(Deal.match_id, Deal.id)).all()
    assert sorted(match_id for match_id, _deal in deals) == matches
    for number, (_match, deal_id) in enumerate(sorted(deals)):
        begun, other = sorted(outcomes[number], key=str)
        assert begun == deal_id
        assert other == deal_id if number % 2 else "这一步不能再办" in str(other)


# Who reads the room (r) and, once it is signed, the contract record (c), and who registers it (g).
_SEES = {
    ("enterprise", "buyer"): "rc", ("unit_union", "maker"): "rc", ("enterprise", "other"): "", ("worker", "maker"): "",
    ("broker", "seat"): "rc", ("broker", ""): "", ("auditor", "51/5106"): "rc", ("auditor", "51/5101"): "",
    ("city", "51/5106"): "cg", ("city", "51/5101"): "", ("province_curator", ""): "cg", ("admin", ""): "cg",
    ("judge", ""): "", ("finance_attestor", "51/5106"): "",
}  # fmt: skip


@pytest.mark.parametrize(("role", "place"), _SEES)
def test_a_deal_is_read_by_its_parties_the_broker_and_who_audits_them(
    sqlite_session: Session, role: str, place: str
) -> None:
    table = laid(sqlite_session)
    deal = table.deal
    units = {"buyer": deal.enterprise_organisation, "maker": deal.owner_organisation, "other": OrganisationFactory()}
    actor = acting(role, units.get(place), **({"region_path": place} if place.startswith("51") else {}))
    if place == "seat":
        deal.broker_id = actor.account_id
    before = "".join(it for it, sees in (("r", can_enter_room), ("c", can_see_contract)) if sees(actor, deal))
    assert before == ("rc" if "r" in _SEES[role, place] else "")
    signed(sqlite_session, table)
    asked = (("r", can_enter_room), ("c", can_see_contract), ("g", can_register))
    assert "".join(it for it, sees in asked if sees(actor, deal)) == _SEES[role, place]
    sits = sqlite_session.scalar(sa.select(Deal.id).where(rooms_of(actor)))
    assert (sits is not None) == ("r" in _SEES[role, place] and role != "auditor")
    assert (sqlite_session.scalar(sa.select(Deal.id).where(contracts_of(actor))) is not None) == (
        "g" in _SEES[role, place]
    )


# Who signs (s), tells completers (t), or owns it too (o), of what was made in the line of duty and of what was not.
_BINDS = {
    ("enterprise", "buyer"): ("s", "s"), ("worker", "buyer"): ("", ""), ("unit_union", "maker"): ("st", "st"),
    ("enterprise", "maker"): ("st", "st"), ("worker", "maker"): ("", ""), ("worker", "submitter"): ("", "s"),
    ("unit_union", "partner"): ("o", ""), ("enterprise", "partner"): ("o", ""), ("worker", "partner"): ("", ""),
    ("broker", ""): ("", ""), ("auditor", ""): ("", ""), ("province_curator", ""): ("", ""), ("admin", ""): ("", ""),
}  # fmt: skip


@pytest.mark.parametrize("is_duty", [True, False])
def test_who_binds_a_side_tells_completers_and_owns_it_too(sqlite_session: Session, is_duty: bool) -> None:
    maker, partner, submitter = OrganisationFactory(), OrganisationFactory(), acting("worker")
    made = AchievementFactory(units=[maker, partner], is_duty=is_duty, account_id=submitter.account_id)
    deal = laid(sqlite_session, made).deal
    units = {"buyer": deal.enterprise_organisation, "maker": maker, "partner": partner}
    asked = (("s", can_sign_contract), ("t", can_tell_completers), ("o", co_owns))
    for (role, place), expected in _BINDS.items():
        actor = submitter if place == "submitter" else acting(role, units.get(place))
        held = "".join(it for it, may in asked if may(actor, deal))
        assert held == expected[not is_duty], (role, place)


def test_a_visitor_knows_of_no_deal(sqlite_session: Session) -> None:
    deal = laid(sqlite_session).deal
    assert not can_enter_room(VISITOR, deal)
    assert not can_see_contract(VISITOR, deal)
    assert sqlite_session.scalar(sa.select(Deal.id).where(rooms_of(VISITOR))) is None
