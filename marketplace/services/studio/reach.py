"""Where the results of a studio are applied: the units that use its public achievements, where that may be told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from marketplace import vocabulary
from marketplace.models import Achievement, Organisation
from marketplace.schemas.disclosure import PUBLIC, layer_of
from marketplace.services.organisation import name_key
from marketplace.services.studio.public import Result
from marketplace.services.studio.spread import PROVINCE


@dataclass(frozen=True, slots=True)
class Site:
    """A unit that uses an achievement; ``city`` is its code, None where no unit of the name is known to lie in one."""

    unit: str
    city: str | None
    achievement_id: int
    title: str
    since: dt.date | None


@dataclass(frozen=True, slots=True)
class Reach:
    """The sites from city to city, how many units there are in each, and how many lie in none that is known."""

    sites: list[Site]
    by_city: Mapping[str, int]
    elsewhere: int


def reach_of(session: Session, results: Collection[Result]) -> Reach:
    """Return where public results are applied; a unit that uses several is counted once."""
    ids = [it.object_id for it in results if it.kind == "achievement"]
    records = session.scalars(
        sa.select(Achievement)
        .where(Achievement.id.in_(ids))
        .options(selectinload(Achievement.sites))
        .order_by(Achievement.id)
    )
    told = [(record, site) for record in records if layer_of(record, "sites") == PUBLIC for site in record.sites]
    cities = _cities(session, {name_key(site.unit) for _record, site in told})
    sites = [
        Site(site.unit, cities.get(name_key(site.unit)), record.id, record.title, site.since) for record, site in told
    ]
    by_city = dict.fromkeys(vocabulary.regions.children(PROVINCE), 0)
    # A unit that is written in two ways is still one.
    units = {name_key(it.unit): it.city for it in sites}
    for city in filter(None, units.values()):
        by_city[city] += 1
    places = list(by_city)
    sites.sort(key=lambda it: (places.index(it.city) if it.city else len(places), name_key(it.unit), it.achievement_id))
    return Reach(sites, by_city, sum(city is None for city in units.values()))


def _cities(session: Session, keys: Collection[str]) -> dict[str, str]:
    """Return the city of each unit that is known to lie in one, by the name as compared."""
    known = sa.select(Organisation.name_key, Organisation.region_path).where(Organisation.name_key.in_(keys))
    within = set(vocabulary.regions.children(PROVINCE))
    found = {
        key: next((code for code in path.split("/") if code in within), None) for key, path in session.execute(known)
    }
    return {key: city for key, city in found.items() if city is not None}
