"""What an office does about publicity: begin a list, finish it, and decide objections."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.db import today, unit_of_work
from marketplace.errors import Invalid
from marketplace.permissions import Permission, can, require
from marketplace.runtime import runtime
from marketplace.services import amendment as amendments
from marketplace.services import objection as objections
from marketplace.services import publicity as publicities
from marketplace.web.actor import actor
from marketplace.web.curation.home import blueprint
from marketplace.web.publicity.forms import AnnouncementForm, FindingForm

_PAGE = 200


@blueprint.get("/publicity")
def publicity() -> str:
    return _publicity_page(AnnouncementForm())


@blueprint.post("/publicity")
def announce() -> ResponseReturnValue:
    form, chosen = AnnouncementForm(), request.form.getlist("achievement", type=int)
    try:
        with unit_of_work(runtime().sessions) as session:
            begun = publicities.announce(session, actor(), chosen, form.title.data or "", form.channel.data or "")
    except Invalid as error:
        form.title.errors = error.sentences(_)
        return _publicity_page(form, chosen), 422
    flash(_("公示已开始，到 %(day)s 结束。", day=begun.ends_on))
    return redirect(url_for("publicity.show", publicity_id=begun.id), 303)


@blueprint.post("/publicity/<int:publicity_id>/finish")
def finish_publicity(publicity_id: int) -> str:
    """Publish what nobody holds up, and show entry by entry what became of it."""
    with unit_of_work(runtime().sessions) as session:
        results = publicities.finish(session, actor(), publicity_id)
        found = publicities.get(session, publicity_id)
        published = sum(error is None for error in results.values())
        if published:
            flash(ngettext("已公布 %(num)d 项成果。", "已公布 %(num)d 项成果。", published))
        held_up = {identity: error.text(_) if error else "" for identity, error in results.items()}
        return render_template("curation/publicity_finished.html", publicity=found, held_up=held_up)


@blueprint.post("/achievements/<int:achievement_id>/amendment")
def refuse_amendment(achievement_id: int) -> ResponseReturnValue:
    """Leave a published achievement as it is."""
    with unit_of_work(runtime().sessions) as session:
        amendments.refuse_by_id(session, actor(), achievement_id, request.form.get("reason", ""))
    flash(_("没有同意修改，成果保持原样公布。"))
    return redirect(url_for("catalogue.achievement", achievement_id=achievement_id), 303)


@blueprint.route("/objections/<int:objection_id>", methods=["GET", "POST"])
def objection(objection_id: int) -> ResponseReturnValue:
    form = FindingForm()
    if request.method == "GET":
        return _objection_page(objection_id, form)
    try:
        with unit_of_work(runtime().sessions) as session:
            upheld = request.form.get("decision") == "upheld"
            objections.decide(session, actor(), objection_id, upheld=upheld, finding=form.finding.data or "")
    except Invalid as error:
        form.finding.errors = error.sentences(_)
        return _objection_page(objection_id, form), 422
    flash(_("异议已办结。"))
    return redirect(url_for(".publicity"), 303)


def _publicity_page(form: AnnouncementForm, chosen: list[int] | None = None) -> str:
    require(actor(), Permission.OBJECTION_DECIDE)
    with runtime().sessions() as session:
        return render_template(
            "curation/publicity.html",
            form=form,
            chosen=chosen or [],
            may_announce=can(actor(), Permission.ACHIEVEMENT_REVIEW),
            waiting=publicities.announceable(session, actor(), limit=_PAGE),
            running=publicities.listed(session),
            objections=objections.to_decide(session, actor()),
            today=today(),
        )


def _objection_page(objection_id: int, form: FindingForm) -> str:
    with runtime().sessions() as session:
        found = objections.get(session, actor(), objection_id)
        return render_template(
            "curation/objection.html",
            objection=found,
            publicity=publicities.get(session, found.publicity_id),
            entry=objections.entry_of(session, found),
            form=form,
        )
