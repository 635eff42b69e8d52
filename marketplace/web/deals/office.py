"""The office's register of contracts: those signed in its place, with and without a registration number."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.db import today, unit_of_work
from marketplace.errors import Conflict, Invalid
from marketplace.permissions import Permission, can_enter_room, can_register, require
from marketplace.runtime import runtime
from marketplace.schemas.deal import RegistrationSchema
from marketplace.services.deal import rooms, signing
from marketplace.services.listing import told_by_unit
from marketplace.web.actor import actor
from marketplace.web.curation.home import require_staff
from marketplace.web.deals.forms import RegistrationForm
from marketplace.web.doing import done, typed
from marketplace.web.proposals.forms import ReasonForm
from marketplace.web.studios.forms import fields_of

blueprint = Blueprint("contracts", __name__, url_prefix="/curation/contracts")
blueprint.before_request(require_staff)

_PAGE = 50


@blueprint.get("")
def listing() -> str:
    require(actor(), Permission.DEAL_REGISTER)
    unregistered = request.args.get("unregistered") == "1"
    with runtime().sessions() as session:
        after = request.args.get("after", type=int)
        found = rooms.contracts(session, actor(), unregistered=unregistered, limit=_PAGE + 1, after=after)
        return render_template(
            "deals/contracts.html",
            deals=found[:_PAGE],
            unregistered=unregistered,
            next_after=found[_PAGE - 1].id if len(found) > _PAGE else None,
        )


@blueprint.get("/<int:deal_id>")
def show(deal_id: int) -> str:
    return _page(deal_id)


@blueprint.post("/<int:deal_id>/register")
def register(deal_id: int) -> ResponseReturnValue:
    form = RegistrationForm()
    if (data := form.load(RegistrationSchema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                signing.register(session, actor(), deal_id, form.revision_read(), data)
            flash(_("登记号已记入合同。"))
            return redirect(url_for(".show", deal_id=deal_id), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except Conflict as error:
            form.form_errors = [error.text(_)]
    return _page(deal_id, form), 422


@blueprint.post("/<int:deal_id>/terminate")
def terminate(deal_id: int) -> ResponseReturnValue:
    address = url_for(".show", deal_id=deal_id)
    return done(
        lambda session: signing.terminate(session, actor(), deal_id, typed("reason")), _("合同已记为终止。"), address
    )


def _page(deal_id: int, form: RegistrationForm | None = None) -> str:
    with runtime().sessions() as session:
        deal = rooms.get(session, actor(), deal_id)
        begun = {"registered_on": today(), "technical_part": deal.technical_part, "revision": str(deal.revision)}
        return render_template(
            "deals/contract.html",
            deal=deal,
            refusal=told_by_unit.progress(session, actor(), deal),
            may_register=can_register(actor(), deal),
            may_enter=can_enter_room(actor(), deal),
            form=form or RegistrationForm(formdata=None, data=begun),
            end_form=ReasonForm(formdata=None),
            fields_of=fields_of,
        )
