"""How far matches come and what becomes of published achievements: the rates of the market (rules 63 and 64).

A match counts at every step whose fact it has, whatever became of it later, and lies where its demand does. These
figures are as of today: no match keeps the day on which it was first suggested. They are for the offices that register
contracts; a match is shown only to those who may open it.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from marketplace import vocabulary
from marketplace.db import today
from marketplace.errors import N_, NotAllowed
from marketplace.models import Achievement, Deal, Demand, Match, Organisation
from marketplace.permissions import (
    Actor,
    introduced_by,
    matches_of,
    offices_registering,
    path_within,
    readable,
)
from marketplace.services.statistics.rate import Rate, Source
from marketplace.services.statistics.scope import PROVINCE, Scope, widest

STEPS = (
    "suggested", "seen", "interest_e", "interest_o", "mutual", "introduced", "signed", "registered", "verified",
)  # fmt: skip
# Which step each rate of matches counts in its numerator, and which in its denominator.
OF_MATCHES = {
    "introduction": ("introduced", "suggested"), "mutual_interest": ("mutual", "seen"),
    "signing": ("signed", "introduced"),
}  # fmt: skip
TRANSFER = "transfer"
NAMES = (TRANSFER, *OF_MATCHES)
# An achievement has had a fair chance once it was published for so long (rule 63).
_MONTHS = 6

_MATCHES = Source(N_("平台上的匹配，按需求所在的地区和行业"))
_PUBLISHED = Source(N_("公布满六个月的成果"))
_CONTRACTED = Source(N_("其中至少签过一份合同的"))


def own(actor: Actor) -> Scope:
    """Return the widest scope of the offices by which the actor registers contracts; raise NotAllowed for none."""
    return widest(offices_registering(actor))


def may_see(actor: Actor, scope: Scope) -> None:
    """Raise NotAllowed for a scope beyond the offices by which the actor registers contracts."""
    if not can_see(actor, scope):
        raise NotAllowed("read", "statistics")


def can_see(actor: Actor, scope: Scope) -> bool:
    return any(it.covers(scope.region_path, scope.industry_path) for it in offices_registering(actor))


def rates(session: Session, actor: Actor, scope: Scope) -> dict[str, Rate]:
    """Return every rate of ``NAMES``; raise NotAllowed for a scope beyond the actor's offices."""
    may_see(actor, scope)
    return {TRANSFER: transfer(session, scope), **of_matches(whole(session, scope))}


def of_matches(counts: Mapping[str, int]) -> dict[str, Rate]:
    """Return the rates of matches from how many reached each of ``STEPS``."""
    return {
        name: Rate(counts[part], counts[of] or None, _MATCHES, _MATCHES, today())
        for name, (part, of) in OF_MATCHES.items()
    }


def transfer(session: Session, scope: Scope) -> Rate:
    """Return how many of the achievements published for six months have a signed contract."""
    counts = sa.select(sa.func.count(), sa.func.sum(sa.case((_is_contracted(), 1), else_=0)))
    number, part = session.execute(counts.where(*_published(scope))).one()
    return Rate(int(part or 0), number or None, _CONTRACTED, _PUBLISHED, today())


def whole(session: Session, scope: Scope) -> Counter[str]:
    """Return how many matches of a scope reached each of ``STEPS``."""
    return next(iter(counted(session, scope)))[1]


def counted(session: Session, scope: Scope, *place: Any) -> Iterator[tuple[tuple[Any, ...], Counter[str]]]:
    """Yield how many matches of a scope reached each of ``STEPS``, by columns of the demand and its unit."""
    contract = _contract()
    sums = (sa.func.sum(sa.case((fact, 1), else_=0)) for fact in _facts(contract).values())
    query = _joined(sa.select(*place, *sums).select_from(Match), contract).where(lying(scope, Demand)).group_by(*place)
    for row in session.execute(query):
        numbers = (int(it or 0) for it in row[len(place) :])
        yield tuple(row[: len(place)]), Counter(dict(zip(STEPS, numbers, strict=True)))


