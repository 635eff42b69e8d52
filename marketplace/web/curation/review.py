"""The page on which an office reads an achievement that waits for it, and the steps it takes with any record."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from marketplace.db import unit_of_work
from marketplace.errors import Invalid, StaleRevision
from marketplace.permissions import Permission, can, require
from marketplace.runtime import runtime
from marketplace.services import amendment as amendments
from marketplace.services import decision, submission
from marketplace.services import task as tasks
from marketplace.services.account import people
from marketplace.web import deciding, disclosure, files, history
from marketplace.web.actor import actor
from marketplace.web.curation.achievement_fields import ANSWERS, MENDABLE, changed, shown
from marketplace.web.curation.home import blueprint
from marketplace.web.curation.queue import review_url


@blueprint.get("/review/achievements/<int:achievement_id>")
def review_achievement(achievement_id: int) -> str:
    return _achievement_page(achievement_id)


@blueprint.post("/review/<noun>/<int:object_id>")
def decide(noun: str, object_id: int) -> ResponseReturnValue:
    """Take a record the step that was chosen, unless somebody else was first."""
    sent = request.form
    reason, mend = sent.get("reason", "")[:2000], [name for name in sent.getlist("mend") if name in MENDABLE]
    item = decision.Item(noun, object_id, sent.get("revision", 0, type=int))
    try:
        with unit_of_work(runtime().sessions) as session:
            decision.act(session, actor(), item, sent.get("action", ""), reason, mend)
    except Invalid as error:
        refused = " ".join(error.sentences(_))
        if noun != "achievement":
            flash(refused)
            return redirect(review_url(noun, object_id), 303)
        return _achievement_page(object_id, refused=refused, reason=reason, chosen=mend), 422
    except (StaleRevision, StaleDataError, IntegrityError):
        return _overtaken_page(noun, object_id, reason), 409
    flash(_("已办理。"))
    return redirect(url_for(".queue"), 303)


@blueprint.post("/review/<noun>/<int:object_id>/away")
def stay_away(noun: str, object_id: int) -> ResponseReturnValue:
    with unit_of_work(runtime().sessions) as session:
        was_passed_on = decision.stay_away(session, actor(), noun, object_id, request.form.get("reason", "")[:500])
    flash(_("已回避，这一项转给上级工会。") if was_passed_on else _("已回避，这一项由岗位的其他人办理。"))
    return redirect(url_for(".queue"), 303)


@blueprint.post("/review/achievements/<int:achievement_id>/contact")
def see_author(achievement_id: int) -> str:
    """Show whom to ask about an achievement; each look is an event of it."""
    with unit_of_work(runtime().sessions) as session:
        decision.see_contact(session, actor(), achievement_id)
    return _achievement_page(achievement_id, shows_contact=True)


def _achievement_page(
    achievement_id: int,
    refused: str | None = None,
    reason: str = "",
    chosen: list[str] | None = None,
    *,
    shows_contact: bool = False,
) -> str:
    with runtime().sessions() as session:
        record = tasks.read(session, actor(), "achievement", achievement_id)
        require(actor(), Permission.CURATION_ENTER, record)
        texts = submission.submitted(session, achievement_id)
        return render_template(
            "review/achievement.html",
            achievement=record,
            fields=shown(record),
            changes=changed(texts[-2], texts[-1]) if len(texts) > 1 else [],
            amendment=(amendment := amendments.open_for(session, record)),
            agreeing=amendment.contributors if amendment is not None else [],
            amended=changed(*amendments.before_and_after(session, record)),
            may_refuse=can(actor(), Permission.ACHIEVEMENT_REVIEW, record),
            mendable=MENDABLE.items(),
            answer_names=ANSWERS,
            refused=refused,
            reason=reason,
            chosen=chosen or [],
            shows_contact=shows_contact,
            **deciding.of(session, actor(), record),
            **files.of(session, actor(), "achievement", achievement_id),
            **disclosure.of(session, actor(), record),
            **history.of(session, actor(), record),
        )


def _overtaken_page(noun: str, object_id: int, reason: str) -> str:
    with runtime().sessions() as session:
        record = tasks.read(session, actor(), noun, object_id)
        step = tasks.last_step(session, noun, object_id)
        return render_template(
            "review/overtaken.html",
            record=record,
            noun=noun,
            step=step,
            # A proposal may not say who made it, and a history does not where its author acted.
            people=people.called(session, [step.actor] if step and not tasks.is_author(record, step.actor) else []),
            reason=reason,
            address=review_url(noun, object_id),
        )
