"""Studios for tests, opened through the services."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from marketplace.db import today
from marketplace.models import Organisation, Studio
from marketplace.permissions import SYSTEM, Actor
from marketplace.schemas.honour import HonourSchema
from marketplace.schemas.studio import LeaderSchema, MemberSchema, NewStudioSchema, PairSchema, ResultSchema, YearSchema
from marketplace.services.honour import recording
from marketplace.services.studio import keeping, people, records, warnings
from tests.factories import AchievementFactory

TWO_YEARS_AGO = today() - dt.timedelta(731)
LAST_MONTH = today() - dt.timedelta(30)
FIVE = ("甲示例", "乙示例", "丙示例", "丁示例", "戊示例")


def opened(session: Session, unit: Organisation, actor: Actor = SYSTEM, **fields: Any) -> Studio:
    """Open the record of a studio of a unit, two years at the tier of its unit where nothing else is said."""
    row = {
        "name": "王示例创新工作室", "kind": "model_worker", "unit": unit.name, "tier": "unit",
        "since": TWO_YEARS_AGO.isoformat(), **fields,
    }  # fmt: skip
    return records.add(session, actor, NewStudioSchema().load(row))


def led(session: Session, studio: Studio, name: str = "王示例", **fields: Any) -> None:
    data = {"name": name, "since": TWO_YEARS_AGO.isoformat(), **fields}
    people.lead(session, SYSTEM, studio.id, LeaderSchema().load(data))


def manned(session: Session, studio: Studio, *names: str, **fields: Any) -> None:
    for name in names:
        data = {"name": name, "since": TWO_YEARS_AGO.isoformat(), **fields}
        people.join(session, SYSTEM, studio.id, MemberSchema().load(data))


def complete(session: Session, studio: Studio) -> None:
    """Put everything on record that the conditions ask for, and the studio a leader."""
    led(session, studio)
    assert studio.leader is not None
    honour = HonourSchema().load({"title": "德阳市劳动模范", "year": 2024})
    recording.record(session, SYSTEM, studio.leader.person_id, honour)
    manned(session, studio, *FIVE[:2], crew="装配一班")
    manned(session, studio, *FIVE[2:], crew="刀具班")
    studio.address, studio.area, studio.equipment, studio.rules = "一号厂房二楼", 120, "对刀仪", "管理办法六条"
    studio.was_lab = False
    row = {"year": today().year, "plan": "攻关三项", "budget": 5_000_000}
    keeping.plan_year(session, SYSTEM, studio.id, YearSchema().load(row))
    shown = AchievementFactory(units=[studio.organisation])
    result = {"kind": "achievement", "object_id": shown.id, "made_on": LAST_MONTH.isoformat()}
    keeping.bring_about(session, SYSTEM, studio.id, ResultSchema().load(result))
    pair = {"mentor": "王示例", "apprentice": "甲示例", "began_on": LAST_MONTH.isoformat(), "plan": "一年学会刃磨"}
    people.pair(session, SYSTEM, studio.id, PairSchema().load(pair))


def sentences(session: Session, studio: Studio) -> list[str]:
    """Return what must be seen to of a studio today, as it is said in Chinese."""
    return [it.message % it.params for it in warnings.of(session, studio, today())]
