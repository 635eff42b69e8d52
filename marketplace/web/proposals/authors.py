"""Who made a proposal: the order and the shares agreed on, and each author's own agreement to be named so."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.db import unit_of_work
from marketplace.errors import Invalid, NotAllowed
from marketplace.permissions import is_author
from marketplace.runtime import runtime
from marketplace.schemas.proposal import AuthorsSchema
from marketplace.services.authoring import contributors
from marketplace.services.proposal import reading, writing
from marketplace.web.actor import actor
from marketplace.web.proposals.forms import AuthorsForm
from marketplace.web.proposals.views import blueprint


@blueprint.route("/<int:proposal_id>/authors", methods=["GET", "POST"])
def agree_authors(proposal_id: int) -> ResponseReturnValue:
    """Let the authors agree on their order and shares, until the proposal is judged."""
    with runtime().sessions() as session:
        proposal = reading.get(session, actor(), proposal_id)
        if not is_author(actor(), proposal):
            raise NotAllowed("submit", "proposal")
        form = AuthorsForm.showing(proposal) if request.method == "GET" else AuthorsForm()
    data = form.load(AuthorsSchema()) if request.method == "POST" else None
    if data is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                writing.agree_authors(session, actor(), proposal_id, form.revision_read(), data["authors"])
        except Invalid as error:
            form.refuse_invalid(error)
        else:
            flash(_("已按商定的记录。"))
            return redirect(url_for(".show", proposal_id=proposal_id), 303)
    page = render_template("proposals/authors.html", form=form, proposal=proposal)
    return page, 422 if request.method == "POST" else 200


@blueprint.post("/<int:proposal_id>/ask")
def ask(proposal_id: int) -> ResponseReturnValue:
    """Write to the authors who have not answered."""
    with unit_of_work(runtime().sessions) as session:
        asked = contributors.ask_again(session, actor(), reading.get(session, actor(), proposal_id))
    flash(_("已发出 %(count)s 封邮件；同一个人一天之内只发一次。", count=len(asked)))
    return redirect(url_for(".show", proposal_id=proposal_id, _anchor="people"), 303)


@blueprint.post("/<int:proposal_id>/authors/<int:person_id>/excuse")
def excuse(proposal_id: int, person_id: int) -> ResponseReturnValue:
    """Let the unit state why an author did not confirm."""
    with unit_of_work(runtime().sessions) as session:
        proposal = reading.get(session, actor(), proposal_id)
        contributors.excuse(session, actor(), proposal, person_id, request.form.get("reason", ""))
    flash(_("已记录。"))
    return redirect(url_for(".show", proposal_id=proposal_id, _anchor="people"), 303)
