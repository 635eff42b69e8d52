"""For whom figures are asked: a place, an industry, a unit, or what lies in both; never more than one may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import vocabulary
from marketplace.errors import NotAllowed, NotFound
from marketplace.models import Organisation
from marketplace.permissions import Actor, Grant, can_see_figures, offices_seeing_figures, path_within
from marketplace.services.tally.slices import Slice

PROVINCE = "51"
_COUNTY = 3


@dataclass(frozen=True, slots=True)
class Scope:
    """Which units are asked for; paths as in ``Organisation``, the whole province where nothing is said."""

    region_path: str = ""
    industry_path: str = ""
    organisation_id: int | None = None

    @property
    def region(self) -> str:
        """The code of the place, that of the province where nothing is said."""
        return self.region_path.rsplit("/", 1)[-1] or PROVINCE

    @property
    def place_path(self) -> str:
        """The path of the place, "" for the whole province."""
        return self.region_path if "/" in self.region_path else ""

    @property
    def industry(self) -> str:
        """The code of the industry, "" for all."""
        return self.industry_path.rsplit("/", 1)[-1]

    @property
    def is_province(self) -> bool:
        """Whether all of the province is asked for."""
        return self.region == PROVINCE and not self.industry_path and self.organisation_id is None

    def slice(self, first_month: int, last_month: int) -> Slice:
        """Return what is asked of the tallies for these units and months (year × 100 + month, both included)."""
        return Slice(self.organisation_id, self.place_path, self.industry_path, first_month, last_month)

    def units(self) -> sa.ColumnElement[bool]:
        """Return, as an SQL condition on Organisation, which units these are."""
        conditions: list[sa.ColumnElement[bool]] = [sa.true()]
        if self.organisation_id is not None:
            conditions.append(Organisation.id == self.organisation_id)
        if self.place_path:
            conditions.append(path_within(Organisation.region_path, self.place_path))
        if self.industry_path:
            conditions.append(path_within(Organisation.industry_path, self.industry_path))
        return sa.and_(*conditions)


def own(actor: Actor) -> Scope:
    """Return the widest scope of the actor's offices; raise NotAllowed for who holds none."""
    return widest(offices_seeing_figures(actor))


def widest(offices: Sequence[Grant]) -> Scope:
    """Return the widest scope of some offices; raise NotAllowed for none."""
    if not offices:
        raise NotAllowed("read", "statistics")
    first = min(offices, key=lambda it: (it.organisation_id is not None, it.region_path.count("/"), it.industry_path))
    return Scope(first.region_path, first.industry_path, first.organisation_id)


def asked(
    session: Session, actor: Actor, region: str = "", industry: str = "", organisation_id: int | None = None
) -> Scope:
    """Return the scope of what was asked by codes, the actor's own where nothing was.

    Raises NotFound for a code or a unit there is not, and NotAllowed for what lies outside the actor's offices.
    """
    held = own(actor)
    if organisation_id is None and held.organisation_id is not None:
        return held
    if organisation_id is not None:
        return _of_unit(session, actor, organisation_id)
    for code, codes in ((region, vocabulary.regions), (industry, vocabulary.industries)):
        if code and code not in codes:
            raise NotFound("place", code)
    # Of what is not asked for: all of it where the actor sees that, and what his office holds otherwise.
    regions = [vocabulary.regions.path(region)] if region else ["", held.region_path]
    industries = [vocabulary.industries.path(industry)] if industry else ["", held.industry_path]
    for region_path, industry_path in product(regions, industries):
        if can_see_figures(actor, region_path, industry_path):
            return Scope(region_path, industry_path)
    raise NotAllowed("read", "statistics")


def may_see(actor: Actor, scope: Scope) -> None:
    """Raise NotAllowed for a scope beyond the actor's offices."""
    if not can_see_figures(actor, scope.region_path, scope.industry_path, scope.organisation_id):
        raise NotAllowed("read", "statistics")


def parts(scope: Scope) -> list[str]:
    """Return the codes of the places a scope is shown by: the cities of the province, the counties of a city."""
    if scope.organisation_id is not None:
        return []
    if scope.region_path.count("/") >= _COUNTY - 1:
        return [scope.region]
    return list(vocabulary.regions.children(scope.region))


def _of_unit(session: Session, actor: Actor, organisation_id: int) -> Scope:
    unit: Any = session.get(Organisation, organisation_id)
    if unit is None:
        raise NotFound("organisation", organisation_id)
    scope = Scope(unit.region_path, unit.industry_path, unit.id)
    may_see(actor, scope)
    return scope
