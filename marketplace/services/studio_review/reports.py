"""The report of a studio: found by whom it concerns, prepared by its unit or its leader, handed in by the unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from marketplace import audit
from marketplace.db import now, today
from marketplace.errors import N_, Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import AuditEntry, Organisation, Person, Studio, StudioLeader, StudioReview
from marketplace.permissions import Actor, Permission, can_keep_studio, can_see_studio, unit_seen
from marketplace.services.studio_review import desks
from marketplace.services.studio_review import figures as figured
from marketplace.services.studio_review.figures import Figures


@dataclass(frozen=True, slots=True)
class Asked:
    """Which reviews are wanted; nothing where it is empty."""

    year_id: int | None = None
    state: str = ""
    grade: str = ""
    text: str = ""


def get(session: Session, actor: Actor, review_id: int) -> StudioReview:
    """Return the review of a studio whose whole record the actor may see; raise NotFound."""
    review = session.get(StudioReview, review_id)
    if review is None or not can_see_studio(actor, review.studio):
        raise NotFound("studio_review", review_id)
    return review


def held(session: Session, actor: Actor, review_id: int) -> StudioReview:
    """Return ``get`` once nobody else writes to the review, as it is then."""
    audit.hold(session, "studio_review", review_id)
    review = get(session, actor, review_id)
    session.refresh(review)
    return review


def listed(session: Session, actor: Actor, asked: Asked, *, limit: int, after: int | None = None) -> list[StudioReview]:
    """Return the reviews of studios of the actor's scope and of those he leads, newest first, from below ``after``."""
    if not actor.reads:
        return []
    mine = unit_seen(actor, Permission.STUDIO_RECORD)
    if actor.account_id is not None and actor.limits is None:
        who = StudioLeader.person.has(Person.account_id == actor.account_id)
        mine = sa.or_(mine, Studio.leaders.any(sa.and_(StudioLeader.until.is_(None), who)))
    query = select(asked).where(mine).order_by(StudioReview.id.desc()).limit(limit)
    return list(session.scalars(query if after is None else query.where(StudioReview.id < after)))


def select(asked: Asked) -> sa.Select[Any]:
    """Return the question for reviews as asked, each with its studio and unit."""
    query = (
        sa.select(StudioReview)
        .join(StudioReview.studio)
        .join(Studio.organisation)
        .options(
            contains_eager(StudioReview.studio).contains_eager(Studio.organisation),
            selectinload(StudioReview.appeals), joinedload(StudioReview.review_year),
        )
    )  # fmt: skip
    if asked.year_id is not None:
        query = query.where(StudioReview.review_year_id == asked.year_id)
    if asked.state:
        query = query.where(StudioReview.state == asked.state)
    if asked.grade:
        query = query.where(StudioReview.grade == asked.grade)
    if asked.text:
        named = (Studio.name, Organisation.name)
        query = query.where(sa.or_(*(column.contains(asked.text, autoescape=True) for column in named)))
    return query


def history(session: Session, actor: Actor, review: StudioReview) -> list[AuditEntry]:
    """Return what was done with a review, oldest first, for whoever sees all of its studio."""
    return audit.history(session, "studio_review", review.id) if can_see_studio(actor, review.studio) else []


def figures(session: Session, review: StudioReview) -> Figures:
    """Return the figures as they were handed in, or as the record shows them now while nothing was."""
    year = review.review_year
    if review.figures is not None:
        return figured.plain(review.figures)
    return figured.of(session, review.studio, year.period_from, year.period_to)


def prepare(session: Session, actor: Actor, review_id: int, data: Mapping[str, Any]) -> StudioReview:
    """Write on a report that was not handed in yet, from what ``ReportSchema.load`` returned; its leader may, too."""
    review = _open(session, actor, review_id)
    if review.state != "due":
        raise Conflict(N_("报告已经报送；需要更改的，请由单位重新报送。"))
    _write(review, data)
    session.flush()
    told(session, actor, "prepare_report", review, dict(data))
    return review


def submit(session: Session, actor: Actor, review_id: int, data: Mapping[str, Any]) -> StudioReview:
    """Hand a report in, with the figures as the record shows them now; again until the cut-off, while it is not graded.

    Raises NotAllowed for whoever leads the studio and does not act for its unit, NotAtDesk for an office above while
    the unit has a union of its own, Invalid without an account of the
    year, and Conflict after the cut-off or once it is graded.
    """
    review = _open(session, actor, review_id)
    desks.require_reporter(session, actor, review.studio)
    if not data["account"]:
        raise Invalid({"account": [N_("请写明一年的工作。")]})
    year, before = review.review_year, review.state
    # Whose report comes first locks the indicators for all.
    audit.hold(session, "review_year", year.id)
    _write(review, data)
    review.figures = figured.of(session, review.studio, year.period_from, year.period_to)
    review.state, review.submitted_by, review.submitted_at = "submitted", actor.name, now()
    session.flush()
    told(session, actor, "submit_report", review, {**data, "figures": review.figures}, before=before)
    if before == "due":
        desks.tell_office(session, desks.grading(session, review), review)
    return review


def told(
    session: Session, actor: Actor, verb: str, review: StudioReview, payload: Mapping[str, Any],
    reason: str | None = None, before: str | None = None,
) -> None:  # fmt: skip
    """Write an event of a review."""
    after = review.state if before is not None else None
    audit.record(
        session, actor, verb, "studio_review", review.id,
        from_state=before, to_state=after, reason=reason, payload=payload,
    )  # fmt: skip
    session.flush()


def _open(session: Session, actor: Actor, review_id: int) -> StudioReview:
    review = held(session, actor, review_id)
    if not can_keep_studio(actor, review.studio):
        raise NotAllowed("record", "studio_review")
    if review.state not in ("due", "submitted"):
        raise Conflict(N_("这份报告已经评定，不能再改。"))
    if today() > review.review_year.cut_off:
        raise Conflict(N_("报送已于 %(day)s 截止。"), day=review.review_year.cut_off.isoformat())
    return review


def _write(review: StudioReview, data: Mapping[str, Any]) -> None:
    review.account, review.plans = data["account"], data["plans"]
    review.remarks = {name: said for name, said in data["remarks"].items() if said}
