"""What innovation studios come to in a period (rule 65), and beside it what benefits were claimed, attested, verified.

A tier counts on the day, so that a period can be compared with an earlier one. A benefit counts by its number, once
however many records refer to it; one that a deal alone refers to is its parties' until it is verified.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.errors import N_
from marketplace.models import (
    Achievement,
    Apprenticeship,
    Benefit,
    BenefitReference,
    GrantUse,
    Organisation,
    Proposal,
    Studio,
    StudioGrant,
    StudioResult,
    StudioTier,
)
from marketplace.models.studios.studio import TIERS
from marketplace.models.studios.studio_parts import LINKED
from marketplace.permissions import Actor
from marketplace.services.benefit import amounts
from marketplace.services.statistics.board import Change
from marketplace.services.statistics.period import Period
from marketplace.services.statistics.rate import Rate, Source
from marketplace.services.statistics.scope import Scope, may_see
from marketplace.services.studio import spread
from marketplace.services.studio_review import progress

RECORDS = Source(N_("平台上的工作室档案"))
HOLDING = Source(N_("截止日有梯次、没有撤销的工作室"))
# What is told of a benefit, each by the moment of its own.
STAGES = ("claimed", "attested", "verified")


@dataclass(frozen=True, slots=True)
class Money:
    """How many benefits, or grants, and what they come to in fen."""

    count: int
    amount: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Studios by tier at the cut-off against the cut-off compared with; all else is of the period.

    ``named`` counts tiers given, ``delisted`` tiers taken away. ``pairs`` ran at some time of the period, ``left`` is
    what of all grants nobody had used at the cut-off. ``verified`` are the benefits of results of studios, ``benefits``
    all of the scope by ``STAGES``.
    """

    by_tier: Mapping[str, Change]
    whole: Change
    named: Mapping[str, int]
    grades: Mapping[str, int]
    delisted: int
    closed: int
    results: Rate
    pairs: int
    apprentices: int
    grants: Money
    used: Money
    left: int
    verified: Money
    benefits: Mapping[str, Money]


def figures(session: Session, actor: Actor, scope: Scope, period: Period, other: Period | None = None) -> Figures:
    """Return the figures of a scope and a period; raise NotAllowed for a scope beyond the actor's offices."""
    may_see(actor, scope)
    now, before = by_tier(session, scope, period.cut_off), None
    if other is not None:
        before = by_tier(session, scope, other.cut_off)
    whole = sum(now.values())
    results = _count(session, sa.select(StudioResult.id).where(*results_in(scope, period)))
    running = sa.select(Apprenticeship.id, Apprenticeship.apprentice_id).where(*pairs_in(scope, period))
    given, spent = granted_in(scope, period), used_in(scope, period)
    return Figures(
        by_tier={tier: Change(now[tier], None if before is None else before[tier]) for tier in TIERS},
        whole=Change(whole, None if before is None else sum(before.values())),
        named=_named(session, scope, period),
        grades=progress.grades(session, period.year, scope.units()),
        delisted=_count(session, sa.select(StudioTier.id).where(*delisted_in(scope, period))),
        closed=_count(session, sa.select(Studio.id).where(*closed_in(scope, period))),
        results=Rate(results, whole or None, RECORDS, HOLDING, period.cut_off, per_head=True),
        pairs=_count(session, running),
        apprentices=_count(session, running.with_only_columns(Apprenticeship.apprentice_id).distinct()),
        grants=_money(session, StudioGrant.amount, *given),
        used=_money(session, GrantUse.amount, *spent),
        left=_left(session, scope, period.cut_off),
        verified=benefits(session, of_results(scope), period, "verified"),
        benefits={it: benefits(session, of_records(scope), period, it) for it in STAGES},
    )


def by_tier(session: Session, scope: Scope, day: dt.date) -> dict[str, int]:
    """Return how many studios of a scope hold each tier on a day."""
    held = spread.held(day).subquery()
    query = sa.select(held.c.tier, sa.func.count()).where(of_studios(held.c.studio_id, scope)).group_by(held.c.tier)
    return _tiers(session, query)


def holding(scope: Scope, day: dt.date, tier: str = "") -> list[sa.ColumnElement[bool]]:
    """Return, as conditions on Studio, which studios of a scope hold a tier on a day."""
    held = spread.held(day).subquery()
    query = sa.select(held.c.studio_id)
    return [Studio.id.in_(query.where(held.c.tier == tier) if tier else query), of_studios(Studio.id, scope)]


def results_in(scope: Scope, period: Period) -> list[sa.ColumnElement[bool]]:
    """Return, as conditions on StudioResult, which are of the period and of studios that are divided by."""
    held = sa.select(Studio.id).where(*holding(scope, period.cut_off))
    return [StudioResult.studio_id.in_(held), StudioResult.made_on.between(period.first_day, period.cut_off)]


