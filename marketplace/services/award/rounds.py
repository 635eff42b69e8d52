"""Open a round, change what it is judged by while nothing has been put forward, find it, call it off.

What a round is judged by is copied from the rules when it opens and locked with the first nomination (rule 56).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from marketplace import audit, rules, vocabulary
from marketplace.db import today
from marketplace.errors import N_, Conflict, Invalid, NotAllowed, NotFound, StaleRevision
from marketplace.models import AwardRound, Nomination, Organisation, PanelMember
from marketplace.permissions import Actor, Permission, can_follow_award, can_run_award, require
from marketplace.services import organisation as organisations
from marketplace.services.award import steps

_CITY, _COUNTY = 2, 3
_RULES = {"A": "rubric_a", "B": "rubric_b"}


def defaults(session: Session) -> dict[str, Any]:
    """Return what a round opened today is judged by, as the rules have it."""
    day = today()
    quotas = rules.value(session, "award_quotas", day)
    return {
        "rubrics": {name: rules.value(session, rule, day) for name, rule in _RULES.items()},
        "quotas": [{"grade": grade, "count": count} for grade, count in quotas.items()],
        "line": rules.value(session, "award_line", day),
        "spread": rules.value(session, "score_spread", day),
        "judges_needed": rules.value(session, "judges", day),
        "publicity_days": rules.value(session, "award_publicity", day),
    }


def open_round(session: Session, actor: Actor, data: Mapping[str, Any]) -> AwardRound:
    """Open a round from what ``AwardRoundSchema.load`` returned.

    Raises NotAllowed for a place outside of the actor's, and Invalid where level and place do not fit or the panel
    would be smaller than the rules allow.
    """
    require(actor, Permission.AWARD_RUN)
    award = AwardRound(**defaults(session))
    _fill(session, actor, award, data)
    session.add(award)
    session.flush()
    audit.record(session, actor, "open", "award", award.id, to_state="open", payload=_told(award), is_first=True)
    return award


def revise(session: Session, actor: Actor, award_id: int, revision: int, data: Mapping[str, Any]) -> AwardRound:
    """Change a round; raise Conflict once something was put forward, StaleRevision where somebody else was faster."""
    award = run_by(session, actor, award_id)
    if award.revision != revision:
        raise StaleRevision("award", award_id, revision, award.revision)
    if award.state != "open" or award.nominations:
        raise Conflict(N_("已有提名，评选的标准、名额和公示期不能再改。"))
    _fill(session, actor, award, data)
    session.flush()
    audit.record(session, actor, "revise", "award", award.id, from_state="open", to_state="open", payload=_told(award))
    return award


def get(session: Session, award_id: int) -> AwardRound:
    """Return a round; raise NotFound. What it is judged by is public, what is in it is not: see ``followed``."""
    award = session.get(AwardRound, award_id)
    if award is None:
        raise NotFound("award", award_id)
    return award


def with_panel(session: Session, award_id: int) -> AwardRound:
    """Return a round as ``get`` does, with its judges."""
    panel = selectinload(AwardRound.panel).joinedload(PanelMember.account)
    award = session.get(AwardRound, award_id, options=[panel])
    if award is None:
        raise NotFound("award", award_id)
    return award


def run_by(session: Session, actor: Actor, award_id: int) -> AwardRound:
    """Return a round the actor runs; raise NotAllowed."""
    award = get(session, award_id)
    if not can_run_award(actor, award):
        raise NotAllowed("run", "award")
    return award


def followed(session: Session, actor: Actor, award_id: int) -> AwardRound:
    """Return a round the actor may see the inside of; raise NotAllowed."""
    award = get(session, award_id)
    if not can_follow_award(actor, award):
        raise NotAllowed("read", "award")
    return award


def listed(session: Session, *, limit: int, after: int | None = None) -> list[AwardRound]:
    """Return the rounds, newest first, from below the id ``after``."""
    query = sa.select(AwardRound).options(selectinload(AwardRound.organisation)).order_by(AwardRound.id.desc())
    query = query if after is None else query.where(AwardRound.id < after)
    return list(session.scalars(query.limit(limit)))


def cancel(session: Session, actor: Actor, award_id: int, reason: str) -> AwardRound:
    """Call a round off before anything was announced; what was put forward goes back to where it stood."""
    award = run_by(session, actor, award_id)
    if award.state in ("publicity", "awarded", "cancelled"):
        raise Conflict(N_("已开始公示、已授奖或已取消的评选不能再取消。"))
    require_reason(reason)
    for nomination in award.nominations:
        nomination.outcome = "not_selected"
        if nomination.proposal.state in ("nominated", "scored"):
            steps.pass_over(session, actor, nomination, reason)
    to_state(session, actor, award, "cancelled", "cancel", reason)
    return award


def to_state(
    session: Session, actor: Actor, award: AwardRound, state: str, verb: str, reason: str | None = None, **told: Any
) -> None:
    """Move a round on, with its event."""
    before, award.state = award.state, state
    session.flush()
    audit.record(
        session, actor, verb, "award", award.id, from_state=before, to_state=state, reason=reason, payload=told
    )


def require_reason(reason: str) -> str:
    """Return a reason without white space around it; raise Invalid where there is none."""
    if not reason.strip():
        raise Invalid({"reason": [N_("请写明理由。")]})
    return reason.strip()


def alive(award: AwardRound) -> list[Nomination]:
    """Return the nominations that were not set aside before scoring ended."""
    return [it for it in award.nominations if it.outcome != "not_selected"]


def _fill(session: Session, actor: Actor, award: AwardRound, data: Mapping[str, Any]) -> None:
    kept = {name: value for name, value in data.items() if name not in ("region", "industry", "organisation_name")}
    for name, value in kept.items():
        setattr(award, name, value)
    award.region_path, award.industry_path, award.organisation = _place(session, data)
    award.organisation_id = award.organisation.id if award.organisation else None
    fewest = rules.value(session, "judges", today())
    if award.judges_needed < fewest:
        raise Invalid({"judges_needed": [N_("评审专家人数少于规则规定的最少人数。")]})
    if not can_run_award(actor, award):
        raise NotAllowed("run", "award")


def _place(session: Session, data: Mapping[str, Any]) -> tuple[str, str, Organisation | None]:
    """Return the region path, the industry path and the unit a round is held for; each level states its own."""
    level, region, industry = data["level"], data.get("region"), data.get("industry")
    path = vocabulary.regions.path(region) if region else ""
    depth = path.count("/") + 1 if path else 0
    if level == "unit":
        name = data.get("organisation_name") or ""
        if not name:
            raise Invalid({"organisation": [N_("单位级评选请填写单位名称。")]})
        unit = organisations.named(session, [name])[name]
        session.flush()
        return unit.region_path, unit.industry_path, unit
    if level == "county" and depth != _COUNTY:
        raise Invalid({"region": [N_("县级评选请选择县（市、区）。")]})
    if level == "city" and depth != _CITY:
        raise Invalid({"region": [N_("市级评选请选择市（州）。")]})
    if level == "industry":
        if not industry:
            raise Invalid({"industry": [N_("产业评选请选择行业。")]})
        return path if depth >= _CITY else "", vocabulary.industries.path(industry), None
    return path if level != "province" else "", "", None


def _told(award: AwardRound) -> dict[str, Any]:
    names = ("title", "year", "level", "rubrics", "quotas", "judges_needed", "publicity_days", "bars_heads_of_unit")
    return {name: getattr(award, name) for name in names} | {"line": str(award.line), "spread": str(award.spread)}
