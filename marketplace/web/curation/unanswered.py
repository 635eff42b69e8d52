"""The questions the catalogue could not answer: read, turned into a term, or marked as dealt with."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.db import unit_of_work
from marketplace.runtime import runtime
from marketplace.services import unanswered
from marketplace.services.account import people
from marketplace.web.actor import actor
from marketplace.web.curation.home import blueprint

_PAGE = 50


@blueprint.get("/unanswered")
def questions() -> str:
    first = max(request.args.get("from", 0, type=int), 0)
    is_settled = request.args.get("only") == "settled"
    with runtime().sessions() as session:
        found = unanswered.listed(session, actor(), is_settled=is_settled, limit=_PAGE + 1, offset=first)
        return render_template(
            "curation/questions.html",
            questions=found[:_PAGE],
            people=people.called(session, (it.settled_by for it in found if it.settled_by)),
            is_settled=is_settled,
            first=first,
            size=_PAGE,
            has_more=len(found) > _PAGE,
            settings=runtime().settings,
        )


@blueprint.post("/unanswered/<int:question_id>/<any(settle, reopen):verb>")
def settle_question(question_id: int, verb: str) -> ResponseReturnValue:
    with unit_of_work(runtime().sessions) as session:
        {"settle": unanswered.settle, "reopen": unanswered.reopen}[verb](session, actor(), question_id)
    flash(_("已标记为处理过。") if verb == "settle" else _("已放回待处理。"))
    return redirect(url_for(".questions"), 303)
