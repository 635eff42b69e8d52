"""Showcase enterprises (示范企业) and parks (示范园区): proposed with their basis, listed for everybody, revocable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from marketplace import audit, vocabulary, workflow
from marketplace.errors import N_, Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import CompetitionShowcase, Organisation
from marketplace.models.participation.competition import TOLD_SHOWCASES
from marketplace.permissions import Actor, can_decide_showcase, can_name_showcase, path_within
from marketplace.services import publicity
from marketplace.services.competition import registering, showing
from marketplace.services.organisation import name_key


def get(session: Session, actor: Actor, showcase_id: int) -> CompetitionShowcase:
    """Return a showcase; raise NotFound. Those that were named are for everybody, others for the office of each."""
    found = session.get(CompetitionShowcase, showcase_id)
    if found is None or not (found.state in TOLD_SHOWCASES or can_decide_showcase(actor, found)):
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
    query = sa.select(of).where(of.state == ("revoked" if revoked else "named"))
    query = query.where(of.kind == kind) if kind else query
    query = query.where(path_within(of.region_path, vocabulary.regions.path(region))) if region else query
    query = query if after is None else query.where(of.id < after)
    query = query.options(joinedload(of.organisation), joinedload(of.campaign)).order_by(of.id.desc()).limit(limit)
    return list(session.scalars(query))


def propose(session: Session, actor: Actor, data: Mapping[str, Any]) -> CompetitionShowcase:
    """Propose a showcase from what ``CompetitionShowcaseSchema.load`` returned; it is named after its publicity.

    Where there are no days of publicity it is named at once. An enterprise that comes from a competition must be
    registered in it. Raises NotAllowed for a level that is not the actor's or a place outside of his, Invalid for a
    unit nobody knows, Conflict for one that is a showcase already.
    """
    unit = _unit_of(session, data)
    region_path = unit.region_path if unit else vocabulary.regions.path(data["region"])
    if not can_name_showcase(actor, data["level"], region_path, unit.industry_path if unit else ""):
        raise NotAllowed("name", "competition_showcase")
    if data["campaign_id"] is not None:
        _require_took_part(session, actor, data["campaign_id"], unit)
    park = {"name": data["name"]} if unit is None else {"organisation_id": unit.id}
    audit.hold(session, "competition_showcase", unit.id if unit else 0)
    if unit is not None:
        same = sa.select(CompetitionShowcase.id).filter_by(organisation_id=unit.id, level=data["level"])
        known = session.scalar(same.where(CompetitionShowcase.revoked_on.is_(None)))
        if known is not None:
            raise Conflict(N_("这个单位已是这一级的示范企业，或者正在命名（第 %(number)s 号）。"), number=known)
    copied = {it: data[it] for it in ("kind", "level", "campaign_id", "criteria", "basis", "named_on")}
    made = CompetitionShowcase(region_path=region_path, named_by=actor.name, **copied, **park)
    session.add(made)
    session.flush()
    audit.record(
        session, actor, "propose", "competition_showcase", made.id,
        to_state="proposed", payload=dict(data), is_first=True,
    )  # fmt: skip
    if not showing.days_of(session, made.campaign):
        workflow.apply(session, actor, made, "name", process="competition")
        session.flush()
    return made


def revoke(session: Session, actor: Actor, showcase_id: int, reason: str) -> CompetitionShowcase:
    """Take the name back with a reason, or strike from the list what is not named yet; the record stays.

    What is left of the list begins its period anew. Raises NotFound, NotAllowed, Invalid or Conflict.
    """
    publicity.hold(session)
    found = get(session, actor, showcase_id)
    session.refresh(found)
    if not can_decide_showcase(actor, found):
        raise NotAllowed("revoke", "competition_showcase")
    if found.revoked_on is not None:
        raise Conflict(N_("已经撤销过。"))
    shown = publicity.running_for(session, found) if found.state in publicity.WAITING else None
    step = "revoke" if found.state == "named" else "strike"
    workflow.apply(session, actor, found, step, reason, process="competition")
    if shown is not None:
        publicity.begin_anew(session, actor, shown.id)
    session.flush()
    return found


def may_revoke(actor: Actor, found: CompetitionShowcase) -> bool:
    """Say whether the actor takes the name back: the office of its level at its place."""
    return found.revoked_on is None and can_decide_showcase(actor, found)


def _unit_of(session: Session, data: Mapping[str, Any]) -> Organisation | None:
    if data["kind"] != "enterprise":
        return None
    unit = session.scalar(sa.select(Organisation).filter_by(name_key=name_key(data["organisation_name"])))
    if unit is None:
        raise Invalid({"unit": [N_("平台上没有这个单位，请核对全称。")]})
    return unit


def _require_took_part(session: Session, actor: Actor, campaign_id: int, unit: Organisation | None) -> None:
    try:
        campaign = registering.competition(session, actor, campaign_id)
    except NotFound:
        raise Invalid({"campaign_id": [N_("没有这项劳动竞赛，请核对活动编号。")]}) from None
    if unit is not None and not registering.is_in(session, campaign, unit):
        raise Invalid({"unit": [N_("这个单位没有报名参加这项竞赛。")]})
