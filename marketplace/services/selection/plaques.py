"""The numbers of plaques: a series a tier, a place and a year, without a gap, and never given twice.

A naming that was revoked keeps its number.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, rules, vocabulary
from marketplace.db import today
from marketplace.errors import N_, Conflict
from marketplace.models import NamingBatch, StudioApplication, StudioTier

_DIGITS = 3


def series_of(session: Session, batch: NamingBatch) -> str:
    """Return what the numbers of a batch begin with, "SF-2026-"; raise Conflict where no rule says.

    Those of a county, a city or an industry state its code: "SZ5106-2026-".
    """
    called = (batch.tier, vocabulary.studio_tiers.label(batch.tier))
    stated = (line.rsplit(" ", 1) for line in rules.value(session, "plaque_series", today()))
    prefix = next((it[1] for it in stated if len(it) == 2 and it[0].strip() in called), None)
    if prefix is None:
        raise Conflict(N_("规则“牌匾编号的字头”里没有这个梯次，请先设定。"))
    place = (batch.industry_path or batch.region_path).rsplit("/", 1)[-1]
    return f"{prefix}{place}-{batch.year}-"


def following(session: Session, series: str, count: int) -> list[str]:
    """Return the next numbers of a series, once nobody else is about to take some of it."""
    audit.hold(session, series, 0)
    # What an office recorded by hand is given as well.
    given = (
        plaque or ""
        for column in (StudioApplication.plaque, StudioTier.plaque)
        for plaque in session.scalars(sa.select(column).where(column.startswith(series, autoescape=True)))
    )
    last = max((int(end) for it in given if (end := it.removeprefix(series)).isdecimal()), default=0)
    return [f"{series}{last + number:0{_DIGITS}d}" for number in range(1, count + 1)]
