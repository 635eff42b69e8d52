"""Which units and months are asked for, and where units lie, as SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from marketplace.models import Organisation
from marketplace.permissions import path_within
from marketplace.services.tally.places import DEPTHS


@dataclass(frozen=True, slots=True)
class Slice:
    """Which units and months are asked for (year × 100 + month, both included); all where nothing is said.

    ``among`` is the query of the ids of the only units that are asked for.
    """

    organisation_id: int | None = None
    region_path: str = ""
    industry_path: str = ""
    first_month: int = 0
    last_month: int = 999_912
    among: sa.Select[Any] | None = None


def within(query: sa.Select[Any], table: Any, of: Slice, groups: Sequence[str] = ()) -> sa.Select[Any]:
    """Return a query of a table of what units did, narrowed to the units and the months of a slice.

    Organisation is joined where that or the groups ask for it.
    """
    query = query.where(table.month.between(of.first_month, of.last_month))
    if of.organisation_id is not None:
        query = query.where(table.organisation_id == of.organisation_id)
    if of.among is not None:
        query = query.where(table.organisation_id.in_(of.among))
    places = bounds(of)
    if places or not {"hierarchy", *DEPTHS}.isdisjoint(groups):
        query = query.join(Organisation, Organisation.id == table.organisation_id)
    return query.where(*places)


def bounds(of: Slice) -> list[sa.ColumnElement[bool]]:
    """Return, as SQL on Organisation, where the units of a slice lie; nothing where they may lie anywhere."""
    paths = [(Organisation.region_path, of.region_path), (Organisation.industry_path, of.industry_path)]
    return [path_within(column, path) for column, path in paths if path]


def column(table: Any, name: str) -> Any:
    """Return what a table of what units did is grouped by: a column of its own, or one of Organisation."""
    own = {"month": "month", "item_id": "item_id", "unit": "organisation_id"}
    if name in own:
        return getattr(table, own[name])
    return Organisation.primary_hierarchy if name == "hierarchy" else place_of_unit(name)


def place_of_unit(level: str) -> Any:
    """Return, as a column of Organisation, the path of a unit at a level of ``DEPTHS``."""
    hierarchy, depth = DEPTHS[level]
    return sa.func.substr(getattr(Organisation, f"{hierarchy}_path"), 1, depth)
