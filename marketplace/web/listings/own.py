"""One's own side of the market: prepare terms, let them out, renew, answer offers and questions of first refusal."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.db import unit_of_work
from marketplace.errors import Conflict, Invalid, NotAllowed, NotFound, StaleRevision
from marketplace.models import Achievement, Listing
from marketplace.permissions import buyers, can_list, can_prepare_listing
from marketplace.runtime import runtime
from marketplace.schemas.listing import ListingSchema
from marketplace.services import achievement as achievements
from marketplace.services.listing import first_refusal, keeping, offering, reading
from marketplace.web.actor import actor, sign_in_first
from marketplace.web.doing import done
from marketplace.web.listings.forms import TermsForm, reason_given
from marketplace.web.studios.forms import fields_of

blueprint = Blueprint("own_listings", __name__, url_prefix="/listings")

blueprint.before_request(sign_in_first)


@blueprint.get("/mine")
def mine() -> str:
    with runtime().sessions() as session:
        return render_template(
            "listings/mine.html",
            listings=reading.own(session, actor()),
            offers=reading.own_offers(session, actor()),
            acts_for_enterprise=bool(buyers(actor())),
            questions=[(it, first_refusal.question_of(session, it)) for it in first_refusal.asked_of(session, actor())],
        )


@blueprint.route("/new/<int:achievement_id>", methods=["GET", "POST"])
def new(achievement_id: int) -> ResponseReturnValue:
    form = TermsForm()
    if request.method == "POST" and (data := form.load(ListingSchema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                listing = keeping.prepare(session, actor(), achievement_id, data)
                kept = _told_of(listing)
                listing_id = listing.id
            flash(kept)
            return redirect(url_for("listings.show", listing_id=listing_id), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except Conflict as error:
            form.form_errors = [error.text(_)]
    with runtime().sessions() as session:
        achievement = _own(achievements.get(session, actor(), achievement_id))
        status = 200 if request.method == "GET" else 422
        return render_template(
            "listings/form.html", form=form, fields=fields_of(form), achievement=achievement, listing=None
        ), status


@blueprint.route("/<int:listing_id>/terms", methods=["GET", "POST"])
def revise(listing_id: int) -> ResponseReturnValue:
    with runtime().sessions() as session:
        listing = reading.get(session, actor(), listing_id)
        achievement = _own(listing.achievement)
        form = TermsForm() if request.method == "POST" else TermsForm.showing(listing)
    if request.method == "POST" and (data := form.load(ListingSchema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                keeping.revise(session, actor(), listing_id, form.revision_read(), data)
            flash(_("条款已改。"))
            return redirect(url_for("listings.show", listing_id=listing_id), 303)
        except (Conflict, StaleRevision) as error:
            form.form_errors = [error.text(_)]
    status = 200 if request.method == "GET" else 422
    return render_template(
        "listings/form.html", form=form, fields=fields_of(form), achievement=achievement, listing=listing
    ), status


@blueprint.post("/<int:listing_id>/let-out")
def let_out(listing_id: int) -> ResponseReturnValue:
    return done(lambda session: keeping.let_out(session, actor(), listing_id), _("已经挂牌。"), _address(listing_id))


@blueprint.post("/<int:listing_id>/renew")
def renew(listing_id: int) -> ResponseReturnValue:
    is_confirmed = "is_confirmed" in request.form
    return done(
        lambda session: keeping.renew(session, actor(), listing_id, is_confirmed=is_confirmed),
        _("已续期。"),
        _address(listing_id),
    )


@blueprint.post("/<int:listing_id>/withdraw")
def withdraw(listing_id: int) -> ResponseReturnValue:
    return done(
        lambda session: keeping.withdraw(session, actor(), listing_id, reason_given()), _("已撤下。"), url_for(".mine")
    )


@blueprint.post("/offers/<int:offer_id>/decide")
def decide(offer_id: int) -> ResponseReturnValue:
    """Take an interest up, which opens a deal, or decline it."""
    is_accepted = request.form.get("decision") == "accept"
    return done(
        lambda session: offering.decide(session, actor(), offer_id, is_accepted=is_accepted, reason=reason_given()),
        _("已接受，交易室已经开好。") if is_accepted else _("已答复对方。"),
        _address(request.form.get("listing", 0, type=int)),
    )


@blueprint.post("/offers/<int:offer_id>/take-back")
def take_back(offer_id: int) -> ResponseReturnValue:
    return done(lambda session: offering.take_back(session, actor(), offer_id), _("已撤回。"), url_for(".mine"))


@blueprint.get("/refusals")
def refusals() -> ResponseReturnValue:
    """Lead to what the reader was asked as a completer."""
    return redirect(url_for(".mine", _anchor="refusals"), 303)


@blueprint.post("/refusals/<int:refusal_id>")
def answer(refusal_id: int) -> ResponseReturnValue:
    said = request.form.get("answer")
    if said not in ("exercised", "waived"):
        raise NotFound("first_refusal", refusal_id)
    return done(
        lambda session: first_refusal.answer(session, actor(), refusal_id, exercises=said == "exercised"),
        _("您的答复已记下。"),
        url_for(".mine", _anchor="refusals"),
    )


def _own(achievement: Achievement) -> Achievement:
    """Return an achievement whose terms the actor may write down; raise NotAllowed for another's."""
    if not can_prepare_listing(actor(), achievement):
        raise NotAllowed("keep", "listing")
    return achievement


def _told_of(listing: Listing) -> str:
    """Say who lets out the terms that were kept."""
    if can_list(actor(), listing.achievement):
        return _("条款已存好，核对以后请挂牌。")
    if listing.achievement.is_duty is False:
        return _("条款已存好，已请完成人核对并挂牌。")
    return _("条款已存好，已请单位核对并挂牌。")


def _address(listing_id: int) -> str:
    return url_for("listings.show", listing_id=listing_id)
