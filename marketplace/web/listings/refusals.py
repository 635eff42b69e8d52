"""First refusal as the unit sees it: whom it has to tell itself, what it recorded of that, and what each one said."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.db import unit_of_work
from marketplace.errors import Conflict, Invalid
from marketplace.runtime import runtime
from marketplace.schemas.listing import TellingSchema
from marketplace.services.account import people
from marketplace.services.listing import first_refusal, told_by_unit
from marketplace.web.actor import actor, sign_in_first
from marketplace.web.listings.forms import TellingForm, prefix
from marketplace.web.studios.forms import fields_of

blueprint = Blueprint("refusals", __name__, url_prefix="/listings/refusals/deals")

blueprint.before_request(sign_in_first)


@blueprint.get("/<int:deal_id>")
def of_deal(deal_id: int) -> str:
    return _page(deal_id)


@blueprint.post("/<int:deal_id>/completers/<int:answer_id>")
def record(deal_id: int, answer_id: int) -> ResponseReturnValue:
    form = TellingForm(prefix=prefix(answer_id))
    if (data := form.load(TellingSchema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                told_by_unit.record(session, actor(), deal_id, answer_id, data)
            flash(_("已记下。"))
            return redirect(url_for(".of_deal", deal_id=deal_id), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except Conflict as error:
            form.form_errors = [error.text(_)]
    return _page(deal_id, {answer_id: form}), 422


def _page(deal_id: int, refused: dict[int, TellingForm] | None = None) -> str:
    with runtime().sessions() as session:
        asked = told_by_unit.question(session, actor(), deal_id)
        is_open = first_refusal.is_under_way(asked)
        open_to_unit = [it for it in asked.answers if is_open and it.told_how != "platform"]
        forms = {it.id: TellingForm.showing(it) for it in open_to_unit}
        events = told_by_unit.events(session, actor(), deal_id)
        return render_template(
            "listings/refusals.html",
            deal=asked.deal,
            asked=asked,
            forms={**forms, **(refused or {})},
            fields_of=fields_of,
            events=events,
            people=people.called(session, (it.actor for it in events)),
        )
