"""Auctions on the page of their listing: announced and cancelled by the owner, bid in by enterprises."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.db import unit_of_work
from marketplace.errors import Conflict, Invalid
from marketplace.runtime import runtime
from marketplace.schemas.listing import AuctionSchema, BidSchema
from marketplace.services.auction import announcing, bidding
from marketplace.web.actor import actor, sign_in_first
from marketplace.web.doing import done
from marketplace.web.listings.forms import AuctionForm, BidForm, reason_given
from marketplace.web.listings.public import page

blueprint = Blueprint("auctions", __name__, url_prefix="/listings/<int:listing_id>/auction")

blueprint.before_request(sign_in_first)


@blueprint.post("")
def announce(listing_id: int) -> ResponseReturnValue:
    form = AuctionForm(prefix="auction-")
    if (data := form.load(AuctionSchema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                announcing.announce(session, actor(), listing_id, data)
            flash(_("拍卖已公布，企业可以报名。"))
            return redirect(_address(listing_id), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except Conflict as error:
            form.form_errors = [error.text(_)]
    return page(listing_id, {"auction": form}), 422


@blueprint.post("/<int:auction_id>/ask")
def ask(listing_id: int, auction_id: int) -> ResponseReturnValue:
    chosen = request.form.get("organisation_id", type=int)
    return done(
        lambda session: announcing.ask(session, actor(), auction_id, chosen),
        _("已报名，等对方核对。"),
        _address(listing_id),
    )


@blueprint.post("/<int:auction_id>/bid")
def bid(listing_id: int, auction_id: int) -> ResponseReturnValue:
    form = BidForm(prefix="bid-")
    if (data := form.load(BidSchema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                bidding.bid(session, actor(), auction_id, data["amount"])
            flash(_("出价已计入，您现在是最高价。"))
            return redirect(_address(listing_id), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except Conflict as error:
            form.form_errors = [error.text(_)]
    return page(listing_id, {"bid": form}), 422


@blueprint.post("/<int:auction_id>/cancel")
def cancel(listing_id: int, auction_id: int) -> ResponseReturnValue:
    return done(
        lambda session: announcing.cancel(session, actor(), auction_id, reason_given()),
        _("拍卖已取消。"),
        _address(listing_id),
    )


@blueprint.post("/bidders/<int:bidder_id>")
def decide(listing_id: int, bidder_id: int) -> ResponseReturnValue:
    """Admit an enterprise, or refuse it."""
    is_accepted = request.form.get("decision") == "accept"
    return done(
        lambda session: announcing.decide(session, actor(), bidder_id, is_accepted=is_accepted, reason=reason_given()),
        _("已答复对方。"),
        _address(listing_id),
    )


def _address(listing_id: int) -> str:
    return url_for("listings.show", listing_id=listing_id)
