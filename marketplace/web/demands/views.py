"""The pages of a demand, from its first words to its matches."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import flask
import marshmallow as ma
from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.exc import StaleDataError

from marketplace import vocabulary
from marketplace.db import today, unit_of_work
from marketplace.errors import NotAllowed, StaleRevision
from marketplace.indexing import finding
from marketplace.models import Demand, Studio
from marketplace.permissions import can_edit_demand, owns
from marketplace.runtime import runtime
from marketplace.schemas.demand import DemandSchema, disclosed
from marketplace.services import brief as briefs
from marketplace.services import demand as demands
from marketplace.services import outcome as outcomes
from marketplace.services.demand_desk import validity
from marketplace.services.honour import experts
from marketplace.services.match import found as matches
from marketplace.services.open_bid import calls
from marketplace.web import history, posting, quotations
from marketplace.web.actor import actor, remember, sign_in_first, signed_in
from marketplace.web.demands import desk
from marketplace.web.demands.forms import DemandForm, TextForm
from marketplace.web.doing import done
from search.document import Hit, SearchRequest

blueprint = Blueprint("demands", __name__, url_prefix="/demands")

_STUDIOS = 3
_EXPERTS = 5
# What only an import knows is not in the form, and a change leaves it as it is.
_SCHEMA = DemandSchema(exclude=("source", "source_id", "extra"))


@blueprint.get("")
def listing() -> str:
    size = runtime().settings.page_size
    after = flask.request.args.get("after", type=int)
    with runtime().sessions() as session:
        # One more than is shown tells whether there is a next page.
        found = demands.listed(session, actor(), limit=size + 1, after=after)
        return render_template(
            "demands/list.html",
            demands=found[:size],
            next_after=found[size - 1].id if len(found) > size else None,
            own=demands.own(session, actor()) if after is None else [],
        )


@blueprint.get("/new")
def new() -> str:
    return render_template("demands/new.html", form=TextForm())


@blueprint.post("/brief")
def brief() -> ResponseReturnValue:
    """Turn a text into a brief to be looked over; nothing is kept yet."""
    form = TextForm()
    try:
        text = DemandSchema(only=("text",)).load({"text": form.text.data})["text"]
    except ma.ValidationError as error:
        form.text.errors = error.normalized_messages()["text"]
        return render_template("demands/new.html", form=form), 422
    found = briefs.brief_of(text, today())
    return _brief_page(
        DemandForm(formdata=None, data={"text": text, **found.fields, "organisation": _own_unit()}), found.unsure
    )


@blueprint.post("")
def create() -> ResponseReturnValue:
    form = DemandForm()
    try:
        data = _SCHEMA.load(form.submitted())
    except ma.ValidationError as error:
        form.refuse(error.normalized_messages())
        return _brief_page(form), 422
    with unit_of_work(runtime().sessions) as session:
        demand = posting.post(session, actor(), data)
    # An account finds its demands again by itself.
    if signed_in() is None:
        remember(demand.access_key)
    return redirect(url_for(".show", demand_id=demand.id), 303)


@blueprint.get("/<int:demand_id>")
def show(demand_id: int) -> ResponseReturnValue:
    if key := flask.request.args.get("key"):
        # The address with the key was kept to go on from another device; the key itself leaves the address bar.
        _claim(demand_id, key)
        return redirect(url_for(".show", demand_id=demand_id), 303)
    return demand_page(demand_id)


def demand_page(demand_id: int, refused: Mapping[int, Collection[str]] | None = None) -> str:
    """Show a demand with its matches; ``refused`` says what was wrong with the answer to an achievement."""
    with runtime().sessions() as session:
        demand = demands.get(session, actor(), demand_id)
        is_owner = owns(actor(), demand)
        found = matches.of_demand(session, actor(), demand)
        studios = _studios_beside(session, demand)
        return render_template(
            "demands/show.html",
            demand=disclosed(demand, is_owner=is_owner),
            is_owner=is_owner,
            has_key=demand.access_key in actor().keys,
            may_edit=can_edit_demand(actor(), demand),
            **desk.of(session, demand),
            broker=desk.broker_of(session, demand, is_owner=is_owner),
            may_renew=validity.may_renew(session, actor(), demand),
            studios=studios,
            experts=experts.of(session, [it.achievement for it in found], [it for _hit, it in studios], limit=_EXPERTS),
            call=calls.of_demand(session, demand),
            may_list=demand.state == "open" and calls.may_list(actor(), demand),
            matches=[
                (match, quotations.quotations(match.reasons, quotations.passages(match.achievement))) for match in found
            ],
            outcomes=outcomes.of_matches(session, found, "enterprise") if is_owner else {},
            chances=outcomes.chances(session, found, runtime().settings.calibration_answers),
            refused=refused or {},
            refusals=list(vocabulary.refusals),
            **history.of(session, actor(), demand),
        )


@blueprint.post("/<int:demand_id>/contact")
def see_contact(demand_id: int) -> ResponseReturnValue:
    """Show whom to ask about a demand, to whoever verifies or sees to it; each look is an event of the demand."""
    if (elsewhere := sign_in_first()) is not None:
        return elsewhere
    with unit_of_work(runtime().sessions) as session:
        return render_template("demands/contact.html", demand=demands.contact(session, actor(), demand_id))


def _studios_beside(session: Session, demand: Demand) -> list[tuple[Hit, Studio]]:
    """Return the studios that work on what a demand asks for: an answer beside the achievements."""
    asked = SearchRequest(kind="studio", text=demand.title, tokens=actor().tokens, limit=_STUDIOS)
    page = finding.beside(runtime().catalogue, asked)
    return finding.studios_found(session, page.hits, joinedload(Studio.organisation)) if page is not None else []


@blueprint.post("/<int:demand_id>/renew")
def renew(demand_id: int) -> ResponseReturnValue:
    return done(
        lambda session: validity.renew(session, actor(), demands.get(session, actor(), demand_id)),
        _("需求已续期。"),
        url_for(".show", demand_id=demand_id),
    )


@blueprint.get("/<int:demand_id>/edit")
def edit(demand_id: int) -> str:
    return _edit_page(demand_id, _stored(demand_id))


@blueprint.post("/<int:demand_id>/edit")
def revise(demand_id: int) -> ResponseReturnValue:
    form = DemandForm()
    try:
        data = _SCHEMA.load(form.submitted())
    except ma.ValidationError as error:
        form.refuse(error.normalized_messages())
        return _edit_page(demand_id, form), 422
    try:
        with unit_of_work(runtime().sessions) as session:
            posting.revise(session, actor(), demand_id, form.revision_read(), data)
    except (StaleRevision, StaleDataError):
        return _conflict_page(demand_id, form), 409
    return redirect(url_for(".show", demand_id=demand_id), 303)


def _stored(demand_id: int) -> DemandForm:
    """Return the form as the demand stands; raise NotFound or NotAllowed."""
    with unit_of_work(runtime().sessions) as session:
        demand = demands.get(session, actor(), demand_id)
        if not can_edit_demand(actor(), demand):
            raise NotAllowed("edit", "demand")
        if not owns(actor(), demand):
            # The form holds the contact, and staff who see it leave an event.
            demands.contact(session, actor(), demand_id)
        return DemandForm(formdata=None, data=_as_written(demand))


def _own_unit() -> str:
    """Return the name of the organisation the person here acts for, as the form begins with it."""
    found = signed_in()
    held = found.account.grants if found else []
    units = (it.organisation for it in held if it.organisation_id in actor().organisation_ids and it.organisation)
    return next((unit.name for unit in units), "")


def _as_written(demand: Demand) -> dict[str, Any]:
    plain = disclosed(demand, is_owner=True)
    # The page hides the unit of an anonymous demand; whoever posted it wrote the name and changes it.
    return plain | {"organisation": demand.organisation.name if demand.organisation else ""}


def _brief_page(form: DemandForm, unsure: Collection[str] = ()) -> str:
    form.offer_rows()
    return render_template("demands/brief.html", form=form, unsure=unsure)


def _edit_page(demand_id: int, form: DemandForm) -> str:
    form.offer_rows()
    return render_template("demands/edit.html", form=form, demand_id=demand_id)


def _conflict_page(demand_id: int, form: DemandForm) -> str:
    """Show what was written beside what is stored; whoever saves it again has seen both."""
    stored = _stored(demand_id)
    differences = form.differences(stored)
    form.revision.data = stored.revision.data
    form.offer_rows()
    return render_template("demands/conflict.html", form=form, demand_id=demand_id, differences=differences)


def _claim(demand_id: int, key: str) -> None:
    """Let this browser keep the key of a demand, if it is the key of that demand."""
    with runtime().sessions() as session:
        opened = demands.own(session, replace(actor(), keys=frozenset({key})))
    if any(demand.id == demand_id for demand in opened):
        remember(key)
