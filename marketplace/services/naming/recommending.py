"""The county, the city or the industry union recommends: with an opinion and an order, or returns, or declines.

Whose place it is for a batch, ``permissions.RECOMMENDING`` says; whoever comes from the unit itself or has a part in
the studio stays away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import workflow
from marketplace.db import now, today
from marketplace.errors import N_, Conflict, Invalid, NotAllowed, StaleRevision
from marketplace.models import NamingBatch, Organisation, StudioApplication
from marketplace.permissions import RECOMMENDING, Actor, Grant, readable, recommends_as
from marketplace.services.naming import applications, batches
from marketplace.services.naming.telling import tell_unit
from marketplace.workflow import offices

_LAST = 10_000


def own(session: Session, actor: Actor, batch: NamingBatch) -> list[StudioApplication]:
    """Return the applications the actor's office recommends in a batch, in its order; what waits comes first."""
    found = applications.listed(session, actor, batch, limit=_LAST)
    mine = [it for it in found if it.state != "withdrawn" and recommends_as(actor, batch, it.organisation) is not None]
    return sorted(mine, key=lambda it: (it.state != "applied", it.recommended_rank or _LAST, it.id))


def waiting(session: Session, actor: Actor, found: Sequence[NamingBatch]) -> Counter[int]:
    """Return how many applications wait in each of some batches, by its id, to be recommended by the actor's office."""
    running = {it.id: it for it in found if it.state == "open"}
    query = (
        sa.select(StudioApplication.naming_batch_id, Organisation)
        .join(StudioApplication.organisation)
        .where(
            StudioApplication.naming_batch_id.in_(running), StudioApplication.state == "applied",
            readable(StudioApplication, actor),
        )
    )  # fmt: skip
    rows = session.execute(query)
    return Counter(batch_id for batch_id, unit in rows if recommends_as(actor, running[batch_id], unit) is not None)


def may_decide(actor: Actor, application: StudioApplication) -> bool:
    """Say whether it is now the actor's to recommend an application, return it or decline it."""
    batch, unit = application.batch, application.organisation
    is_time = application.state == "applied" and batch.state == "open" and today() <= batch.recommend_by
    is_impartial = offices.bar(actor, application) is None
    return is_time and is_impartial and recommends_as(actor, batch, unit) is not None


def recommend(
    session: Session, actor: Actor, application_id: int, revision: int, data: Mapping[str, Any]
) -> StudioApplication:
    """Recommend, from what ``RecommendationSchema.load`` returned.

    Raises Conflict where the office has recommended as many as the batch lets it, Invalid for a place in its order
    that is taken.
    """
    application, office = _at(session, actor, application_id, revision)
    batch, place = application.batch, _place(office, application)
    before = _recommended(session, batch, place)
    if batch.recommendation_cap is not None and len(before) >= batch.recommendation_cap:
        raise Conflict(N_("本批每个市（州）或产业最多推荐 %(most)s 个，已经推荐满了。"), most=batch.recommendation_cap)
    taken = {it.recommended_rank for it in before}
    rank = data["rank"] or max((it for it in taken if it is not None), default=0) + 1
    if rank in taken:
        raise Invalid({"rank": [N_("这个推荐顺序已经用过，请另填一个。")]})
    application.recommended_by, application.recommended_at = actor.name, now()
    application.recommended_as, application.recommended_from = office.role, place
    application.recommended_rank, application.opinion = rank, data["opinion"]
    told = {"rank": rank, "opinion": data["opinion"]}
    workflow.apply(session, actor, application, "recommend", payload=told, process="naming")
    tell_unit(session, application, "application_recommended")
    return application


def send_back(session: Session, actor: Actor, application_id: int, revision: int, reason: str) -> StudioApplication:
    """Return an application to its unit, which may mend it and apply again until recommendations close."""
    return _refuse(session, actor, application_id, revision, reason, "return", "application_returned")


def decline(session: Session, actor: Actor, application_id: int, revision: int, reason: str) -> StudioApplication:
    """Recommend an application no further in this batch, with the reason."""
    return _refuse(session, actor, application_id, revision, reason, "not_recommend", "application_not_recommended")


def _refuse(
    session: Session, actor: Actor, application_id: int, revision: int, reason: str, action: str, kind: str
) -> StudioApplication:
    application, _office = _at(session, actor, application_id, revision)
    application.decision = batches.require_reason(reason)
    workflow.apply(session, actor, application, action, application.decision, process="naming")
    tell_unit(session, application, kind, day=application.batch.recommend_by.isoformat())
    return application


def _at(session: Session, actor: Actor, application_id: int, revision: int) -> tuple[StudioApplication, Grant]:
    """Return an application that waits for the actor's office, and the office."""
    batches.hold_of(session, application_id)
    application = applications.get(session, actor, application_id)
    batch, unit = application.batch, application.organisation
    office = recommends_as(actor, batch, unit)
    if office is None:
        raise NotAllowed("recommend", "naming")
    applications.require_impartial(actor, application)
    if application.revision != revision:
        raise StaleRevision("studio_application", application_id, revision, application.revision)
    if batch.state != "open" or today() > batch.recommend_by:
        raise Conflict(N_("本批推荐到 %(day)s 为止。"), day=batch.recommend_by.isoformat())
    return application, office


def _place(office: Grant, application: StudioApplication) -> str:
    """Return the place an office recommends from; the province stands in for the nearest office of the unit."""
    unit, nearest = application.organisation, RECOMMENDING[application.batch.tier]
    role = office.role if office.role in nearest else nearest[0]
    if role == "industry_union":
        return office.industry_path or unit.industry_path
    path = office.region_path or unit.region_path
    return "/".join(path.split("/")[: 3 if role == "county" else 2])


def _recommended(session: Session, batch: NamingBatch, place: str) -> list[StudioApplication]:
    query = sa.select(StudioApplication).where(
        StudioApplication.naming_batch_id == batch.id, StudioApplication.recommended_from == place,
        StudioApplication.recommended_at.is_not(None),
    )  # fmt: skip
    return list(session.scalars(query))
