"""What the province and its places are to reach in a year: the province's is a rule, a place's is set for the year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, rules, vocabulary
from marketplace.errors import N_, Invalid, NotAllowed
from marketplace.models import YearlyTarget
from marketplace.permissions import Actor, can_set_target
from marketplace.services.statistics.scope import PROVINCE, Scope


def of_scope(session: Session, scope: Scope, year: int) -> dict[str, int]:
    """Return the person-times by measure that are to be reached; none for a unit, an industry or a place without."""
    if scope.organisation_id is not None or scope.industry_path:
        return {}
    if scope.region == PROVINCE:
        told: dict[str, int] = rules.value(session, "yearly_targets", on=dt.date(year, 12, 31))
        return told
    return of_places(session, year).get(scope.region_path, {})


def of_places(session: Session, year: int) -> dict[str, dict[str, int]]:
    """Return the targets of a year by the path of the place, then by measure."""
    found: dict[str, dict[str, int]] = {}
    for row in session.scalars(sa.select(YearlyTarget).filter_by(year=year)):
        found.setdefault(row.region_path, {})[row.measure] = row.amount
    return found


def coverage(session: Session, year: int) -> int:
    """Return how many in a hundred enterprises above designated size are to compete (rule 52)."""
    percent: int = rules.value(session, "coverage_target", on=dt.date(year, 12, 31))
    return percent


def set_target(session: Session, actor: Actor, data: Mapping[str, Any]) -> YearlyTarget:
    """Set what a place is to reach, from what ``YearlyTargetSchema.load`` returned.

    Raises Invalid for the province, whose targets are a rule, and NotAllowed for a place of another office.
    """
    path = vocabulary.regions.path(data["region"])
    if data["region"] == PROVINCE:
        raise Invalid({"region": [N_("全省的目标在“规则”里设定。")]})
    if not can_set_target(actor, path):
        raise NotAllowed("set", "target")
    key = (data["year"], path, data["measure"])
    held = session.get(YearlyTarget, key)
    before = held.amount if held is not None else None
    if held is None:
        held = YearlyTarget(year=key[0], region_path=path, measure=key[2])
        session.add(held)
    held.amount, held.set_by = data["amount"], actor.name
    session.flush()
    told = {"region": data["region"], "measure": data["measure"], "amount": data["amount"], "before": before}
    audit.record(session, actor, "set", "yearly_target", data["year"], payload=told)
    return held
