"""Take what is listed: at its price at once, or by asking where a price is to be agreed; an accepted offer is a deal.

What one alone can have is reserved for the first, under a lock on the achievement, so that of two at once one wins and
the other is told (rule 15). Anything else may be had by many.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import now, today
from marketplace.errors import N_, Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import Listing, ListingOffer, Organisation
from marketplace.models.market.listing import OPEN
from marketplace.permissions import Actor, buyers, can_buy, can_list
from marketplace.services.listing import exclusivity, keeping, reading, settling


def take(session: Session, actor: Actor, listing_id: int, data: Mapping[str, Any]) -> ListingOffer:
    """Accept the listed price for an enterprise, as ``OfferSchema.load`` returned it, and open the deal.

    Raises Conflict where it is no longer to be had, or the price is yet to be agreed.
    """
    listing, enterprise = to_be_had(session, actor, listing_id, data["organisation_id"])
    if listing.price_form != "listed" or listing.price is None:
        raise Conflict(N_("这项挂牌没有一口价，请先表达意向。"))
    offer = _offer(session, actor, listing, enterprise, "price", listing.price, data["note"])
    settling.accept(session, actor, offer)
    keeping.tell_owner(session, listing, "offer_made")
    return offer


def ask(session: Session, actor: Actor, listing_id: int, data: Mapping[str, Any]) -> ListingOffer:
    """Express the interest of an enterprise in a listing whose price is to be agreed, or that may be tried first."""
    listing, enterprise = to_be_had(session, actor, listing_id, data["organisation_id"])
    if listing.price_form not in ("agreed", "free_trial"):
        raise Conflict(N_("这项挂牌按标价或者拍卖成交，不需要先表达意向。"))
    offer = _offer(session, actor, listing, enterprise, "interest", None, data["note"])
    keeping.tell_owner(session, listing, "offer_made")
    return offer


def decide(session: Session, actor: Actor, offer_id: int, *, is_accepted: bool, reason: str) -> ListingOffer:
    """Take up an interest, which opens the deal, or decline it with a reason; for whoever offers the achievement."""
    offer = _waiting(session, offer_id)
    if not can_list(actor, offer.listing.achievement):
        raise NotFound("listing_offer", offer_id)
    if is_accepted:
        _require_open(offer.listing)
        settling.accept(session, actor, offer)
        return offer
    if not reason.strip():
        raise Invalid({"reason": [N_("请写明理由。")]})
    _close(session, actor, offer, "declined", reason.strip())
    keeping.tell_buyer(session, offer, "offer_declined")
    return offer


def take_back(session: Session, actor: Actor, offer_id: int) -> ListingOffer:
    """Take back an interest that nobody has answered yet."""
    offer = _waiting(session, offer_id)
    if offer.organisation_id not in buyers(actor):
        raise NotFound("listing_offer", offer_id)
    _close(session, actor, offer, "withdrawn", "")
    return offer


def to_be_had(
    session: Session, actor: Actor, listing_id: int, organisation_id: int | None
) -> tuple[Listing, Organisation]:
    """Return an open listing, held, and the enterprise the actor acts for; raise Conflict, NotAllowed or Invalid."""
    listing = reading.get(session, actor, listing_id)
    enterprise = _enterprise(session, actor, organisation_id)
    if not can_buy(actor, enterprise, listing.achievement):
        raise Conflict(N_("这是您自己单位或者您本人的成果，不需要在这里应答。"))
    exclusivity.hold(session, listing.achievement_id)
    session.refresh(listing)
    exclusivity.require_free(session, listing.achievement_id)
    _require_open(listing)
    return listing, enterprise


def _require_open(listing: Listing) -> None:
    if listing.state == "in_negotiation":
        raise Conflict(N_("已有企业先一步取得洽谈的机会，这项挂牌现在不能再应答；没有谈成时会重新开放。"))
    if listing.state not in OPEN or (listing.valid_until is not None and listing.valid_until < today()):
        raise Conflict(N_("这项挂牌已经结束，不能再应答。"))


def _enterprise(session: Session, actor: Actor, organisation_id: int | None) -> Organisation:
    mine = buyers(actor)
    if not mine:
        raise NotAllowed("offer", "listing_offer")
    if organisation_id is None and len(mine) > 1:
        raise Invalid({"organisation_id": [N_("您代表不止一家企业，请选是哪一家。")]})
    chosen = next(iter(mine)) if organisation_id is None else organisation_id
    if chosen not in mine:
        raise Invalid({"organisation_id": [N_("您不能代表这家企业，请从列表里选。")]})
    return session.get_one(Organisation, chosen)


def _offer(
    session: Session, actor: Actor, listing: Listing, enterprise: Organisation, kind: str, amount: int | None, note: str
) -> ListingOffer:
    known = sa.select(ListingOffer.id).where(
        ListingOffer.listing_id == listing.id, ListingOffer.organisation_id == enterprise.id,
        ListingOffer.state.in_(("waiting", "accepted")),
    )  # fmt: skip
    if session.scalar(known) is not None:
        raise Conflict(N_("您的企业已经应答过这项挂牌，请在原来的应答里继续。"))
    offer = ListingOffer(
        listing=listing, organisation=enterprise, account_id=actor.account_id, kind=kind, amount=amount, note=note
    )
    session.add(offer)
    session.flush()
    payload = {"listing": listing.id, "organisation": enterprise.id, "kind": kind, "amount": amount}
    audit.record(session, actor, "offer", "listing_offer", offer.id, to_state="waiting", payload=payload, is_first=True)
    return offer


def _waiting(session: Session, offer_id: int) -> ListingOffer:
    offer = session.get(ListingOffer, offer_id)
    if offer is None:
        raise NotFound("listing_offer", offer_id)
    exclusivity.hold(session, offer.listing.achievement_id)
    session.refresh(offer)
    session.refresh(offer.listing)
    if offer.state != "waiting":
        raise Conflict(N_("这份应答已经办结。"))
    return offer


def _close(session: Session, actor: Actor, offer: ListingOffer, state: str, reason: str) -> None:
    offer.state, offer.decided_by, offer.decided_at, offer.reason = state, actor.name, now(), reason
    session.flush()
    audit.record(session, actor, state, "listing_offer", offer.id, from_state="waiting", to_state=state, reason=reason)
