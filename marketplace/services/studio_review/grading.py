"""Scores and grades, the share of excellent ones, what is mended and looked at again (rules 43 and 44)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import today
from marketplace.errors import N_, Conflict, Invalid
from marketplace.models import StudioReview
from marketplace.permissions import Actor
from marketplace.services.studio_review import delisting, desks, reports
from marketplace.services.studio_review.figures import Figures, shows_activity

# What may still be graded otherwise before the year is closed.
GRADABLE = ("submitted", "graded", "failed", "rectifying")
_STATE_OF_GRADE = {"excellent": "graded", "qualified": "graded", "rectify": "rectifying", "failed": "failed"}


def grade(session: Session, actor: Actor, review_id: int, data: Mapping[str, Any]) -> StudioReview:
    """Score and grade a report that was handed in, from what ``GradeSchema.load`` returned.

    Every indicator that the record shows is scored, one that cannot be computed may be left out. Raises Invalid where a
    score is missing or too high, or where without a patent, paper or benefit nothing but rectifying is left; Conflict
    where no more excellent ones are to be given by this office.
    """
    review = reports.held(session, actor, review_id)
    signing, role = desks.grader(session, actor, review)
    require_unappealed(review)
    # What is decided when a year closes stays as it is kept.
    audit.hold(session, "review_year", review.review_year_id)
    session.refresh(review.review_year)
    if review.state not in GRADABLE or review.submitted_at is None or review.review_year.closed_at is not None:
        raise Conflict(N_("现在不能评定：还没有报送，或者整改、结束以后不能再改。"))
    scores = _scores(review, data["scores"], reports.figures(session, review))
    if data["grade"] in ("excellent", "qualified") and not shows_activity(reports.figures(session, review)):
        raise Invalid({"grade": [N_("记录里十二个月内没有专利、论文或核验的效益，按规定只能定为整改或不合格。")]})
    before, review.scores = review.state, scores
    review.weighed = sum(review.review_year.weights[name] for name in scores)
    review.score = weighed_score(scores, review.weighed)
    review.opinion, review.graded_as = data["opinion"], role
    give(session, signing, review, data["grade"])
    reports.told(session, signing, "grade_studio", review, dict(data), data["opinion"] or None, before)
    desks.tell_unit(session, "review_news", review)
    return review


def give(session: Session, actor: Actor, review: StudioReview, grade: str) -> None:
    """Give a review a grade and the state that follows from it; raise Conflict where too many would be excellent."""
    if grade == "excellent" and review.grade != "excellent":
        _require_room(session, review)
    day = today()
    review.state, review.grade = _STATE_OF_GRADE[grade], grade
    review.graded_by, review.graded_on, review.reminded_on = actor.name, day, None
    is_to_mend = review.state == "rectifying"
    review.rectify_by = day + dt.timedelta(review.review_year.rectification) if is_to_mend else None
    session.flush()


def weighed_score(scores: Mapping[str, int], weighed: int) -> Decimal | None:
    """Return the points there are in points of 100 of those there were to be had, None where there were none."""
    if not weighed:
        return None
    return (Decimal(100 * sum(scores.values())) / weighed).quantize(Decimal("0.01"), ROUND_HALF_UP)


def room(session: Session, review: StudioReview) -> tuple[int, int, int]:
    """Return how many reviews the office of one has in the year, how many may be excellent and how many are."""
    same = (
        StudioReview.review_year_id == review.review_year_id, StudioReview.office == review.office,
        StudioReview.office_path == review.office_path, StudioReview.state != "dropped",
    )  # fmt: skip
    count = sa.select(sa.func.count(), sa.func.count().filter(StudioReview.grade == "excellent")).where(*same)
    held, excellent = session.execute(count).one()
    return held, held * review.review_year.excellent_share // 100, excellent


def mend(session: Session, actor: Actor, review_id: int, data: Mapping[str, Any]) -> StudioReview:
    """Report what was mended, from what ``MendingSchema.load`` returned; raise NotAllowed, NotAtDesk or Conflict."""
    review = reports.held(session, actor, review_id)
    desks.require_reporter(session, actor, review.studio)
    if review.state != "rectifying":
        raise Conflict(N_("这个工作室现在没有要整改的。"))
    before, review.state = review.state, "mended"
    review.mending, review.mended_by, review.mended_on = data["mending"], actor.name, today()
    session.flush()
    reports.told(session, actor, "mend_studio", review, dict(data), None, before)
    desks.tell_office(session, desks.grading(session, review), review)
    return review


def check(session: Session, actor: Actor, review_id: int, data: Mapping[str, Any]) -> StudioReview:
    """Look again at what was mended, from what ``CheckSchema.load`` returned: the studio passes, or loses its tier.

    Where nothing was reported by the deadline it cannot pass. Raises Conflict before that, and Invalid without a
    finding.
    """
    review = reports.held(session, actor, review_id)
    signing, role = desks.grader(session, actor, review)
    require_unappealed(review)
    is_late = review.state == "rectifying" and review.rectify_by is not None and today() > review.rectify_by
    if review.state != "mended" and not is_late:
        raise Conflict(N_("单位报告整改以后，或者整改期限过了，才能复查。"))
    if data["passed"] and is_late:
        raise Conflict(N_("单位没有在期限内报告整改，不能定为整改合格。"))
    before = review.state
    review.finding, review.checked_by, review.checked_on = data["finding"], signing.name, today()
    review.graded_as = role
    if data["passed"]:
        review.state = "passed"
        session.flush()
        reports.told(session, signing, "check_studio", review, dict(data), data["finding"], before)
        desks.tell_unit(session, "review_news", review)
    else:
        delisting.delist(session, signing, review, data["finding"])
    return review


def require_unappealed(review: StudioReview) -> None:
    """Raise Conflict while an appeal is open."""
    if any(it.state == "open" for it in review.appeals):
        raise Conflict(N_("申诉正在办理，办结以后才能继续。"))


def _scores(review: StudioReview, given: Mapping[str, int | None], figures: Figures) -> dict[str, int]:
    problems: dict[str, list[str]] = {}
    for name, most in review.review_year.weights.items():
        points = given.get(name)
        if points is None and figures.get(name) is not None:
            problems[f"scores.{name}"] = [N_("记录里有数据，请打分。")]
        elif points is not None and points > most:
            problems[f"scores.{name}"] = [N_("不能超过这一项的满分。")]
    if problems:
        raise Invalid(problems)
    return {name: points for name in review.review_year.weights if (points := given.get(name)) is not None}


def _require_room(session: Session, review: StudioReview) -> None:
    audit.hold(session, "review_year", review.review_year_id)
    held, most, excellent = room(session, review)
    if excellent >= most:
        raise Conflict(
            N_("本级今年参加考核 %(held)s 个，优秀不超过 %(share)s%%，即 %(most)s 个，已评 %(excellent)s 个。"),
            held=held, share=review.review_year.excellent_share, most=most, excellent=excellent,
        )  # fmt: skip
