"""Where units are counted: under their county, their division of industry and all that these lie in."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from itertools import product

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.models import Organisation
from marketplace.models.participation.tally import CITY, COUNTY, DIVISION, SECTION, level_of

# County, division of industry, primary hierarchy.
Seat = tuple[str, str, str]
# The level of a place and what it is told by, see ``ParticipationPlace``.
Place = tuple[int, str, str, str]
_AT_ONCE = 1000
_MANY = 10_000


def seat(region_path: str, industry_path: str, hierarchy: str) -> Seat:
    """Return what a unit is counted under."""
    return (region_path[:COUNTY], industry_path[:DIVISION], hierarchy)


@lru_cache(_MANY)
def places(under: Seat) -> tuple[Place, ...]:
    """Return all that a unit lies in: everything, a city, a section of it, and so on down to what it is under."""
    region, industry, hierarchy = under
    regions, industries = ("", region[:CITY], region), ("", industry[:SECTION], industry)
    return tuple(
        (level_of(r, i, h), regions[r], industries[i], ("", hierarchy)[h])
        for r, i, h in product(range(3), range(3), range(2))
        if (r, i) != (2, 2)
    )


def of_units(session: Session, unit_ids: Collection[int], *, hold: bool = False) -> dict[int, Seat]:
    """Return where units are counted; with ``hold`` nobody else counts in them until the transaction ends."""
    ordered, of, found = sorted(unit_ids), Organisation, {}
    for start in range(0, len(ordered), _AT_ONCE):
        query = sa.select(of.id, of.region_path, of.industry_path, of.primary_hierarchy)
        query = query.where(of.id.in_(ordered[start : start + _AT_ONCE])).order_by(of.id)
        for row in session.execute(query.with_for_update(key_share=True) if hold else query):
            found[row.id] = seat(row.region_path, row.industry_path, row.primary_hierarchy)
    return found
