"""A batch for tests: the province runs it, a plant in Deyang applies for its studio, the city recommends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from marketplace.db import today
from marketplace.models import Account, NamingBatch, Organisation, RoleGrant, Studio, StudioApplication
from marketplace.permissions import Actor
from marketplace.schemas.naming import ApplicationSchema, BatchSchema, RecommendationSchema
from marketplace.services.account.signing_in import actor_of
from marketplace.services.naming import applying, batches, judging, panel, recommending
from tests.factories import AccountFactory, OrganisationFactory
from tests.marketplace.officers import acting
from tests.marketplace.studios.studios import complete, opened

JINGYANG, DEYANG = "51/5106/510603", "51/5106"


def plant(name: str = "示例重机厂", **fields: Any) -> Organisation:
    return OrganisationFactory(**{"name": name, "region_path": JINGYANG, "industry_path": "C/34", **fields})


def ready(session: Session, unit: Organisation, **fields: Any) -> Studio:
    """Return a studio of a city for two years that meets every condition."""
    studio = opened(session, unit, **{"tier": "city", **fields})
    complete(session, studio)
    session.flush()
    session.expire_all()
    return studio


def batch_data(session: Session, **fields: Any) -> dict[str, Any]:
    """Return a batch of the province that takes applications today, as a form would send it."""
    days = dict.fromkeys(("opens_on", "closes_on", "recommend_by", "score_by"), today().isoformat())
    given = {
        "title": "2026年度省级创新工作室", "year": 2026, "tier": "province", "quota": 2, **days,
        **batches.defaults(session), **fields,
    }  # fmt: skip
    loaded: dict[str, Any] = BatchSchema().load(given)
    return loaded


def announced(session: Session, **fields: Any) -> tuple[Actor, NamingBatch]:
    """Announce a batch as the province, and return who runs it and the batch."""
    office = acting("province_curator")
    return office, batches.announce(session, office, batch_data(session, **fields))


def apply(session: Session, actor: Actor, batch: NamingBatch, studio: Studio, **fields: Any) -> StudioApplication:
    row = {"studio": studio.id, "statement": "三年攻关六项，带徒十一人。", **fields}
    return applying.apply(session, actor, batch.id, ApplicationSchema().load(row))


def recommend(session: Session, actor: Actor, application: StudioApplication, **fields: Any) -> StudioApplication:
    data = RecommendationSchema().load({"opinion": "同意推荐。", **fields})
    return recommending.recommend(session, actor, application.id, application.revision, data)


def judges(session: Session, count: int = 5, **fields: Any) -> list[Account]:
    """Return some who may judge everywhere."""
    made = [AccountFactory(grants=[RoleGrant(role="judge", granted_by="tests")], **fields) for _ in range(count)]
    session.flush()
    return made


def begin_scoring(session: Session, actor: Actor, batch: NamingBatch, called: Sequence[Account]) -> None:
    """Call the judges and begin the day after recommendations closed."""
    for account in called:
        panel.add(session, actor, batch.id, account.id)
    batch.opens_on = batch.closes_on = batch.recommend_by = today() - dt.timedelta(days=1)
    session.flush()
    panel.begin(session, actor, batch.id)


def lock(session: Session, account: Account, application: StudioApplication, total: int) -> None:
    """Let a judge give a total and lock his sheet."""
    me = actor_of(account, has_second_factor=True)
    mine = next(it for it in judging.assigned(session, me) if it.application.id == application.id and it.is_open)
    scores = {}
    for name, most in application.batch.indicators.items():
        scores[name] = min(most, total)
        total -= scores[name]
    judging.save(session, me, mine.sheet.id, {"scores": scores}, lock=True)
