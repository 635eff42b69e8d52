"""A unit's application, and what the office that recommends says of it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.db import unit_of_work
from marketplace.errors import Conflict, Invalid
from marketplace.permissions import can_apply, can_follow_naming, can_keep_studio, can_run_naming
from marketplace.runtime import runtime
from marketplace.schemas.naming import ApplicationSchema, RecommendationSchema
from marketplace.schemas.proposal import StatedReasonSchema
from marketplace.services.account import people
from marketplace.services.naming import applications, applying, batches, judging, recommending
from marketplace.services.selection import outcomes
from marketplace.services.studio import records
from marketplace.web.account.forms import DomainForm
from marketplace.web.actor import actor, sign_in_first
from marketplace.web.naming.forms import ApplicationForm, ReasonForm, RecommendationForm

blueprint = Blueprint("naming_applications", __name__, url_prefix="/naming")

blueprint.before_request(sign_in_first)


@blueprint.get("/<int:batch_id>/apply/<int:studio_id>")
def form(batch_id: int, studio_id: int) -> str:
    return _form_page(batch_id, studio_id, ApplicationForm(formdata=None))


@blueprint.post("/<int:batch_id>/apply/<int:studio_id>")
def apply(batch_id: int, studio_id: int) -> ResponseReturnValue:
    sent = ApplicationForm()
    given = {name: sent[name].data for name in ("statement", "acknowledged", "explanation")}
    if wrong := ApplicationSchema().validate({**given, "studio": studio_id}):
        sent.refuse(wrong)
        return _form_page(batch_id, studio_id, sent), 422
    try:
        with unit_of_work(runtime().sessions) as session:
            data = ApplicationSchema().load({**given, "studio": studio_id})
            application_id = applying.apply(session, actor(), batch_id, data).id
    except Invalid as error:
        sent.refuse_invalid(error)
        return _form_page(batch_id, studio_id, sent), 422
    except Conflict as error:
        sent.form_errors = [error.text(_)]
        return _form_page(batch_id, studio_id, sent), 409
    flash(_("已申报，工作室的全部记录已冻结在申报材料里。"))
    return redirect(url_for(".show", application_id=application_id), 303)


@blueprint.get("/applications/<int:application_id>")
def show(application_id: int) -> str:
    return _page(application_id)


@blueprint.post("/applications/<int:application_id>/withdraw")
def withdraw(application_id: int) -> ResponseReturnValue:
    with unit_of_work(runtime().sessions) as session:
        applying.withdraw(session, actor(), application_id)
    flash(_("申报已撤回；申报截止以前可以重新申报。"))
    return redirect(url_for(".show", application_id=application_id), 303)


@blueprint.post("/applications/<int:application_id>/recommend")
def recommend(application_id: int) -> ResponseReturnValue:
    sent = RecommendationForm()
    data = sent.load(RecommendationSchema())
    if data is None:
        return _page(application_id, recommendation=sent), 422
    try:
        with unit_of_work(runtime().sessions) as session:
            found = recommending.recommend(session, actor(), application_id, sent.revision_read(), data)
            batch_id = found.naming_batch_id
    except Invalid as error:
        sent.refuse_invalid(error)
        return _page(application_id, recommendation=sent), 422
    except Conflict as error:
        sent.form_errors = [error.text(_)]
        return _page(application_id, recommendation=sent), 409
    flash(_("已推荐。"))
    return redirect(url_for("naming_office.recommending_list", batch_id=batch_id), 303)


@blueprint.post("/applications/<int:application_id>/set-aside")
def set_aside(application_id: int) -> ResponseReturnValue:
    """Take an application out of its batch, by the office that runs it."""
    sent = ReasonForm(prefix="set-aside-")
    data = sent.load(StatedReasonSchema())
    if data is None:
        return _page(application_id, **{"set-aside": sent}), 422
    with unit_of_work(runtime().sessions) as session:
        batches.set_aside(session, actor(), application_id, data["reason"])
    flash(_("这一项不再参加这一批，理由告诉了单位。"))
    return redirect(url_for(".show", application_id=application_id), 303)


@blueprint.post("/applications/<int:application_id>/<any('return', 'decline'):verb>")
def refuse(application_id: int, verb: str) -> ResponseReturnValue:
    """Return an application to its unit, or recommend it no further; both with a reason."""
    sent = ReasonForm(prefix=f"{verb}-")
    data = sent.load(StatedReasonSchema())
    if data is None:
        return _page(application_id, **{verb: sent}), 422
    step = recommending.send_back if verb == "return" else recommending.decline
    with unit_of_work(runtime().sessions) as session:
        found = step(session, actor(), application_id, sent.revision_read(), data["reason"])
        batch_id = found.naming_batch_id
    flash(_("已退回，单位补正后可以重新提交。") if verb == "return" else _("已登记不推荐，理由告诉了单位。"))
    return redirect(url_for("naming_office.recommending_list", batch_id=batch_id), 303)


def _form_page(batch_id: int, studio_id: int, form: ApplicationForm) -> str:
    with runtime().sessions() as session:
        batch = batches.get(session, batch_id)
        studio = records.writable(session, actor(), studio_id)
        return render_template(
            "naming/apply.html",
            batch=batch,
            studio=studio,
            form=form,
            standing=(found := applying.standing(session, batch, studio)),
            obstacles=[it.text(_) for it in found.obstacles],
            acknowledged=set(form.acknowledged.data or ()),
            may_apply=can_apply(actor(), studio.organisation),
        )


def _page(application_id: int, **refused: DomainForm) -> str:
    with runtime().sessions() as session:
        found = applications.get(session, actor(), application_id)
        decides = recommending.may_decide(actor(), found)
        blank = {"revision": found.revision}
        conditions = applications.conditions_of(found)
        follows, events = can_follow_naming(actor(), found.batch), applications.history(session, found)
        events = events if follows else outcomes.told_of(found, events).events
        return render_template(
            "naming/application.html",
            application=found,
            batch=found.batch,
            studio=found.studio,
            conditions=conditions,
            counts=applications.counts_of(conditions),
            may_read=can_keep_studio(actor(), found.studio),
            applies=can_apply(actor(), found.organisation),
            follows=follows,
            decides=decides,
            runs=can_run_naming(actor(), found.batch),
            recommendation=refused.get("recommendation") or RecommendationForm(formdata=None, data=blank),
            reasons={
                verb: refused.get(verb) or ReasonForm(formdata=None, data=blank, prefix=f"{verb}-")
                for verb in ("return", "decline", "set-aside")
            },
            refused=refused,
            events=events,
            # Which judge gave a sheet back is for whoever runs the batch to know.
            people=people.called(session, (it.actor for it in events if follows or it.verb not in judging.BY_JUDGES)),
            stamps={},
        )
