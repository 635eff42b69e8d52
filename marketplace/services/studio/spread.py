"""How the studios spread over the province: by city, and by tier on the ladder, those that have one and are open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import vocabulary
from marketplace.models import Organisation, Studio
from marketplace.models.studios.studio import TIERS

PROVINCE = "51"


@dataclass(frozen=True, slots=True)
class Spread:
    """Counts by the code of each city, ``elsewhere`` where no city is stated, and by tier from the bottom."""

    by_city: Mapping[str, int]
    elsewhere: int
    by_tier: Mapping[str, int]

    @property
    def all(self) -> int:
        """How many studios there are in all."""
        return sum(self.by_tier.values())


def of_province(session: Session, kind: str = "", tier: str = "") -> Spread:
    """Return how the studios spread, those of a kind or at a tier where one is stated."""
    wanted = [Studio.state != "closed", Studio.delisted_on.is_(None)]
    wanted += [Studio.kind == kind] if kind else []
    wanted += [Studio.tier == tier] if tier else []
    places = sa.select(Organisation.region_path, sa.func.count()).join(
        Studio, Studio.organisation_id == Organisation.id
    )
    by_city, elsewhere = dict.fromkeys(vocabulary.regions.children(PROVINCE), 0), 0
    for path, count in session.execute(places.where(*wanted).group_by(Organisation.region_path)):
        city = next((code for code in path.split("/") if code in by_city), None)
        if city is None:
            elsewhere += count
        else:
            by_city[city] += count
    by_tier = dict.fromkeys(TIERS, 0)
    for name, count in session.execute(sa.select(Studio.tier, sa.func.count()).where(*wanted).group_by(Studio.tier)):
        by_tier[name] = count
    return Spread(by_city, elsewhere, by_tier)
