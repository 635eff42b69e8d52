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


def standing(session: Session, unit: Organisation, places: list[Grant]) -> Grant:
    """Return the first of some offices that somebody holds who does not come from the unit, the last where none."""
    return next((place for place in places if _is_held(session, place, unit)), places[-1])


def readers_of_mail(session: Session, studio: Studio) -> list[Account]:
    """Return whom a mail about a studio goes to: the union of its unit, its office, and whoever leads it."""
    unit = studio.organisation
    office = standing(session, unit, chain(unit, studio.tier))
    leader = studio.leader.person.account if studio.leader is not None else None
    found = {
        *offices.readers_of_mail(session, Grant("unit_union", organisation_id=unit.id)),
        *offices.readers_of_mail(session, office), *([leader] if leader is not None and leader.is_active else []),
    }  # fmt: skip
    return sorted(found, key=lambda account: account.id)


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
