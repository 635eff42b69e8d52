"""An offer on a listing: the first has what one alone can have, and what follows for everybody else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import SessionFactory, unit_of_work
from marketplace.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import Deal, Listing, ListingOffer, Match
from marketplace.services.deal import signing
from marketplace.services.listing import exclusivity, keeping, offering, reading
from tests import factories
from tests.at_once import together
from tests.factories import AchievementFactory, DemandFactory, OrganisationFactory
from tests.marketplace.deals.tables import introduced, laid
from tests.marketplace.deals.tables import signed as signed_at
from tests.marketplace.listings.stalls import OFFER, buyer, listed, made, signed, terms_of
from tests.marketplace.officers import acting
from tests.opening import open_sessions


def test_the_listed_price_opens_a_deal_and_reserves_what_one_alone_can_have(session: Session) -> None:
    stall = made(session)
    listing = listed(session, stall)
    other = listed(session, stall, mode="ordinary_licence", price=10_000_00)
    asked = listed(session, stall, mode="assignment", price_form="agreed", price=None)
    first, second = buyer(session), buyer(session)
    offer = offering.take(session, first, listing.id, OFFER)
    deal = session.get_one(Deal, offer.deal_id)
    assert (deal.mode, deal.licence_kind, deal.amount, deal.listing_id) == (
        "exclusive_licence", "exclusive", 80_000_00, listing.id,
    )  # fmt: skip
    assert (listing.state, offer.state) == ("in_negotiation", "accepted")
    with pytest.raises(Conflict, match="先一步"):
        offering.take(session, second, listing.id, OFFER)
    # What shuts nobody out is still to be had, what would have it alone is not.
    offering.take(session, second, other.id, OFFER)
    waits = offering.ask(session, second, asked.id, OFFER)
    with pytest.raises(Conflict, match="另一种方式"):
        offering.decide(session, stall.owner, waits.id, is_accepted=True, reason="")
    signed(session, stall, first, deal)
    assert [listing.state, other.state, asked.state, waits.state] == [
        "licensed_exclusive", "withdrawn", "withdrawn", "lost",
    ]  # fmt: skip
    assert reading.of_achievement(session, stall.owner, stall.achievement)[0] == listing
    with pytest.raises(Conflict, match="不能再提供"):
        keeping.prepare(session, stall.owner, stall.achievement.id, terms_of(mode="assignment"))
    assert [it.verb for it in audit.history(session, "listing", listing.id)] == [
        "prepare", "list", "reserve", "license_exclusively",
    ]  # fmt: skip


def test_what_comes_to_nothing_is_offered_again(session: Session) -> None:
    stall = made(session)
    listing = listed(session, stall)
    first = buyer(session)
    offer = offering.take(session, first, listing.id, OFFER)
    signing.terminate(session, first, offer.deal_id or 0, "资金没有落实")
    assert (listing.state, offer.state) == ("listed", "ended")
    assert offering.take(session, buyer(session), listing.id, OFFER).state == "accepted"


def test_an_ordinary_licence_is_given_again_and_again(session: Session) -> None:
    stall = made(session, kind="enterprise")
    listing = listed(session, stall, mode="ordinary_licence", price=10_000_00)
    for _ in range(2):
        enterprise = buyer(session)
        offer = offering.take(session, enterprise, listing.id, OFFER)
        signed(session, stall, enterprise, session.get_one(Deal, offer.deal_id))
        assert listing.state == "licensed_ordinary"
    assert exclusivity.taken_among(session, [stall.achievement.id]) == {}


def test_an_interest_is_taken_up_declined_with_a_reason_or_taken_back(session: Session) -> None:
    stall = made(session)
    listing = listed(session, stall, mode="ordinary_licence", price_form="agreed", price=None)
    one, two, three = (buyer(session) for _ in range(3))
    taken, declined, back = (offering.ask(session, it, listing.id, OFFER) for it in (one, two, three))
    with pytest.raises(Conflict, match="已经应答"):
        offering.ask(session, one, listing.id, OFFER)
    with pytest.raises(NotFound):
        offering.decide(session, two, taken.id, is_accepted=True, reason="")
    with pytest.raises(Invalid):
        offering.decide(session, stall.owner, declined.id, is_accepted=False, reason=" ")
    offering.decide(session, stall.owner, taken.id, is_accepted=True, reason="")
    offering.decide(session, stall.owner, declined.id, is_accepted=False, reason="产能不足")
    offering.take_back(session, three, back.id)
    assert [it.state for it in (taken, declined, back)] == ["accepted", "declined", "withdrawn"]
    assert reading.offers_of(session, two, listing) == [declined]
    assert len(reading.offers_of(session, stall.owner, listing)) == 3


def test_only_an_enterprise_that_is_not_the_owner_offers(session: Session) -> None:
    stall = made(session)
    listing = listed(session, stall)
    with pytest.raises(Conflict, match="自己单位"):
        offering.take(session, acting("enterprise", stall.achievement.units[0]), listing.id, OFFER)
    with pytest.raises(NotAllowed):
        offering.take(session, acting("worker", OrganisationFactory()), listing.id, OFFER)
    with pytest.raises(Invalid):
        offering.take(session, buyer(session), listing.id, {**OFFER, "organisation_id": OrganisationFactory().id})


def test_a_contract_from_a_match_takes_the_achievement_from_the_market_too(session: Session) -> None:
    table = laid(session)
    achievement = table.deal.achievement
    idle = introduced(session, DemandFactory(), achievement, state="suggested")
    signed_at(session, table, contract_kind="transfer", licence_kind=None)
    assert exclusivity.taken_among(session, [achievement.id]) == {achievement.id: "transferred"}
    assert session.scalar(sa.select(Match).filter_by(id=idle.id)) is None
    assert session.get_one(Match, table.deal.match_id).state == "signed"
    with pytest.raises(Conflict, match="不能再"):
        signed_at(session, laid(session, achievement))


@pytest.fixture
def factory(database_url: str) -> Iterator[SessionFactory]:
    with open_sessions(database_url) as sessions:
        yield sessions


def test_of_two_who_accept_at_once_exactly_one_has_it_and_the_other_is_told(factory: SessionFactory) -> None:
    tries = 200
    with unit_of_work(factory) as session:
        factories.use(session)
        stall = made(session)
        buyers = [buyer(session), buyer(session)]
        # Two ways to have it alone, so that they can meet on the achievement and on no row of a listing. Those of the
        # first achievement were prepared and let out; the others stand as those do.
        modes = ("exclusive_licence", "assignment")
        first = [listed(session, stall, mode=mode) for mode in modes]
        others = [AchievementFactory(units=list(stall.achievement.units), is_duty=True) for _ in range(tries - 1)]
        stands = {
            name: getattr(first[0], name) for name in ("state", "price_form", "price", "listed_at", "valid_until")
        }
        rows = [[Listing(achievement=it, mode=mode, **stands) for mode in modes] for it in others]
        session.add_all(row for pair in rows for row in pair)
        session.flush()
        listings = [[it.id for it in pair] for pair in [first, *rows]]

    def accept(session: Session, attempt: int, who: int) -> str:
        # In every other attempt both want the same listing, in the rest each another one of the same achievement.
        offering.take(session, buyers[who], listings[attempt][who * (attempt % 2)], OFFER)
        return "won"

    outcomes = together(factory, tries, partial(accept, who=0), partial(accept, who=1))
    assert all(len(it) == 2 and it.count("won") == 1 for it in outcomes)
    assert all("先一步" in str(text) or "另一种方式" in str(text) for it in outcomes for text in it if text != "won")
    with unit_of_work(factory) as session:
        states = Counter(session.scalars(sa.select(Listing.state)))
        assert states == {"in_negotiation": tries, "listed": tries}
        assert session.scalar(sa.select(sa.func.count()).select_from(ListingOffer)) == tries
        assert session.scalar(sa.select(sa.func.count()).select_from(Deal)) == tries
