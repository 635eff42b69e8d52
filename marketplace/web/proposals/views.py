"""Proposals as workers see them: their own and their unit's, written on a phone, followed to the end."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from marketplace.db import unit_of_work
from marketplace.errors import Invalid, StaleRevision
from marketplace.permissions import Permission, can
from marketplace.runtime import runtime
from marketplace.schemas.proposal import ProposalSchema
from marketplace.services.authoring import contributors
from marketplace.services.proposal import reading, support, writing
from marketplace.services.proposal.reading import Asked
from marketplace.web.actor import actor, sign_in_first, signed_in
from marketplace.web.proofs import proof_of
from marketplace.web.proposals.forms import ProposalForm
from marketplace.web.proposals.page import proposal_page

blueprint = Blueprint("proposals", __name__, url_prefix="/proposals")
# What visitors see too: golden ideas, and what they hold.
_OPEN = ("proposals.listing", "proposals.show")
_SCHEMA = ProposalSchema(exclude=("benefit_metric",))
# The button that hands in what is kept.
_SUBMIT = "submit"


@blueprint.before_request
def let_in() -> ResponseReturnValue | None:
    return None if request.endpoint in _OPEN else sign_in_first()


@blueprint.get("")
def listing() -> str:
    size, after = runtime().settings.page_size, request.args.get("after", type=int)
    asked = Asked(text=request.args.get("q", "").strip()[:300])
    with runtime().sessions() as session:
        found = reading.page(session, actor(), asked, limit=size, after=after)
        return render_template(
            "proposals/list.html",
            own=reading.own(session, actor()) if after is None and not asked.text else [],
            asked=_asked(session) if after is None and not asked.text else [],
            proposals=found.proposals,
            next_after=found.next_after,
            text=asked.text,
            may_write=can(actor(), Permission.PROPOSAL_SUBMIT),
        )


@blueprint.get("/new")
def new() -> str:
    return _form_page(ProposalForm(formdata=None))


@blueprint.post("")
def create() -> ResponseReturnValue:
    """Keep a new proposal as a draft, and hand it in where that was asked for."""
    form = ProposalForm()
    data = form.load(_SCHEMA)
    if data is None:
        return _form_page(form), 422
    with unit_of_work(runtime().sessions) as session:
        proposal = writing.draft(session, actor(), data)
    return _kept(proposal.id)


@blueprint.post("/autosave")
def begin_unasked() -> ResponseReturnValue:
    """Keep a draft while it is being written, and say where it is kept from now on."""
    form = ProposalForm()
    data = form.load(_SCHEMA)
    if data is None:
        return _not_kept(form)
    with unit_of_work(runtime().sessions) as session:
        proposal = writing.draft(session, actor(), data)
        return _kept_unasked(proposal.id, proposal.revision), 201


@blueprint.post("/<int:proposal_id>/autosave")
def save_unasked(proposal_id: int) -> ResponseReturnValue:
    form = ProposalForm()
    data = form.load(_SCHEMA)
    if data is None:
        return _not_kept(form)
    try:
        with unit_of_work(runtime().sessions) as session:
            saved = writing.save(session, actor(), proposal_id, form.revision_read(), data)
        return _kept_unasked(saved.id, saved.revision)
    except StaleRevision as error:
        return {"saved": False, "message": error.text(_)}, 409


@blueprint.get("/<int:proposal_id>/edit")
def edit(proposal_id: int) -> str:
    with runtime().sessions() as session:
        proposal = reading.get(session, actor(), proposal_id)
        return _form_page(ProposalForm.showing(proposal), proposal_id)


@blueprint.post("/<int:proposal_id>/edit")
def save(proposal_id: int) -> ResponseReturnValue:
    form = ProposalForm()
    data = form.load(_SCHEMA)
    if data is None:
        return _form_page(form, proposal_id), 422
    with unit_of_work(runtime().sessions) as session:
        writing.save(session, actor(), proposal_id, form.revision_read(), data)
    return _kept(proposal_id)


@blueprint.get("/<int:proposal_id>")
def show(proposal_id: int) -> str:
    return proposal_page(proposal_id)


@blueprint.post("/<int:proposal_id>/submit")
def submit(proposal_id: int) -> ResponseReturnValue:
    return _handed_in(proposal_id)


@blueprint.post("/<int:proposal_id>/withdraw")
def withdraw(proposal_id: int) -> ResponseReturnValue:
    with unit_of_work(runtime().sessions) as session:
        writing.withdraw(session, actor(), proposal_id)
    flash(_("已撤回。"))
    return redirect(url_for(".show", proposal_id=proposal_id), 303)


@blueprint.get("/<int:proposal_id>/proof")
def proof(proposal_id: int) -> ResponseReturnValue:
    """Give out the proof that the proposal was submitted."""
    return proof_of(actor(), "proposal", proposal_id)


@blueprint.post("/<int:proposal_id>/support")
def give_support(proposal_id: int) -> ResponseReturnValue:
    with unit_of_work(runtime().sessions) as session:
        if request.form.get("answer") == "take_back":
            support.take_back(session, actor(), proposal_id)
        else:
            support.support(session, actor(), proposal_id)
    return redirect(url_for(".show", proposal_id=proposal_id, _anchor="support"), 303)


def _asked(session: Session) -> list[contributors.Asked]:
    """Return the proposals whose authors wait for the agreement of whoever is signed in."""
    found = signed_in()
    asked = contributors.asked_of(session, found.account) if found is not None else []
    return [it for it in asked if it.kind == "author"]


def _kept(proposal_id: int) -> ResponseReturnValue:
    if request.form.get("action") == _SUBMIT:
        return _handed_in(proposal_id)
    flash(_("草稿已保存，只有您看得到。"))
    return redirect(url_for(".show", proposal_id=proposal_id), 303)


def _handed_in(proposal_id: int) -> ResponseReturnValue:
    """Submit what is kept; where something is missing, say so beside the field."""
    try:
        with unit_of_work(runtime().sessions) as session:
            writing.submit(session, actor(), proposal_id)
    except Invalid as error:
        with runtime().sessions() as session:
            form = ProposalForm.showing(reading.get(session, actor(), proposal_id))
        form.refuse_invalid(error)
        return _form_page(form, proposal_id), 422
    flash(_("已提交。单位会在期限内答复您。"))
    return redirect(url_for(".show", proposal_id=proposal_id), 303)


def _form_page(form: ProposalForm, proposal_id: int | None = None) -> str:
    with runtime().sessions() as session:
        form.offer(writing.units_of(session, actor()))
    if proposal_id is None:
        action, autosave = url_for(".create"), url_for(".begin_unasked")
    else:
        action, autosave = url_for(".save", proposal_id=proposal_id), url_for(".save_unasked", proposal_id=proposal_id)
    return render_template(
        "proposals/form.html", form=form, action=action, autosave=autosave, is_new=proposal_id is None
    )


def _kept_unasked(proposal_id: int, revision: int) -> dict[str, Any]:
    return {
        "saved": True,
        "revision": revision,
        "action": url_for(".save", proposal_id=proposal_id),
        "autosave": url_for(".save_unasked", proposal_id=proposal_id),
        "message": _("已自动保存。"),
    }


def _not_kept(form: ProposalForm) -> ResponseReturnValue:
    sentences = "；".join(str(it) for field in form for it in field.errors if isinstance(it, str))
    return {"saved": False, "message": sentences or _("有内容填写不正确，还没有保存。")}, 422
