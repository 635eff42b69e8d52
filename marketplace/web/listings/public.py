"""What is offered, for everybody; and one listing with all that its reader may do with it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from marketplace import vocabulary
from marketplace.db import unit_of_work
from marketplace.errors import Conflict, Invalid
from marketplace.models import Listing
from marketplace.models.market.listing import MODES, OPEN
from marketplace.permissions import Permission, can, can_buy, can_list, can_prepare_listing, can_see_terms
from marketplace.runtime import runtime
from marketplace.schemas.listing import OfferSchema
from marketplace.services.auction import announcing, bidding, clock
from marketplace.services.listing import keeping, offering, reading
from marketplace.services.listing.reading import Asked
from marketplace.web.account.forms import DomainForm
from marketplace.web.actor import actor, sign_in_first
from marketplace.web.listings.forms import AuctionForm, BidForm, OfferForm, ReasonForm

blueprint = Blueprint("listings", __name__, url_prefix="/listings")

_PAGE = 30


@blueprint.get("")
def listing() -> str:
    asked = asked_for(("mode", "price_form"))
    with runtime().sessions() as session:
        after = request.args.get("after", type=int)
        found = reading.listed(session, actor(), asked, limit=_PAGE + 1, after=after)
        return render_template(
            "listings/list.html",
            listings=found[:_PAGE],
            next_after=found[_PAGE - 1].id if len(found) > _PAGE else None,
            asked=asked,
            modes=MODES,
            price_forms=list(vocabulary.price_forms),
        )


@blueprint.get("/<int:listing_id>")
def show(listing_id: int) -> str:
    return page(listing_id)


@blueprint.post("/<int:listing_id>/offer")
def offer(listing_id: int) -> ResponseReturnValue:
    """Accept the listed price, or express interest where the price is to be agreed."""
    if (elsewhere := sign_in_first()) is not None:
        return elsewhere
    form = OfferForm(prefix="offer-")
    if (data := form.load(OfferSchema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                at_price = reading.get(session, actor(), listing_id).price_form == "listed"
                made = (offering.take if at_price else offering.ask)(session, actor(), listing_id, data)
                deal_id = made.deal_id
            if deal_id is not None:
                flash(_("已按标价成交，交易室已经开好。"))
                return redirect(url_for("deals.show", deal_id=deal_id), 303)
            flash(_("意向已送达对方，答复后会通知您。"))
            return redirect(url_for(".show", listing_id=listing_id), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except Conflict as error:
            form.form_errors = [error.text(_)]
    return page(listing_id, {"offer": form}), 422


def asked_for(names: tuple[str, ...]) -> Asked:
    """Return what the address narrows a list to."""
    return Asked(**{name: request.args.get(name, "")[:30] for name in names})


def page(listing_id: int, refused: dict[str, DomainForm] | None = None) -> str:
    """Show a listing with the forms of its reader; ``refused`` holds those that were sent and not taken."""
    with unit_of_work(runtime().sessions) as session:
        bidding.look_at(session, listing_id)
    given = refused or {}
    forms: dict[str, DomainForm] = {
        "offer": given.get("offer") or OfferForm(formdata=None, prefix="offer-"),
        "bid": given.get("bid") or BidForm(formdata=None, prefix="bid-"),
        "auction": given.get("auction") or AuctionForm(formdata=None, prefix="auction-"),
        "reason": given.get("reason") or ReasonForm(formdata=None, prefix="reason-"),
    }
    with runtime().sessions() as session:
        found = reading.get(session, actor(), listing_id)
        enterprises = reading.enterprises_of(session, actor())
        if isinstance(forms["offer"], OfferForm):
            forms["offer"].offer(enterprises)
        achievement = found.achievement
        return render_template(
            "listings/show.html",
            listing=found,
            achievement=achievement,
            forms=forms,
            refused=given,
            enterprises=enterprises,
            may_buy=any(can_buy(actor(), it, achievement) for it in enterprises),
            may_list=can_list(actor(), achievement),
            may_prepare=can_prepare_listing(actor(), achievement),
            may_take_down=can(actor(), Permission.LISTING_RUN),
            sees_terms=can_see_terms(actor(), achievement),
            offers=reading.offers_of(session, actor(), found),
            is_open=found.state in OPEN,
            may_revise=can_prepare_listing(actor(), achievement) and not keeping.is_answered(session, found),
            **_auction(session, found),
        )


def _auction(session: Session, listing: Listing) -> dict[str, Any]:
    auction = announcing.latest(session, listing) if listing.price_form == "auction" else None
    if auction is None:
        return {"auction": None}
    bids = list(auction.bids)
    return {
        "auction": auction,
        "bids": bids,
        "bidder": announcing.own_bidder(actor(), auction),
        "least": bidding.least_bid(auction, bids[-1] if bids else None),
        "has_begun": clock.moment(session) >= auction.opens_at,
        "result": bidding.result(auction, bids),
        "is_sound": bidding.is_sound(bids),
    }
