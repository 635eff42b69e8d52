"""A batch whose sheets are counted, for what comes after: the meeting, the publicity and the naming."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from marketplace import chain
from marketplace.db import now, today
from marketplace.models import (
    NamingBatch,
    NamingMeeting,
    NamingNotice,
    NamingSheet,
    Publicity,
    StudioApplication,
    StudioDossier,
)
from marketplace.permissions import Actor
from marketplace.schemas.naming_decision import MeetingSchema
from marketplace.services.selection import announcing, meeting, notices
from tests.factories import AccountFactory, OrganisationFactory
from tests.marketplace.studios.studios import opened

INDICATORS = {"quality": 25, "benefit": 25, "brand": 10, "innovation": 20, "training": 20}
DAY = dt.timedelta(1)


def a_batch(session: Session, **fields: Any) -> NamingBatch:
    """Return a batch of the province whose panel has finished."""
    days = {"opens_on": 40, "closes_on": 30, "recommend_by": 20, "score_by": 1}
    batch = NamingBatch(
        **{
            "title": "2026年省级示范创新工作室命名", "year": 2026, "tier": "showcase", "state": "scored", "quota": 2,
            "city_cap": None, "indicators": INDICATORS, "line": Decimal(60), "judges_needed": 3, "publicity_days": 5,
            **{name: today() - ago * DAY for name, ago in days.items()}, **fields,
        }
    )  # fmt: skip
    session.add(batch)
    session.flush()
    return batch


def a_scored(session: Session, batch: NamingBatch, totals: Sequence[int] | int, **fields: Any) -> StudioApplication:
    """Return an application of a provincial studio of its own unit, with a locked sheet for each total."""
    number = len(batch.applications) + 1
    city = fields.pop("city", "5106")
    unit = fields.pop("unit", None) or OrganisationFactory(
        name=f"第{number}示例厂", region=f"{city}03", region_path=f"51/{city}/{city}03", industry_path="C/34"
    )
    studio = opened(session, unit, name=f"第{number}创新工作室", tier=fields.pop("tier", "province"))
    given = [totals] * 3 if isinstance(totals, int) else list(totals)
    sheets = [sheet(total) for total in given]
    application = StudioApplication(
        batch=batch, studio=studio, organisation=unit, account=AccountFactory(claimed_organisation=unit),
        state="recommended", dossier=_dossier(session, studio.id, fields.pop("first_line", "1/2"), **fields),
        statement="攻关三项", recommended_by="account:1", recommended_at=now(), recommended_as="city",
        recommended_from=f"51/{city}", recommended_rank=number, opinion="同意推荐", sheets=sheets,
        score=Decimal(sum(sorted(given)[1:-1])) / (len(given) - 2),
    )  # fmt: skip
    session.add(application)
    session.flush()
    return application


def sheet(total: int) -> NamingSheet:
    """Return a locked sheet with so many points, given out from the first criterion on."""
    left, points = total, {}
    for name, most in INDICATORS.items():
        points[name] = min(most, left)
        left -= points[name]
    return NamingSheet(account=AccountFactory(), scores=points, total=total, locked_at=now())


def meet(session: Session, actor: Actor, batch: NamingBatch, **fields: Any) -> NamingMeeting:
    """Hold a meeting as a form would send it."""
    data = {
        "held_on": today().isoformat(), "chair": "张主席", "present": ["张主席", "李部长"], "minutes": "按得分审定。",
        **fields,
    }  # fmt: skip
    session.flush()
    return meeting.hold(session, actor, batch.id, batch.revision, MeetingSchema().load(data))


def announced(session: Session, actor: Actor, batch: NamingBatch) -> Publicity:
    """Hold a meeting that follows the scores, and show its list."""
    meet(session, actor, batch)
    return announcing.announce(session, actor, batch.id, "平台首页")


def end_publicity(session: Session, batch: NamingBatch) -> None:
    """Let the running list of a batch have been shown until yesterday."""
    running = next(it for it in announcing.lists_of(session, batch) if it.closed_at is None)
    running.starts_on, running.ends_on = today() - 9 * DAY, today() - DAY
    session.flush()


def issue(session: Session, actor: Actor, batch: NamingBatch, **fields: Any) -> NamingNotice:
    """Issue the notice the list suggests."""
    ready = [it.application.id for it in notices.waiting(session, batch) if it.hindrance is None]
    text = notices.draft(session, actor, batch.id).text
    data = {"number": "川工发〔2026〕18号", "text": text, "expected": ready, **fields}
    return notices.issue(session, actor, batch.id, data)


def _dossier(session: Session, studio_id: int, first_line: str | None, transfers: int = 0) -> StudioDossier:
    part, whole = map(int, (first_line or "1/1").split("/"))
    members = [
        {"until": None, "on_first_line": None if first_line is None else number < part} for number in range(whole)
    ]
    content = chain.canonical(
        {
            "members": members, "transfers": [{"unit": str(it)} for it in range(transfers)],
            "conditions": [{"name": "members", "state": "pass", "message": "", "params": {}, "evidence": []}],
        }
    )  # fmt: skip
    made = StudioDossier(
        studio_id=studio_id, purpose="申报", made_by="tests", content=content, sha256=chain.sha256(content)
    )
    session.add(made)
    session.flush()
    return made
