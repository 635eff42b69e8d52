"""Bid in an auction, and close it at its end, exactly: under one lock, by one clock, in one order.

Each bid carries the hash of the one before it, so that the list shown after the end cannot have been reordered.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, chain, workflow
from marketplace.errors import N_, Conflict, Invalid, NotAllowed
from marketplace.models import Auction, AuctionBid, AuctionBidder, ListingOffer
from marketplace.permissions import SYSTEM, Actor, buyers
from marketplace.services.auction import announcing, clock
from marketplace.services.listing import exclusivity, keeping, settling


@dataclass(frozen=True, slots=True)
class Result:
    """How an auction went: the bid it was sold for, the best of the next bidder, None where there is none."""

    winner: AuctionBid | None
    runner_up: AuctionBid | None


def bid(session: Session, actor: Actor, auction_id: int, amount: int, organisation_id: int | None = None) -> AuctionBid:
    """Bid so many fen for an enterprise that is admitted; one in the last minutes puts the end off.

    Raises NotAllowed for whoever is not admitted, Conflict before the beginning and at or after the end, and Invalid
    for less than the least that may be bid.
    """
    auction = announcing.get(session, actor, auction_id)
    announcing.hold(session, auction)
    # After the wait: a bid that waited past the end came too late.
    placed_at = clock.moment(session)
    bidder = _admitted(session, actor, auction, organisation_id)
    if auction.closed_at is not None or placed_at >= auction.closes_at:
        raise Conflict(N_("拍卖已经结束，这次出价没有计入。"))
    if placed_at < auction.opens_at:
        raise Conflict(N_("拍卖还没有开始。"))
    last = _last(session, auction)
    least = least_bid(auction, last)
    if amount < least:
        raise Invalid({"amount": [N_("已经有更高的出价，或者低于最低出价；请看现在的最低出价。")]})
    if last is not None and last.bidder_id == bidder.id:
        raise Conflict(N_("您现在就是最高出价，不用再加价。"))
    placed = AuctionBid(
        auction_id=auction.id, sequence=(last.sequence if last else 0) + 1, bidder_id=bidder.id, amount=amount,
        placed_at=placed_at, previous_hash=last.hash if last else None,
    )  # fmt: skip
    placed.hash = chain.sha256(chain.canonical(as_hashed(placed)))
    session.add(placed)
    late = auction.closes_at - dt.timedelta(minutes=auction.extension)
    if auction.extension and placed_at >= late:
        auction.closes_at = placed_at + dt.timedelta(minutes=auction.extension)
        auction.times_extended += 1
    session.flush()
    audit.record(session, actor, "bid", "auction", auction.id, payload=as_hashed(placed))
    return placed


def close_if_over(session: Session, auction: Auction) -> bool:
    """Close an auction whose end has come, whoever looks first; say whether this did."""
    if auction.closed_at is not None or clock.moment(session) < auction.closes_at:
        return False
    exclusivity.hold(session, auction.listing.achievement_id)
    announcing.hold(session, auction)
    moment = clock.moment(session)
    if auction.closed_at is not None or moment < auction.closes_at:
        return False
    best = _last(session, auction)
    # What was taken back from the public meanwhile is sold to nobody.
    is_public = auction.listing.achievement.published_state == "published"
    is_met = is_public and best is not None and (auction.reserve is None or best.amount >= auction.reserve)
    auction.closed_at, auction.outcome = moment, _outcome(is_public, best, is_met)
    session.flush()
    payload = {"outcome": auction.outcome, "last": best.hash if best else None}
    audit.record(session, SYSTEM, "close", "auction", auction.id, payload=payload)
    listing = auction.listing
    session.refresh(listing)
    if best is not None and is_met:
        _sell(session, auction, best)
    else:
        workflow.apply(session, SYSTEM, listing, "fall_through", payload=payload, process="listing")
        session.flush()
    for bidder in auction.bidders:
        if bidder.state == "approved" and (best is None or not is_met or bidder.id != best.bidder_id):
            announcing.tell(session, auction, bidder, "auction_lost")
    keeping.tell_owner(session, listing, "auction_over")
    return True


def look_at(session: Session, listing_id: int) -> bool:
    """Close the auction of a listing if its end has come, as whoever looks first does; say whether this did."""
    auction = session.scalar(sa.select(Auction).filter_by(listing_id=listing_id, closed_at=None))
    return auction is not None and close_if_over(session, auction)


def close_due(session: Session, most: int) -> int:
    """Close the auctions whose end has come, so many at most; return how many."""
    query = sa.select(Auction).where(Auction.closed_at.is_(None), Auction.closes_at <= clock.moment(session))
    return sum(close_if_over(session, it) for it in session.scalars(query.order_by(Auction.id).limit(most)).all())


def result(auction: Auction, bids: Sequence[AuctionBid]) -> Result:
    """Return how an auction went, from its bids in their order."""
    best = bids[-1] if bids else None
    second = next((it for it in reversed(bids) if best is not None and it.bidder_id != best.bidder_id), None)
    return Result(best if auction.outcome == "sold" else None, second if auction.outcome == "sold" else None)


def least_bid(auction: Auction, last: AuctionBid | None) -> int:
    """Return the least that may be bid after the last bid, in fen."""
    return auction.start_price if last is None else last.amount + auction.increment


def as_hashed(placed: AuctionBid) -> dict[str, Any]:
    """Return a bid as it is hashed, and shown after the end."""
    return {
        "auction": placed.auction_id,
        "sequence": placed.sequence,
        "bidder": placed.bidder_id,
        "amount": placed.amount,
        "placed_at": placed.placed_at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "previous_hash": placed.previous_hash,
    }


def is_sound(bids: Sequence[AuctionBid]) -> bool:
    """Say whether each bid follows from the one before it and is what was hashed."""
    before: AuctionBid | None = None
    for place, it in enumerate(bids, start=1):
        follows = it.sequence == place and it.previous_hash == (before.hash if before else None)
        if not follows or it.hash != chain.sha256(chain.canonical(as_hashed(it))):
            return False
        before = it
    return True


def _admitted(session: Session, actor: Actor, auction: Auction, organisation_id: int | None) -> AuctionBidder:
    chosen = buyers(actor) if organisation_id is None else buyers(actor) & {organisation_id}
    query = sa.select(AuctionBidder).where(
        AuctionBidder.auction_id == auction.id, AuctionBidder.organisation_id.in_(chosen),
        AuctionBidder.state == "approved",
    )  # fmt: skip
    found = session.scalars(query.order_by(AuctionBidder.id)).first()
    if found is None:
        raise NotAllowed("bid", "auction")
    return found


def _outcome(is_public: bool, best: AuctionBid | None, is_met: bool) -> str:
    if not is_public:
        return "cancelled"
    return "sold" if is_met else "no_bids" if best is None else "reserve_not_met"


def _last(session: Session, auction: Auction) -> AuctionBid | None:
    query = sa.select(AuctionBid).filter_by(auction_id=auction.id).order_by(AuctionBid.sequence.desc()).limit(1)
    return session.scalars(query).first()


def _sell(session: Session, auction: Auction, best: AuctionBid) -> None:
    offer = ListingOffer(
        listing=auction.listing, organisation=best.bidder.organisation, account_id=best.bidder.account_id, kind="bid",
        amount=best.amount,
    )  # fmt: skip
    session.add(offer)
    session.flush()
    payload = {"listing": auction.listing_id, "auction": auction.id, "bid": best.sequence}
    audit.record(
        session, SYSTEM, "offer", "listing_offer", offer.id, to_state="waiting", payload=payload, is_first=True
    )
    settling.accept(session, SYSTEM, offer)
