"""The market in figures: how far matches come, how soon they are answered and why refused, what was registered.

Figures follow domain rules 63 and 64. A match counts at every step whose fact it has, whatever became of it later;
it lies where its demand does, a contract where the owner of the achievement does. Values are in fen. An office sees
those of its own place, the province all.
"""

from __future__ import annotations

import datetime as dt
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from marketplace import vocabulary
from marketplace.db import today
from marketplace.errors import N_
from marketplace.models import Achievement, Deal, Demand, Match, Organisation, Outcome
from marketplace.permissions import Actor, Grant, Permission, require
from marketplace.permissions.roles import PERMISSIONS, PROVINCE_STAFF
from marketplace.services.statistics.rate import Rate, Source

STEPS = (
    "suggested", "seen", "interest_e", "interest_o", "mutual", "introduced", "signed", "registered", "verified",
)  # fmt: skip
# An achievement has had a fair chance once it was published for so long (rule 63).
_MONTHS = 6

_MATCHES = Source(N_("平台上的匹配，按需求所在的地区和行业"))
_PUBLISHED = Source(N_("公布满六个月的成果"))
_CONTRACTED = Source(N_("其中至少签过一份合同的"))


@dataclass(slots=True)
class Funnel:
    """How many matches reached each of ``STEPS``."""

    counts: Counter[str] = field(default_factory=Counter)

    def rate(self, step: str, of: str, cut_off: dt.date) -> Rate:
        return Rate(self.counts[step], self.counts[of], _MATCHES, _MATCHES, cut_off)


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
    """Everything the page prints. ``answered_after`` is the median of days from suggestion to the first answer."""

    cut_off: dt.date
    whole: Funnel
    by_region: Mapping[str, Funnel]
    by_industry: Mapping[str, Funnel]
    answered: int
    answered_after: float | None
    refusals: Mapping[str, Mapping[str, int]]
    value: Value
    value_by_kind: Mapping[str, Value]
    value_by_region: Mapping[str, Value]
    transfer: Rate


def figures(session: Session, actor: Actor) -> Figures:
    """Return the figures of the places the actor registers contracts of, up to today; raise NotAllowed."""
    require(actor, Permission.DEAL_REGISTER)
    held = [grant for grant in actor.grants if Permission.DEAL_REGISTER in PERMISSIONS[grant.role]]
    scope = [Grant(it.role) if it.role in PROVINCE_STAFF else it for it in held]
    cut_off = today()
    whole, by_region, by_industry = Funnel(), defaultdict[str, Funnel](Funnel), defaultdict[str, Funnel](Funnel)
    for region, industry, counts in _matches(session):
        if any(it.covers(region, industry) for it in scope):
            for funnel in (whole, by_region[_city(region)], by_industry[_section(industry)]):
                funnel.counts.update(counts)
    days, refusals = _answers(session, scope)
    value, by_kind, by_city = Value(), defaultdict[str, Value](Value), defaultdict[str, Value](Value)
    for deal, region, industry in _contracts(session):
        if any(it.covers(region, industry) for it in scope):
            for one in (value, by_kind[deal.contract_kind or ""], by_city[_city(region)]):
                _add(one, deal)
    return Figures(
        cut_off, whole, _sorted(by_region, vocabulary.regions), _sorted(by_industry, vocabulary.industries),
        len(days), statistics.median(days) if days else None, refusals,
        value, dict(by_kind), _sorted(by_city, vocabulary.regions), _transfer(session, scope, cut_off),
    )  # fmt: skip


