"""How a completer answers, by the link of a mail or in his account, and how the unit says why one did not."""

from __future__ import annotations

import flask
from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.db import unit_of_work
from marketplace.errors import Invalid, LinkSpent
from marketplace.runtime import runtime
from marketplace.services import achievement as achievements
from marketplace.services.account import registering
from marketplace.services.authoring import contributors
from marketplace.services.authoring.contributors import KINDS, Asked
from marketplace.web.actor import actor, signed_in
from marketplace.web.submissions.home import blueprint

_LINK = "part_link"
_KIND = f"any({', '.join(KINDS)})"


@blueprint.get("/part")
def part() -> ResponseReturnValue:
    """Show what a completer is asked; the secret leaves the address bar and never enters the log."""
    if key := request.args.get("key"):
        session[_LINK] = key
        return redirect(url_for(".part"), 303)
    with runtime().sessions() as reading:
        return _page(contributors.by_link(reading, _secret()), url_for(".answer_part"))


@blueprint.post("/part")
def answer_part() -> ResponseReturnValue:
    found = signed_in()
    try:
        with unit_of_work(runtime().sessions) as writing:
            asked = contributors.by_link(writing, _secret())
            contributors.answer(writing, actor(), asked, **_answer(), account=found.account if found else None)
    except Invalid:
        with runtime().sessions() as reading:
            return _page(contributors.by_link(reading, _secret()), url_for(".answer_part"), is_refused=True), 422
    session.pop(_LINK, None)
    return render_template("submissions/answered.html")


@blueprint.get(f"/parts/<{_KIND}:kind>/<int:person_id>")
def own_part(kind: str, person_id: int) -> str:
    with runtime().sessions() as reading:
        asked = contributors.by_account(reading, registering.get(reading, actor()), kind, person_id)
        return _page(asked, url_for(".answer_own_part", kind=kind, person_id=person_id))


@blueprint.post(f"/parts/<{_KIND}:kind>/<int:person_id>")
def answer_own_part(kind: str, person_id: int) -> ResponseReturnValue:
    address = url_for(".answer_own_part", kind=kind, person_id=person_id)
    try:
        with unit_of_work(runtime().sessions) as writing:
            account = registering.get(writing, actor())
            asked = contributors.by_account(writing, account, kind, person_id)
            contributors.answer(writing, actor(), asked, **_answer(), account=account)
    except Invalid:
        with runtime().sessions() as reading:
            asked = contributors.by_account(reading, registering.get(reading, actor()), kind, person_id)
            return _page(asked, address, is_refused=True), 422
    flash(_("已答复，谢谢。"))
    return redirect(url_for("proposals.listing" if kind == "author" else ".listing"), 303)


@blueprint.post("/<int:achievement_id>/ask")
def ask(achievement_id: int) -> ResponseReturnValue:
    """Write to the completers who have not answered."""
    with unit_of_work(runtime().sessions) as writing:
        asked = contributors.ask_again(writing, actor(), achievements.get(writing, actor(), achievement_id))
    flash(_("已发出 %(count)s 封邮件；同一个人一天之内只发一次。", count=len(asked)))
    return redirect(url_for(".show", achievement_id=achievement_id, _anchor="people"), 303)


@blueprint.post("/<int:achievement_id>/completers/<int:person_id>/excuse")
def excuse(achievement_id: int, person_id: int) -> ResponseReturnValue:
    with unit_of_work(runtime().sessions) as writing:
        achievement = achievements.get(writing, actor(), achievement_id)
        contributors.excuse(writing, actor(), achievement, person_id, request.form.get("reason", ""))
    flash(_("已记录。"))
    return redirect(url_for(".show", achievement_id=achievement_id, _anchor="people"), 303)


def _page(asked: Asked, address: str, *, is_refused: bool = False) -> str:
    return render_template("submissions/part.html", asked=asked, address=address, is_refused=is_refused)


def _answer() -> dict[str, object]:
    return {"agrees": request.form.get("answer") == "agree", "reason": request.form.get("reason", "")}


def _secret() -> str:
    held: str | None = flask.session.get(_LINK)
    if held is None:
        raise LinkSpent
    return held
