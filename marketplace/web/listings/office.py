"""The office's view of the market: what is listed in its scope, and which prices are being shown."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from marketplace.models.market.listing import MODES, STATES
from marketplace.permissions import Permission, can
from marketplace.runtime import runtime
from marketplace.services.listing import price_publicity, reading
from marketplace.web.actor import actor
from marketplace.web.curation.home import require_staff
from marketplace.web.listings.public import asked_for

blueprint = Blueprint("listing_office", __name__, url_prefix="/curation/listings")

blueprint.before_request(require_staff)

_PAGE = 50


@blueprint.get("")
def listing() -> str:
    asked = asked_for(("mode", "price_form", "state"))
    with runtime().sessions() as session:
        after = request.args.get("after", type=int)
        found = reading.at_office(session, actor(), asked, limit=_PAGE + 1, after=after)
        shown = price_publicity.waiting(session)
        return render_template(
            "listings/office.html",
            listings=found[:_PAGE],
            next_after=found[_PAGE - 1].id if len(found) > _PAGE else None,
            asked=asked,
            modes=MODES,
            states=STATES,
            prices=[it for it in shown if can(actor(), Permission.CURATION_ENTER, it[0].deal.achievement)],
        )
