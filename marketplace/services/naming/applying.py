"""A unit applies for its studio: what stands against it, which conditions are open, the dossier that is frozen.

A studio climbs one step at a time, after the full time at the step below (rule 39). Which failed conditions bar from
applying is told by the batch; every other one that is not met, or of which nothing is on record, the unit must
acknowledge and explain, and whoever recommends and judges sees it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, workflow
from marketplace.db import now, today
from marketplace.errors import N_, Conflict, Invalid, NotAllowed
from marketplace.models import NamingBatch, Studio, StudioApplication
from marketplace.models.studios.studio_application import APPLICATION_ENDED
from marketplace.permissions import Actor, Grant, can_apply
from marketplace.services.benefit import blocks
from marketplace.services.naming import applications, batches
from marketplace.services.studio import conditions, dossier, ladder, records
from marketplace.services.studio.conditions import Condition

_REOPENED = ("returned", "withdrawn")


@dataclass(frozen=True, slots=True)
class Standing:
    """How a studio stands to a batch: every condition today, what bars it, and the conditions it must explain."""

    conditions: Sequence[Condition]
    obstacles: Sequence[Conflict]
    open: Sequence[Condition]


def standing(session: Session, batch: NamingBatch, studio: Studio) -> Standing:
    """Return how a studio stands to a batch today."""
    found = conditions.of(session, studio, today())
    failed = [it for it in found if it.state == conditions.FAIL and it.name in batch.barring]
    against = [*_obstacles(session, batch, studio), *(Conflict(it.message, **it.params) for it in failed)]
    is_open = [it for it in found if it.state != conditions.PASS and it not in failed]
    return Standing(found, against, is_open)


def batches_for(session: Session, studio: Studio, but: Collection[int] = ()) -> list[NamingBatch]:
    """Return the batches that take applications today and name the next tier of a studio at its place.

    Those whose ids are in ``but`` are left out: the studio has applied there.
    """
    query = sa.select(NamingBatch).where(
        NamingBatch.state == "open", NamingBatch.opens_on <= today(), NamingBatch.closes_on >= today(),
        NamingBatch.tier.in_(ladder.next_tiers(studio)),
    )  # fmt: skip
    return [it for it in session.scalars(query.order_by(NamingBatch.id)) if it.id not in but and _lies_in(it, studio)]


def of_unit(session: Session, actor: Actor, batch: NamingBatch) -> list[tuple[Studio, StudioApplication | None]]:
    """Return the studios of the units the actor applies for, each with its application to a batch, if any."""
    query = sa.select(Studio).where(Studio.organisation_id.in_(actor.organisation_ids), Studio.state != "closed")
    found = [it for it in session.scalars(query.order_by(Studio.id)) if can_apply(actor, it.organisation)]
    return [(it, _of_studio(session, batch, it)) for it in found]


def apply(session: Session, actor: Actor, batch_id: int, data: Mapping[str, Any]) -> StudioApplication:
    """Apply for a studio, from what ``ApplicationSchema.load`` returned, and freeze its dossier; again after a return.

    Raises NotFound or NotAllowed for whom the studio is not to apply for, Conflict with the first thing that stands
    against it, Invalid where an open condition is not acknowledged or not explained.
    """
    audit.hold(session, "naming_batch", batch_id)
    batch = batches.get(session, batch_id)
    studio = records.kept(session, actor, data["studio_id"])
    if not can_apply(actor, studio.organisation):
        raise NotAllowed("apply", "naming")
    before = _of_studio(session, batch, studio)
    if before is not None and before.state not in _REOPENED:
        raise Conflict(N_("这个工作室已在本批申报，一批只申报一次。"))
    _refuse_outside_window(batch, is_returned=before is not None and before.state == "returned")
    found = standing(session, batch, studio)
    for obstacle in found.obstacles:
        raise obstacle
    _require_acknowledged(found.open, data)
    frozen = dossier.freeze(session, actor, studio.id, {"purpose": batch.title})
    given = {name: data[name] for name in ("statement", "acknowledged", "explanation")}
    facts = {**given, "dossier": frozen, "organisation": studio.organisation, "account_id": actor.account_id}
    told = {**given, "studio": studio.id, "dossier": frozen.sha256}
    if before is not None:
        for name, value in (facts | {"applied_at": now(), "decision": ""}).items():
            setattr(before, name, value)
        workflow.apply(session, actor, before, "reapply", payload=told, process="naming")
        return before
    application = StudioApplication(batch=batch, studio=studio, **facts)
    session.add(application)
    session.flush()
    audit.record(
        session, actor, "apply", "studio_application", application.id, to_state="applied", payload=told, is_first=True
    )
    return application


def withdraw(session: Session, actor: Actor, application_id: int) -> StudioApplication:
    """Take an application back before scoring begins; the unit may apply again while the window is open."""
    batches.hold_of(session, application_id)
    application = applications.get(session, actor, application_id)
    if not can_apply(actor, application.organisation):
        raise NotAllowed("apply", "naming")
    if application.batch.state != "open":
        raise Conflict(N_("评分已经开始，申报不能再撤回。"))
    forget_recommendation(application)
    workflow.apply(session, actor, application, "withdraw", process="naming")
    return application


def forget_recommendation(application: StudioApplication) -> None:
    """Let an application have no recommendation: it was taken back."""
    application.recommended_by = application.recommended_at = application.recommended_rank = None
    application.recommended_as = application.recommended_from = application.opinion = ""


def _of_studio(session: Session, batch: NamingBatch, studio: Studio) -> StudioApplication | None:
    query = sa.select(StudioApplication).filter_by(naming_batch_id=batch.id, studio_id=studio.id)
    return session.scalar(query)


def _obstacles(session: Session, batch: NamingBatch, studio: Studio) -> Iterator[Conflict]:
    """Yield what stands against a studio beside its conditions, each as a sentence."""
    if studio.state != "active":
        yield Conflict(N_("工作室已暂停或撤销，不能申报。"))
    if not _lies_in(batch, studio):
        yield Conflict(N_("工作室所在的单位不在本批的范围之内。"))
    if batch.tier not in ladder.next_tiers(studio):
        yield Conflict(N_("梯次要逐级上升，不能越级，也不能重复。"))
    elif (day := ladder.ready_on(session, studio, batch.closes_on)) > batch.closes_on:
        message = N_("在现在的梯次还没有满规定的年限：最早 %(day)s，本批申报到 %(last)s 为止。")
        yield Conflict(message, day=day.isoformat(), last=batch.closes_on.isoformat())
    try:
        blocks.refuse_blocked(session, [], [studio.organisation_id])
    except Conflict as blocked:
        yield blocked
    if (other := _elsewhere(session, batch, studio)) is not None:
        yield Conflict(N_("这个工作室正在“%(title)s”中申报，一次只申报一级。"), title=other.title)


def _elsewhere(session: Session, batch: NamingBatch, studio: Studio) -> NamingBatch | None:
    query = (
        sa.select(NamingBatch)
        .join(StudioApplication, StudioApplication.naming_batch_id == NamingBatch.id)
        .where(
            StudioApplication.studio_id == studio.id, NamingBatch.id != batch.id,
            StudioApplication.state.not_in(APPLICATION_ENDED),
        )
    )  # fmt: skip
    return session.scalar(query.limit(1))


def _lies_in(batch: NamingBatch, studio: Studio) -> bool:
    unit = studio.organisation
    return Grant("", batch.region_path, batch.industry_path).covers(unit.region_path, unit.industry_path)


def _refuse_outside_window(batch: NamingBatch, *, is_returned: bool) -> None:
    """What was returned may be handed in again until recommendations close."""
    last = batch.recommend_by if is_returned else batch.closes_on
    if batch.state != "open" or not batch.opens_on <= today() <= last:
        raise Conflict(
            N_("本批申报从 %(first)s 到 %(last)s。"), first=batch.opens_on.isoformat(), last=last.isoformat()
        )


def _require_acknowledged(unmet: Sequence[Condition], data: Mapping[str, Any]) -> None:
    missing = {it.name for it in unmet} - set(data["acknowledged"])
    if missing:
        raise Invalid({"acknowledged": [N_("请逐项确认不符合或没有数据的条件，或者先把工作室的记录补齐。")]})
    if unmet and not data["explanation"]:
        raise Invalid({"explanation": [N_("请说明这些条件的情况。")]})
