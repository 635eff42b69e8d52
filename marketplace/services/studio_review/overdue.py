"""What happens by itself: reminders before a deadline, and no report by the cut-off is to rectify (rule 44)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from marketplace import audit, rules
from marketplace.db import today
from marketplace.models import Account, ReviewYear, Studio, StudioReview
from marketplace.permissions import Actor
from marketplace.postbox import post
from marketplace.services.studio import offices
from marketplace.services.studio_review import desks, grading, reports

_UNDER_WAY = ("due", "submitted", "rectifying", "mended", "failed")


def settle(session: Session, actor: Actor, most: int) -> int:
    """Let studios that did not report by the cut-off rectify, and drop the reviews of those that were closed.

    So many reviews at most are written to in one transaction; returns how many were.
    """
    closed = Studio.state == "closed"
    late = sa.and_(StudioReview.state == "due", ReviewYear.cut_off < today(), ReviewYear.closed_at.is_(None))
    gone = sa.and_(StudioReview.state.in_(_UNDER_WAY), closed)
    query = (
        sa.select(StudioReview.id)
        .join(ReviewYear, ReviewYear.id == StudioReview.review_year_id)
        .join(Studio, Studio.id == StudioReview.studio_id)
        .where(sa.or_(late, gone))
        .order_by(StudioReview.id)
    )
    ids = list(session.scalars(query.limit(most)))
    return sum(_settle(session, actor, number, query) for number in ids)


def remind(session: Session) -> int:
    """Queue a mail for whoever has a report to hand in, or something to mend, soon; return how many mails.

    Once before each deadline, as many days before as the rule ``review_reminder`` says. Everybody gets one mail of each
    kind for all that is due.
    """
    day = today()
    soon = day + dt.timedelta(rules.value(session, "review_reminder", day))
    due_on = sa.case((StudioReview.state == "due", ReviewYear.cut_off), else_=StudioReview.rectify_by)
    query = (
        sa.select(StudioReview, due_on)
        .join(ReviewYear, ReviewYear.id == StudioReview.review_year_id)
        .join(StudioReview.studio)
        .where(StudioReview.state.in_(("due", "rectifying")), due_on.between(day, soon))
        .where(StudioReview.reminded_on.is_(None), ReviewYear.closed_at.is_(None) | (StudioReview.state != "due"))
        .options(joinedload(StudioReview.studio))
        .order_by(StudioReview.id)
        .with_for_update(of=StudioReview, skip_locked=True)
    )
    letters: defaultdict[tuple[str, Account], list[dt.date]] = defaultdict(list)
    for review, last in session.execute(query):
        review.reminded_on = day
        kind = "report_due" if review.state == "due" else "mending_due"
        for account in offices.of_unit(session, review.studio):
            letters[kind, account].append(last)
    for (kind, account), days in letters.items():
        post(session, account, kind, count=str(len(days)), day=min(days).isoformat())
    return len(letters)


def _settle(session: Session, actor: Actor, review_id: int, query: sa.Select[int]) -> bool:
    audit.hold(session, "studio_review", review_id)
    # Somebody may have reported since.
    if session.scalar(query.where(StudioReview.id == review_id)) is None:
        return False
    review = session.get_one(StudioReview, review_id, options=[joinedload(StudioReview.studio)])
    session.refresh(review)
    before = review.state
    if review.studio.state == "closed":
        review.state, review.reminded_on = "dropped", None
        reports.told(session, actor, "drop_review", review, {}, "工作室已撤销。", before)
        return True
    review.opinion = f"没有在 {review.review_year.cut_off.isoformat()} 以前报送，按规定整改。"
    review.graded_as = desks.grading(session, review).role
    grading.give(session, actor, review, "rectify")
    reports.told(session, actor, "grade_studio", review, {"grade": "rectify"}, review.opinion, before)
    desks.tell_unit(session, review.studio, "review_news", review)
    return True
