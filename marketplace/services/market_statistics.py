"""The market in figures: how far matches come, how soon they are answered and why refused, what was registered.

Figures follow domain rules 63 and 64; how far matches come and the rates are ``statistics.market``'s. A contract lies
where the owner of the achievement does. Values are in fen. An office sees those of its own place, the province all.
"""

from __future__ import annotations

import datetime as dt
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import vocabulary
from marketplace.db import today
from marketplace.models import Deal, Demand, Match, Organisation, Outcome
from marketplace.permissions import Actor
from marketplace.services.statistics import market
from marketplace.services.statistics.rate import Rate
from marketplace.services.statistics.scope import Scope


@dataclass(slots=True)
class Value:
    """Contracts of one kind or place: how many are registered and for how much, and those that are not, apart."""

    registered: int = 0
    amount: int = 0
    technical_part: int = 0
    unregistered: int = 0
    unregistered_amount: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything the page prints, matches by how many reached each of ``market.STEPS``.

    ``answered_after`` is the median of days from suggestion to the first answer. ``rates`` are those of
    ``market.NAMES``.
    """

    scope: Scope
    cut_off: dt.date
    whole: Mapping[str, int]
    by_region: Mapping[str, Counter[str]]
    by_industry: Mapping[str, Counter[str]]
    answered: int
    answered_after: float | None
    refusals: Mapping[str, Mapping[str, int]]
    value: Value
    value_by_kind: Mapping[str, Value]
    value_by_region: Mapping[str, Value]
    rates: Mapping[str, Rate]


def figures(session: Session, actor: Actor, scope: Scope | None = None) -> Figures:
    """Return the figures of a scope up to today, of all that the actor registers contracts of where none is said.

    Raises NotAllowed for a scope beyond these offices.
    """
    asked = scope or market.own(actor)
    market.may_see(actor, asked)
    whole: Counter[str] = Counter()
    by_region: dict[str, Counter[str]] = defaultdict(Counter)
    by_industry: dict[str, Counter[str]] = defaultdict(Counter)
    place = (Demand.region, Demand.industry, Organisation.region_path, Organisation.industry_path)
    for told, counts in market.counted(session, asked, *place):
        region, industry = _place(*told)
        for found in (whole, by_region[_city(region)], by_industry[_section(industry)]):
            found.update(counts)
    days, refusals = _answers(session, asked)
    value, by_kind, by_city = Value(), defaultdict[str, Value](Value), defaultdict[str, Value](Value)
    for deal, region in _contracts(session, asked):
        for one in (value, by_kind[deal.contract_kind or ""], by_city[_city(region)]):
            _add(one, deal)
    rates = {market.TRANSFER: market.transfer(session, asked), **market.of_matches(whole)}
    return Figures(
        asked, today(), whole, _sorted(by_region, vocabulary.regions), _sorted(by_industry, vocabulary.industries),
        len(days), statistics.median(days) if days else None, refusals,
        value, dict(by_kind), _sorted(by_city, vocabulary.regions), rates,
    )  # fmt: skip


def _answers(session: Session, scope: Scope) -> tuple[list[float], dict[str, dict[str, int]]]:
    """Return after how many days each match was first answered, and how often each side gave each reason to refuse."""
    query = (
        sa.select(Outcome.match_id, Outcome.side, Outcome.codes, Outcome.answered_at, Match.matched_at)
        .join(Match, Match.id == Outcome.match_id)
        .join(Demand, Demand.id == Match.demand_id)
        .outerjoin(Organisation, Organisation.id == Demand.organisation_id)
        .where(market.lying(scope, Demand))
        .order_by(Outcome.answered_at)
    )
    first: dict[int, float] = {}
    refusals: dict[str, Counter[str]] = {"enterprise": Counter(), "owner": Counter()}
    for row in session.execute(query):
        # What was found anew afterwards carries a later moment than its answer.
        waited = max((row.answered_at - row.matched_at).total_seconds(), 0) / 86_400
        first.setdefault(row.match_id, waited)
        refusals[row.side].update(row.codes)
    return list(first.values()), {side: dict(found.most_common()) for side, found in refusals.items()}


def _contracts(session: Session, scope: Scope) -> Iterator[tuple[Deal, str]]:
    """Yield each contract that stands, with the place of the owner of the achievement."""
    query = sa.select(Deal, Organisation.region_path)
    query = query.outerjoin(Organisation, Organisation.id == Deal.owner_organisation_id)
    query = query.where(Deal.signed_on.is_not(None), Deal.state != "terminated", scope.units())
    for deal, region in session.execute(query):
        yield deal, region or ""


def _add(value: Value, deal: Deal) -> None:
    if deal.registration_no is None:
        value.unregistered += 1
        value.unregistered_amount += deal.amount or 0
    else:
        value.registered += 1
        value.amount += deal.amount or 0
        value.technical_part += deal.technical_part or 0


def _place(region: str | None, industry: str | None, of_unit: str | None, unit_industry: str | None) -> tuple[str, str]:
    """Return where something lies: where it says itself or, where it does not, where its unit is."""
    return (
        vocabulary.regions.bound(region) or of_unit or "",
        vocabulary.industries.bound(industry) or unit_industry or "",
    )


def _city(path: str) -> str:
    return "/".join(path.split("/")[:2]).rsplit("/", 1)[-1] if path else ""


def _section(path: str) -> str:
    return path.split("/", 1)[0]


def _sorted(found: Mapping[str, Any], codes: vocabulary.CodeList) -> dict[str, Any]:
    """Return figures by code in the order of the list, those of no place last."""
    order = {code: place for place, code in enumerate(codes)}
    return {code: found[code] for code in sorted(found, key=lambda it: order.get(it, len(order)))}
