"""Persons of a city, an industry or everything who took part in several units or campaigns: from their own sums.

Each lies in the sum of whatever his units lie in, once; so what is asked for is one kind of row and never an addition
of smaller ones. What several campaigns have too much comes off.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.models import ParticipationMobile, ParticipationOverlap
from marketplace.models.participation.tally import ANY, CITY, DIVISION, section
from marketplace.permissions import path_within
from marketplace.services.participation.subject import Subject

if TYPE_CHECKING:
    from marketplace.services.participation.figures import Slice

# How many signs of which path name a place or an industry: "region" and "industry" are those that sums are kept of.
DEPTHS = {
    "region": ("region", CITY), "city": ("region", CITY), "county": ("region", 14),
    "industry": ("industry", DIVISION), "division": ("industry", DIVISION), "section": ("industry", 1),
}  # fmt: skip


def more(session: Session, subject: Subject, of: Slice, groups: Sequence[str], what: str) -> dict[tuple[Any, ...], int]:
    """Return what is to be added, by some groups, to the sums of those who took part in one unit alone.

    ``what`` names the column; the slice asks for no unit and nothing smaller than a city or a division.
    """
    found = _summed(session, ParticipationMobile, subject.sums(ParticipationMobile), of, groups, what)
    if not subject.is_one and subject.overlap is not None and "item_id" not in groups:
        table, (measure, code) = ParticipationOverlap, subject.overlap
        is_it = sa.and_(table.measure == measure, table.code == code)
        for key, number in _summed(session, table, is_it, of, groups, what).items():
            found[key] = found.get(key, 0) - number
    return found


def _summed(
    session: Session, table: Any, is_it: sa.ColumnElement[bool], of: Slice, groups: Sequence[str], what: str
) -> dict[tuple[Any, ...], int]:
    columns = [_column(table, name) for name in groups]
    query = sa.select(*columns, sa.func.coalesce(sa.func.sum(getattr(table, what)), 0))
    query = query.where(is_it, table.month.between(of.first_month, of.last_month), *_rows(table, of, groups))
    query = query.group_by(*columns) if columns else query
    return {tuple(row[:-1]): int(row[-1]) for row in session.execute(query)}


def _rows(table: Any, of: Slice, groups: Sequence[str]) -> list[sa.ColumnElement[bool]]:
    """Return, as SQL, the one kind of row that says what is asked for."""
    asked = set(groups)
    rows = [table.hierarchy != ANY if "hierarchy" in asked else table.hierarchy == ANY]
    if of.region_path:
        rows.append(table.region == of.region_path)
    else:
        rows.append(table.region == ANY if asked.isdisjoint({"region", "city"}) else table.region != ANY)
    is_of_sections = table.industry.like(f"%/{ANY}")
    if len(of.industry_path) == DIVISION:
        rows.append(table.industry == of.industry_path)
    elif not asked.isdisjoint({"industry", "division"}):
        rows += [table.industry != ANY, sa.not_(is_of_sections)]
        rows += [path_within(table.industry, of.industry_path)] if of.industry_path else []
    elif of.industry_path:
        rows.append(table.industry == section(of.industry_path))
    else:
        rows.append(is_of_sections if "section" in asked else table.industry == ANY)
    return rows


def _column(table: Any, name: str) -> Any:
    if name in ("region", "city"):
        return table.region
    if name in ("industry", "division"):
        return table.industry
    return sa.func.replace(table.industry, f"/{ANY}", "") if name == "section" else getattr(table, name)
