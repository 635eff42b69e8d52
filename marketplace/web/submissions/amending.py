"""Ask for a change of a published achievement, on the form it was written on."""

from __future__ import annotations

import flask
import marshmallow as ma
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.db import unit_of_work
from marketplace.errors import Conflict, Invalid
from marketplace.runtime import runtime
from marketplace.services import amendment as amendments
from marketplace.services.authoring import drafting
from marketplace.web.actor import actor
from marketplace.web.submissions.forms import SubmissionForm
from marketplace.web.submissions.home import blueprint
from marketplace.web.submissions.words import STEPS, by_field

# A change of the declarations is none of the achievement.
_SHOWN = [step for step in STEPS if step.name != "finish"]
_NAMES = [name for step in _SHOWN for name in step.fields]


@blueprint.get("/<int:achievement_id>/amend")
def amend(achievement_id: int) -> str:
    with runtime().sessions() as session:
        achievement = drafting.owned(session, actor(), achievement_id)
        if achievement.state != "published":
            raise Conflict(amendments.NOT_PUBLISHED)
        return _page(achievement_id, SubmissionForm.of(achievement, _NAMES))


@blueprint.post("/<int:achievement_id>/amend")
def ask_for_change(achievement_id: int) -> ResponseReturnValue:
    form, reason = SubmissionForm(), request.form.get("reason", "")
    try:
        sent = form.submitted([name for name in form.names() if name in _NAMES])
        with unit_of_work(runtime().sessions) as session:
            asked = amendments.ask(session, actor(), achievement_id, sent, reason, form.revision_read())
    except ma.ValidationError as error:
        form.refuse(error.normalized_messages())
        return _page(achievement_id, form), 422
    except Invalid as error:
        refused = {name: [_(text) for text in texts] for name, texts in by_field(error).items()}
        form.refuse(refused)
        return _page(achievement_id, form, " ".join(refused.get("reason", ()))), 422
    flash(_("修改已提交终审；通过并公示以前，公众看到的还是原来的内容。") if asked else _("已修改。"))
    return redirect(url_for(".show", achievement_id=achievement_id), 303)


@blueprint.post("/<int:achievement_id>/amend/take-back")
def take_back(achievement_id: int) -> ResponseReturnValue:
    with unit_of_work(runtime().sessions) as session:
        amendments.take_back(session, actor(), achievement_id)
    flash(_("修改申请已收回，成果保持原样公布。"))
    return redirect(url_for(".show", achievement_id=achievement_id), 303)


def _page(achievement_id: int, form: SubmissionForm, refused: str = "") -> str:
    form.offer_rows()
    return render_template(
        "submissions/amend.html",
        achievement_id=achievement_id, form=form, shown=_SHOWN, refused=refused,
        reason=flask.request.form.get("reason", ""),
    )  # fmt: skip
