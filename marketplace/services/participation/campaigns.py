"""A campaign: made by an office for its place, opened, closed; its terms are fixed before the first entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from marketplace import audit, vocabulary
from marketplace.db import today
from marketplace.errors import N_, Conflict, Invalid, NotAllowed, NotFound, StaleRevision
from marketplace.models import (
    Campaign,
    CampaignItem,
    CampaignTarget,
    CompetitionRegistration,
    Organisation,
    ParticipationEntry,
    PeriodClose,
)
from marketplace.models.participation.competition import GRADED
from marketplace.permissions import (
    Actor,
    Permission,
    campaigns_seen,
    can_follow_campaign,
    can_run_campaign,
    require,
    takes_part,
)
from marketplace.services.outreach.events import hosts
from marketplace.services.participation import linking
from marketplace.services.participation.kinds import kinds
from marketplace.services.tally import counting

_LEVELS = {
    "unit_union": "unit", "county": "county", "city": "city", "industry_union": "industry",
    "province_curator": "province",
}  # fmt: skip
_COPIED = (
    "kind", "title", "theme", "eligibility", "opens_on", "closes_on", "competition_class", "rubric", "quotas",
    "publicity_days",
)  # fmt: skip
# What the next state of each is called as an event, and which it is.
_STEPS = {"open": ("draft", "open"), "close": ("open", "closed"), "publish": ("closed", "published")}


def get(session: Session, actor: Actor, campaign_id: int) -> Campaign:
    """Return a campaign; raise NotFound, also for a draft of an office that is not the actor's."""
    campaign = session.get(Campaign, campaign_id)
    if campaign is None or (campaign.state == "draft" and not can_follow_campaign(actor, campaign)):
        raise NotFound("campaign", campaign_id)
    return campaign


def listed(session: Session, actor: Actor, *, kind: str = "", limit: int, after: int | None = None) -> list[Campaign]:
    """Return the campaigns the actor may know of, the newest first, from below the id ``after``."""
    query = sa.select(Campaign).where(campaigns_seen(actor)).options(selectinload(Campaign.organisation))
    query = query.order_by(Campaign.id.desc()).limit(limit)
    query = query.where(Campaign.kind == kind) if kind else query
    return list(session.scalars(query if after is None else query.where(Campaign.id < after)))


def running_for(session: Session, unit: Organisation, kind: str = "") -> list[Campaign]:
    """Return the open campaigns that a unit takes part in today, those that end first before others."""
    day = today()
    query = sa.select(Campaign).where(Campaign.state == "open", Campaign.opens_on <= day, Campaign.closes_on >= day)
    found = session.scalars(query.where(Campaign.kind == kind) if kind else query)
    return sorted((it for it in found if takes_part(it, unit)), key=lambda it: (it.closes_on, it.id))


def make(session: Session, actor: Actor, data: Mapping[str, Any]) -> Campaign:
    """Make the draft of a campaign from what ``CampaignSchema.load`` returned.

    Raises NotAllowed without an office that hosts, and Invalid for one that is not the actor's, a scope beyond its
    place, and a class of competition where the kind has none.
    """
    require(actor, Permission.CAMPAIGN_RUN)
    offices = hosts(actor)
    office = offices.get(data["host"]) if data["host"] else next(iter(offices.values()), None)
    if office is None:
        raise Invalid({"host": [N_("请从您的岗位里选一个主办的。")]})
    unit = session.get(Organisation, office.organisation_id) if office.organisation_id is not None else None
    campaign = Campaign(
        host_role=office.role, level=_LEVELS[office.role], organisation=unit, organisation_id=office.organisation_id,
        region_path=unit.region_path if unit else office.region_path,
        industry_path=unit.industry_path if unit else office.industry_path,
        items=[], targets=[],
    )  # fmt: skip
    _fill(campaign, data)
    session.add(campaign)
    session.flush()
    audit.record(session, actor, "draft", "campaign", campaign.id, to_state="draft", payload=_told(data), is_first=True)
    return campaign


def revise(session: Session, actor: Actor, campaign_id: int, revision: int, data: Mapping[str, Any]) -> Campaign:
    """Change a campaign from what ``CampaignSchema.load`` returned, its host excepted.

    Raises StaleRevision where somebody was faster, and Conflict once the first entry exists (rule 56).
    """
    campaign = _run_by(session, actor, campaign_id)
    if campaign.revision != revision:
        raise StaleRevision("campaign", campaign_id, revision, campaign.revision)
    if is_locked(session, campaign):
        raise Conflict(N_("已经有人参与，活动的范围、时间、项目和标准不能再改；需要改变的，请另办一个活动。"))
    if campaign.state not in ("draft", "open"):
        raise Conflict(N_("活动已经结束，不能再改。"))
    campaign.items, campaign.targets = [], []
    session.flush()
    _fill(campaign, data)
    session.flush()
    if campaign.state == "open":
        linking.gather(session, campaign)
    audit.record(session, actor, "revise", "campaign", campaign.id, payload=_told(data))
    return campaign


