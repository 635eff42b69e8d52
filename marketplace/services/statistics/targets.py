"""What the province, its places and its industries are to reach in a year: the province's is a rule, others are set.

A part of a place, such as an industry in one city or a unit, has no target of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, rules, vocabulary
from marketplace.errors import N_, Invalid, NotAllowed
from marketplace.models import RuleValue, YearlyTarget
from marketplace.permissions import Actor, can_set_target
from marketplace.services.statistics.scope import PROVINCE, Scope, own

_RULE = "yearly_targets"


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be reached, by whom it was set; an industry by its code, else a place.

    ``is_rule`` is the province's, in force ``since`` a day, None for the value the rule has by itself.
    """

    region: str
    industry: str
    measure: str
    amount: int
    set_by: str | None
    is_rule: bool = False
    since: dt.date | None = None


def of_scope(session: Session, scope: Scope, year: int) -> dict[str, int]:
    """Return the person-times by measure that are to be reached; none where nothing is set."""
    if scope.is_province:
        told: dict[str, int] = rules.value(session, _RULE, on=dt.date(year, 12, 31))
        return told
    is_bounded = "/" in scope.region_path
    if scope.organisation_id is not None or (is_bounded and scope.industry_path):
        return {}
    found = of_places(session, year) if is_bounded else of_industries(session, year)
    return found.get(scope.region_path if is_bounded else scope.industry_path, {})


def of_places(session: Session, year: int) -> dict[str, dict[str, int]]:
    """Return the targets of a year by the path of the place, then by measure."""
    return _by_path(session, YearlyTarget.region_path, year)


def of_industries(session: Session, year: int) -> dict[str, dict[str, int]]:
    """Return the targets of a year by the path of the industry, then by measure."""
    return _by_path(session, YearlyTarget.industry_path, year)


def listed(session: Session, actor: Actor, year: int) -> list[Target]:
    """Return every target of a year with who set it, the province's first, for whoever sees figures of any place."""
    own(actor)
    last_day = dt.date(year, 12, 31)
    of_rule = sa.select(RuleValue).where(RuleValue.name == _RULE, RuleValue.valid_from <= last_day)
    row = session.scalars(of_rule.order_by(RuleValue.valid_from.desc(), RuleValue.id.desc()).limit(1)).first()
    set_by, since = (row.set_by, row.valid_from) if row is not None else (None, None)
    found = [
        Target(PROVINCE, "", measure, amount, set_by, True, since)
        for measure, amount in rules.value(session, _RULE, on=last_day).items()
    ]
    of = YearlyTarget
    rows = session.scalars(sa.select(of).filter_by(year=year).order_by(of.industry_path, of.region_path, of.measure))
    return found + [
        Target(_code(it.region_path), _code(it.industry_path), it.measure, it.amount, it.set_by) for it in rows
    ]


def coverage(session: Session, year: int) -> int:
    """Return how many in a hundred enterprises above designated size are to compete (rule 52)."""
    percent: int = rules.value(session, "coverage_target", on=dt.date(year, 12, 31))
    return percent


def set_target(session: Session, actor: Actor, data: Mapping[str, Any]) -> YearlyTarget:
    """Set what a place or an industry is to reach, from what ``YearlyTargetSchema.load`` returned.

    Raises Invalid for the province, whose targets are a rule, and NotAllowed for what another office holds.
    """
    region, industry = data["region"] or "", data["industry"] or ""
    if region == PROVINCE:
        raise Invalid({"region": [N_("全省的目标在“规则”里设定。")]})
    paths = vocabulary.regions.bound(region), vocabulary.industries.bound(industry)
    if not can_set_target(actor, *paths):
        raise NotAllowed("set", "target")
    key = (data["year"], *paths, data["measure"])
    held = session.get(YearlyTarget, key)
    before = held.amount if held is not None else None
    if held is None:
        held = YearlyTarget(year=key[0], region_path=key[1], industry_path=key[2], measure=key[3])
        session.add(held)
    held.amount, held.set_by = data["amount"], actor.name
    session.flush()
    told = {
        "region": region, "industry": industry, "measure": data["measure"], "amount": data["amount"], "before": before,
    }  # fmt: skip
    audit.record(session, actor, "set", "yearly_target", data["year"], payload=told)
    return held


def _by_path(session: Session, path: Any, year: int) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    query = sa.select(path, YearlyTarget.measure, YearlyTarget.amount).where(YearlyTarget.year == year, path != "")
    for of, measure, amount in session.execute(query):
        found.setdefault(of, {})[measure] = amount
    return found


def _code(path: str) -> str:
    return path.rsplit("/", 1)[-1]
