"""Announce an auction, read it, admit who may bid, and cancel one in which nobody has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from marketplace import audit, rules, workflow
from marketplace.db import day_of, now, today
from marketplace.errors import N_, Conflict, Invalid, NotFound
from marketplace.models import Account, Auction, AuctionBid, AuctionBidder, Listing
from marketplace.permissions import Actor, buyers, can_list
from marketplace.postbox import post
from marketplace.services.auction import clock
from marketplace.services.listing import keeping, offering, reading, settling


def announce(session: Session, actor: Actor, listing_id: int, data: Mapping[str, Any]) -> Auction:
    """Let a listing out as an auction, on the terms ``AuctionSchema.load`` returned.

    Raises Conflict where its price is not to be found by one, or one is under way or somebody has the achievement
    reserved by another listing, and Invalid for a past beginning.
    """
    listing = keeping.to_be_announced(session, actor, listing_id)
    if listing.price_form != "auction":
        raise Conflict(N_("这项挂牌的定价方式不是拍卖。"))
    if data["opens_at"] <= clock.moment(session):
        raise Invalid({"opens_at": [N_("开始时间应在现在以后，让企业来得及报名。")]})
    settling.require_unreserved(session, listing)
    if listing.state != "listed":
        keeping.enter(session, actor, listing)
    elif of(session, listing) is not None:
        raise Conflict(N_("这项挂牌的拍卖已经公布。"))
    if listing.valid_until is not None and day_of(data["closes_at"]) > listing.valid_until:
        raise Invalid({"closes_at": [N_("拍卖应在挂牌的有效期内结束。")]})
    extension = rules.value(session, "auction_extension", today())
    auction = Auction(listing=listing, extension=extension, **data)
    session.add(auction)
    session.flush()
    # The reserve stays a secret of the record itself: an event keeps the hash of what it is given.
    audit.record(session, actor, "announce", "auction", auction.id, payload=dict(data), is_first=True)
    return auction


def of(session: Session, listing: Listing) -> Auction | None:
    """Return the auction of a listing that is not over yet."""
    return session.scalar(sa.select(Auction).filter_by(listing_id=listing.id, closed_at=None))


def latest(session: Session, listing: Listing) -> Auction | None:
    """Return the last auction of a listing, over or not, with its bids and bidders."""
    query = sa.select(Auction).filter_by(listing_id=listing.id).order_by(Auction.id.desc()).limit(1)
    return session.scalars(query.options(selectinload(Auction.bidders), selectinload(Auction.bids))).first()


def get(session: Session, actor: Actor, auction_id: int) -> Auction:
    """Return an auction whose listing the actor may see; raise NotFound."""
    auction = session.get(Auction, auction_id)
    if auction is None:
        raise NotFound("auction", auction_id)
    reading.get(session, actor, auction.listing_id)
    return auction


def ask(session: Session, actor: Actor, auction_id: int, organisation_id: int | None) -> AuctionBidder:
    """Ask to bid for an enterprise; the owner checks who it is and admits it."""
    auction = get(session, actor, auction_id)
    _listing, enterprise = offering.to_be_had(session, actor, auction.listing_id, organisation_id)
    hold(session, auction)
    if auction.closed_at is not None or clock.moment(session) >= auction.closes_at:
        raise Conflict(N_("拍卖已经结束。"))
    known = session.scalar(sa.select(AuctionBidder).filter_by(auction_id=auction.id, organisation_id=enterprise.id))
    if known is not None:
        raise Conflict(N_("您的企业已经报过名。"))
    bidder = AuctionBidder(auction_id=auction.id, organisation=enterprise, account_id=actor.account_id)
    session.add(bidder)
    session.flush()
    audit.record(session, actor, "ask_to_bid", "auction", auction.id, payload={"bidder": bidder.id})
    keeping.tell_owner(session, auction.listing, "bidder_asked")
    return bidder


def decide(session: Session, actor: Actor, bidder_id: int, *, is_accepted: bool, reason: str) -> AuctionBidder:
    """Admit an enterprise, under the number others know it by, or refuse it with a reason."""
    bidder = session.get(AuctionBidder, bidder_id)
    auction = session.get(Auction, bidder.auction_id) if bidder is not None else None
    if bidder is None or auction is None or not can_list(actor, auction.listing.achievement):
        raise NotFound("auction", bidder_id)
    hold(session, auction)
    session.refresh(bidder)
    if auction.closed_at is not None:
        raise Conflict(N_("拍卖已经结束。"))
    if bidder.state != "asked":
        raise Conflict(N_("这个报名已经答复过。"))
    if not is_accepted and not reason.strip():
        raise Invalid({"reason": [N_("请写明理由。")]})
    numbers = sa.select(sa.func.count()).where(
        AuctionBidder.auction_id == auction.id, AuctionBidder.state == "approved"
    )
    number = (session.scalar(numbers) or 0) + 1
    bidder.state, bidder.number = ("approved", number) if is_accepted else ("refused", None)
    bidder.decided_by, bidder.decided_at, bidder.reason = actor.name, now(), reason.strip()
    session.flush()
    payload = {"bidder": bidder.id, "state": bidder.state}
    audit.record(session, actor, "decide_bidder", "auction", auction.id, reason=reason, payload=payload)
    tell(session, auction, bidder, "bidder_admitted" if is_accepted else "bidder_refused")
    return bidder


def cancel(session: Session, actor: Actor, auction_id: int, reason: str) -> Auction:
    """Cancel an auction in which nobody has bid yet, with the reason; its listing is taken back."""
    auction = get(session, actor, auction_id)
    if not can_list(actor, auction.listing.achievement):
        raise NotFound("auction", auction_id)
    hold(session, auction)
    if auction.closed_at is not None:
        raise Conflict(N_("拍卖已经结束。"))
    if session.scalar(sa.select(AuctionBid.id).filter_by(auction_id=auction.id).limit(1)) is not None:
        raise Conflict(N_("已经有人出价，拍卖不能取消。"))
    if not reason.strip():
        raise Invalid({"reason": [N_("请写明理由。")]})
    auction.closed_at, auction.outcome = now(), "cancelled"
    session.flush()
    audit.record(session, actor, "cancel", "auction", auction.id, reason=reason.strip())
    session.refresh(auction.listing)
    workflow.apply(session, actor, auction.listing, "withdraw", reason.strip())
    session.flush()
    for bidder in auction.bidders:
        tell(session, auction, bidder, "auction_lost")
    return auction


def own_bidder(actor: Actor, auction: Auction) -> AuctionBidder | None:
    """Return the enterprise of the actor among the bidders."""
    mine = buyers(actor)
    return next((it for it in auction.bidders if it.organisation_id in mine), None)


def hold(session: Session, auction: Auction) -> None:
    """Wait until nobody else is about to bid or to close an auction, and read it as it is then."""
    audit.hold(session, "auction", auction.id)
    session.refresh(auction)


def tell(session: Session, auction: Auction, bidder: AuctionBidder, kind: str) -> None:
    account = session.get(Account, bidder.account_id)
    if account is not None and account.is_active:
        post(session, account, kind, title=auction.listing.achievement.title, listing=str(auction.listing_id))
