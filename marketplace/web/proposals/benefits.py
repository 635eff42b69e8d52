"""The sheet of a benefit: claimed by authors and the unit, attested by finance, verified by an office."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.db import today, unit_of_work
from marketplace.errors import Invalid
from marketplace.models import Benefit, Proposal
from marketplace.permissions import Permission, can, can_read
from marketplace.runtime import runtime
from marketplace.schemas.benefit import AmountSchema, ClaimSchema
from marketplace.schemas.proposal import StatedReasonSchema
from marketplace.services.award import granting
from marketplace.services.benefit import amounts, steps
from marketplace.web import files
from marketplace.web.account.forms import DomainForm
from marketplace.web.actor import actor, sign_in_first
from marketplace.web.proposals.forms import AmountForm, ClaimForm, ReasonForm

blueprint = Blueprint("benefits", __name__, url_prefix="/benefits")
blueprint.before_request(sign_in_first)


@blueprint.get("")
def to_attest() -> str:
    """List the claims that wait for the attestor who asks."""
    with runtime().sessions() as session:
        return render_template("benefits/list.html", found=steps.to_attest(session, actor()))


@blueprint.get("/<int:benefit_id>")
def show(benefit_id: int) -> str:
    return _page(benefit_id)


@blueprint.post("/<int:benefit_id>/claim")
def claim(benefit_id: int) -> ResponseReturnValue:
    return _done(benefit_id, "claim", ClaimForm(), ClaimSchema(), steps.claim)


@blueprint.post("/<int:benefit_id>/attest")
def attest(benefit_id: int) -> ResponseReturnValue:
    return _done(benefit_id, "attest", AmountForm(), AmountSchema(), steps.attest)


@blueprint.post("/<int:benefit_id>/verify")
def verify(benefit_id: int) -> ResponseReturnValue:
    return _done(benefit_id, "verify", AmountForm(), AmountSchema(), steps.verify)


@blueprint.post("/<int:benefit_id>/revoke")
def revoke(benefit_id: int) -> ResponseReturnValue:
    def go(session: Any, by: Any, number: int, data: dict[str, Any]) -> None:
        granting.declare_false(session, by, number, data["reason"])

    return _done(benefit_id, "revoke", ReasonForm(), StatedReasonSchema(), go)


def _page(benefit_id: int, **forms: DomainForm) -> str:
    with runtime().sessions() as session:
        benefit = steps.get(session, actor(), benefit_id)
        records = steps.records_of(session, benefit)
        proposal = next((it for it in records if isinstance(it, Proposal)), None)
        on = benefit.verified_at.date() if benefit.verified_at else today()
        return render_template(
            "benefits/show.html",
            benefit=benefit,
            proposal=proposal,
            may_read=proposal is not None and can_read(actor(), proposal),
            needed=steps.needed_attestor(session, benefit),
            grade=amounts.grade(session, benefit.verified, on),
            forms={**_offered(session, benefit, proposal), **forms},
            **files.of(session, actor(), "benefit", benefit.id),
        )


def _offered(session: Any, benefit: Benefit, proposal: Proposal | None) -> dict[str, DomainForm]:
    """Return the empty forms of what the reader may do now."""
    offered: dict[str, DomainForm] = {}
    is_open = benefit.verified_at is None and benefit.revoked_at is None
    is_used = proposal is not None and proposal.state == "implemented"
    if is_open and is_used and can(actor(), Permission.BENEFIT_CLAIM, proposal):
        offered["claim"] = ClaimForm(formdata=None, obj=benefit)
    if is_open and benefit.claimed_at is not None and steps.attestor_kind(session, actor(), benefit):
        offered["attest"] = AmountForm(formdata=None)
    if proposal is None or not can(actor(), Permission.BENEFIT_VERIFY, proposal):
        return offered
    is_ready = is_used and benefit.claimed_at is not None and steps.is_attested(session, benefit)
    if is_open and is_ready and benefit.attested_by != actor().name:
        offered["verify"] = AmountForm(formdata=None, data={"amount": benefit.claimed})
    if benefit.claimed_at is not None and benefit.revoked_at is None:
        offered["revoke"] = ReasonForm(formdata=None)
    return offered


def _done(
    benefit_id: int, name: str, form: DomainForm, schema: Any, verb: Callable[..., object]
) -> ResponseReturnValue:
    data = form.load(schema)
    if data is None:
        return _page(benefit_id, **{name: form}), 422
    try:
        with unit_of_work(runtime().sessions) as session:
            verb(session, actor(), benefit_id, data)
    except Invalid as error:
        form.refuse_invalid(error)
        return _page(benefit_id, **{name: form}), 422
    flash(_("已办理。"))
    return redirect(url_for(".show", benefit_id=benefit_id), 303)
