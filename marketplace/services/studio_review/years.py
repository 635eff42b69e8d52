"""A year of review: opened with the studios it holds, its weights set until the first report, closed with a hash."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from marketplace import audit, chain, rules, vocabulary
from marketplace.db import now, today
from marketplace.errors import N_, Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import Organisation, ReviewAppeal, ReviewYear, Studio, StudioReview
from marketplace.permissions import Actor, can_follow_review, can_read_decided, can_run_review, path_within
from marketplace.postbox import post
from marketplace.services.studio import offices
from marketplace.workflow import offices as staffed

NOT_GRADED = ("due", "submitted")


def open_(session: Session, actor: Actor, data: Mapping[str, Any]) -> ReviewYear:
    """Open a year from what ``ReviewYearSchema.load`` returned; every studio of its tiers and place is to report.

    The indicators are those of the rules on this day. A studio that another year of the same number holds already is
    left there. Raises NotAllowed, and Conflict where no studio is left.
    """
    region = vocabulary.regions.path(data["region"]) if data["region"] else ""
    region = "" if region == "51" else region
    if not can_run_review(actor, region):
        raise NotAllowed("run", "review_year")
    day = today()
    # There is no year 0: whoever opens one waits for whoever else does, so that no studio comes into two.
    audit.hold(session, "review_year", 0)
    studios = _to_review(session, data["year"], data["tiers"], region)
    if not studios:
        raise Conflict(N_("这个范围内没有要考核的工作室，或者已经列入同一年度的考核。"))
    year = ReviewYear(
        region_path=region, opened_by=actor.name, weights=rules.value(session, "review_weights", day),
        excellent_share=rules.value(session, "review_excellent", day),
        rectification=rules.value(session, "review_rectification", day),
        **{name: data[name] for name in ("year", "title", "tiers", "period_from", "period_to", "cut_off")},
    )  # fmt: skip
    session.add(year)
    session.flush()
    session.add_all(_begun(year, studio) for studio in studios)
    _record(session, actor, "open_review", year, {"studios": [it.id for it in studios], **data}, is_first=True)
    _tell(session, year, studios)
    return year


def get(session: Session, actor: Actor, year_id: int) -> ReviewYear:
    """Return a year whose standing the actor may see; raise NotFound."""
    year = session.get(ReviewYear, year_id)
    if year is None or not can_follow_review(actor, year):
        raise NotFound("review_year", year_id)
    return year


def decided(session: Session, actor: Actor, year_id: int) -> str:
    """Return the text that was kept when a year closed, empty before: it tells of every studio of the year.

    Raises NotFound, and NotAllowed for whoever sees the year and not all of its studios.
    """
    year = get(session, actor, year_id)
    if not can_read_decided(actor, year):
        raise NotAllowed("read", "review_year")
    return year.snapshot


def listed(session: Session, actor: Actor) -> list[ReviewYear]:
    """Return the years whose standing the actor may see, the newest first."""
    found = session.scalars(sa.select(ReviewYear).order_by(ReviewYear.year.desc(), ReviewYear.id.desc()))
    return [year for year in found if can_follow_review(actor, year)]


def weigh(session: Session, actor: Actor, year_id: int, data: Mapping[str, Any]) -> ReviewYear:
    """Set the weights and the cut-off of a year, from what ``WeightsSchema.load`` returned.

    Raises Conflict once a report was handed in, so that nobody is judged by what was set afterwards, and Invalid where
    the points are not of every indicator and 100 together.
    """
    year = run(session, actor, year_id)
    if has_reports(session, year):
        raise Conflict(N_("已经有工作室报送，考核指标和截止日期不能再改。"))
    if set(data["weights"]) != set(year.weights) or sum(data["weights"].values()) != 100:
        raise Invalid({"weights": [N_("各项指标都要有分数，合计应为 100。")]})
    if data["cut_off"] != year.cut_off:
        # Whoever was reminded of the earlier day is reminded of the new one too.
        due = sa.update(StudioReview).where(StudioReview.review_year_id == year.id, StudioReview.state == "due")
        session.execute(due.values(reminded_on=None))
    year.weights, year.cut_off = dict(data["weights"]), data["cut_off"]
    session.flush()
    _record(session, actor, "weigh_review", year, data)
    return year


def close(session: Session, actor: Actor, year_id: int) -> ReviewYear:
    """Close a year: what was decided is kept as one text with its hash, and the grades become public.

    Raises Conflict before the cut-off, while a report is not graded, and while an appeal is open. What is still to be
    mended goes on.
    """
    year = run(session, actor, year_id)
    if today() <= year.cut_off:
        raise Conflict(N_("报送 %(day)s 截止，之后才能结束。"), day=year.cut_off.isoformat())
    reviews = sa.select(sa.func.count()).select_from(StudioReview).where(StudioReview.review_year_id == year.id)
    if waiting := session.scalar(reviews.where(StudioReview.state.in_(NOT_GRADED))):
        raise Conflict(N_("还有 %(count)s 个工作室没有评定等次。"), count=waiting)
    appealed = reviews.join(ReviewAppeal).where(ReviewAppeal.state == "open")
    if waiting := session.scalar(appealed):
        raise Conflict(N_("还有 %(count)s 件申诉没有办结。"), count=waiting)
    year.snapshot = chain.canonical(_decided(session, year))
    year.sha256, year.closed_at, year.closed_by = chain.sha256(year.snapshot), now(), actor.name
    session.flush()
    _record(session, actor, "close_review", year, {"sha256": year.sha256})
    return year


def run(session: Session, actor: Actor, year_id: int) -> ReviewYear:
    """Return an open year that the actor runs, while nobody else writes to it; raise NotAllowed or Conflict."""
    audit.hold(session, "review_year", year_id)
    year = get(session, actor, year_id)
    if not can_run_review(actor, year.region_path):
        raise NotAllowed("run", "review_year")
    if year.closed_at is not None:
        raise Conflict(N_("这个年度的考核已经结束。"))
    return year


def has_reports(session: Session, year: ReviewYear) -> bool:
    """Say whether a studio of a year has reported: from then on its indicators are locked."""
    handed_in = StudioReview.submitted_at.is_not(None)
    return bool(session.scalar(sa.select(sa.exists().where(StudioReview.review_year_id == year.id, handed_in))))


def is_whole(year: ReviewYear) -> bool:
    """Say whether what was decided in a closed year still has its hash."""
    return chain.sha256(year.snapshot) == year.sha256


def _to_review(session: Session, number: int, tiers: list[str], region: str) -> list[Studio]:
    query = (
        sa.select(Studio)
        .join(Studio.organisation)
        .options(joinedload(Studio.organisation))
        .where(Studio.state != "closed", Studio.delisted_on.is_(None), Studio.tier.in_(tiers))
        .where(~sa.exists().where(StudioReview.studio_id == Studio.id, StudioReview.year == number))
        .order_by(Studio.id)
    )
    return list(session.scalars(query.where(path_within(Organisation.region_path, region)) if region else query))


def _begun(year: ReviewYear, studio: Studio) -> StudioReview:
    place = offices.chain(studio.organisation, studio.tier)[0]
    path = place.industry_path.partition("/")[0] if place.role == "industry_union" else place.region_path
    return StudioReview(
        review_year=year, studio=studio, year=year.year, tier=studio.tier, office=place.role, office_path=path
    )


def _tell(session: Session, year: ReviewYear, studios: list[Studio]) -> None:
    """Write one mail to each union that has a studio to report on, however many it has."""
    for unit_id in sorted({studio.organisation_id for studio in studios}):
        for account in staffed.readers_of_mail(session, offices.union_of(unit_id)):
            post(session, account, "review_opened", day=year.cut_off.isoformat())


def _decided(session: Session, year: ReviewYear) -> dict[str, Any]:
    query = sa.select(StudioReview).filter_by(review_year_id=year.id).options(joinedload(StudioReview.studio))
    names = ("studio_id", "tier", "state", "figures", "scores", "grade", "opinion")
    reviews = [
        {name: getattr(it, name) for name in names}
        | {"studio": it.studio.name, "score": str(it.score) if it.score is not None else None}
        for it in session.scalars(query.order_by(StudioReview.studio_id))
    ]
    told = ("year", "title", "tiers", "weights", "excellent_share")
    return {name: getattr(year, name) for name in told} | {"cut_off": year.cut_off.isoformat(), "reviews": reviews}


def _record(
    session: Session, actor: Actor, verb: str, year: ReviewYear, payload: Mapping[str, Any], *, is_first: bool = False
) -> None:
    audit.record(session, actor, verb, "review_year", year.id, payload=dict(payload), is_first=is_first)
    session.flush()
