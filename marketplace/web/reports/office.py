"""The office's pages of reports: defined, shown for a period, taken away as files, frozen, and what changed since."""

from __future__ import annotations

import flask
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.db import today, unit_of_work
from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.permissions import Permission, can, can_build_report, require
from marketplace.runtime import runtime
from marketplace.schemas.report import FreezeSchema, ReportSchema
from marketplace.services.participation import campaigns
from marketplace.services.reports import definitions, errata, freezing, taking
from marketplace.web.actor import actor
from marketplace.web.curation.home import require_staff
from marketplace.web.exports import sent, telling
from marketplace.web.reports.forms import FreezeForm, ReportForm
from marketplace.web.studios.forms import fields_of

blueprint = Blueprint("reports", __name__, url_prefix="/curation/reports")

blueprint.before_request(require_staff)

_PAGE, _CAMPAIGNS = 30, 200


@blueprint.get("")
def listing() -> str:
    with runtime().sessions() as session:
        found = definitions.listed(session, actor(), limit=_PAGE + 1, after=request.args.get("after", type=int))
        return render_template(
            "reports/office.html",
            reports=found[:_PAGE],
            next_after=found[_PAGE - 1].id if len(found) > _PAGE else None,
            may_build=can(actor(), Permission.CAMPAIGN_RUN),
        )


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    require(actor(), Permission.CAMPAIGN_RUN)
    form = ReportForm()
    if request.method == "POST" and (data := form.load(ReportSchema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                report_id = definitions.make(session, actor(), data).id
            flash(_("报表已保存，以后每年都可以用。"))
            return redirect(url_for(".show", report_id=report_id), 303)
        except Invalid as error:
            form.refuse_invalid(error)
    return _form(form, None)


@blueprint.route("/<int:report_id>/edit", methods=["GET", "POST"])
def edit(report_id: int) -> ResponseReturnValue:
    with runtime().sessions() as session:
        report = definitions.get(session, actor(), report_id)
        form = ReportForm() if request.method == "POST" else ReportForm.showing(report)
        if request.method == "POST" and (data := form.load(ReportSchema())) is not None:
            try:
                with unit_of_work(runtime().sessions) as writing:
                    revision = request.form.get("revision", -1, type=int)
                    definitions.revise(writing, actor(), report_id, revision, data)
                flash(_("报表已修改，已冻结的不变。"))
                return redirect(url_for(".show", report_id=report_id), 303)
            except Invalid as error:
                form.refuse_invalid(error)
        return _form(form, report)


@blueprint.get("/<int:report_id>")
def show(report_id: int) -> ResponseReturnValue:
    return _page(report_id, request.args.get("period", ""))


@blueprint.post("/<int:report_id>/file")
def take(report_id: int) -> ResponseReturnValue:
    form, period = _wanted(), request.form.get("period", "")
    try:
        with unit_of_work(runtime().sessions) as session:
            report = definitions.get(session, actor(), report_id)
            file = taking.take(session, actor(), report, period, form, telling())
    except (Conflict, Invalid):
        # The page says in words what is wrong with the period.
        return redirect(url_for(".show", report_id=report_id, period=period), 303)
    return sent(file, f"report-{report_id}-{period}", form)


@blueprint.post("/<int:report_id>/freeze")
def freeze(report_id: int) -> ResponseReturnValue:
    form, period = FreezeForm(), request.form.get("period", "")
    try:
        data = FreezeSchema().load({"period": period, "reason": form.reason.data or ""})
        with unit_of_work(runtime().sessions) as session:
            frozen = freezing.freeze(session, actor(), report_id, data).id
        flash(_("已冻结。这一版以后不再改变。"))
        return redirect(url_for(".edition", frozen_id=frozen), 303)
    except (Invalid, Conflict) as error:
        return _page(report_id, period, error.sentences(_))


@blueprint.get("/editions/<int:frozen_id>")
def edition(frozen_id: int) -> str:
    with runtime().sessions() as session:
        frozen = freezing.get(session, actor(), frozen_id)
        return render_template(
            "reports/edition.html",
            frozen=frozen,
            table=taking.frozen_shown(frozen, telling()),
            is_sound=freezing.is_sound(frozen),
            stamp=freezing.stamp(session, frozen),
            errata=errata.errata(session, frozen),
        )


@blueprint.post("/editions/<int:frozen_id>/file")
def take_frozen(frozen_id: int) -> ResponseReturnValue:
    form = _wanted()
    with unit_of_work(runtime().sessions) as session:
        frozen = freezing.get(session, actor(), frozen_id)
        file = taking.take_frozen(session, actor(), frozen, form, telling())
        name = f"report-{frozen.report_id}-{frozen.period}-v{frozen.edition}"
    return sent(file, name, form)


@blueprint.get("/editions/<int:frozen_id>/text")
def text(frozen_id: int) -> flask.Response:
    """Give the frozen text itself, byte for byte what was hashed."""
    with runtime().sessions() as session:
        frozen = freezing.get(session, actor(), frozen_id)
    answer = flask.Response(frozen.text.encode(), content_type="application/json; charset=utf-8")
    name = f"report-{frozen.report_id}-{frozen.period}-v{frozen.edition}.json"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _wanted() -> str:
    form = request.form.get("form", "")
    if form not in taking.FORMS:
        raise NotFound("export", form)
    return form


def _form(form: ReportForm, report: object) -> ResponseReturnValue:
    with runtime().sessions() as session:
        form.offer(actor(), campaigns.listed(session, actor(), limit=_CAMPAIGNS))
        status = 200 if request.method == "GET" else 422
        return render_template("reports/form.html", form=form, fields=fields_of(form), report=report), status


def _page(report_id: int, period: str, refused: list[str] | None = None) -> ResponseReturnValue:
    chosen = period or str(today().year - 1)
    with runtime().sessions() as session:
        report, table, wrong = definitions.get(session, actor(), report_id), None, []
        try:
            table = taking.shown(session, report, chosen, telling())
        except (Invalid, Conflict) as error:
            wrong = error.sentences(_)
        problems = list(dict.fromkeys([*(refused or []), *wrong]))
        return render_template(
            "reports/show.html",
            report=report,
            period=chosen,
            table=table,
            problems=problems,
            editions=freezing.listed(session, report),
            builds=can_build_report(actor(), report),
            form=FreezeForm(formdata=None),
        ), 422 if problems else 200
