"""What is near a draft, looked up while it is written: work of one's own to join, or work that one improved on."""

from __future__ import annotations

import structlog
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.db import unit_of_work
from marketplace.indexing import novelty
from marketplace.models import Achievement
from marketplace.permissions import EDITABLE
from marketplace.runtime import runtime
from marketplace.services.authoring import drafting, relations
from marketplace.services.authoring.completeness import UNTITLED
from marketplace.web.actor import actor
from marketplace.web.submissions.home import blueprint
from search.errors import SearchError
from search.matching.novelty import Verdict

_TEXTS = ("summary", "problem", "principle", "difference")
# A shorter text is near to anything.
_SHORTEST = 20

logger = structlog.get_logger(__name__)


@blueprint.get("/<int:achievement_id>/near")
def near(achievement_id: int) -> str:
    """Show the records nearest to a draft as it is kept; ``panel`` asks for no more than what stands in the form."""
    template = "submissions/_near.html" if "panel" in request.args else "submissions/near.html"
    with runtime().sessions() as session:
        achievement = drafting.editable(session, actor(), achievement_id)
        title = "" if achievement.title == UNTITLED else achievement.title
        text = "\n".join(filter(None, (getattr(achievement, name) for name in _TEXTS)))
        if len(title) + len(text) < _SHORTEST:
            return render_template(template, achievement=achievement, is_short=True)
        try:
            with runtime().catalogue.asking() as (engine, embedder):
                found = novelty.check(session, engine, embedder, actor(), title, text or title)
        except SearchError as error:
            logger.warning("novelty_not_checked", reason=type(error).__name__)
            return render_template(template, achievement=achievement, is_away=True)
        nearest = [it for it in found.nearest if it.verdict is not Verdict.NEW and it.achievement.id != achievement.id]
        stated = {base.id for base in relations.bases_of(session, actor(), achievement)}
        return render_template(template, achievement=achievement, check=found, nearest=nearest, stated=stated)


@blueprint.post("/<int:achievement_id>/improves/<int:base_id>")
def improve(achievement_id: int, base_id: int) -> ResponseReturnValue:
    with unit_of_work(runtime().sessions) as session:
        base = relations.improve_on(session, actor(), achievement_id, base_id)
        title = session.get_one(Achievement, base.base_id).title
    flash(_("已记为《%(title)s》的改进；两项都公开后，会在对方的页面上显示。", title=title))
    return redirect(url_for(".show", achievement_id=achievement_id), 303)


@blueprint.post("/join/<int:achievement_id>")
def join(achievement_id: int) -> ResponseReturnValue:
    with unit_of_work(runtime().sessions) as session:
        relations.ask_to_join(session, actor(), achievement_id, request.form.get("part", ""))
    flash(_("已请求加入，对方答复后会写信告诉您。"))
    return redirect(url_for(".listing"), 303)


@blueprint.post("/joins/<int:request_id>")
def answer_join(request_id: int) -> ResponseReturnValue:
    accepts = request.form.get("answer") == "accept"
    with unit_of_work(runtime().sessions) as session:
        asked = relations.answer_join(
            session, actor(), request_id, accepts=accepts, reply=request.form.get("reply", "")
        )
        is_written = session.get_one(Achievement, asked.achievement_id).state in EDITABLE
    if accepts and not is_written:
        flash(_("已同意。这项成果不在填写中，请在退回或者申请修改时把他写进完成人。"))
    else:
        flash(_("已答复。"))
    return redirect(url_for(".listing"), 303)
