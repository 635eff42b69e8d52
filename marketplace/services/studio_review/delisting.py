"""A studio loses the tier it was reviewed at, with its plaque; the record stays, and tells of it (rule 44)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from marketplace import audit, rules
from marketplace.db import today
from marketplace.errors import N_, Conflict
from marketplace.models import StudioReview
from marketplace.permissions import Actor
from marketplace.services.studio import ladder, records
from marketplace.services.studio_review import desks, reports


def delist_failed(session: Session, actor: Actor, review_id: int, data: Mapping[str, Any]) -> StudioReview:
    """Take the tier from a studio that failed, from what ``DelistingSchema.load`` returned.

    Raises Conflict for one that did not fail, and while it can still be appealed against or an appeal is open.
    """
    review = reports.held(session, actor, review_id)
    signing, role = desks.grader(session, actor, review)
    if review.state != "failed" or review.graded_on is None:
        raise Conflict(N_("只有评为不合格的工作室才能直接摘牌。"))
    last = appealable_until(session, review.graded_on)
    if today() <= last and not any(it.against == "grade" for it in review.appeals):
        raise Conflict(N_("%(day)s 以前单位可以申诉，之后才能摘牌。"), day=last.isoformat())
    if any(it.state == "open" for it in review.appeals):
        raise Conflict(N_("申诉正在办理，办结以后才能继续。"))
    review.finding, review.checked_by, review.checked_on = data["finding"], signing.name, today()
    review.graded_as = role
    delist(session, signing, review, data["finding"])
    return review


def delist(session: Session, actor: Actor, review: StudioReview, reason: str) -> None:
    """End the tier a studio was reviewed at and say so to its unit; the caller has checked that the actor may.

    A tier that the studio climbed to meanwhile was not reviewed, and stays.
    """
    audit.hold(session, "studio", review.studio_id)
    studio, before = review.studio, review.state
    session.refresh(studio)
    ladder.lose(session, studio, review.tier, reason)
    review.state = "delisted"
    session.flush()
    records.told(session, actor, "delist", studio, {"review": review.id, "tier": review.tier}, reason)
    reports.told(session, actor, "delist", review, {"tier": review.tier}, reason, before)
    desks.tell_unit(session, "studio_delisted", review, appealable_until(session, today()).isoformat())


def relist(session: Session, actor: Actor, review: StudioReview, reason: str) -> None:
    """Give a studio back the tier it should not have lost."""
    audit.hold(session, "studio", review.studio_id)
    studio = review.studio
    session.refresh(studio)
    if ladder.regain(session, studio, review.tier, review.finding):
        records.told(session, actor, "relist", studio, {"review": review.id, "tier": review.tier}, reason)


def appealable_until(session: Session, day: dt.date) -> dt.date:
    """Return the last day on which what was decided on a day can be appealed against."""
    days: Any = rules.value(session, "review_appeal", day)
    return day + dt.timedelta(days)
