"""What a benefit amounts to, and which grade that is; both without rounding on the way."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import rules
from marketplace.models import Benefit, BenefitReference

# Enough for the largest costs times the largest output with its four decimals, exactly.
_DIGITS = 60


def net_benefit(unit_cost_before: int, unit_cost_after: int, yearly_output: Decimal, implementation_cost: int) -> int:
    """Return the net yearly benefit in fen, (cost before − cost after) × output − cost of implementation (rule 34).

    Costs are fen for one unit of output and fen a year. The product is exact and rounded once, half up, to whole fen.
    """
    with localcontext(prec=_DIGITS):
        exact = Decimal(unit_cost_before - unit_cost_after) * yearly_output - implementation_cost
        return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def years_from(day: dt.date, years: int = 1) -> dt.date:
    """Return the same day some years later, which twelve months from a first use no longer hold."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        # The 29th of February has no like in most years.
        return dt.date(day.year + years, 3, 1)


def grade(session: Session, verified: int | None, on: dt.date) -> str | None:
    """Return the grade of a verified yearly benefit by the rule in force on a day; None where none reaches it."""
    if verified is None:
        return None
    starts = rules.value(session, "benefit_grades", on)
    reached = [name for name, start in starts.items() if verified >= start]
    return max(reached, key=lambda name: starts[name], default=None)


@dataclass(frozen=True, slots=True)
class Total:
    """How many benefits, and what was claimed, attested and verified of them in fen, side by side."""

    count: int
    claimed: int
    attested: int
    verified: int


def total(session: Session, *references: sa.ColumnElement[bool]) -> Total:
    """Sum the benefits that records refer to, each once however many do (rule 36); what was revoked counts no more.

    ``references`` are conditions on ``BenefitReference``, such as its noun and a selection of ids.
    """
    referred = sa.select(BenefitReference.benefit_id).where(*references)
    sums = (
        sa.func.coalesce(sa.func.sum(column), 0) for column in (Benefit.claimed, Benefit.attested, Benefit.verified)
    )
    query = sa.select(sa.func.count(Benefit.id), *sums).where(Benefit.id.in_(referred), Benefit.revoked_at.is_(None))
    return Total(*(int(value) for value in session.execute(query).one()))
