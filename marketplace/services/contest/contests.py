"""A contest set up under a campaign, changed while it is a draft, opened, called off, found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from marketplace import audit, rules
from marketplace.db import now, today
from marketplace.errors import N_, Conflict, Invalid, NotAllowed, NotFound, StaleRevision
from marketplace.models import Campaign, CampaignItem, Contest, ContestGroup, ContestStage
from marketplace.permissions import Actor, campaigns_followed, campaigns_seen, can_follow_campaign, can_run_campaign
from marketplace.services.judging.scoring import FEWEST_SHEETS
from marketplace.services.participation import campaigns

# In which states of a campaign a contest is set up under it.
_HOSTING = ("draft", "open")
_COPIED = (
    "title", "announcement", "place", "registers_until", "unit_quota", "judges_needed", "drops_extremes", "spread",
    "prizes", "is_public",
)  # fmt: skip


def defaults(session: Session) -> dict[str, Any]:
    """Return how a contest is judged, as the rules have it today."""
    day = today()
    judges, spread = rules.value(session, "judges", day), rules.value(session, "score_spread", day)
    return {"judges_needed": judges, "spread": spread}


def get(session: Session, actor: Actor, contest_id: int) -> Contest:
    """Return a contest; raise NotFound, also for a draft of an office that is not the actor's."""
    contest = session.get(Contest, contest_id)
    if contest is None or (contest.state == "draft" and not can_follow_campaign(actor, contest.campaign)):
        raise NotFound("contest", contest_id)
    return contest


def hosted(session: Session, actor: Actor, contest_id: int) -> Contest:
    """Return a contest the actor runs and reads; raise NotFound or NotAllowed."""
    contest = get(session, actor, contest_id)
    if not (actor.reads and can_run_campaign(actor, contest.campaign)):
        raise NotAllowed("run", "contest")
    return contest


def run_by(session: Session, actor: Actor, contest_id: int) -> Contest:
    """Return a contest the actor runs, once nobody else changes it; raise NotFound or NotAllowed."""
    audit.hold(session, "contest", contest_id)
    contest = get(session, actor, contest_id)
    session.refresh(contest)
    if not can_run_campaign(actor, contest.campaign):
        raise NotAllowed("run", "contest")
    return contest


def listed(
    session: Session, actor: Actor, *, campaign_id: int | None = None, limit: int, after: int | None = None
) -> list[Contest]:
    """Return the contests the actor may know of, the newest first, from below the id ``after``."""
    is_known = sa.or_(Contest.state != "draft", campaigns_followed(actor))
    query = sa.select(Contest).join(Contest.campaign).where(campaigns_seen(actor), is_known)
    query = query if campaign_id is None else query.where(Contest.campaign_id == campaign_id)
    query = query if after is None else query.where(Contest.id < after)
    query = query.options(joinedload(Contest.campaign), selectinload(Contest.stages), selectinload(Contest.groups))
    return list(session.scalars(query.order_by(Contest.id.desc()).limit(limit)))


def hosting(session: Session, actor: Actor, *, limit: int) -> list[Campaign]:
    """Return the campaigns that a contest may be set up under by the actor, the newest first."""
    query = sa.select(Campaign).where(campaigns_followed(actor), Campaign.state.in_(_HOSTING))
    query = query.where(Campaign.items.any(CampaignItem.links == "contest"))
    found = session.scalars(query.order_by(Campaign.id.desc()).limit(limit))
    return [it for it in found if can_run_campaign(actor, it)]


def make(session: Session, actor: Actor, campaign_id: int, data: Mapping[str, Any]) -> Contest:
    """Set a contest up from what ``ContestSchema.load`` returned.

    Raises NotAllowed for another's campaign, Conflict for one that counts no contests or is over, Invalid where days
    or numbers do not fit.
    """
    campaign = campaigns.get(session, actor, campaign_id)
    if not can_run_campaign(actor, campaign):
        raise NotAllowed("run", "contest")
    if campaign.state not in _HOSTING or not any(it.links == "contest" for it in campaign.items):
        raise Conflict(N_("这个活动已经结束，或者没有计入比赛的项目，不能办比赛。"))
    contest = Contest(campaign=campaign, contestants=[])
    _fill(contest, data)
    session.add(contest)
    session.flush()
    audit.record(session, actor, "draft", "contest", contest.id, to_state="draft", payload=dict(data), is_first=True)
    return contest


