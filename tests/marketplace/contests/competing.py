"""A labour competition with units in it, taken as far as a test wants it, by the services as the doors would."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Session

from marketplace.db import today
from marketplace.models import Campaign, CompetitionIndicator, CompetitionRegistration, Organisation
from marketplace.permissions import Actor
from marketplace.schemas.contest import CompetitionShowcaseSchema, EvaluationSchema
from marketplace.services.competition import evaluating, registering
from tests.marketplace.participation.campaigning import opened


def competition(session: Session, host: Actor, kind: str = "regional", **fields: object) -> Campaign:
    named = {"title": "全市劳动竞赛", "competition_class": kind}
    return opened(session, "labour_competition", actor=host, **{**named, **fields})


def registered(
    session: Session, actor: Actor, campaign: Campaign, unit: Organisation, kind: str | None = None
) -> CompetitionRegistration:
    data = {"organisation_name": unit.name, "enterprise_class": kind}
    return registering.register(session, actor, campaign.id, data)


def evaluated(session: Session, actor: Actor, held: CompetitionRegistration, phase: str, *values: float) -> None:
    known = evaluating.indicators(session, held.campaign)
    rows = [{"indicator_id": it.id, "value": str(value)} for it, value in zip(known, values, strict=True)]
    data = {"phase": phase, "evaluated_on": today().isoformat(), "values": rows}
    evaluating.evaluate(session, actor, held.id, EvaluationSchema().load(data))


def measuring(session: Session, host: Actor, campaign: Campaign) -> list[CompetitionIndicator]:
    rows = [
        {"name": "万元产值能耗", "unit": "吨标煤", "target": Decimal(8), "less_is_better": True},
        {"name": "一次合格率", "unit": "%", "target": Decimal(98), "less_is_better": False},
    ]
    return evaluating.set_indicators(session, host, campaign.id, rows)


def showcase(**fields: object) -> dict[str, object]:
    row = {"kind": "enterprise", "level": "city", "criteria": "连续两年优胜", "basis": "德工发〔2026〕8号",
           "named_on": today().isoformat()}  # fmt: skip
    loaded: dict[str, object] = CompetitionShowcaseSchema().load({**row, **fields})
    return loaded


def measured(session: Session, host: Actor, campaign: Campaign, *units: Organisation) -> list[CompetitionRegistration]:
    """Return the registrations of units measured after a competition that ends today, which can be graded."""
    campaign.closes_on = today()
    measuring(session, host, campaign)
    found = [registered(session, host, campaign, it) for it in units]
    for it in found:
        evaluated(session, host, it, "after", 8, 99)
    return found
