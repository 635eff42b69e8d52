"""What the figures of studios count, one by one: studios, tiers, reviews, results, pairs, grants and benefits.

A line is told to whoever keeps the studios of its unit, or audits them; of a benefit, to the offices of the unit whose
achievement or proposal refers to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from marketplace.errors import NotFound
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
    StudioReview,
    StudioTier,
)
from marketplace.models.studios.annual_review import GRADES
from marketplace.models.studios.studio import TIERS
from marketplace.permissions import Actor, Permission, readable, unit_seen
from marketplace.services.statistics import studios
from marketplace.services.statistics.period import Period
from marketplace.services.statistics.scope import Scope, may_see
from marketplace.services.statistics.studios import STAGES

# Every figure that leads to what it counts: those of tiers and grades with the one asked for.
FIGURES = (
    "holding", *(f"holding-{it}" for it in TIERS), "named", *(f"named-{it}" for it in TIERS),
    *(f"graded-{it}" for it in GRADES), "delisted", "closed", "results", "pairs", "grants", "used", "benefits", *STAGES,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One of what is counted, with its studio; without one where it is a benefit."""

    record: Any
    studio: Studio | None


@dataclass(frozen=True, slots=True)
class Listing:
    """Some lines of a figure, all of one ``noun``, the name of their table.

    ``withheld`` is how many of the number the actor may not read.
    """

    noun: str
    number: int
    lines: list[Line]
    next_after: int | None
    withheld: int


def listing(
    session: Session, actor: Actor, figure: str, scope: Scope, period: Period, *, limit: int, after: int | None = None
) -> Listing:
    """Return what one of ``FIGURES`` counts, from below the id ``after``.

    Raises NotFound for a figure there is not, and NotAllowed for a scope beyond the actor's offices.
    """
    may_see(actor, scope)
    if figure not in FIGURES:
        raise NotFound("statistics", figure)
    name, _, of = figure.partition("-")
    model, wanted = _counted(name, of, scope, period)
    is_seen = _benefit_seen(actor) if model is Benefit else _studio_seen(actor, model)
    number, seen = (
        session.scalar(sa.select(sa.func.count()).select_from(model).where(*wanted, *more)) or 0
        for more in ((), (is_seen,))
    )
    query = sa.select(model).where(*wanted, is_seen).order_by(model.id.desc()).limit(limit + 1)
    found = list(session.scalars(query if after is None else query.where(model.id < after)))
    return Listing(
        noun=model.__tablename__,
        number=number,
        lines=_lines(session, found[:limit]),
        next_after=found[limit - 1].id if len(found) > limit else None,
        withheld=number - seen,
    )


def _counted(
    name: str, of: str, scope: Scope, period: Period
) -> tuple[type[Any], list[sa.ColumnElement[bool]]]:  # fmt: skip
    """Return what a figure counts, and by which conditions; ``of`` is the tier or the grade that is asked for."""
    if name in STAGES or name == "benefits":
        referring = studios.of_results(scope) if name == "benefits" else studios.of_records(scope)
        stage = "verified" if name == "benefits" else name
        referred = sa.select(BenefitReference.benefit_id).where(referring)
        return Benefit, [Benefit.id.in_(referred), Benefit.id.in_(studios.staged(period, stage)), _stands()]
    if name in ("holding", "closed"):
        is_held = name == "holding"
        return Studio, studios.holding(scope, period.cut_off, of) if is_held else studios.closed_in(scope, period)
    if name == "graded":
        review = StudioReview
        graded = [review.year == period.year, review.grade == of, review.state != "dropped"]
        return review, [*graded, studios.of_studios(review.studio_id, scope)]
    if name == "named":
        return StudioTier, [*studios.named_in(scope, period), *([StudioTier.tier == of] if of else [])]
    return {
        "delisted": (StudioTier, studios.delisted_in(scope, period)),
        "results": (StudioResult, studios.results_in(scope, period)),
        "pairs": (Apprenticeship, studios.pairs_in(scope, period)),
        "grants": (StudioGrant, studios.granted_in(scope, period)),
        "used": (GrantUse, studios.used_in(scope, period)),
    }[name]


def _stands() -> sa.ColumnElement[bool]:
    return Benefit.revoked_at.is_(None)


def _studio_id(model: type[Any]) -> Any:
    """Return, as SQL on what is counted, the number of its studio."""
    if model is GrantUse:
        return sa.select(StudioGrant.studio_id).where(StudioGrant.id == GrantUse.grant_id).scalar_subquery()
    return Studio.id if model is Studio else model.studio_id


def _studio_seen(actor: Actor, model: type[Any]) -> sa.ColumnElement[bool]:
    seen = unit_seen(actor, Permission.STUDIO_RECORD) if actor.reads else sa.false()
    studio_ids = sa.select(Studio.id).join(Organisation, Organisation.id == Studio.organisation_id).where(seen)
    found: sa.ColumnElement[bool] = _studio_id(model).in_(studio_ids)
    return found


def _benefit_seen(actor: Actor) -> sa.ColumnElement[bool]:
    seen = unit_seen(actor, Permission.CURATION_ENTER) if actor.reads else sa.false()
    readers: dict[str, tuple[type[Any], sa.ColumnElement[bool]]] = {
        "achievement": (Achievement, Achievement.units.any(seen)),
        "proposal": (Proposal, Proposal.organisation.has(seen)),
    }
    referring = (
        sa.and_(
            BenefitReference.noun == noun,
            BenefitReference.object_id.in_(sa.select(model.id).where(readable(model, actor), is_near)),
        )
        for noun, (model, is_near) in readers.items()
    )
    return Benefit.id.in_(sa.select(BenefitReference.benefit_id).where(sa.or_(*referring)))


def _lines(session: Session, records: list[Any]) -> list[Line]:
    """Return each record with its studio and the unit of that, read at once."""
    if not records or isinstance(records[0], Benefit):
        return [Line(it, None) for it in records]
    model = type(records[0])
    ids = [it.id for it in records]
    rows = session.execute(sa.select(model.id, _studio_id(model)).where(model.id.in_(ids)))
    studio_of: dict[int, int] = {row[0]: row[1] for row in rows}
    query = sa.select(Studio).where(Studio.id.in_(set(studio_of.values()))).options(joinedload(Studio.organisation))
    known = {it.id: it for it in session.scalars(query)}
    return [Line(it, known[studio_of[it.id]]) for it in records]