def is_locked(session: Session, campaign: Campaign) -> bool:
    """Say whether the terms of a campaign are fixed: somebody has taken part, or a unit is registered in it."""
    took_part = sa.exists().where(ParticipationEntry.campaign_id == campaign.id)
    is_registered = sa.exists().where(CompetitionRegistration.campaign_id == campaign.id)
    return bool(session.scalar(sa.select(sa.or_(took_part, is_registered))))


def step(session: Session, actor: Actor, campaign_id: int, action: str) -> Campaign:
    """Open, close or publish a campaign; what was filed before in its window counts from its opening on.

    Raises Conflict where the step does not start in its state, one is closed before its last day, and one is
    published whose host has not closed the whole of it, or of which a grade still waits for the end of its publicity.
    """
    campaign = _run_by(session, actor, campaign_id)
    source, target = _STEPS[action]
    if campaign.state != source:
        raise Conflict(N_("活动现在的状态不能办这一步。"))
    if action == "close" and today() <= campaign.closes_on:
        raise Conflict(N_("活动到 %(day)s 才结束，还不能截止。"), day=campaign.closes_on)
    if action == "publish" and _has_waiting_grades(session, campaign):
        raise Conflict(N_("有单位的等级还没有公示完，公示期满公布等级以后，才能公布活动的结果。"))
    if action == "publish" and not _is_settled(session, campaign):
        raise Conflict(N_("请先为活动的全部月份结账，再公布结果。"))
    campaign.state = target
    session.flush()
    if action == "open":
        linking.gather(session, campaign)
    audit.record(session, actor, action, "campaign", campaign.id, from_state=source, to_state=target)
    return campaign


def _is_settled(session: Session, campaign: Campaign) -> bool:
    closed = sa.select(PeriodClose).where(PeriodClose.campaign_id == campaign.id, PeriodClose.organisation_id.is_(None))
    months = [(it.first_month, it.last_month) for it in session.scalars(closed)]
    year, month = campaign.opens_on.year, campaign.opens_on.month
    while (year, month) <= (campaign.closes_on.year, campaign.closes_on.month):
        if not any(first <= year * 100 + month <= last for first, last in months):
            return False
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return True


def _has_waiting_grades(session: Session, campaign: Campaign) -> bool:
    of = CompetitionRegistration
    waiting = sa.exists().where(of.campaign_id == campaign.id, of.state.in_(GRADED))
    return bool(session.scalar(sa.select(waiting.where(of.withdrawn_on.is_(None)))))


def _run_by(session: Session, actor: Actor, campaign_id: int) -> Campaign:
    counting.hold(session, [campaign_id], alone=True)
    campaign = get(session, actor, campaign_id)
    session.refresh(campaign)
    if not can_run_campaign(actor, campaign):
        raise NotAllowed("run", "campaign")
    return campaign


def _fill(campaign: Campaign, data: Mapping[str, Any]) -> None:
    kind = kinds()[data["kind"]]
    if data["competition_class"] is not None and not kind.has_class:
        raise Invalid({"competition_class": [N_("只有劳动竞赛才分类别。")]})
    if data["competition_class"] is None and kind.has_class:
        raise Invalid({"competition_class": [N_("请选竞赛的类别。")]})
    for name in _COPIED:
        setattr(campaign, name, data[name])
    paths = {
        "region": vocabulary.regions.path(data["region"]) if data["region"] else campaign.region_path,
        "industry": vocabulary.industries.path(data["industry"]) if data["industry"] else campaign.industry_path,
    }
    for name, path in paths.items():
        bound = getattr(campaign, f"{name}_path")
        if bound and path != bound and not path.startswith(f"{bound}/"):
            raise Invalid({name: [N_("活动的范围不能超出主办单位的范围。")]})
    campaign.scope_region_path, campaign.scope_industry_path = paths["region"], paths["industry"]
    rows = data["items"] or kind.items
    campaign.items = [CampaignItem(position=at, **it) for at, it in enumerate(rows)]
    campaign.targets = [CampaignTarget(**it) for it in data["targets"]]


def _told(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in (*_COPIED, "region", "industry", "items", "targets")}
