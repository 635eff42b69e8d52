"""The judge's pages: who is assigned to him in a contest, and the form for his points."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.db import unit_of_work
from marketplace.errors import Invalid
from marketplace.runtime import runtime
from marketplace.services.contest import judging
from marketplace.web.actor import actor, sign_in_first
from marketplace.web.awards.forms import as_number

blueprint = Blueprint("contest_judging", __name__, url_prefix="/judging/contests")

blueprint.before_request(sign_in_first)


@blueprint.get("")
def sheets() -> str:
    with runtime().sessions() as session:
        return render_template("contests/sheets.html", sheets=judging.assigned(session, actor()))


@blueprint.get("/<int:sheet_id>")
def sheet(sheet_id: int) -> str:
    return _sheet_page(sheet_id)


@blueprint.post("/<int:sheet_id>")
def save(sheet_id: int) -> ResponseReturnValue:
    """Keep the points, and with the second button lock them."""
    sent = request.form
    is_locked = sent.get("step") == "lock"
    given = {name.removeprefix("score-"): as_number(text) for name, text in sent.items() if name.startswith("score-")}
    data = {"scores": given, "comment": sent.get("comment", "")[:2000]}
    try:
        with unit_of_work(runtime().sessions) as session:
            stays_away = judging.save(session, actor(), sheet_id, data, lock=is_locked).recused_because is not None
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


def _sheet_page(sheet_id: int, sent: dict[str, object] | None = None, wrong: dict[str, str] | None = None) -> str:
    with runtime().sessions() as session:
        found = judging.sheet(session, actor(), sheet_id)
        return render_template(
            "contests/sheet.html",
            sheet=found,
            contestant=found.result.contestant,
            stage=found.result.stage,
            is_open=judging.is_open(found),
            scores=sent["scores"] if sent else found.scores,
            comment=sent["comment"] if sent else found.comment,
            wrong=wrong or {},
            ties=judging.TIES,
        )
