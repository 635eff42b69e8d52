"""What the province, its places and its industries are to reach in a year or a month of it.

The province's year is a rule, all else is set: for a place, an industry, or an industry in a place. A unit has no
target of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, rules, vocabulary
from marketplace.errors import N_, Invalid, NotAllowed
from marketplace.models import RuleValue, YearlyTarget
from marketplace.permissions import Actor, can_set_target
from marketplace.services.statistics.period import Period
from marketplace.services.statistics.rate import Source
from marketplace.services.statistics.scope import PROVINCE, Scope, own

_RULE = "yearly_targets"


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be reached where, by codes, and by whom it was set; ``month`` is 0 for the whole year.

    ``is_rule`` is the province's, in force ``since`` a day, None for the value the rule has by itself.
    """

    region: str
    industry: str
    measure: str
    amount: int
    set_by: str | None
    month: int = 0
    is_rule: bool = False
    since: dt.date | None = None


def of_scope(session: Session, scope: Scope, year: int) -> dict[str, int]:
    """Return the person-times by measure that are to be reached in a year; none where nothing is set."""
    if scope.is_province:
        told: dict[str, int] = rules.value(session, _RULE, on=dt.date(year, 12, 31))
        return told
    if scope.organisation_id is not None:
        return {}
    return of_places(session, year, scope.industry_path).get(scope.place_path, {})


def of_months(
    session: Session, scope: Scope, period: Period, measure: str, of_year: int | Fraction | None
) -> dict[int, tuple[int | Fraction, Source]]:
    """Return what is to be reached in each month of a period (year × 100 + month), and where that is from.

    It is the target of the month where one is set, else a twelfth of the year's; without either the month is left out.
    """
    key = {"region_path": scope.place_path, "industry_path": scope.industry_path, "measure": measure}
    query = sa.select(YearlyTarget).filter_by(year=period.year, **key).where(YearlyTarget.month > 0)
    own = {} if scope.organisation_id is not None else {it.month: it.amount for it in session.scalars(query)}
    found: dict[int, tuple[int | Fraction, Source]] = {}
    for month in period.months:
        told = {"year": str(period.year), "month": str(month % 100)}
        if (amount := own.get(month % 100)) is not None:
            found[month] = amount, Source(N_("%(year)s 年 %(month)s 月的目标"), told)
        elif of_year:
            found[month] = Fraction(of_year, 12), Source(N_("%(year)s 年目标的十二分之一"), told)
    return found


def of_places(session: Session, year: int, industry_path: str = "") -> dict[str, dict[str, int]]:
    """Return the targets of a year by the path of the place, then by measure: of all industries, or of one there."""
    of = YearlyTarget
    return _by_path(session, of.region_path, year, of.industry_path == industry_path)


def of_industries(session: Session, year: int, region_path: str = "") -> dict[str, dict[str, int]]:
    """Return the targets of a year by the path of the industry, then by measure: of the province, or of a place."""
    of = YearlyTarget
    return _by_path(session, of.industry_path, year, of.region_path == region_path)


def listed(session: Session, actor: Actor, year: int) -> list[Target]:
    """Return every target of a year with who set it, the province's first, for whoever sees figures of any place."""
    own(actor)
    last_day = dt.date(year, 12, 31)
    of_rule = sa.select(RuleValue).where(RuleValue.name == _RULE, RuleValue.valid_from <= last_day)
    row = session.scalars(of_rule.order_by(RuleValue.valid_from.desc(), RuleValue.id.desc()).limit(1)).first()
    set_by, since = (row.set_by, row.valid_from) if row is not None else (None, None)
    found = [
        Target(PROVINCE, "", measure, amount, set_by, is_rule=True, since=since)
        for measure, amount in rules.value(session, _RULE, on=last_day).items()
    ]
    of = YearlyTarget
    order = (of.industry_path, of.region_path, of.measure, of.month)
    rows = session.scalars(sa.select(of).filter_by(year=year).order_by(*order))
    return found + [
        Target(
            _code(it.region_path) or ("" if it.industry_path else PROVINCE),
            _code(it.industry_path), it.measure, it.amount, it.set_by, it.month,
        )
        for it in rows
    ]  # fmt: skip


def coverage(session: Session, year: int) -> int:
    """Return how many in a hundred enterprises above designated size are to compete (rule 52)."""
    percent: int = rules.value(session, "coverage_target", on=dt.date(year, 12, 31))
    return percent


def set_target(session: Session, actor: Actor, data: Mapping[str, Any]) -> YearlyTarget | None:
    """Set what is to be reached, from what ``YearlyTargetSchema.load`` returned; None where it was taken back.

    Raises Invalid for the year of the province, which is a rule, and for a target to take back that is not set, and
    NotAllowed for what another office holds.
    """
    scope = Scope(vocabulary.regions.bound(data["region"]), vocabulary.industries.bound(data["industry"]))
    if scope.is_province and not data["month"]:
        raise Invalid({"region": [N_("全省一年的目标在“规则”里设定；请选地区、行业或者月份。")]})
    if not can_set_target(actor, scope.place_path, scope.industry_path):
        raise NotAllowed("set", "target")
    audit.hold(session, "yearly_target", data["year"])
    key = {name: data[name] for name in ("year", "month", "measure")}
    key |= {"region_path": scope.place_path, "industry_path": scope.industry_path}
    held = session.get(YearlyTarget, key, populate_existing=True)
    before = held.amount if held is not None else None
    told = {name: data[name] for name in ("month", "measure", "amount")}
    told |= {"region": data["region"] or "", "industry": data["industry"] or "", "before": before}
    kept = _kept(session, held, key, data["amount"], actor.name)
    audit.record(session, actor, "set", "yearly_target", data["year"], payload=told)
    return kept


def _kept(
    session: Session, held: YearlyTarget | None, key: Mapping[str, Any], amount: int, set_by: str
) -> YearlyTarget | None:
    """Write a target, over what is held of it; with an amount of 0 there is none any more."""
    if not amount and held is None:
        raise Invalid({"amount": [N_("没有设定过这个目标，不用取消；请填要达到的人次。")]})
    if not amount:
        session.delete(held)
    elif held is None:
        held = YearlyTarget(**key, amount=amount, set_by=set_by)
        session.add(held)
    else:
        held.amount, held.set_by = amount, set_by
    session.flush()
    return held if amount else None


def _by_path(session: Session, path: Any, year: int, among: sa.ColumnElement[bool]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    query = sa.select(path, YearlyTarget.measure, YearlyTarget.amount).filter_by(year=year, month=0).where(among)
    for of, measure, amount in session.execute(query):
        found.setdefault(of, {})[measure] = amount
    return found


def _code(path: str) -> str:
    return path.rsplit("/", 1)[-1]
