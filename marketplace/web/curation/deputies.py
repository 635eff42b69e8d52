"""Who sees to a desk while its holder is away: named on a page of the office, and ended there by either of the two."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.db import today, unit_of_work
from marketplace.errors import Conflict, Invalid
from marketplace.runtime import runtime
from marketplace.schemas.account import DeputationSchema
from marketplace.services.account import deputies
from marketplace.web.account.forms import DeputationForm
from marketplace.web.actor import actor
from marketplace.web.curation.home import blueprint


@blueprint.get("/deputies")
def deputies_page() -> str:
    return _page()


@blueprint.post("/deputies")
def name_deputy() -> ResponseReturnValue:
    form = DeputationForm()
    data = form.load(DeputationSchema())
    if data is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                deputies.name(session, actor(), data)
            flash(_("代理人已指定，双方都会收到邮件。"))
            return redirect(url_for(".deputies_page"), 303)
        except Invalid as error:
            form.refuse_invalid(error)
    return _page(form), 422


@blueprint.post("/deputies/<int:deputation_id>/end")
def end_deputation(deputation_id: int) -> ResponseReturnValue:
    try:
        with unit_of_work(runtime().sessions) as session:
            deputies.end(session, actor(), deputation_id)
        flash(_("代理已结束，双方都会收到邮件。"))
    except Conflict as error:
        flash(error.text(_))
    return redirect(url_for(".deputies_page"), 303)


def _page(sent: DeputationForm | None = None) -> str:
    """Show who sees to which desk, and a form for each of the actor's own; ``sent`` is one that was refused."""
    with runtime().sessions() as session:
        desks = []
        for desk in deputies.desks(session, actor()):
            is_sent = sent is not None and request.form.get("grant") == str(desk.id)
            form = sent if sent is not None and is_sent else DeputationForm.beginning(desk.id, today())
            form.offer(desk.id, deputies.colleagues(session, actor(), desk))
            desks.append((desk, form))
        return render_template(
            "curation/deputies.html",
            deputations=deputies.listed(session, actor()),
            desks=desks,
            most=deputies.longest(session),
            today=today(),
            own=actor().account_id,
        )
