"""The term sheet of a deal: proposed, compared version by version, accepted, declined and signed."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from marketplace.db import unit_of_work
from marketplace.errors import Conflict, Invalid
from marketplace.permissions import side_in
from marketplace.runtime import runtime
from marketplace.schemas.deal import ProposalOfTermsSchema, terms_of
from marketplace.services.account import people
from marketplace.services.deal import rooms, signing, terms
from marketplace.web.actor import actor, sign_in_first
from marketplace.web.deals.forms import TermsForm
from marketplace.web.doing import done, typed
from marketplace.web.studios.forms import fields_of

blueprint = Blueprint("deal_terms", __name__, url_prefix="/deals/<int:deal_id>/terms")
blueprint.before_request(sign_in_first)


@blueprint.get("")
def listing(deal_id: int) -> str:
    """Show every version with what it changed."""
    with runtime().sessions() as session:
        deal = rooms.enter(session, actor(), deal_id)
        versions = terms.versions(session, actor(), deal)
        before = dict(zip((it.number for it in versions[1:]), versions, strict=False))
        return render_template(
            "deals/versions.html",
            deal=deal,
            versions=versions[::-1],
            changes={it.number: terms.changes(before.get(it.number), it) for it in versions},
            counting=terms.current(session, deal),
            side=side_in(actor(), deal),
            people=people.called(session, (it.proposed_by for it in versions)),
        )


@blueprint.route("/new", methods=["GET", "POST"])
def propose(deal_id: int) -> ResponseReturnValue:
    if request.method == "GET":
        with runtime().sessions() as session:
            deal = rooms.enter(session, actor(), deal_id)
            versions = terms.versions(session, actor(), deal)
            counting = terms.current(session, deal)
            begun = terms_of(counting) if counting is not None else terms.first(deal)
            return _page(session, deal_id, TermsForm.beginning(begun, versions[-1].number if versions else 0))
    form = TermsForm()
    if (data := form.load(ProposalOfTermsSchema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                number = terms.propose(session, actor(), deal_id, data).number
            flash(_("第 %(number)s 版已提出，等对方答复。", number=number))
            return redirect(url_for("deals.show", deal_id=deal_id, _anchor="terms"), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except Conflict as error:
            form.form_errors = [error.text(_)]
    with runtime().sessions() as session:
        return _page(session, deal_id, form), 422


@blueprint.post("/<int:number>/accept")
def accept(deal_id: int, number: int) -> ResponseReturnValue:
    return done(
        lambda session: terms.accept(session, actor(), deal_id, number), _("双方就这一版达成一致。"), _back(deal_id)
    )


@blueprint.post("/<int:number>/decline")
def decline(deal_id: int, number: int) -> ResponseReturnValue:
    return done(
        lambda session: terms.decline(session, actor(), deal_id, number, typed("reason")),
        _("已答复对方。"),
        _back(deal_id),
    )


@blueprint.post("/<int:number>/sign")
def sign(deal_id: int, number: int) -> ResponseReturnValue:
    return done(lambda session: signing.sign(session, actor(), deal_id, number), _("你方已签订。"), _back(deal_id))


@blueprint.post("/ask-to-sign")
def ask_to_sign(deal_id: int) -> ResponseReturnValue:
    """Ask who acts for the unit to sign."""
    return done(
        lambda session: signing.ask_to_sign(session, actor(), deal_id), _("已通知单位的经办人来签。"), _back(deal_id)
    )


def _back(deal_id: int) -> str:
    return url_for("deals.show", deal_id=deal_id, _anchor="terms")


def _page(session: Session, deal_id: int, form: TermsForm) -> str:
    deal = rooms.enter(session, actor(), deal_id)
    return render_template(
        "deals/terms_form.html", deal=deal, form=form, fields=[it for it in fields_of(form) if it.short_name != "after"]
    )
