"""The sums by place: which rows of them say what is asked for.

Rows have a level: everything, a city, a section in a county, and so on, and what is asked for is rows of one level and
never an addition of smaller ones, because one person may have been in several of these.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from marketplace.models.participation.tally import CITY, COUNTY, DIVISION, SECTION, level_of
from marketplace.permissions import path_within

if TYPE_CHECKING:
    from marketplace.services.tally.slices import Slice

# How many signs of which path name a place or an industry; "region" and "industry" are cities and divisions.
DEPTHS = {
    "region": ("region", CITY), "city": ("region", CITY), "county": ("region", COUNTY),
    "industry": ("industry", DIVISION), "division": ("industry", DIVISION), "section": ("industry", SECTION),
}  # fmt: skip
# How long the paths of each level are.
_LEVELS = {"region": (0, CITY, COUNTY), "industry": (0, SECTION, DIVISION)}
_LAST = "999999"


def are_kept(of: Slice, groups: Sequence[str]) -> bool:
    """Say whether there are sums of these: of no unit, of nothing smaller than a division, of no county's divisions."""
    depths = [_depth(hierarchy, of, groups) for hierarchy in _LEVELS]
    is_known = all(depth in _LEVELS[hierarchy] for hierarchy, depth in zip(_LEVELS, depths, strict=True))
    is_of_units = of.organisation_id is not None or of.among is not None or "unit" in groups
    return is_known and not is_of_units and depths != [COUNTY, DIVISION]


def rows(table: Any, of: Slice, groups: Sequence[str]) -> list[sa.ColumnElement[bool]]:
    """Return, as SQL, the rows that say what is asked for."""
    depths = {hierarchy: _depth(hierarchy, of, groups) for hierarchy in _LEVELS}
    region, industry = (_LEVELS[hierarchy].index(depth) for hierarchy, depth in depths.items())
    found = [table.level == level_of(region, industry, int("hierarchy" in groups))]
    for kept, path, depth in zip(
        (table.region, table.industry), (of.region_path, of.industry_path), depths.values(), strict=True
    ):
        if path and len(path) == depth:
            found.append(kept == path)
        elif path:
            # No code comes after nines: between these an index is read.
            found += [kept.between(path, f"{path}/{_LAST}"), path_within(kept, path)]
    return [*found, table.month.between(of.first_month, of.last_month)]


def column(table: Any, name: str, of: Slice, groups: Sequence[str]) -> Any:
    """Return the column of these rows that says a path at a level of ``DEPTHS``, or whatever else it is grouped by."""
    if name not in DEPTHS:
        return getattr(table, name)
    hierarchy, depth = DEPTHS[name]
    kept = getattr(table, hierarchy)
    return sa.func.substr(kept, 1, depth) if depth < _depth(hierarchy, of, groups) else kept


def _depth(hierarchy: str, of: Slice, groups: Sequence[str]) -> int:
    """Return how long the paths of a hierarchy are that are asked for, or grouped by; 0 for neither."""
    path = of.region_path if hierarchy == "region" else of.industry_path
    return max(len(path), *(DEPTHS[it][1] for it in groups if it in DEPTHS and DEPTHS[it][0] == hierarchy), 0)
