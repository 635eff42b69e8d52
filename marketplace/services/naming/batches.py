"""Announce a batch, change what it is decided by while nobody has applied, find it, call it off.

What a batch is decided by is copied from the rules when it is announced and locked with the first application (rules
42, 46 and 56). There is one batch a year for a tier and a place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, rules, vocabulary, workflow
from marketplace.db import today
from marketplace.errors import N_, Conflict, Invalid, NotAllowed, NotFound, StaleRevision
from marketplace.models import AuditEntry, NamingBatch, StudioApplication
from marketplace.permissions import Actor, Permission, can_follow_naming, can_run_naming, require
from marketplace.services.naming import applications
from marketplace.services.naming.telling import tell_unit
from marketplace.services.studio import conditions

_CITY, _COUNTY = 2, 3
_COPIED = (
    "title", "year", "tier", "announcement", "opens_on", "closes_on", "recommend_by", "score_by", "quota", "city_cap",
    "recommendation_cap", "indicators", "barring", "line", "judges_needed", "publicity_days",
)  # fmt: skip
# Still in the batch before its list is public.
_ALIVE = ("applied", "returned", "recommended", "proposed")


def defaults(session: Session) -> dict[str, Any]:
    """Return what a batch announced today is decided by, as the rules have it; its quota is the office's to set."""
    day = today()
    return {
        "indicators": rules.value(session, "naming_indicators", day),
        "barring": rules.value(session, "naming_barring", day),
        "city_cap": rules.value(session, "naming_city_cap", day),
        "line": rules.value(session, "award_line", day),
        "judges_needed": rules.value(session, "judges", day),
        "publicity_days": rules.value(session, "naming_publicity", day),
    }


def announce(session: Session, actor: Actor, data: Mapping[str, Any]) -> NamingBatch:
    """Announce a batch from what ``BatchSchema.load`` returned.

    Raises NotAllowed for a tier or a place that is not the actor's to name, Invalid where tier and place do not fit or
    the panel would be smaller than the rules allow, Conflict where the year has a batch of this tier and place.
    """
    require(actor, Permission.NAMING_RUN)
    batch = NamingBatch()
    with session.no_autoflush:
        _fill(session, actor, batch, data)
    session.add(batch)
    session.flush()
    told = _told(batch)
    audit.record(
        session, actor, "announce_batch", "naming_batch", batch.id, to_state="open", payload=told, is_first=True
    )
    return batch


def revise(session: Session, actor: Actor, batch_id: int, revision: int, data: Mapping[str, Any]) -> NamingBatch:
    """Change a batch; raise Conflict once somebody has applied, StaleRevision where somebody else was faster."""
    batch = held(session, actor, batch_id)
    if batch.revision != revision:
        raise StaleRevision("naming_batch", batch_id, revision, batch.revision)
    if batch.state != "open" or batch.applications:
        raise Conflict(N_("已有单位申报，评选的标准、名额和日程不能再改。"))
    with session.no_autoflush:
        _fill(session, actor, batch, data)
    session.flush()
    audit.record(session, actor, "revise", "naming_batch", batch.id, payload=_told(batch))
    return batch


def get(session: Session, batch_id: int) -> NamingBatch:
    """Return a batch; raise NotFound. What it is decided by is public, who applied is not: see ``followed``."""
    batch = session.get(NamingBatch, batch_id)
    if batch is None:
        raise NotFound("naming_batch", batch_id)
    return batch


def held(session: Session, actor: Actor, batch_id: int) -> NamingBatch:
    """Return ``run_by``, once nobody else is about to change the batch, so that what is checked holds."""
    audit.hold(session, "naming_batch", batch_id)
    return run_by(session, actor, batch_id)


def run_by(session: Session, actor: Actor, batch_id: int) -> NamingBatch:
    """Return a batch the actor runs; raise NotAllowed."""
    batch = get(session, batch_id)
    if not can_run_naming(actor, batch):
        raise NotAllowed("run", "naming")
    return batch


def followed(session: Session, actor: Actor, batch_id: int) -> NamingBatch:
    """Return a batch the actor may see the inside of; raise NotAllowed."""
    batch = get(session, batch_id)
    if not can_follow_naming(actor, batch):
        raise NotAllowed("read", "naming_batch")
    return batch


def listed(session: Session, *, limit: int, after: int | None = None) -> list[NamingBatch]:
    """Return the batches, newest first, from below the id ``after``."""
    query = sa.select(NamingBatch).order_by(NamingBatch.id.desc()).limit(limit)
    return list(session.scalars(query if after is None else query.where(NamingBatch.id < after)))


def count(session: Session, batch: NamingBatch) -> int:
    """Return how many applied, those who withdrew left out; how many there are tells nothing of who they are."""
    query = (
        sa.select(sa.func.count())
        .select_from(StudioApplication)
        .where(StudioApplication.naming_batch_id == batch.id, StudioApplication.state != "withdrawn")
    )
    return session.scalar(query) or 0


