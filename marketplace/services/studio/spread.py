"""How the studios spread: which hold a tier on a day, and how these lie over the cities and the ladder today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import vocabulary
from marketplace.db import today
from marketplace.models import Organisation, Studio, StudioTier
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


def held(day: dt.date) -> sa.Select[int, str]:
    """Return the query of (studio_id, tier): the studios that are open on a day and hold their newest tier then."""
    of = StudioTier
    place = sa.func.row_number().over(partition_by=of.studio_id, order_by=(of.since.desc(), of.id.desc()))
    newest = sa.select(of.studio_id, of.tier, of.ended_on, place.label("place")).where(of.since <= day).subquery()
    return (
        sa.select(newest.c.studio_id, newest.c.tier)
        .join(Studio, Studio.id == newest.c.studio_id)
        .where(newest.c.place == 1, sa.or_(newest.c.ended_on.is_(None), newest.c.ended_on > day))
        .where(sa.or_(Studio.closed_on.is_(None), Studio.closed_on > day))
    )


def of_province(session: Session, kind: str = "", tier: str = "") -> Spread:
    """Return how the studios spread, those of a kind or at a tier where one is stated."""
    holding = held(today()).subquery()
    wanted = [Studio.id == holding.c.studio_id]
    wanted += [Studio.kind == kind] if kind else []
    wanted += [holding.c.tier == tier] if tier else []
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
    tiers = sa.select(holding.c.tier, sa.func.count()).where(*wanted).group_by(holding.c.tier)
    for name, count in session.execute(tiers):
        by_tier[name] = count
    return Spread(by_city, elsewhere, by_tier)
