"""A campaign that runs, and entries in it, made by the services as the doors would make them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from marketplace.db import today
from marketplace.models import Campaign, CampaignItem, Organisation, ParticipationEntry
from marketplace.permissions import SYSTEM, Actor
from marketplace.schemas.participation import CampaignSchema, EntrySchema, OwnEntrySchema
from marketplace.services.participation import campaigns, recording

DEYANG, JINGYANG, MIANYANG = "51/5106", "51/5106/510603", "51/5107"
FIRST = today() - dt.timedelta(60)
EVIDENCE = "攻关组名单和验收记录"


def terms(kind: str = "six_ones", **fields: Any) -> dict[str, Any]:
    last = today() + dt.timedelta(60)
    row = {"kind": kind, "title": "职工“六个一”活动", "opens_on": FIRST.isoformat(), "closes_on": last.isoformat()}
    loaded: dict[str, Any] = CampaignSchema().load({**row, **fields})
    return loaded


def opened(session: Session, kind: str = "six_ones", actor: Actor = SYSTEM, **fields: Any) -> Campaign:
    campaign = campaigns.make(session, actor, terms(kind, **fields))
    return campaigns.step(session, actor, campaign.id, "open")


def item(campaign: Campaign, code: str) -> CampaignItem:
    return next(it for it in campaign.items if it.code == code)


def own(session: Session, actor: Actor, campaign: Campaign, code: str = "contest", **fields: Any) -> ParticipationEntry:
    row = OwnEntrySchema().load({"item": code, "day": today().isoformat(), **fields})
    return recording.record_own(session, actor, campaign.id, row)


def told(
    session: Session, actor: Actor, campaign: Campaign, unit: Organisation, code: str, **fields: Any
) -> ParticipationEntry:
    return recording.record(session, actor, campaign.id, line(unit, code, **fields))


def line(unit: Organisation, code: str, **fields: Any) -> dict[str, Any]:
    row = {"item": code, "unit": unit.name, "day": today().isoformat(), **fields}
    loaded: dict[str, Any] = EntrySchema().load(row)
    return loaded
