"""The pages of the market: what is offered, one's own listings and offers, auctions, and the office's view of them."""

from __future__ import annotations

from flask import Flask

from marketplace.services.listing import reading
from marketplace.web.listings import auctions, names, office, own, public, refusals

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    for module in (public, own, refusals, auctions, office):
        app.register_blueprint(module.blueprint)
    app.jinja_env.globals.update(
        auction_outcome_names=names.AUCTION_OUTCOMES,
        listing_state_names=names.LISTING_STATES,
        listings_told_of=reading.told_of,
        mode_meanings=names.MEANINGS,
        offer_state_names=names.OFFER_STATES,
        first_refusal_answer_names=names.REFUSAL_ANSWERS,
        first_refusal_event_names=names.REFUSAL_EVENTS,
        first_refusal_state_names=names.REFUSAL_STATES,
        price_notice_state_names=names.PRICE_NOTICE_STATES,
        way_told_names=names.WAYS_TOLD,
    )
