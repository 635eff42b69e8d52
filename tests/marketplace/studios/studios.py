"""Studios for tests, opened through the services."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from marketplace.db import today
from marketplace.models import Organisation, Studio
from marketplace.permissions import SYSTEM, Actor
from marketplace.schemas.studio import LeaderSchema, MemberSchema, NewStudioSchema
from marketplace.services.studio import people, records, warnings

TWO_YEARS_AGO = today() - dt.timedelta(731)


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


def sentences(session: Session, studio: Studio) -> list[str]:
    """Return what must be seen to of a studio today, as it is said in Chinese."""
    return [it.message % it.params for it in warnings.of(session, studio, today())]
