"""What becomes of a listing by its deals: reserved, set free, licensed, or taken for good (rule 11)."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, workflow
from marketplace.db import now
from marketplace.errors import N_, Conflict
from marketplace.models import Account, Auction, Deal, Listing, ListingOffer, Match
from marketplace.models.market.listing import PASSING_ON, TAKEN
from marketplace.permissions import Actor
from marketplace.postbox import post
from marketplace.services.deal.opening import CONTRACT_OF_MODE, Party, open_from_listing
from marketplace.services.listing import exclusivity, keeping


def accept(session: Session, actor: Actor, offer: ListingOffer) -> Deal:
    """Open the deal of an offer, and reserve what one alone can have; the caller holds the achievement."""
    listing = offer.listing
    exclusivity.require_free(session, listing.achievement_id)
    if listing.is_exclusive:
        require_unreserved(session, listing)
        workflow.apply(session, actor, listing, "reserve", payload={"offer": offer.id}, process="listing")
    deal = open_from_listing(
        session, actor, listing.achievement, Party(offer.organisation_id, offer.account_id), listing_id=listing.id,
        mode=listing.mode, licence_kind=exclusivity.LICENCES.get(listing.mode),
        contract_kind=CONTRACT_OF_MODE.get(listing.mode), price_form=listing.price_form, amount=offer.amount,
    )  # fmt: skip
    before = offer.state
    offer.state, offer.deal_id, offer.decided_by, offer.decided_at = "accepted", deal.id, actor.name, now()
    session.flush()
    audit.record(
        session, actor, "accept", "listing_offer", offer.id,
        from_state=before, to_state="accepted", payload={"deal": deal.id},
    )  # fmt: skip
    account = session.get(Account, offer.account_id)
    if account is not None and account.is_active:
        post(session, account, "offer_accepted", noun="deal", number=str(deal.id), title=listing.achievement.title)
    return deal


def signed(session: Session, actor: Actor, deal: Deal) -> None:
    """Settle what a signed contract means for the achievement, whichever way the deal began; the deal calls this.

    Raises Conflict where somebody else has it to himself already.
    """
    way = exclusivity.way(deal.mode, deal.licence_kind, deal.contract_kind)
    if way is None:
        return
    exclusivity.hold(session, deal.achievement_id)
    exclusivity.require_free(session, deal.achievement_id, follows_id=deal.follows_id)
    payload = {"deal": deal.id}
    listing = _listing_of(session, actor, deal, way)
    if way not in exclusivity.EXCLUSIVE:
        if listing is not None and listing.state == "listed":
            workflow.apply(session, actor, listing, "license_ordinarily", payload=payload, process="listing")
        session.flush()
        return
    listing = listing or _without_offer(session, actor, deal, way)
    action, target = ("transfer", TAKEN[0]) if way in PASSING_ON else ("license_exclusively", TAKEN[1])
    if listing.state != target:
        workflow.apply(session, actor, listing, action, payload=payload, process="listing")
    session.flush()
    _close_others(session, actor, listing)


def ended(session: Session, actor: Actor, deal: Deal) -> None:
    """Let others have what a deal that was never signed had reserved; the deal calls this when it is terminated.

    What was signed stays taken: a contract that is ended later does not give it back.
    """
    listing = session.get(Listing, deal.listing_id) if deal.listing_id is not None else None
    if listing is None or deal.signed_on is not None:
        return
    exclusivity.hold(session, deal.achievement_id)
    session.refresh(listing)
    for offer in session.scalars(sa.select(ListingOffer).filter_by(deal_id=deal.id, state="accepted")):
        offer.state = "ended"
        session.flush()
        audit.record(session, actor, "end", "listing_offer", offer.id, from_state="accepted", to_state="ended")
    others = sa.exists().where(
        Deal.listing_id == listing.id, Deal.id != deal.id, Deal.state.in_(("negotiating", "letter_of_intent"))
    )
    if listing.state == "in_negotiation" and not session.scalar(sa.select(others)):
        workflow.apply(session, actor, listing, "set_free", payload={"deal": deal.id}, process="listing")
        session.flush()


def require_unreserved(session: Session, listing: Listing) -> None:
    """Raise Conflict where another listing of the achievement is being negotiated, or auctioned, for one to have it."""
    other = sa.select(Listing.id).where(
        Listing.achievement_id == listing.achievement_id, Listing.state == "in_negotiation", Listing.id != listing.id
    )
    if session.scalar(other) is not None:
        raise Conflict(N_("这项成果正按另一种方式与一家企业独家洽谈，没有谈成以前不能再给别人。"))
    _require_no_auction(session, listing.achievement_id, listing.id)


def _require_no_auction(session: Session, achievement_id: int, listing_id: int | None = None) -> None:
    """Raise Conflict while bids are invited for an achievement by another listing."""
    under_way = (
        sa.select(Auction.id)
        .join(Auction.listing)
        .where(Listing.achievement_id == achievement_id, Auction.closed_at.is_(None), Listing.id != (listing_id or 0))
    )
    if session.scalar(under_way) is not None:
        raise Conflict(N_("这项成果正在拍卖，拍卖结束以前不能另给一家独占。"))


def _listing_of(session: Session, actor: Actor, deal: Deal, way: str) -> Listing | None:
    """Return the listing a deal settles: the one it came from, unless its terms became others at the table."""
    listing = session.get(Listing, deal.listing_id) if deal.listing_id is not None else None
    if listing is None:
        return None
    session.refresh(listing)
    if listing.mode == way:
        return listing
    if listing.state == "in_negotiation":
        workflow.apply(session, actor, listing, "set_free", payload={"deal": deal.id}, process="listing")
        session.flush()
    return None


def _without_offer(session: Session, actor: Actor, deal: Deal, way: str) -> Listing:
    """Return a listing to keep what an achievement went for without an offer on it: one of a match, or of before."""
    known = sa.select(Listing).filter_by(achievement_id=deal.achievement_id)
    if (had := session.scalar(known.where(Listing.state.in_(TAKEN)))) is not None:
        # A contract that goes on from the licence by which the other side has it alone.
        return had
    _require_no_auction(session, deal.achievement_id)
    if session.scalar(known.where(Listing.state == "in_negotiation")) is not None:
        raise Conflict(N_("这项成果正与另一家企业独家洽谈，谈成或者结束以前不能签这份合同。"))
    listing = session.scalar(known.where(Listing.mode == way, Listing.state.in_(("unlisted", "listed"))))
    if listing is None:
        listing = Listing(achievement=deal.achievement, mode=way, price_form="agreed")
        session.add(listing)
        session.flush()
        audit.record(session, actor, "prepare", "listing", listing.id, payload={"deal": deal.id}, is_first=True)
    if listing.state == "unlisted":
        listing.listed_at, listing.valid_until = now(), keeping.last_day(session)
        workflow.apply(session, actor, listing, "list_for_deal", payload={"deal": deal.id}, process="listing")
        session.flush()
    workflow.apply(session, actor, listing, "reserve", payload={"deal": deal.id}, process="listing")
    session.flush()
    return listing


def _close_others(session: Session, actor: Actor, taken: Listing) -> None:
    """Close every other listing of what somebody has to himself, and forget matches nobody has acted on."""
    keeping.lose_waiting(session, actor, taken)
    others = sa.select(Listing).where(
        Listing.achievement_id == taken.achievement_id, Listing.id != taken.id,
        Listing.state.in_(("unlisted", "listed", "licensed_ordinary")),
    )  # fmt: skip
    for listing in session.scalars(others):
        workflow.apply(session, actor, listing, "close", payload={"listing": taken.id}, process="listing")
        session.flush()
        keeping.lose_waiting(session, actor, listing)
    for match in session.scalars(sa.select(Match).filter_by(achievement_id=taken.achievement_id, state="suggested")):
        session.delete(match)
    session.flush()
