"""Which office looks after a studio by its tier, and which stands in where nobody holds that one."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from marketplace.models import Account, Organisation, Studio
from marketplace.permissions import Grant
from marketplace.workflow import offices

# The offices below the province whose tiers these are; the province has all others, and stands in for every one.
_OF_TIER = {
    "unit": ("county", "city"),
    "county": ("county", "city"),
    "city": ("city",),
    "industry": ("industry_union",),
}
PROVINCE = Grant("province_curator")


def chain(unit: Organisation, tier: str) -> list[Grant]:
    """Return the office a tier belongs to and those that stand in for it, the nearest first.

    What has the tier of its unit is looked after by the county: no unit grades itself. An industry is that of the
    unit's section.
    """
    return [*_below_province(unit, tier), PROVINCE]


def union_of(unit_id: int) -> Grant:
    """Return the union of a unit."""
    return Grant("unit_union", organisation_id=unit_id)


def standing(session: Session, unit: Organisation, places: list[Grant]) -> Grant:
    """Return the first of some offices that somebody holds who does not come from the unit, the last where none."""
    return next((place for place in places if _is_held(session, place, unit)), places[-1])


def of_unit(session: Session, studio: Studio) -> list[Account]:
    """Return whom a mail to the unit of a studio goes to: its union, and whoever leads the studio."""
    leader = studio.leader.person.account if studio.leader is not None else None
    own = [leader] if leader is not None and leader.is_active else []
    return _each_once(offices.readers_of_mail(session, union_of(studio.organisation_id)) + own)


def readers_of_mail(session: Session, studio: Studio) -> list[Account]:
    """Return whom a mail about a studio goes to: its unit, and the office that looks after it."""
    office = standing(session, studio.organisation, chain(studio.organisation, studio.tier))
    return _each_once(of_unit(session, studio) + offices.readers_of_mail(session, office))


def _each_once(accounts: list[Account]) -> list[Account]:
    return sorted(set(accounts), key=lambda account: account.id)


def _below_province(unit: Organisation, tier: str) -> Iterator[Grant]:
    codes = unit.region_path.split("/")
    for role in _OF_TIER.get(tier, ()):
        if role == "industry_union" and unit.industry_path:
            yield Grant(role, unit.region_path, unit.industry_path)
        elif role == "city" and len(codes) >= 2:
            yield Grant(role, "/".join(codes[:2]))
        elif role == "county" and len(codes) >= 3:
            yield Grant(role, "/".join(codes[:3]))


def _is_held(session: Session, place: Grant, unit: Organisation) -> bool:
    held = offices.staff(place).where(~offices.of_unit([unit.id]))
    return session.execute(held.limit(1)).first() is not None
