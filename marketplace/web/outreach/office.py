"""The office's pages of publicity events: announced and corrected, who came reported and confirmed."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.db import today, unit_of_work
from marketplace.errors import Conflict, DomainError, Invalid, NotAllowed
from marketplace.permissions import Permission, can, can_follow_outreach, can_run_outreach, require
from marketplace.runtime import runtime
from marketplace.schemas.outreach import AttendanceSchema, CancellationSchema, OutreachSchema
from marketplace.services.account import people
from marketplace.services.outreach import attendance, events
from marketplace.web.account.forms import DomainForm
from marketplace.web.actor import actor
from marketplace.web.curation.home import require_staff
from marketplace.web.outreach.forms import AttendanceForm, CancellationForm, OutreachForm
from marketplace.web.outreach.public import listed
from marketplace.web.studios.forms import fields_of

blueprint = Blueprint("outreach_office", __name__, url_prefix="/curation/outreach")

blueprint.before_request(require_staff)

_LINES = 200


@blueprint.get("")
def listing() -> str:
    return render_template("outreach/office.html", **listed(), may_run=can(actor(), Permission.OUTREACH_RUN))


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    require(actor(), Permission.OUTREACH_RUN)
    form = OutreachForm()
    if request.method == "GET":
        return _form_page(form, _("发布活动"))
    if (data := form.load(OutreachSchema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                event_id = events.announce(session, actor(), data).id
            flash(_("活动已发布。"))
            return redirect(url_for(".show", event_id=event_id), 303)
        except Invalid as error:
            form.refuse_invalid(error)
    return _form_page(form, _("发布活动")), 422


@blueprint.get("/<int:event_id>")
def show(event_id: int) -> str:
    return _page(event_id)


@blueprint.route("/<int:event_id>/edit", methods=["GET", "POST"])
def edit(event_id: int) -> ResponseReturnValue:
    if request.method == "GET":
        with runtime().sessions() as session:
            form = OutreachForm.showing(events.run_by(session, actor(), event_id))
            return _form_page(form, _("修改活动"), event_id)
    form = OutreachForm()
    if (data := form.load(OutreachSchema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                events.revise(session, actor(), event_id, form.revision_read(), data)
            flash(_("活动已修改。"))
            return redirect(url_for(".show", event_id=event_id), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except Conflict as error:
            form.units.errors = [error.text(_)]
    return _form_page(form, _("修改活动"), event_id), 422


@blueprint.post("/<int:event_id>/attendance")
def report(event_id: int) -> ResponseReturnValue:
    form = AttendanceForm(prefix="came-")
    if (data := form.load(AttendanceSchema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                line = attendance.report(session, actor(), event_id, data)
                is_confirmed = line.confirmed_at is not None
            flash(_("参加情况已记下。") if is_confirmed else _("参加情况已上报，等主办单位确认。"))
            return redirect(url_for(".show", event_id=event_id, _anchor="attendance"), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except (Conflict, NotAllowed) as error:
            form.form_errors = [error.text(_)]
    return _page(event_id, {"came": form}), 422


@blueprint.post("/<int:event_id>/confirm")
def confirm(event_id: int) -> ResponseReturnValue:
    chosen = [int(it) for it in request.form.getlist("line") if it.isascii() and it.isdecimal() and len(it) < 10]
    try:
        with unit_of_work(runtime().sessions) as session:
            count = attendance.confirm(session, actor(), event_id, chosen)
        flash(ngettext("已确认 %(num)d 行。", "已确认 %(num)d 行。", count))
    except Conflict as error:
        flash(error.text(_))
    return redirect(url_for(".show", event_id=event_id, _anchor="attendance"), 303)


@blueprint.post("/<int:event_id>/attendance/<int:line_id>/strike")
def strike(event_id: int, line_id: int) -> ResponseReturnValue:
    try:
        with unit_of_work(runtime().sessions) as session:
            attendance.strike(session, actor(), event_id, line_id, request.form.get("reason", ""))
        flash(_("这一行已删去，理由记入历史。"))
    except Invalid as error:
        flash(" ".join(error.sentences(_)))
    return redirect(url_for(".show", event_id=event_id, _anchor="attendance"), 303)


@blueprint.post("/<int:event_id>/cancel")
def cancel(event_id: int) -> ResponseReturnValue:
    form = CancellationForm(prefix="cancel-")
    if (data := form.load(CancellationSchema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                events.cancel(session, actor(), event_id, data)
            flash(_("活动已取消，记录保留。"))
            return redirect(url_for(".show", event_id=event_id), 303)
        except DomainError as error:
            form.form_errors = [error.text(_)]
    return _page(event_id, {"cancel": form}), 422


def _form_page(form: OutreachForm, heading: str, event_id: int | None = None) -> str:
    form.offer(actor())
    # The office that hosts stays.
    fields = [field for field in fields_of(form) if not (event_id and field.short_name == "host")]
    return render_template("outreach/form.html", form=form, fields=fields, heading=heading, event_id=event_id)


def _page(event_id: int, refused: dict[str, DomainForm] | None = None) -> str:
    forms: dict[str, DomainForm] = {
        "came": AttendanceForm(formdata=None, prefix="came-"),
        "cancel": CancellationForm(formdata=None, prefix="cancel-", data={"cancelled_on": today()}),
    } | (refused or {})
    with runtime().sessions() as session:
        event = events.get(session, event_id)
        found = attendance.listed(session, actor(), event_id, limit=_LINES + 1)
        history = events.history(session, actor(), event)
        return render_template(
            "outreach/record.html",
            event=event,
            figures=attendance.figures(session, [event.id])[event.id],
            lines=found[:_LINES],
            missing=attendance.not_reported(session, actor(), event),
            more=len(found) > _LINES,
            runs=can_run_outreach(actor(), event),
            follows=can_follow_outreach(actor(), event),
            may_report=can(actor(), Permission.OUTREACH_RUN) and event.state_on(today()) in ("running", "over"),
            forms=forms,
            refused=refused or {},
            fields_of=fields_of,
            events=history,
            people=people.called(session, (it.actor for it in history)),
            stamps={},
            day=today(),
        )