def _matches(session: Session) -> Iterator[tuple[str, str, Counter[str]]]:
    """Yield the path of a region, of an industry, and how many matches there have reached each step."""
    # A match may have led to several deals, the earlier ones ended: it counts by the furthest of them.
    contract = (
        sa.select(
            Deal.match_id,
            sa.func.max(sa.case((Deal.signed_on.is_not(None), 1), else_=0)).label("signed"),
            sa.func.max(sa.case((Deal.registered_on.is_not(None), 1), else_=0)).label("registered"),
            sa.func.max(sa.case((Deal.state == "verified", 1), else_=0)).label("verified"),
        )
        .where(Deal.match_id.is_not(None))
        .group_by(Deal.match_id)
        .subquery()
    )
    wants, offers = Match.wanted_by_enterprise_at.is_not(None), Match.wanted_by_owner_at.is_not(None)
    seen = sa.or_(Match.seen_by_enterprise_at.is_not(None), Match.seen_by_owner_at.is_not(None), wants, offers)
    facts: dict[str, sa.ColumnElement[bool]] = {
        "seen": seen, "interest_e": wants, "interest_o": offers, "mutual": sa.and_(wants, offers),
        "introduced": Match.introduced_at.is_not(None),
    }  # fmt: skip
    counted = [sa.func.sum(sa.case((fact, 1), else_=0)) for fact in facts.values()]
    later = [sa.func.sum(sa.func.coalesce(contract.c[name], 0)) for name in ("signed", "registered", "verified")]
    place = (Demand.region, Demand.industry, Organisation.region_path, Organisation.industry_path)
    query = (
        sa.select(*place, sa.func.count(Match.id), *counted, *later)
        .select_from(Match)
        .join(Demand, Demand.id == Match.demand_id)
        .outerjoin(Organisation, Organisation.id == Demand.organisation_id)
        .outerjoin(contract, contract.c.match_id == Match.id)
        .group_by(*place)
    )
    for region, industry, unit_region, unit_industry, *numbers in session.execute(query):
        counts = Counter({step: int(number) for step, number in zip(STEPS, numbers, strict=True)})
        yield (*_place(region, industry, unit_region, unit_industry), counts)


def _answers(session: Session, scope: Sequence[Grant]) -> tuple[list[float], dict[str, dict[str, int]]]:
    """Return after how many days each match was first answered, and how often each side gave each reason to refuse."""
    query = (
        sa.select(
            Outcome.match_id, Outcome.side, Outcome.codes, Outcome.answered_at, Match.matched_at,
            Demand.region, Demand.industry, Organisation.region_path, Organisation.industry_path,
        )
        .join(Match, Match.id == Outcome.match_id)
        .join(Demand, Demand.id == Match.demand_id)
        .outerjoin(Organisation, Organisation.id == Demand.organisation_id)
        .order_by(Outcome.answered_at)
    )  # fmt: skip
    first: dict[int, float] = {}
    refusals: dict[str, Counter[str]] = {"enterprise": Counter(), "owner": Counter()}
    for row in session.execute(query):
        place = _place(row.region, row.industry, row.region_path, row.industry_path)
        if any(it.covers(*place) for it in scope):
            # What was found anew afterwards carries a later moment than its answer.
            waited = max((row.answered_at - row.matched_at).total_seconds(), 0) / 86_400
            first.setdefault(row.match_id, waited)
            refusals[row.side].update(row.codes)
    return list(first.values()), {side: dict(found.most_common()) for side, found in refusals.items()}


def _contracts(session: Session) -> Iterator[tuple[Deal, str, str]]:
    """Yield each contract that stands, with the place of the owner of the achievement."""
    owner = aliased(Organisation)
    query = (
        sa.select(Deal, owner.region_path, owner.industry_path)
        .outerjoin(owner, owner.id == Deal.owner_organisation_id)
        .where(Deal.signed_on.is_not(None), Deal.state != "terminated")
    )
    for deal, region, industry in session.execute(query):
        yield deal, region or "", industry or ""


def _add(value: Value, deal: Deal) -> None:
    if deal.registration_no is None:
        value.unregistered += 1
        value.unregistered_amount += deal.amount or 0
    else:
        value.registered += 1
        value.amount += deal.amount or 0
        value.technical_part += deal.technical_part or 0


def _transfer(session: Session, scope: Sequence[Grant], cut_off: dt.date) -> Rate:
    """Return the transfer rate: published achievements with a signed contract of those published for six months."""
    month = cut_off.year * 12 + cut_off.month - 1 - _MONTHS
    before = dt.datetime(month // 12, month % 12 + 1, min(cut_off.day, 28), tzinfo=dt.UTC)
    is_signed = sa.exists().where(Deal.achievement_id == Achievement.id, Deal.signed_on.is_not(None))
    place = (Achievement.region, Achievement.industry)
    query = (
        sa.select(*place, sa.func.count(), sa.func.sum(sa.case((is_signed, 1), else_=0)))
        .where(Achievement.published_state == "published", Achievement.published_at <= before)
        .group_by(*place)
    )
    rows = [
        (whole, part)
        for region, industry, whole, part in session.execute(query)
        if any(it.covers(*_place(region, industry, None, None)) for it in scope)
    ]
    whole, part = sum(int(it[0]) for it in rows), sum(int(it[1]) for it in rows)
    return Rate(part, whole, _CONTRACTED, _PUBLISHED, cut_off)


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