def revise(session: Session, actor: Actor, contest_id: int, revision: int, data: Mapping[str, Any]) -> Contest:
    """Change a draft; raise StaleRevision where somebody was faster, Conflict once it is open (rule 56)."""
    contest = run_by(session, actor, contest_id)
    if contest.revision != revision:
        raise StaleRevision("contest", contest_id, revision, contest.revision)
    if contest.state != "draft":
        raise Conflict(N_("比赛已经开放报名，阶段、组别和评分标准不能再改。"))
    contest.stages, contest.groups = [], []
    # A new revision even where parts alone change, so that whoever read the earlier one is told.
    contest.updated_at = now()
    session.flush()
    _fill(contest, data)
    session.flush()
    audit.record(session, actor, "revise", "contest", contest.id, payload=dict(data))
    return contest


def open_to_all(session: Session, actor: Actor, contest_id: int) -> Contest:
    """Open a contest for registering; raise Conflict where its campaign is not open or the last day has passed."""
    contest = run_by(session, actor, contest_id)
    if contest.state != "draft":
        raise Conflict(N_("比赛已经开放过。"))
    if contest.campaign.state != "open":
        raise Conflict(N_("请先开放活动，再开放比赛。"))
    if today() > contest.registers_until:
        raise Conflict(N_("报名的最后一天已经过了，请改过日期再开放。"))
    to_state(session, actor, contest, "open", "open")
    return contest


def cancel(session: Session, actor: Actor, contest_id: int, reason: str) -> Contest:
    """Call a contest off that nobody has been scored in yet; raise Conflict or Invalid."""
    contest = run_by(session, actor, contest_id)
    if contest.state not in ("draft", "open"):
        raise Conflict(N_("抽签以后不能取消比赛。"))
    contest.cancelled_because = require_reason(reason)
    to_state(session, actor, contest, "cancelled", "cancel", reason.strip())
    return contest


def to_state(session: Session, actor: Actor, contest: Contest, state: str, verb: str, reason: str | None = None,
             **told: Any) -> None:  # fmt: skip
    """Move a contest on, with its event."""
    before, contest.state = contest.state, state
    session.flush()
    audit.record(
        session, actor, verb, "contest", contest.id, from_state=before, to_state=state, reason=reason, payload=told
    )


def require_reason(reason: str) -> str:
    """Return a reason without white space around it; raise Invalid where there is none."""
    if not reason.strip():
        raise Invalid({"reason": [N_("请写明理由。")]})
    return reason.strip()[:500]


def _fill(contest: Contest, data: Mapping[str, Any]) -> None:
    if wrong := _misfits(contest.campaign, data):
        raise Invalid(wrong)
    for name in _COPIED:
        setattr(contest, name, data[name])
    contest.stages = [ContestStage(position=at, **it) for at, it in enumerate(data["stages"])]
    contest.groups = [ContestGroup(position=at, panel=[], **it) for at, it in enumerate(data["groups"])]


def _misfits(campaign: Campaign, data: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return what of the terms does not fit the campaign or itself, by field."""
    wrong: dict[str, list[str]] = {}
    if data["drops_extremes"] and data["judges_needed"] < FEWEST_SHEETS:
        wrong["judges_needed"] = [N_("去掉最高分和最低分，至少要 3 位评审专家。")]
    days = [day for it in data["stages"] for day in (it["begins_on"], it["ends_on"])]
    if days != sorted(days) or not campaign.opens_on <= days[0] <= days[-1] <= campaign.closes_on:
        wrong["stages"] = [N_("各阶段应按先后排列，都在活动期间。")]
    if data["registers_until"] >= days[0]:
        wrong["registers_until"] = [N_("报名应在第一个阶段以前截止。")]
    going_on = [it["advancing"] is not None for it in data["stages"]]
    if going_on != [True] * (len(going_on) - 1) + [False]:
        wrong.setdefault("stages", []).append(N_("除最后一个阶段以外，每个阶段都要写明前几名晋级。"))
    return wrong
