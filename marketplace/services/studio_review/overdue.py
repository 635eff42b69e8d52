"""What happens by itself: reminders before a deadline, and no report by the cut-off is to rectify (rule 44)."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from marketplace import audit, rules
from marketplace.db import today
from marketplace.models import Account, Person, ReviewYear, Studio, StudioLeader, StudioReview
from marketplace.permissions import Actor, Grant
from marketplace.postbox import post
from marketplace.services.studio import offices
from marketplace.services.studio_review import desks, grading, reports
from marketplace.workflow import offices as staffed

_UNDER_WAY = ("due", "submitted", "rectifying", "mended", "failed")
_STUDIO = contains_eager(StudioReview.studio)
# What is told of reviews that are settled, loaded with all of them at once.
_WHOLE = (
    contains_eager(StudioReview.review_year),
    _STUDIO.joinedload(Studio.organisation),
    _STUDIO.selectinload(Studio.leaders).joinedload(StudioLeader.person).joinedload(Person.account),
)


def settle(session: Session, actor: Actor, most: int) -> int:
    """Let studios that did not report by the cut-off rectify, and drop the reviews of those that were closed.

    So many reviews at most are written to in one transaction; returns how many were.
    """
    closed = Studio.state == "closed"
    late = sa.and_(StudioReview.state == "due", ReviewYear.cut_off < today(), ReviewYear.closed_at.is_(None))
    gone = sa.and_(StudioReview.state.in_(_UNDER_WAY), closed)
    query = (
        sa.select(StudioReview)
        .join(StudioReview.review_year)
        .join(StudioReview.studio)
        .where(sa.or_(late, gone))
        .order_by(StudioReview.id)
    )
    ids = list(session.scalars(query.with_only_columns(StudioReview.id).limit(most)))
    for number in ids:
        audit.hold(session, "studio_review", number)
    # Somebody may have reported since.
    still = query.where(StudioReview.id.in_(ids)).options(*_WHOLE).execution_options(populate_existing=True)
    reviews = list(session.scalars(still))
    late_at: Counter[Grant] = Counter()
    for review in reviews:
        if review.studio.state == "closed":
            _drop(session, actor, review)
        else:
            late_at[_rectify(session, actor, review)] += 1
    for place, count in late_at.items():
        for account in staffed.readers_of_mail(session, place):
            post(session, account, "reports_late", count=str(count))
    return len(reviews)


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


def _drop(session: Session, actor: Actor, review: StudioReview) -> None:
    before = review.state
    review.state, review.reminded_on = "dropped", None
    reports.told(session, actor, "drop_review", review, {}, "工作室已撤销。", before)


def _rectify(session: Session, actor: Actor, review: StudioReview) -> Grant:
    """Let a studio rectify that did not report; return the office that grades it, which is told of all at once."""
    before, place = review.state, desks.grading(session, review)
    review.opinion = f"没有在 {review.review_year.cut_off.isoformat()} 以前报送，按规定整改。"
    review.graded_as = place.role
    grading.give(session, actor, review, "rectify")
    reports.told(session, actor, "grade_studio", review, {"grade": "rectify"}, review.opinion, before)
    desks.tell(session, offices.of_unit(session, review.studio), "review_news", review)
    return place
