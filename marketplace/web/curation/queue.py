"""The work queue of an office: what waits, the earliest deadline first, and the same step for several at once."""

from __future__ import annotations

import datetime as dt

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.runtime import runtime
from marketplace.services import decision
from marketplace.services import task as tasks
from marketplace.services.account import people
from marketplace.services.decision import Item
from marketplace.services.task import Asked, Waiting
from marketplace.web.actor import actor
from marketplace.web.curation.home import blueprint

_PAGE = 50
# So many are taken at once, however many are sent.
_MOST, _MOST_BELOW = 200, 50
# What may be done with several at once: nothing that asks for more than a reason, which one may share.
TOGETHER = ("endorse", "pass_first_review", "pass_final_review", "screen", "take_up", "return", "reject")
_WITH_REASON = ("return", "reject")


@blueprint.get("/queue")
def queue() -> str:
    asked = _asked()
    with runtime().sessions() as session:
        # One more than is shown tells whether there is a next page.
        found = tasks.queue(session, actor(), asked, limit=_PAGE + 1, after=_after())
        shown = found[:_PAGE]
        return render_template(
            "review/queue.html",
            waiting=shown,
            holders=people.called(session, (f"account:{it.holder}" for it in shown if it.holder)),
            counts=tasks.counts(session, actor()),
            asked=asked,
            address={name: value for name, value in request.args.items() if name not in ("after", "lang")},
            next_after=_position(shown[-1]) if len(found) > _PAGE else None,
            together=_possible(shown),
        )


@blueprint.get("/queue/below")
def overdue_below() -> str:
    with runtime().sessions() as session:
        found = tasks.overdue_below(session, actor(), limit=_MOST_BELOW)
        return render_template("review/below.html", waiting=found, most=_MOST_BELOW)


@blueprint.post("/queue")
def decide_several() -> ResponseReturnValue:
    """Take what was ticked one step; a step that needs a reason is asked for it once, for all."""
    action, reason = request.form.get("action", ""), request.form.get("reason", "")
    items = [item for text in request.form.getlist("item")[:_MOST] if (item := _item(text)) is not None]
    if not items or action not in TOGETHER:
        return render_template("review/several.html", action=action, results=[], items=[]), 422
    if action in _WITH_REASON and not reason.strip():
        with runtime().sessions() as session:
            titles = {it: tasks.read(session, actor(), it.noun, it.object_id).title for it in items}
        was_asked = "reason" in request.form
        page = render_template("review/several.html", action=action, items=titles, results=[], was_asked=was_asked)
        return page, 422 if was_asked else 200
    done = decision.act_on_each(runtime().sessions, actor(), items, action, reason)
    results = [(result, result.refusal.text(_) if result.refusal else "") for result in done]
    return render_template("review/several.html", action=action, results=results, items=[])


def review_url(noun: str, object_id: int) -> str:
    """Return where an office reads a record that waits for it."""
    return url_for(_PAGES[noun], **{f"{noun}_id": object_id})


_PAGES = {"achievement": "curation.review_achievement", "proposal": "proposals.show"}
blueprint.add_app_template_global(review_url)


def _asked() -> Asked:
    given = request.args
    noun, state = given.get("noun", ""), given.get("state", "")
    return Asked(
        noun=noun if noun in tasks.NOUNS else "",
        state=state if state in tasks.STATES else "",
        is_overdue="overdue" in given,
        unit=given.get("unit", "").strip()[:100],
    )


def _after() -> tuple[dt.date | None, int] | None:
    """Return the deadline and the id that the last task of the page before had."""
    day, _dash, number = request.args.get("after", "").rpartition("_")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    try:
        return dt.date.fromisoformat(day) if day else None, int(number)
    except ValueError:
        return None


def _position(last: Waiting) -> str:
    return f"{last.task.due_on or ''}_{last.task.id}"


def _possible(shown: list[Waiting]) -> list[str]:
    """Return the steps that start in the state of one of the records shown."""
    starting = {it.action for waiting in shown for it in tasks.steps_from(waiting.task.noun, waiting.task.state)}
    return [action for action in TOGETHER if action in starting]


def _item(text: str) -> Item | None:
    noun, *numbers = text.split("-")
    if noun not in tasks.NOUNS or len(numbers) != 2 or not all(n.isascii() and n.isdigit() for n in numbers):
        return None
    object_id, revision = (int(number[:9]) for number in numbers)
    return Item(noun, object_id, revision)
