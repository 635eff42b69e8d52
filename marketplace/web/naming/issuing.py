"""After the publicity: the notice and the plaques, why a studio is on the list, and a naming that is taken back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.db import unit_of_work
from marketplace.errors import Conflict, Invalid
from marketplace.permissions import can_run_naming
from marketplace.runtime import runtime
from marketplace.schemas.naming_decision import NoticeSchema
from marketplace.services.account import people
from marketplace.services.naming import batches
from marketplace.services.selection import announcing, notices, outcomes, proof, revoking
from marketplace.web.actor import actor
from marketplace.web.naming.decision_forms import NoticeForm
from marketplace.web.naming.office import blueprint


@blueprint.get("/<int:batch_id>/notice")
def notice_page(batch_id: int) -> str:
    return _notice_page(batch_id)


@blueprint.post("/<int:batch_id>/notice")
def write_notice(batch_id: int) -> ResponseReturnValue:
    """Keep the notice as written so far, and with the second button issue it."""
    form, expected = NoticeForm(), request.form.getlist("expected", type=int)
    data = form.load(NoticeSchema())
    if data is None:
        return _notice_page(batch_id, form), 422
    is_issued = request.form.get("step") == "issue"
    try:
        with unit_of_work(runtime().sessions) as session:
            step = notices.issue if is_issued else notices.write
            count = len(step(session, actor(), batch_id, data | {"expected": expected}).named)
    except Invalid as error:
        form.refuse_invalid(error)
        return _notice_page(batch_id, form), 422
    except Conflict as error:
        form.form_errors = [error.text(_)]
        return _notice_page(batch_id, form), 409
    if is_issued:
        flash(ngettext("已命名 %(num)d 个工作室，牌匾已编号。", "已命名 %(num)d 个工作室，牌匾已编号。", count))
    else:
        flash(_("通知已保存，发布以前可以再改。"))
    return redirect(url_for(".notice_page", batch_id=batch_id), 303)


@blueprint.get("/applications/<int:application_id>")
def proof_page(application_id: int) -> str:
    return _proof_page(application_id)


@blueprint.post("/applications/<int:application_id>/<any('revoke', 'strike'):verb>")
def take_back(application_id: int, verb: str) -> ResponseReturnValue:
    """Revoke a naming, or take off the list what can no longer be named; both with a reason."""
    step = revoking.revoke if verb == "revoke" else announcing.strike
    try:
        with unit_of_work(runtime().sessions) as session:
            step(session, actor(), application_id, request.form.get("reason", "")[:2000])
    except Invalid as error:
        return _proof_page(application_id, " ".join(error.sentences(_))), 422
    if verb == "revoke":
        flash(_("命名已撤销，记录和牌匾编号保留。"))
    else:
        flash(_("已从名单上撤下，其余的重新公示。"))
    return redirect(url_for(".proof_page", application_id=application_id), 303)


def _notice_page(batch_id: int, form: NoticeForm | None = None) -> str:
    with runtime().sessions() as session:
        batch = batches.run_by(session, actor(), batch_id)
        if form is None:
            written = notices.draft(session, actor(), batch_id)
            form = NoticeForm(formdata=None, data={"number": written.number, "text": written.text})
        waiting = notices.waiting(session, batch)
        return render_template(
            "selection/notice.html",
            batch=batch,
            form=form,
            waiting=waiting,
            explained={it.application.id: it.hindrance.text(_) for it in waiting if it.hindrance is not None},
            issued=outcomes.notices_of(session, batch),
        )


def _proof_page(application_id: int, wrong: str = "") -> str:
    with runtime().sessions() as session:
        found = proof.of(session, actor(), application_id)
        return render_template(
            "selection/proof.html",
            proof=found,
            application=found.application,
            batch=found.application.batch,
            runs=can_run_naming(actor(), found.application.batch),
            names={found.application.id: found.application},
            events=found.events,
            people=people.called(session, (event.actor for event in found.events)),
            stamps={},
            wrong=wrong,
        )
