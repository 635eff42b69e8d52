"""Appeals against a grade, or against the loss of a tier: raised by the unit in time, decided above in writing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from marketplace import rules, working_days
from marketplace.db import now, today
from marketplace.errors import N_, Conflict, Invalid, NotFound
from marketplace.models import ReviewAppeal, StudioReview
from marketplace.permissions import Actor
from marketplace.services.studio_review import delisting, desks, grading, reports

# Against what a unit may appeal in each state, the latest decision first.
_AGAINST = {"graded": "grade", "rectifying": "grade", "failed": "grade", "delisted": "delisting"}


def open_against(session: Session, review: StudioReview) -> str | None:
    """Return what can be appealed against today: the grade, or the loss of the tier; None where nothing can."""
    against = _AGAINST.get(review.state)
    day = review.checked_on if against == "delisting" else review.graded_on
    if against is None or day is None or any(it.against == against for it in review.appeals):
        return None
    return against if today() <= delisting.appealable_until(session, day) else None


def last_day(session: Session, review: StudioReview) -> dt.date | None:
    """Return until when the latest decision can be appealed against."""
    day = review.checked_on if review.state == "delisted" else review.graded_on
    return delisting.appealable_until(session, day) if day is not None else None


def raise_(session: Session, actor: Actor, review_id: int, data: Mapping[str, Any]) -> ReviewAppeal:
    """Appeal for the unit of a studio, from what ``AppealSchema.load`` returned.

    Raises NotAllowed, NotAtDesk or Conflict.
    """
    review = reports.held(session, actor, review_id)
    desks.require_reporter(session, actor, review.studio)
    against = open_against(session, review)
    if against is None:
        raise Conflict(N_("现在不能申诉：没有可以申诉的决定，已经申诉过，或者申诉期已过。"))
    day = today()
    appeal = ReviewAppeal(
        review=review, against=against, appealed_from=review.graded_as or review.office, text=data["text"],
        raised_by=actor.name,
        due_on=working_days.after(day, rules.value(session, "review_appeal_handling", day)),
    )  # fmt: skip
    session.add(appeal)
    session.flush()
    reports.told(session, actor, "appeal", review, {"appeal": appeal.id, "against": against}, data["text"])
    place = desks.appealing(session, review, appeal.appealed_from)
    desks.tell_office(session, place, review, appeal.due_on.isoformat())
    return appeal


def decide(session: Session, actor: Actor, review_id: int, appeal_id: int, data: Mapping[str, Any]) -> ReviewAppeal:
    """Decide an appeal with a finding, from what ``AppealDecisionSchema.load`` returned.

    Where one against a grade is upheld, another grade is given; where one against the loss of a tier is, the studio has
    it back and has passed. Raises NotFound, NotAtDesk, MustStayAway, Conflict, and Invalid without another grade.
    """
    review = reports.held(session, actor, review_id)
    appeal = next((it for it in review.appeals if it.id == appeal_id), None)
    if appeal is None:
        raise NotFound("review_appeal", appeal_id)
    signing = desks.decider(session, actor, appeal)
    if appeal.state != "open":
        raise Conflict(N_("这件申诉已经办结。"))
    before = review.state
    if data["upheld"] and appeal.against == "grade":
        if data["grade"] in (None, review.grade):
            raise Invalid({"grade": [N_("申诉成立的，请另定一个等次。")]})
        grading.give(session, signing, review, data["grade"])
        appeal.grade = review.grade
    elif data["upheld"]:
        delisting.relist(session, signing, review, data["finding"])
        review.state = "passed"
    appeal.state, appeal.finding = "upheld" if data["upheld"] else "dismissed", data["finding"]
    appeal.decided_by, appeal.decided_at = signing.name, now()
    session.flush()
    verb = "uphold_appeal" if data["upheld"] else "dismiss_appeal"
    reports.told(session, signing, verb, review, {"appeal": appeal.id, "grade": appeal.grade}, data["finding"], before)
    desks.tell_unit(session, "review_news", review)
    return appeal
