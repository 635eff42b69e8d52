"""Showcase enterprises (示范企业) and parks (示范园区): named with their basis, listed for everybody, revocable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from marketplace import audit, vocabulary
from marketplace.db import today
from marketplace.errors import N_, Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import CompetitionShowcase, Organisation
from marketplace.permissions import Actor, can_name_showcase, path_within
from marketplace.services.competition import registering
from marketplace.services.organisation import name_key


def get(session: Session, showcase_id: int) -> CompetitionShowcase:
    """Return a showcase; raise NotFound. They are for everybody, those that were revoked as well."""
    found = session.get(CompetitionShowcase, showcase_id)
    if found is None:
        raise NotFound("competition_showcase", showcase_id)
    return found


def listed(
    session: Session,
    *,
    kind: str = "",
    region: str | None = None,
    revoked: bool = False,
    limit: int,
    after: int | None = None,
) -> list[CompetitionShowcase]:
    """Return the showcases that stand, or those that were revoked, the newest first, from below the id ``after``."""
    of = CompetitionShowcase
    query = sa.select(of).where(of.revoked_on.is_not(None) if revoked else of.revoked_on.is_(None))
    query = query.where(of.kind == kind) if kind else query
    query = query.where(path_within(of.region_path, vocabulary.regions.path(region))) if region else query
    query = query if after is None else query.where(of.id < after)
    query = query.options(joinedload(of.organisation), joinedload(of.campaign)).order_by(of.id.desc()).limit(limit)
    return list(session.scalars(query))


def name(session: Session, actor: Actor, data: Mapping[str, Any]) -> CompetitionShowcase:
    """Name a showcase from what ``CompetitionShowcaseSchema.load`` returned.

    An enterprise that comes from a competition must be registered in it. Raises NotAllowed for a level that is not the
    actor's or a place outside of his, Invalid for a unit nobody knows, Conflict for one that is a showcase already.
    """
    unit = None
    if data["kind"] == "enterprise":
        unit = session.scalar(sa.select(Organisation).filter_by(name_key=name_key(data["organisation_name"])))
        if unit is None:
            raise Invalid({"unit": [N_("平台上没有这个单位，请核对全称。")]})
    region_path = unit.region_path if unit else vocabulary.regions.path(data["region"])
    if not can_name_showcase(actor, data["level"], region_path, unit.industry_path if unit else ""):
        raise NotAllowed("name", "competition_showcase")
    if data["campaign_id"] is not None:
        campaign = registering.competition(session, actor, data["campaign_id"])
        if unit is not None and not registering.is_in(session, campaign, unit):
            raise Invalid({"unit": [N_("这个单位没有报名参加这项竞赛。")]})
    park = {"name": data["name"]} if unit is None else {"organisation_id": unit.id}
    audit.hold(session, "competition_showcase", unit.id if unit else 0)
    if unit is not None:
        same = sa.select(CompetitionShowcase.id).filter_by(organisation_id=unit.id, level=data["level"])
        known = session.scalar(same.where(CompetitionShowcase.revoked_on.is_(None)))
        if known is not None:
            raise Conflict(N_("这个单位已是这一级的示范企业（第 %(number)s 号）。"), number=known)
    copied = {it: data[it] for it in ("kind", "level", "campaign_id", "criteria", "basis", "named_on")}
    made = CompetitionShowcase(region_path=region_path, named_by=actor.name, **copied, **park)
    session.add(made)
    session.flush()
    audit.record(session, actor, "name", "competition_showcase", made.id, payload=dict(data), is_first=True)
    return made


def revoke(session: Session, actor: Actor, showcase_id: int, reason: str) -> CompetitionShowcase:
    """Take the name back with a reason; the record stays. Raises NotAllowed, Invalid or Conflict."""
    audit.hold(session, "competition_showcase", showcase_id)
    found = get(session, showcase_id)
    session.refresh(found)
    if not _is_his(actor, found):
        raise NotAllowed("revoke", "competition_showcase")
    if not reason.strip():
        raise Invalid({"reason": [N_("请写明理由。")]})
    if found.revoked_on is not None:
        raise Conflict(N_("已经撤销过。"))
    found.revoked_on, found.revoked_because = today(), reason.strip()[:500]
    session.flush()
    audit.record(session, actor, "revoke", "competition_showcase", found.id, reason=found.revoked_because)
    return found


def may_revoke(actor: Actor, found: CompetitionShowcase) -> bool:
    """Say whether the actor takes the name back: the office of its level at its place."""
    return found.revoked_on is None and _is_his(actor, found)


def _is_his(actor: Actor, found: CompetitionShowcase) -> bool:
    industry_path = found.organisation.industry_path if found.organisation is not None else ""
    return can_name_showcase(actor, found.level, found.region_path, industry_path)
