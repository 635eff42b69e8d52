"""Take a list away as a file: what for is asked first, and the filters of the page it came from are kept."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from typing import IO

import flask
import wtforms
from flask import Blueprint, Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_limiter import Limiter
from sqlalchemy.orm import Session
from wtforms import widgets
from wtforms.fields.choices import SelectChoice

from marketplace.db import today, unit_of_work
from marketplace.errors import N_, Invalid, NotFound
from marketplace.indexing.finding import whole
from marketplace.models import Achievement
from marketplace.models.export import FORMS
from marketplace.permissions import Actor, can_enter_curation
from marketplace.runtime import runtime
from marketplace.services.export import exporting, filing, lists, log
from marketplace.services.export.columns import Telling
from marketplace.web import language
from marketplace.web.account.forms import DomainForm
from marketplace.web.actor import actor
from marketplace.web.catalogue import questions
from marketplace.web.curation.home import require_staff
from search.document import FACETS

blueprint = Blueprint("exports", __name__, url_prefix="/export")

_FORM_NAMES = {"xlsx": _("Excel 工作簿（.xlsx）"), "csv": _("CSV 文件（.csv，Excel 可直接打开）")}
_MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "pdf": "application/pdf",
}
_AT_ONCE = 1 << 16
# A file takes a process for seconds, and nobody reads more of them.
_LIMIT = "10 per minute"
_MAKING = {
    "POST": ("exports.ask", "exports.file_upwards", "reports.take", "reports.take_frozen"),
    "GET": ("api_exports.exported_achievements", "api_exports.exported", "api_exports.filed_upwards"),
}


def _catalogue(session: Session, reader: Actor, _asked: lists.Asked) -> Iterator[Achievement]:
    held = runtime()
    question = questions.question(request.args, reader.tokens, 1)
    return whole(held.sessions, held.catalogue, session, reader, question)


_ACHIEVEMENTS = lists.List("achievement", N_("成果检索结果"), _catalogue, ("q", *FACETS, "sort"), is_office=False)
LISTS = {**lists.LISTS, "achievements": _ACHIEVEMENTS}


class ExportForm(DomainForm):
    form = wtforms.RadioField(
        _("格式"), choices=[SelectChoice(form, _FORM_NAMES[form]) for form in reversed(FORMS)], default="xlsx"
    )
    names_persons = wtforms.BooleanField(_("写出姓名和电话（只限您管辖范围内的记录）"))
    purpose = wtforms.StringField(
        _("用途"), render_kw={"maxlength": 300}, description=_("写出姓名和电话时必填，与筛选条件、行数一起留下记录。")
    )


class FilingForm(DomainForm):
    body = wtforms.StringField(_("报送单位"), render_kw={"maxlength": 200, "required": True})
    contact = wtforms.StringField(_("联系人"), render_kw={"maxlength": 100, "required": True})
    phone = wtforms.StringField(_("联系电话"), render_kw={"maxlength": 60, "required": True, "inputmode": "tel"})
    since = wtforms.DateField(_("从哪天通过审核"), widget=widgets.DateInput())
    until = wtforms.DateField(_("到哪天"), widget=widgets.DateInput())


def init_app(app: Flask, limiter: Limiter) -> None:
    app.register_blueprint(blueprint)
    for method, endpoints in _MAKING.items():
        guarded = limiter.shared_limit(_LIMIT, "exports", methods=[method])
        for endpoint in endpoints:
            app.view_functions[endpoint] = guarded(app.view_functions[endpoint])


@blueprint.after_request
def keep_out_of_caches(response: flask.Response) -> flask.Response:
    response.cache_control.no_store = True
    return response


@blueprint.route("/<name>", methods=["GET", "POST"])
def ask(name: str) -> ResponseReturnValue:
    """Ask in which form and what for, and give the file out."""
    if name not in LISTS:
        raise NotFound("export", name)
    wanted = LISTS[name]
    if wanted.is_office and (elsewhere := require_staff()) is not None:
        return elsewhere
    form, status, asked = ExportForm(), 200, _filters(wanted)
    if form.validate_on_submit():
        wish = log.Wish(form.form.data, asked, bool(form.names_persons.data), (form.purpose.data or "").strip())
        try:
            with unit_of_work(runtime().sessions) as writing:
                records = lists.read(writing, actor(), wanted, asked)
                most = runtime().settings.export_most_rows
                file = exporting.export(writing, actor(), wanted.kind, records, wish, telling(), most)
            return sent(file, name, wish.form)
        except Invalid as error:
            # A filter is in the address, and nothing here to mend it with.
            if not error.fields.keys() <= form.data.keys():
                raise
            form.refuse_invalid(error)
            status = 422
    elif request.method == "POST":
        status = 422
    return render_template(
        "exports/ask.html",
        form=form,
        title=gettext(wanted.title),
        name=name,
        filters=asked,
        may_name=can_enter_curation(actor()),
    ), status


@blueprint.route("/filing", methods=["GET", "POST"])
def file_upwards() -> ResponseReturnValue:
    """Make the form in which an office files what it has reviewed with the office above."""
    if (elsewhere := require_staff()) is not None:
        return elsewhere
    filing.require_office(actor())
    form = FilingForm(data={"since": today().replace(day=1), "until": today()})
    status = 200
    if form.validate_on_submit():
        given = filing.Filing(
            *((form[name].data or "").strip() for name in ("body", "contact", "phone")),
            since=form.since.data,
            until=form.until.data,
        )
        try:
            with unit_of_work(runtime().sessions) as writing:
                most = runtime().settings.export_most_rows
                file = filing.form(writing, actor(), given, telling(), most)
            return sent(file, "filing", "xlsx")
        except Invalid as error:
            form.refuse_invalid(error)
            status = 422
    elif request.method == "POST":
        status = 422
    return render_template("exports/filing.html", form=form), status


def _filters(wanted: lists.List) -> dict[str, str]:
    """Return what of a list is wanted, as the address of its page says it: that names places and views as well."""
    asked = {name: ",".join(filter(None, request.args.getlist(name))) for name in wanted.filters}
    return {name: value for name, value in asked.items() if value}


def telling() -> Telling:
    """Return how a list is told in the language of the request."""
    return Telling(gettext, language.current())


def sent(file: IO[bytes], name: str, form: str) -> flask.Response:
    """Send a file piece by piece, so that a long one needs no memory, and close it."""
    answer = flask.Response(_pieces(file), content_type=_MEDIA_TYPES[form])
    answer.call_on_close(file.close)
    called = f"{name}-{dt.date.isoformat(today())}.{form}"
    answer.headers.set("Content-Disposition", "attachment", filename=called)
    answer.content_length = file.seek(0, io.SEEK_END)
    file.seek(0)
    return answer


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_AT_ONCE):
            yield piece
