"""What a unit does on the page of a proposal beside the steps of its queue: a part, the first use, merging."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from marketplace.db import unit_of_work
from marketplace.errors import Invalid
from marketplace.indexing.alike import alike
from marketplace.permissions import Permission, require
from marketplace.runtime import runtime
from marketplace.schemas.benefit import BenefitPlanSchema
from marketplace.schemas.proposal import CompletionSchema, MergeSchema, PartlyAdoptedSchema, StatedReasonSchema
from marketplace.services.benefit import steps as benefits
from marketplace.services.proposal import answering, merging, rates, reading
from marketplace.services.proposal.reading import Asked
from marketplace.web.account.forms import DomainForm
from marketplace.web.actor import actor
from marketplace.web.curation.home import blueprint as curation
from marketplace.web.proposals.forms import CompletionForm, MergeForm, PartForm, PlanForm, ReasonForm
from marketplace.web.proposals.page import proposal_page
from marketplace.web.proposals.views import blueprint

_PAGE = 50


@blueprint.post("/<int:proposal_id>/part")
def adopt_partly(proposal_id: int) -> ResponseReturnValue:
    return _done(proposal_id, "part", PartForm(), PartlyAdoptedSchema(), answering.adopt_partly)


@blueprint.post("/<int:proposal_id>/completion")
def complete(proposal_id: int) -> ResponseReturnValue:
    return _done(proposal_id, "completion", CompletionForm(), CompletionSchema(), answering.complete)


@blueprint.post("/<int:proposal_id>/plan")
def agree_benefit(proposal_id: int) -> ResponseReturnValue:
    """Fix what the benefit is measured by, before it can be."""

    def agree(session: Session, by: Any, number: int, plan: dict[str, Any]) -> None:
        benefits.agree(session, by, reading.get(session, by, number), plan)

    return _done(proposal_id, "plan", PlanForm(), BenefitPlanSchema(), agree)


@blueprint.post("/<int:proposal_id>/merge")
def merge(proposal_id: int) -> ResponseReturnValue:
    def go(session: Session, by: Any, number: int, data: dict[str, Any]) -> None:
        merging.merge(session, by, number, data["into_id"], data["reason"])

    return _done(proposal_id, "merge", MergeForm(), MergeSchema(), go)


@blueprint.post("/<int:proposal_id>/undo-merge")
def undo_merge(proposal_id: int) -> ResponseReturnValue:
    def go(session: Session, by: Any, number: int, data: dict[str, Any]) -> None:
        merging.undo(session, by, number, data["reason"])

    return _done(proposal_id, "undo", ReasonForm(), StatedReasonSchema(), go)


@blueprint.get("/<int:proposal_id>/alike")
def alike_page(proposal_id: int) -> str:
    """Show which proposals may say the same, for a person to merge or let be."""
    with runtime().sessions() as session:
        proposal = reading.get(session, actor(), proposal_id)
        require(actor(), Permission.PROPOSAL_ANSWER, proposal)
        found = alike(session, runtime().catalogue.embedder, actor(), proposal)
        may_merge = proposal.state in merging.MERGEABLE
        return render_template(
            "proposals/alike.html", proposal=proposal, found=found, form=MergeForm() if may_merge else None
        )


@curation.get("/proposals")
def proposals() -> str:
    """List the proposals an office may read; the rates of this year are its units', or its territory's when asked."""
    asked = Asked(
        text=request.args.get("q", "").strip()[:300],
        state=request.args.get("state", ""),
        category=request.args.get("category", ""),
    )
    with runtime().sessions() as session:
        found = reading.page(session, actor(), asked, limit=_PAGE, after=request.args.get("after", type=int))
        units = reading.office_units(session, actor())
        year, is_asked_for = rates.this_year(), request.args.get("rates") == "1"
        of_territory = [(None, rates.of_scope(session, actor(), *year))] if is_asked_for and not units else []
        return render_template(
            "proposals/office.html",
            proposals=found.proposals,
            next_after=found.next_after,
            asked=asked,
            rates=[(unit, rates.of_unit(session, actor(), unit, *year)) for unit in units] or of_territory,
        )


def _done(
    proposal_id: int, name: str, form: DomainForm, schema: Any, verb: Callable[..., object]
) -> ResponseReturnValue:
    """Do what a form asks for, or show the proposal with what was refused beside the fields."""
    data = form.load(schema)
    if data is None:
        return proposal_page(proposal_id, **{name: form}), 422
    try:
        with unit_of_work(runtime().sessions) as session:
            verb(session, actor(), proposal_id, data)
    except Invalid as error:
        form.refuse_invalid(error)
        return proposal_page(proposal_id, **{name: form}), 422
    flash(_("已办理。"))
    return redirect(url_for("proposals.show", proposal_id=proposal_id), 303)
