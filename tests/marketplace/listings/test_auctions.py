"""An auction: who may bid, in which order bids stand, when it ends, and what is told of it to whom."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from marketplace.db import SessionFactory, now, today, unit_of_work
from marketplace.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import Auction, AuctionBid, Deal, ListingOffer
from marketplace.permissions import SYSTEM
from marketplace.services.auction import announcing, bidding, clock
from marketplace.services.listing import expiring, keeping, offering
from tests import factories
from tests.marketplace.listings.stalls import OFFER, admitted, auctioned, buyer, listed, made
from tests.marketplace.officers import acting
from tests.opening import open_sessions


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> list[dt.timedelta]:
    """The clock of the auction, put forward by what stands in the list."""
    forward = [dt.timedelta()]
    monkeypatch.setattr(clock, "moment", lambda _session: now() + forward[0])
    return forward


def test_bids_stand_in_one_order_and_the_highest_has_it(session: Session, hands: list[dt.timedelta]) -> None:
    stall = made(session)
    auction = auctioned(session, stall, reserve=102_000_00)
    one, two = admitted(session, stall, auction), admitted(session, stall, auction)
    with pytest.raises(Conflict, match="还没有开始"):
        bidding.bid(session, one, auction.id, 100_000_00)
    hands[0] = dt.timedelta(minutes=2)
    with pytest.raises(Invalid):
        bidding.bid(session, one, auction.id, 99_999_99)
    bidding.bid(session, one, auction.id, 100_000_00)
    with pytest.raises(Conflict, match="最高"):
        bidding.bid(session, one, auction.id, 105_000_00)
    with pytest.raises(Invalid):
        bidding.bid(session, two, auction.id, 100_999_99)
    with pytest.raises(NotAllowed):
        bidding.bid(session, buyer(session), auction.id, 200_000_00)
    bidding.bid(session, two, auction.id, 103_000_00)
    with pytest.raises(Conflict, match="不能取消"):
        announcing.cancel(session, stall.owner, auction.id, "不卖了")
    with pytest.raises(Conflict, match="拍卖"):
        keeping.withdraw(session, stall.owner, auction.listing_id, "不卖了")
    assert not bidding.close_if_over(session, auction)
    hands[0] = dt.timedelta(hours=2)
    with pytest.raises(Conflict, match="没有计入"):
        bidding.bid(session, one, auction.id, 200_000_00)
    assert bidding.close_if_over(session, auction)
    assert not bidding.close_if_over(session, auction)
    session.expire(auction)
    result = bidding.result(auction, auction.bids)
    assert result.winner is not None and result.runner_up is not None
    assert (auction.outcome, result.winner.bidder.number, result.runner_up.bidder.number) == ("sold", 2, 1)
    offer = session.scalars(sa.select(ListingOffer)).one()
    assert (offer.kind, offer.state, offer.amount, auction.listing.state) == (
        "bid", "accepted", 103_000_00, "in_negotiation",
    )  # fmt: skip
    assert session.get_one(Deal, offer.deal_id).price_form == "auction"
    assert bidding.is_sound(auction.bids)


def test_the_clock_is_that_of_the_database_and_does_not_stand_still_in_a_transaction(session: Session) -> None:
    first = clock.moment(session)
    assert abs(first - now()) < dt.timedelta(minutes=1)
    assert clock.moment(session) > first


def test_a_listing_in_auction_ends_with_its_auction_alone(session: Session, hands: list[dt.timedelta]) -> None:
    auction = auctioned(session, made(session))
    auction.listing.valid_until = today() - dt.timedelta(1)
    session.flush()
    assert expiring.expire(session, SYSTEM, 10) == 0
    hands[0] = dt.timedelta(hours=2)
    assert bidding.close_due(session, 10) == 1
    assert auction.listing.state == "expired"


@pytest.mark.parametrize(("amount", "outcome"), [(None, "no_bids"), (101_000_00, "reserve_not_met")])
def test_below_the_reserve_nothing_is_sold(
    session: Session, hands: list[dt.timedelta], amount: int | None, outcome: str
) -> None:
    stall = made(session)
    auction = auctioned(session, stall, reserve=102_000_00)
    one = admitted(session, stall, auction)
    if amount is not None:
        hands[0] = dt.timedelta(minutes=2)
        bidding.bid(session, one, auction.id, amount)
    hands[0] = dt.timedelta(hours=2)
    assert bidding.close_due(session, 10) == 1
    assert (auction.outcome, auction.listing.state) == (outcome, "expired")
    assert session.scalar(sa.select(sa.func.count()).select_from(Deal)) == 0


def test_a_bid_in_the_last_minutes_puts_the_end_off(session: Session, hands: list[dt.timedelta]) -> None:
    stall = made(session)
    auction = auctioned(session, stall)
    one, two = admitted(session, stall, auction), admitted(session, stall, auction)
    ends = auction.closes_at
    hands[0] = dt.timedelta(minutes=30)
    bidding.bid(session, one, auction.id, 100_000_00)
    assert (auction.closes_at, auction.times_extended) == (ends, 0)
    hands[0] = dt.timedelta(minutes=59)
    placed = bidding.bid(session, two, auction.id, 101_000_00)
    assert (auction.closes_at, auction.times_extended) == (placed.placed_at + dt.timedelta(minutes=5), 1)


def test_bidders_are_checked_first_and_refused_with_a_reason(session: Session) -> None:
    stall = made(session)
    auction = auctioned(session, stall)
    refused = announcing.ask(session, buyer(session), auction.id, None)
    with pytest.raises(NotFound):
        announcing.decide(session, acting("province_curator"), refused.id, is_accepted=True, reason="")
    with pytest.raises(Invalid):
        announcing.decide(session, stall.owner, refused.id, is_accepted=False, reason="")
    announcing.decide(session, stall.owner, refused.id, is_accepted=False, reason="营业执照已吊销")
    assert (refused.state, refused.number) == ("refused", None)
    with pytest.raises(Conflict, match="自己单位"):
        announcing.ask(session, acting("enterprise", stall.achievement.units[0]), auction.id, None)
    announcing.cancel(session, stall.owner, auction.id, "权属有争议")
    assert (auction.outcome, auction.listing.state) == ("cancelled", "withdrawn")


def test_while_bids_are_invited_nobody_has_it_alone_by_another_listing(session: Session) -> None:
    stall = made(session)
    auctioned(session, stall)
    other = listed(session, stall)
    with pytest.raises(Conflict, match="正在拍卖"):
        offering.take(session, buyer(session), other.id, OFFER)
    with pytest.raises(Conflict, match="正在拍卖"):
        auctioned(session, stall, mode="equity")


def test_no_bids_are_invited_for_what_one_enterprise_has_reserved(session: Session) -> None:
    stall = made(session)
    offering.take(session, buyer(session), listed(session, stall).id, OFFER)
    with pytest.raises(Conflict, match="独家洽谈"):
        auctioned(session, stall)


def test_what_is_no_longer_public_at_the_end_is_sold_to_nobody(session: Session, hands: list[dt.timedelta]) -> None:
    stall = made(session)
    auction = auctioned(session, stall)
    one, late = admitted(session, stall, auction), announcing.ask(session, buyer(session), auction.id, None)
    hands[0] = dt.timedelta(minutes=2)
    bidding.bid(session, one, auction.id, 100_000_00)
    stall.achievement.state, stall.achievement.published_state = "revoked", "revoked"
    session.flush()
    hands[0] = dt.timedelta(hours=2)
    assert bidding.close_due(session, 10) == 1
    assert (auction.outcome, auction.listing.state) == ("cancelled", "expired")
    assert session.scalar(sa.select(sa.func.count()).select_from(Deal)) == 0
    with pytest.raises(Conflict, match="已经结束"):
        announcing.decide(session, stall.owner, late.id, is_accepted=True, reason="")


def test_the_database_refuses_to_change_or_remove_a_bid(session: Session, hands: list[dt.timedelta]) -> None:
    stall = made(session)
    auction = auctioned(session, stall)
    one = admitted(session, stall, auction)
    hands[0] = dt.timedelta(minutes=2)
    placed = bidding.bid(session, one, auction.id, 100_000_00)
    for statement in ("UPDATE auction_bid SET amount = 1", "DELETE FROM auction_bid"):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(sa.text(statement))
    placed.amount = 1
    assert not bidding.is_sound([placed])
    session.expire(placed)


@pytest.fixture
def factory(database_url: str) -> Iterator[SessionFactory]:
    with open_sessions(database_url) as sessions:
        yield sessions


def test_of_fifty_who_bid_at_once_no_bid_is_lost_or_comes_out_of_order(
    factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    with unit_of_work(factory) as session:
        factories.use(session)
        stall = made(session)
        auction = auctioned(session, stall)
        bidders = [admitted(session, stall, auction) for _ in range(50)]
        identity = auction.id
    offset = dt.timedelta(minutes=2)
    monkeypatch.setattr(clock, "moment", lambda _session: now() + offset)
    start = threading.Barrier(len(bidders))
    kept: list[tuple[int, int]] = []
    refused: list[str] = []

    def act(number: int) -> None:
        start.wait()
        for round_ in (1, 2):
            amount = 100_000_00 + (number + 50 * (round_ - 1)) * 1_000_00
            try:
                with unit_of_work(factory) as session:
                    placed = bidding.bid(session, bidders[number], identity, amount)
                kept.append((placed.sequence, amount))
            except (Conflict, Invalid) as error:
                refused.append(type(error).__name__)

    threads = [threading.Thread(target=act, args=(number,)) for number in range(len(bidders))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kept) + len(refused) == 100
    with unit_of_work(factory) as session:
        found = session.get_one(Auction, identity)
        stored = session.scalars(sa.select(AuctionBid).order_by(AuctionBid.sequence)).all()
        # Every bid that was told to be kept is there, in the order in which they were taken.
        assert [(it.sequence, it.amount) for it in stored] == sorted(kept)
        assert [it.amount for it in stored] == sorted({it.amount for it in stored})
        assert [it.placed_at for it in stored] == sorted(it.placed_at for it in stored)
        assert bidding.is_sound(stored)
        assert len(stored) > 1
        monkeypatch.setattr(clock, "moment", lambda _session: found.closes_at)
        assert bidding.close_if_over(session, found)
        offer = session.scalars(sa.select(ListingOffer)).one()
        assert offer.amount == max(amount for _sequence, amount in kept)