def listed(actor: Actor, scope: Scope, name: str, side: str) -> tuple[type[Any], sa.Select[Any]]:
    """Return what a side of a rate counts and the query of it; of matches, of those the actor may open."""
    if name == TRANSFER:
        chosen = {"whole": sa.true(), "part": _is_contracted(), "rest": ~_is_contracted()}[side]
        query = sa.select(Achievement).where(*_published(scope), readable(Achievement, actor), chosen)
        return Achievement, query.options(selectinload(Achievement.units))
    contract, (part, of) = _contract(), OF_MATCHES[name]
    facts = _facts(contract)
    query = _joined(sa.select(Match).join(Achievement, Achievement.id == Match.achievement_id), contract)
    may_open = sa.or_(introduced_by(actor), *(matches_of(actor, it) for it in ("enterprise", "owner")))
    query = query.where(lying(scope, Demand), facts[part if side == "part" else of], may_open)
    return Match, query.options(joinedload(Match.demand), joinedload(Match.achievement))


def lying(scope: Scope, model: type[Any]) -> sa.ColumnElement[bool]:
    """Return, as an SQL condition, whether a demand lies in a scope, or an achievement.

    It lies where it says itself; a demand that does not, where its unit does, which the query has joined.
    """
    if scope.organisation_id is not None:
        is_of = Achievement.units.any(Organisation.id == scope.organisation_id)
        return is_of if model is Achievement else model.organisation_id == scope.organisation_id
    conditions: list[sa.ColumnElement[bool]] = [sa.true()]
    for name, codes in (("region", vocabulary.regions), ("industry", vocabulary.industries)):
        path, told = getattr(scope, f"{name}_path"), getattr(model, name)
        if not path or path == PROVINCE:
            continue
        lies = told.in_([code for code in codes if f"{codes.path(code)}/".startswith(f"{path}/")])
        by_unit = sa.and_(sa.func.coalesce(told, "") == "", path_within(getattr(Organisation, f"{name}_path"), path))
        conditions.append(lies if model is Achievement else sa.or_(lies, by_unit))
    return sa.and_(*conditions)


def _published(scope: Scope) -> list[sa.ColumnElement[bool]]:
    """Return, as conditions on Achievement, which are published and were so six months ago."""
    day = today()
    month = day.year * 12 + day.month - 1 - _MONTHS
    before = dt.datetime(month // 12, month % 12 + 1, min(day.day, 28), tzinfo=dt.UTC)
    return [Achievement.published_state == "published", Achievement.published_at <= before, lying(scope, Achievement)]


def _is_contracted() -> sa.ColumnElement[bool]:
    return sa.exists().where(Deal.achievement_id == Achievement.id, Deal.signed_on.is_not(None))


def _contract() -> sa.Subquery:
    """Return how far the deals of each match came: there may have been several, and the furthest of them counts."""
    facts = {
        "signed": Deal.signed_on.is_not(None), "registered": Deal.registered_on.is_not(None),
        "verified": Deal.state == "verified",
    }  # fmt: skip
    reached = (sa.func.max(sa.case((fact, 1), else_=0)).label(name) for name, fact in facts.items())
    query = sa.select(Deal.match_id, *reached).where(Deal.match_id.is_not(None)).group_by(Deal.match_id)
    return query.subquery()


def _joined(query: sa.Select[Any], contract: sa.Subquery) -> sa.Select[Any]:
    joined = query.join(Demand, Demand.id == Match.demand_id)
    joined = joined.outerjoin(Organisation, Organisation.id == Demand.organisation_id)
    return joined.outerjoin(contract, contract.c.match_id == Match.id)


def _facts(contract: sa.Subquery) -> dict[str, sa.ColumnElement[bool]]:
    """Return, as SQL conditions, by which fact a match is at each of ``STEPS``."""
    wants, offers = Match.wanted_by_enterprise_at.is_not(None), Match.wanted_by_owner_at.is_not(None)
    seen = sa.or_(Match.seen_by_enterprise_at.is_not(None), Match.seen_by_owner_at.is_not(None), wants, offers)
    return {
        "suggested": sa.true(), "seen": seen, "interest_e": wants, "interest_o": offers,
        "mutual": sa.and_(wants, offers), "introduced": Match.introduced_at.is_not(None),
        **{name: contract.c[name] == 1 for name in ("signed", "registered", "verified")},
    }  # fmt: skip
