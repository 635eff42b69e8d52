"""What the applications of a batch are ranked by: their locked sheets, and what their frozen dossiers say.

The same question is answered under the terms of the batch and under others, so that what would follow from other
weights, places or lines can be looked at; nothing here writes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from marketplace.models import NamingBatch, NamingSheet, StudioApplication
from marketplace.services.selection.selecting import Candidate, Selection, Terms, select

# No longer in the list: struck by an objection, taken back afterwards, or withdrawn by the unit.
_OUT = ("struck", "revoked", "withdrawn")
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Counted:
    """The sheets that count for one application: points by criterion, the mean of each criterion, and the score."""

    criteria: Mapping[str, Decimal]
    score: Decimal
    count: int


def terms_of(batch: NamingBatch) -> Terms:
    """Return what a batch is selected by."""
    return Terms(batch.quota, batch.city_cap, batch.line)


def scored(session: Session, batch: NamingBatch) -> list[StudioApplication]:
    """Return the applications of a batch whose sheets were counted, with all that ranking and telling needs."""
    query = (
        sa.select(StudioApplication)
        .where(StudioApplication.naming_batch_id == batch.id, StudioApplication.score.is_not(None))
        .options(
            joinedload(StudioApplication.studio), joinedload(StudioApplication.organisation),
            joinedload(StudioApplication.dossier), selectinload(StudioApplication.sheets),
        )
        .order_by(StudioApplication.id)
    )  # fmt: skip
    return list(session.scalars(query))


def selection(batch: NamingBatch, applications: Sequence[StudioApplication]) -> Selection:
    """Rank the applications and hand the places out, as the batch has it."""
    return select([candidate(it) for it in applications], terms_of(batch), out_of(applications))


def out_of(applications: Sequence[StudioApplication]) -> set[int]:
    """Return which of the applications are no longer in the list."""
    return {it.id for it in applications if it.state in _OUT}


def candidate(application: StudioApplication) -> Candidate:
    """Return what an application is ranked by, its score as it was counted."""
    unit, said = application.organisation, json.loads(application.dossier.content)
    assert application.score is not None
    return Candidate(
        id=application.id,
        score=application.score,
        city=city_of(unit.region_path),
        industry=unit.industry_path.split("/")[0],
        first_line=first_line(said),
        transfers=len(said.get("transfers", ())),
    )


def counted_of(batch: NamingBatch, application: StudioApplication, weights: Mapping[str, int] | None = None) -> Counted:
    """Count the sheets of an application: without the highest and the lowest total, the means of what is left.

    ``weights`` are points by criterion that make 100; what a judge gave of the points of a criterion stays the same
    part of them.
    """
    most, weights = batch.indicators, weights or batch.indicators
    weighed = [
        {name: Fraction(sheet.scores[name] * weights[name], most[name]) if most[name] else Fraction() for name in most}
        for sheet in counting(application)
    ]
    kept = sorted(weighed, key=lambda points: sum(points.values()))[1:-1]
    return Counted(
        criteria={name: _mean([points[name] for points in kept]) for name in most},
        score=_mean([sum(points.values(), Fraction()) for points in kept]),
        count=len(weighed),
    )


def counting(application: StudioApplication) -> list[NamingSheet]:
    """Return the locked sheets of those who did not stay away."""
    return [it for it in application.sheets if it.locked_at is not None and it.recused_because is None]


def city_of(region_path: str) -> str:
    """Return the code of the city a path lies in; that of the province for what lies in none."""
    return "/".join(region_path.split("/")[:2]).rsplit("/", 1)[-1]


def first_line(dossier: Mapping[str, Any]) -> Fraction | None:
    """Return the share of present members who work on the first line, None where it is not said of all of them."""
    said = [it.get("on_first_line") for it in dossier["members"] if it["until"] is None]
    return Fraction(sum(said), len(said)) if said and None not in said else None


def _mean(values: Sequence[Fraction]) -> Decimal:
    """Return the mean in hundredths, halves rounded up, as the score of the sheets is made."""
    exact = sum(values, Fraction()) / len(values)
    return (Decimal(exact.numerator) / exact.denominator).quantize(_CENT, ROUND_HALF_UP)
