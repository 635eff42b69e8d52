"""Several units that own what is dealt with: which part is whose, and what each says to the terms."""

from __future__ import annotations

from decimal import Decimal

import marshmallow as ma
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.db import unit_of_work
from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.models import Deal
from marketplace.permissions import side_in
from marketplace.runtime import runtime
from marketplace.schemas.fields import Share
from marketplace.services.deal import consents, income, rooms, terms
from marketplace.web.account.forms import DomainForm
from marketplace.web.actor import actor, sign_in_first
from marketplace.web.deals.forms import share_field, shares_form
from marketplace.web.demands.forms import sentences
from marketplace.web.doing import done, typed
from marketplace.web.studios.forms import fields_of

blueprint = Blueprint("deal_owners", __name__, url_prefix="/deals/<int:deal_id>/owners")
blueprint.before_request(sign_in_first)


@blueprint.get("")
def show(deal_id: int) -> str:
    return _page(deal_id)


@blueprint.post("")
def state(deal_id: int) -> ResponseReturnValue:
    """State which part is whose."""
    with runtime().sessions() as session:
        deal = rooms.enter(session, actor(), deal_id)
        form = shares_form(deal.owners, sent=True)
        shares = _read(form, deal)
    if shares is None:
        return _page(deal_id, form), 422
    try:
        with unit_of_work(runtime().sessions) as session:
            consents.state_shares(session, actor(), deal_id, shares)
    except (Invalid, Conflict) as error:
        form.form_errors = list(error.sentences(_))
        return _page(deal_id, form), 422
    flash(_("份额已写明，等其他单位同意。"))
    return redirect(url_for(".show", deal_id=deal_id), 303)


@blueprint.post("/<int:organisation_id>/answer")
def answer(deal_id: int, organisation_id: int) -> ResponseReturnValue:
    """Consent for a unit that owns it too, or refuse."""
    number, consenting = request.form.get("number", 0, type=int), request.form.get("answer") == "consent"
    return done(
        lambda session: consents.answer(
            session, actor(), deal_id, organisation_id, number, consents=consenting, reason=typed("reason")
        ),
        _("已记下。"),
        url_for(".show", deal_id=deal_id),
    )


def _read(form: DomainForm, deal: Deal) -> dict[int, Decimal] | None:
    """Return the part of each unit, or None with the refusals beside the fields."""
    shares, wrong = {}, {}
    for it in deal.owners:
        try:
            shares[it.organisation_id] = Share(required=True).deserialize(form[share_field(it)].data or None)
        except ma.ValidationError as error:
            wrong[share_field(it)] = list(sentences(error.messages))
    form.refuse(wrong)
    return None if wrong else shares


def _page(deal_id: int, form: DomainForm | None = None) -> str:
    with runtime().sessions() as session:
        deal = rooms.enter(session, actor(), deal_id)
        if not deal.owners:
            raise NotFound("deal", deal_id)
        is_open = deal.state in terms.BEFORE_SIGNATURE
        counting = terms.current(session, deal)
        is_agreed = counting is not None and counting.is_agreed
        may_state = is_open and side_in(actor(), deal) == "owner"
        return render_template(
            "deals/owners.html",
            deal=deal,
            counting=counting,
            answering=consents.to_answer(session, actor(), deal) if is_open and is_agreed else [],
            form=(form or shares_form(deal.owners, sent=False)) if may_state else None,
            fields_of=fields_of,
            own_income=income.of_unit(session, actor(), deal),
        )
