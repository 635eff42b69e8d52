"""The judge's pages: the studios assigned to him, each with its frozen dossier and the form for its points."""

from __future__ import annotations

import datetime as dt
import re

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.db import unit_of_work
from marketplace.errors import Invalid
from marketplace.runtime import runtime
from marketplace.schemas.naming import AssessmentSchema
from marketplace.services.naming import applications, judging
from marketplace.web.actor import actor, sign_in_first
from marketplace.web.awards.forms import as_number, first_messages

blueprint = Blueprint("naming_judging", __name__, url_prefix="/judging/studios")

blueprint.before_request(sign_in_first)


_PAGE = 50
_PLACE = re.compile(r"([01])_([0-9-]{10})_([0-9]{1,9})")


@blueprint.get("")
def sheets() -> str:
    with runtime().sessions() as session:
        # One more than is shown tells whether there is a next page.
        found = judging.assigned(session, actor(), limit=_PAGE + 1, after=_after())
        return render_template(
            "naming/sheets.html",
            assigned=found[:_PAGE],
            count_open=judging.count_open(session, actor()),
            next_after="_".join(map(str, judging.place_of(found[_PAGE - 1]))) if len(found) > _PAGE else None,
        )


@blueprint.get("/<int:sheet_id>")
def sheet(sheet_id: int) -> str:
    return _sheet_page(sheet_id)


@blueprint.post("/<int:sheet_id>")
def save(sheet_id: int) -> ResponseReturnValue:
    """Keep the points, and with the second button lock them."""
    sent = request.form
    is_locked = sent.get("step") == "lock"
    given = {name.removeprefix("score-"): as_number(text) for name, text in sent.items() if name.startswith("score-")}
    data = {"scores": given, "comment": sent.get("comment", ""), "lock": is_locked}
    if wrong := AssessmentSchema().validate(data):
        return _sheet_page(sheet_id, data, first_messages(wrong)), 422
    try:
        with unit_of_work(runtime().sessions) as session:
            found = judging.save(session, actor(), sheet_id, AssessmentSchema().load(data))
            stays_away = found.recused_because is not None
    except Invalid as error:
        return _sheet_page(sheet_id, data, {name: _(said[0]) for name, said in error.fields.items()}), 422
    if stays_away:
        flash(_("您与这一项有关联，按规则回避，评分没有保存。"))
    else:
        flash(_("评分已锁定，不能再改。") if is_locked else _("已保存，锁定以前可以再改。"))
    return redirect(url_for(".sheets") if is_locked else url_for(".sheet", sheet_id=sheet_id), 303)


@blueprint.post("/<int:sheet_id>/recuse")
def recuse(sheet_id: int) -> ResponseReturnValue:
    sent = request.form
    try:
        with unit_of_work(runtime().sessions) as session:
            judging.recuse(session, actor(), sheet_id, sent.get("tie", ""), sent.get("reason", "")[:500])
    except Invalid as error:
        return _sheet_page(sheet_id, wrong={name: _(said[0]) for name, said in error.fields.items()}), 422
    flash(_("已登记回避，这一项不再由您评分。"))
    return redirect(url_for(".sheets"), 303)


def _after() -> judging.Place | None:
    """Return where in the list the last sheet of the page before stood."""
    found = _PLACE.fullmatch(request.args.get("after", ""))
    if found is None:
        return None
    try:
        return int(found[1]), dt.date.fromisoformat(found[2]), int(found[3])
    except ValueError:
        return None


def _sheet_page(sheet_id: int, sent: dict[str, object] | None = None, wrong: dict[str, str] | None = None) -> str:
    with runtime().sessions() as session:
        found = judging.sheet(session, actor(), sheet_id)
        return render_template(
            "naming/sheet.html",
            assigned=found,
            levels=applications.levels_of(found.dossier) if found.dossier else {},
            scores=sent["scores"] if sent else found.sheet.scores,
            comment=sent["comment"] if sent else found.sheet.comment,
            wrong=wrong or {},
            ties=judging.TIES,
        )