def history(session: Session, batch: NamingBatch) -> list[AuditEntry]:
    """Return what was done with a batch, oldest first; the caller has checked who may follow it."""
    return audit.history(session, "naming_batch", batch.id)


def cancel(session: Session, actor: Actor, batch_id: int, reason: str) -> NamingBatch:
    """Call a batch off before anything was shown to the public; who applied may apply to another."""
    batch = held(session, actor, batch_id)
    if batch.state in ("publicity", "named", "cancelled"):
        raise Conflict(N_("已开始公示、已命名或已取消的批次不能再取消。"))
    why = require_reason(reason)
    for application in batch.applications:
        if application.state in _ALIVE:
            take_out(session, actor, application, why)
    to_state(session, actor, batch, "cancelled", "cancel", why)
    return batch


def set_aside(session: Session, actor: Actor, application_id: int, reason: str) -> StudioApplication:
    """Take one application out of a batch before its scores are counted, with a reason its unit is told.

    Raises NotFound, NotAllowed for whoever does not run the batch, Conflict once the scores are counted.
    """
    hold_of(session, application_id)
    application = session.get(StudioApplication, application_id)
    if application is None:
        raise NotFound("studio_application", application_id)
    batch = run_by(session, actor, application.naming_batch_id)
    applications.require_impartial(actor, application)
    if batch.state not in ("open", "scoring") or application.state not in _ALIVE:
        raise Conflict(N_("评分已经汇总，或者这一项已不在这一批里。"))
    take_out(session, actor, application, require_reason(reason))
    return application


def take_out(session: Session, actor: Actor, application: StudioApplication, reason: str) -> None:
    """Take an application out of its batch and tell its unit; the caller has checked who may."""
    application.decision = reason
    workflow.apply(session, actor, application, "set_aside", reason, process="naming")
    tell_unit(session, application, "application_set_aside")


def hold_of(session: Session, application_id: int) -> None:
    """Wait until nobody else is about to change the batch of an application."""
    query = sa.select(StudioApplication.naming_batch_id).where(StudioApplication.id == application_id)
    if (batch_id := session.scalar(query)) is not None:
        audit.hold(session, "naming_batch", batch_id)


def to_state(
    session: Session, actor: Actor, batch: NamingBatch, state: str, verb: str, reason: str | None = None, **told: Any
) -> None:
    """Move a batch on, with its event."""
    before, batch.state, batch.reminded_on = batch.state, state, None
    session.flush()
    audit.record(
        session, actor, verb, "naming_batch", batch.id,
        from_state=before, to_state=state, reason=reason, payload=told,
    )  # fmt: skip


def require_reason(reason: str) -> str:
    """Return a reason without white space around it; raise Invalid where there is none."""
    if not reason.strip():
        raise Invalid({"reason": [N_("请写明理由。")]})
    return reason.strip()


def _fill(session: Session, actor: Actor, batch: NamingBatch, data: Mapping[str, Any]) -> None:
    unknown = set(data["barring"]) - set(conditions.NAMES)
    if unknown:
        raise Invalid({"barring": [N_("没有这项条件，请从列表里选。")]})
    if data["judges_needed"] < rules.value(session, "judges", today()):
        raise Invalid({"judges_needed": [N_("评审专家人数少于规则规定的最少人数。")]})
    for name in _COPIED:
        setattr(batch, name, data[name])
    batch.region_path, batch.industry_path = _place(data)
    if not can_run_naming(actor, batch):
        raise NotAllowed("run", "naming")
    # There is no batch 0: whoever announces one waits for whoever else does.
    audit.hold(session, "naming_batch", 0)
    same = sa.select(NamingBatch.title).where(
        NamingBatch.year == batch.year, NamingBatch.tier == batch.tier, NamingBatch.state != "cancelled",
        NamingBatch.region_path == batch.region_path, NamingBatch.industry_path == batch.industry_path,
    )  # fmt: skip
    if (title := session.scalar(same if batch.id is None else same.where(NamingBatch.id != batch.id))) is not None:
        raise Conflict(N_("同一梯次每年只开展一批：%(year)s 年已有“%(title)s”。"), year=batch.year, title=title)


def _place(data: Mapping[str, Any]) -> tuple[str, str]:
    """Return the region path and the industry path a batch is held for; each tier states its own."""
    tier, region, industry = data["tier"], data["region"], data["industry"]
    path = vocabulary.regions.path(region) if region else ""
    depth = path.count("/") + 1 if path else 0
    if tier == "county" and depth != _COUNTY:
        raise Invalid({"region": [N_("县级命名请选择县（市、区）。")]})
    if tier == "city" and depth != _CITY:
        raise Invalid({"region": [N_("市级命名请选择市（州）。")]})
    if tier == "industry":
        if not industry:
            raise Invalid({"industry": [N_("产业命名请选择行业。")]})
        return path if depth >= _CITY else "", vocabulary.industries.path(industry)
    return path if tier in ("county", "city") else "", ""


def _told(batch: NamingBatch) -> dict[str, Any]:
    return {name: getattr(batch, name) for name in _COPIED} | {"line": str(batch.line)}
