"""The list of one's submissions, the form in steps or on one page, and how far each has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import flask
import marshmallow as ma
from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from marketplace import workflow
from marketplace.db import unit_of_work
from marketplace.errors import Invalid, StaleRevision
from marketplace.models import Achievement
from marketplace.permissions import EDITABLE, can_edit_achievement
from marketplace.runtime import runtime
from marketplace.schemas.draft import draft_changes
from marketplace.services import achievement as achievements
from marketplace.services.account import registering
from marketplace.services.authoring import completeness, contributors, drafting, progress, relations
from marketplace.web import disclosure, files
from marketplace.web.actor import actor
from marketplace.web.demands.forms import sentences
from marketplace.web.submissions import words
from marketplace.web.submissions.forms import SubmissionForm
from marketplace.web.submissions.home import blueprint
from marketplace.web.submissions.words import BY_NAME, STEP_OF, STEPS, Step


@blueprint.get("")
def listing() -> str:
    with runtime().sessions() as session:
        account = registering.get(session, actor())
        return render_template(
            "submissions/list.html",
            achievements=drafting.own(session, actor()),
            asked=[it for it in contributors.asked_of(session, account) if it.kind != "author"],
            joins=relations.join_requests(session, actor()),
            joining=relations.asked_by(session, actor()),
            states=words.STATES,
            editable=EDITABLE,
        )


@blueprint.post("")
def begin() -> ResponseReturnValue:
    with unit_of_work(runtime().sessions) as session:
        achievement = drafting.begin(session, actor())
    return redirect(url_for(".edit", achievement_id=achievement.id, step=STEPS[0].name), 303)


@blueprint.get("/<int:achievement_id>")
def show(achievement_id: int) -> str:
    with runtime().sessions() as session:
        found = progress.of(session, actor(), achievement_id)
        record = found.achievement
        amends = record.published_state == "published" and record.state != "published"
        return render_template(
            "submissions/show.html",
            progress=found,
            achievement=record,
            may_edit=can_edit_achievement(actor(), record) and record.state in EDITABLE,
            persons=contributors.asking(session, record) or record.contributors,
            is_asking=bool(contributors.asking(session, record)),
            may_excuse=contributors.may_excuse(session, actor(), record),
            actions=[step.action for step in workflow.actions_of(session, actor(), record)],
            owner=can_edit_achievement(actor(), record),
            steps=_steps_of(found.missing),
            states=words.STATES | words.AMENDED if amends else words.STATES,
            amends=amends,
            answers=words.ANSWERS,
            bases=relations.bases_of(session, actor(), record),
            **_beside(session, record),
        )


@blueprint.get("/<int:achievement_id>/edit")
def edit(achievement_id: int) -> str:
    step = _step()
    with runtime().sessions() as session:
        achievement = drafting.editable(session, actor(), achievement_id)
        form = SubmissionForm.of(achievement, _names(step))
        return _form_page(session, achievement, form, step)


@blueprint.post("/<int:achievement_id>/edit")
def save(achievement_id: int) -> ResponseReturnValue:
    """Keep what was written, as far as it can be kept, and go where the button leads."""
    form, step, action = SubmissionForm(), _step(), request.form.get("action", "save")
    try:
        refused = _keep(achievement_id, form)
    except (StaleRevision, StaleDataError):
        return _conflict_page(achievement_id, form, step), 409
    if refused:
        return _refused_page(achievement_id, form, step, refused), 422
    if action == "submit":
        return _submit(achievement_id, form, step)
    if action == "near":
        return redirect(url_for(".near", achievement_id=achievement_id), 303)
    flash(_("已保存。"))
    return redirect(_onward(achievement_id, step, action), 303)


@blueprint.post("/<int:achievement_id>/autosave")
def autosave(achievement_id: int) -> ResponseReturnValue:
    """Keep the fields that were changed, for the script of the form; says what could not be kept."""
    form = SubmissionForm()
    try:
        refused = _keep(achievement_id, form)
    except (StaleRevision, StaleDataError):
        return jsonify(stale=True), 409
    with runtime().sessions() as session:
        stored = drafting.editable(session, actor(), achievement_id)
        return jsonify(revision=stored.revision, errors={name: list(sentences(it)) for name, it in refused.items()})


@blueprint.post("/<int:achievement_id>/withdraw")
def withdraw(achievement_id: int) -> ResponseReturnValue:
    with unit_of_work(runtime().sessions) as session:
        achievements.act(session, actor(), achievement_id, "withdraw")
    flash(_("已撤回。"))
    return redirect(url_for(".show", achievement_id=achievement_id), 303)


def _keep(achievement_id: int, form: SubmissionForm) -> dict[str, Any]:
    """Save the fields of the form that are well written; return what was refused of the others."""
    sent, refused = form.submitted(form.names()), {}
    try:
        changes = draft_changes(sent)
    except ma.ValidationError as error:
        refused = error.normalized_messages()
        changes = draft_changes({name: value for name, value in sent.items() if name not in refused})
    try:
        with unit_of_work(runtime().sessions) as session:
            achievement = drafting.save(session, actor(), achievement_id, form.revision_read(), changes)
    except Invalid as error:
        return {name: [_(text) for text in texts] for name, texts in words.by_field(error).items()}
    form.revision.data = str(achievement.revision)
    return refused


def _submit(achievement_id: int, form: SubmissionForm, step: Step | None) -> ResponseReturnValue:
    try:
        with unit_of_work(runtime().sessions) as session:
            achievements.act(session, actor(), achievement_id, "submit")
    except Invalid as error:
        refused = {name: [_(text) for text in texts] for name, texts in words.by_field(error).items()}
        return _refused_page(achievement_id, form, step, refused), 422
    flash(_("已提交。请留意下面的进度和您要做的事。"))
    return redirect(url_for(".show", achievement_id=achievement_id), 303)


def _form_page(session: Session, achievement: Achievement, form: SubmissionForm, step: Step | None) -> str:
    form.offer_rows()
    task = workflow.open_task(session, achievement)
    is_whole = step is None or step.name == "finish"
    before, after = words.neighbours(step) if step else (None, None)
    return render_template(
        "submissions/form.html",
        achievement=achievement,
        form=form,
        step=step,
        shown=[step] if step else list(STEPS),
        steps=STEPS,
        place=STEPS.index(step) + 1 if step else None,
        before=before,
        after=after,
        reason=progress.last_return(session, achievement),
        to_mend=task.to_mend if task is not None and achievement.state == "returned" else (),
        lacking=_steps_of(completeness.missing(session, achievement)) if is_whole else [],
        **(_beside(session, achievement) if is_whole else {}),
    )


def _beside(session: Session, achievement: Achievement) -> dict[str, Any]:
    """Return what the page shows beside the form: files, statements to be signed, what is for whom."""
    return {
        **files.of(session, actor(), "achievement", achievement.id),
        **disclosure.of(session, actor(), achievement),
    }


def _refused_page(achievement_id: int, form: SubmissionForm, step: Step | None, refused: Mapping[str, Any]) -> str:
    form.refuse(refused)
    with runtime().sessions() as session:
        return _form_page(session, drafting.editable(session, actor(), achievement_id), form, step)


def _conflict_page(achievement_id: int, form: SubmissionForm, step: Step | None) -> str:
    """Show what was written beside what is stored; whoever saves it again has seen both."""
    names = form.names()
    with runtime().sessions() as session:
        achievement = drafting.editable(session, actor(), achievement_id)
        stored = SubmissionForm.of(achievement, names)
        differences = form.differences(stored, names)
        form.revision.data = stored.revision.data
        form.offer_rows()
        return render_template(
            "submissions/conflict.html",
            achievement=achievement,
            form=form,
            step=step,
            shown=[step] if step else list(STEPS),
            differences=differences,
        )


def _onward(achievement_id: int, step: Step | None, action: str) -> str:
    before, after = words.neighbours(step) if step else (None, None)
    onward = {"next": after, "previous": before}.get(action, step)
    return url_for(".edit", achievement_id=achievement_id, step=onward.name if onward else None)


def _steps_of(missing: Mapping[str, Sequence[str]]) -> list[tuple[Step, list[str]]]:
    """Return each step something is missing in, with what is."""
    found = [(step, [_(text) for name in step.fields for text in missing.get(name, ())]) for step in STEPS]
    return [(step, texts) for step, texts in found if texts]


def _names(step: Step | None) -> list[str]:
    return list(step.fields if step else STEP_OF)


def _step() -> Step | None:
    """Return the step in the address; none, or one that is not there, means the whole form."""
    return BY_NAME.get(flask.request.args.get("step", ""))