def named_in(scope: Scope, period: Period) -> list[sa.ColumnElement[bool]]:
    is_new = StudioTier.since.between(period.first_day, period.cut_off)
    return [of_studios(StudioTier.studio_id, scope), is_new]


def delisted_in(scope: Scope, period: Period) -> list[sa.ColumnElement[bool]]:
    has_ended = StudioTier.ended_on.between(period.first_day, period.cut_off)
    return [of_studios(StudioTier.studio_id, scope), has_ended]


def closed_in(scope: Scope, period: Period) -> list[sa.ColumnElement[bool]]:
    return [of_studios(Studio.id, scope), Studio.closed_on.between(period.first_day, period.cut_off)]


def pairs_in(scope: Scope, period: Period) -> list[sa.ColumnElement[bool]]:
    """Return, as conditions on Apprenticeship, which ran at some time of the period."""
    of = Apprenticeship
    still = sa.or_(of.ended_on.is_(None), of.ended_on >= period.first_day)
    return [of_studios(of.studio_id, scope), of.began_on <= period.cut_off, still]


def granted_in(scope: Scope, period: Period) -> list[sa.ColumnElement[bool]]:
    is_new = StudioGrant.received_on.between(period.first_day, period.cut_off)
    return [of_studios(StudioGrant.studio_id, scope), is_new]


def used_in(scope: Scope, period: Period) -> list[sa.ColumnElement[bool]]:
    return [_of_grants(scope), GrantUse.used_on.between(period.first_day, period.cut_off)]


def of_studios(studio_id: Any, scope: Scope) -> sa.ColumnElement[bool]:
    """Return, as a condition on what has the number of a studio, whether that lies in a scope."""
    studios = sa.select(Studio.id).join(Organisation, Organisation.id == Studio.organisation_id)
    is_of: sa.ColumnElement[bool] = studio_id.in_(studios.where(scope.units()))
    return is_of


def of_results(scope: Scope) -> sa.ColumnElement[bool]:
    """Return, as a condition on BenefitReference, whether it is of a result of a studio of a scope."""
    of = StudioResult
    is_same = sa.and_(of.kind == BenefitReference.noun, of.object_id == BenefitReference.object_id)
    return sa.exists().where(is_same, of.kind.in_(LINKED), of_studios(of.studio_id, scope))


def of_records(scope: Scope) -> sa.ColumnElement[bool]:
    """Return, as a condition on BenefitReference, whether it is of an achievement or a proposal of a scope."""
    if scope.is_province:
        return BenefitReference.noun.in_(LINKED)
    achievements = sa.select(Achievement.id).where(Achievement.units.any(scope.units()))
    proposals = sa.select(Proposal.id).where(Proposal.organisation.has(scope.units()))
    of, object_id = BenefitReference.noun, BenefitReference.object_id
    return sa.or_(
        sa.and_(of == "achievement", object_id.in_(achievements)), sa.and_(of == "proposal", object_id.in_(proposals))
    )


def benefits(session: Session, referring: sa.ColumnElement[bool], period: Period, stage: str) -> Money:
    """Return how many benefits came to a stage in a period and what they were claimed, attested or verified at."""
    found = amounts.total(session, referring, BenefitReference.benefit_id.in_(staged(period, stage)))
    return Money(found.count, getattr(found, stage))


def staged(period: Period, stage: str) -> sa.Select[int]:
    """Return the query of the ids of the benefits that came to a stage in a period."""
    begins, ends = period.moments
    at = getattr(Benefit, f"{stage}_at")
    return sa.select(Benefit.id).where(at >= begins, at < ends)


def _named(session: Session, scope: Scope, period: Period) -> dict[str, int]:
    query = sa.select(StudioTier.tier, sa.func.count()).where(*named_in(scope, period)).group_by(StudioTier.tier)
    return _tiers(session, query)


def _tiers(session: Session, query: sa.Select[str, int]) -> dict[str, int]:
    """Return counts by tier from the bottom of the ladder up."""
    return dict.fromkeys(TIERS, 0) | {row[0]: row[1] for row in session.execute(query)}


def _count(session: Session, query: sa.Select[*tuple[object, ...]]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0


def _of_grants(scope: Scope) -> sa.ColumnElement[bool]:
    return GrantUse.grant_id.in_(sa.select(StudioGrant.id).where(of_studios(StudioGrant.studio_id, scope)))


def _left(session: Session, scope: Scope, day: dt.date) -> int:
    """Return what of all grants that were received up to a day nobody had used then, in fen."""
    given = _money(
        session, StudioGrant.amount, of_studios(StudioGrant.studio_id, scope), StudioGrant.received_on <= day
    )
    return given.amount - _money(session, GrantUse.amount, _of_grants(scope), GrantUse.used_on <= day).amount


def _money(session: Session, amount: Any, *wanted: sa.ColumnElement[bool]) -> Money:
    query = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(amount), 0)).where(*wanted)
    count, total = session.execute(query).one()
    return Money(count, int(total))
