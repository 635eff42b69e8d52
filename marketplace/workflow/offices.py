"""Who holds which office, where a record belongs to it, and who of an office must stay away from a record.

An office is a role at a place. It is vacant for a record where nobody holds it who may take that record: whoever has a
part in it himself, has stayed away from it, or comes from a unit it is of, does not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import vocabulary
from marketplace.db import now, today
from marketplace.models import (
    Account,
    Achievement,
    Deputation,
    Organisation,
    Proposal,
    RoleGrant,
    StudioApplication,
    Task,
)
from marketplace.permissions import Actor, Deputised, Grant, upwards
from marketplace.permissions.roles import DEPUTIES

Submission = Achievement | Proposal

# The roles that may stand at a desk, the one it belongs to first. The province stands in for all.
CHAINS = {
    "author": ("author",),
    "unit": ("unit_union", "county", "city", "province_curator"),
    "county": ("county", "city", "province_curator"),
    "territory": ("city", "province_curator"),
    "province": ("province_curator",),
}
_CITY, _COUNTY = 2, 3


def unit_of(record: Submission) -> Organisation | None:
    """Return the unit a record belongs to: the first of those that completed it."""
    if isinstance(record, Proposal):
        return record.organisation
    return record.units[0] if record.units else None


def places(office: str, record: Submission) -> Iterator[tuple[str, Grant]]:
    """Yield, for each role that may stand at a desk of an office, the place at which it has the record."""
    unit = unit_of(record)
    region = unit.region_path if unit and unit.region_path else vocabulary.regions.bound(record.region)
    industry = unit.industry_path if unit and unit.industry_path else vocabulary.industries.bound(record.industry)
    for role in CHAINS[office]:
        if role == "unit_union" and unit is not None:
            yield role, Grant(role, region, industry, unit.id)
        elif role == "county" and region.count("/") >= _COUNTY - 1:
            yield role, Grant(role, _first(region, _COUNTY))
        elif role == "city":
            if office == "territory" and unit is not None and unit.primary_hierarchy == "industry" and industry:
                yield "industry_union", Grant("industry_union", region, industry)
            if region.count("/") >= _CITY - 1:
                yield role, Grant(role, _first(region, _CITY))
        elif role in ("author", "province_curator"):
            yield role, Grant(role)


def above(task: Task, unit: Organisation | None) -> Iterator[Grant]:
    """Yield the offices over the one a task lies at, the nearest first; none over the province or an author."""
    region = unit.region_path if unit is not None else task.region_path
    if task.role == "unit_union" and region.count("/") >= _COUNTY - 1:
        yield Grant("county", _first(region, _COUNTY))
    if task.role in ("unit_union", "county") and region.count("/") >= _CITY - 1:
        yield Grant("city", _first(region, _CITY))
    if task.role not in ("author", "province_curator"):
        yield Grant("province_curator")


def at(place: Grant, role: str) -> Grant:
    """Return the office that another role has at a place: what lies above it, or the same for all of the province."""
    if role == place.role:
        return place
    return Grant(role) if role == "province_curator" else Grant(role, place.region_path, place.industry_path)


def deputies(place: Grant) -> sa.Select[Account]:
    """Return the query of the accounts that see to a desk of an office today for one who holds it.

    Nobody does any more who has left the office in which he was named.
    """
    day = today()
    seeing_to = (
        sa.select(Deputation.id)
        .join(RoleGrant, RoleGrant.id == Deputation.grant_id)
        .where(
            Deputation.deputy_id == Account.id, Deputation.ended_at.is_(None),
            Deputation.starts_on <= day, Deputation.ends_on >= day,
            RoleGrant.id.in_(_held_at(place)),
        )
    )  # fmt: skip
    own = (_held_at(at(place, role)).where(RoleGrant.account_id == Account.id) for role in DEPUTIES[place.role])
    is_still_there = sa.or_(*(held.exists() for held in own))
    return sa.select(Account).where(Account.is_active, seeing_to.exists(), is_still_there)


def staff(place: Grant) -> sa.Select[Account]:
    """Return the query of the accounts that hold an office: a grant in force, of a person who uses the account."""
    held = _held_at(place).where(RoleGrant.account_id == Account.id)
    return sa.select(Account).where(Account.is_active, Account.confirmed_at.is_not(None), held.exists())


def place_of(task: Task) -> Grant:
    """Return the office a task lies at."""
    unit_id = task.organisation_id if task.role == "unit_union" else None
    return Grant(task.role, task.region_path, task.industry_path, unit_id)


def readers_of_mail(session: Session, place: Grant) -> list[Account]:
    """Return whom a mail to an office goes to: who holds it, and who sees to it for one who does."""
    found = {*session.scalars(staff(place)), *session.scalars(deputies(place))}
    return sorted(found, key=lambda account: account.id)


def _held_at(place: Grant) -> sa.Select[int]:
    held = in_force().where(RoleGrant.role == place.role)
    if place.role == "unit_union":
        return held.where(RoleGrant.organisation_id == place.organisation_id)
    if place.role == "province_curator":
        return held
    return held.where(
        RoleGrant.region_path.in_(upwards(place.region_path)),
        RoleGrant.industry_path.in_(upwards(place.industry_path)),
    )


def is_vacant(session: Session, place: Grant, record: Submission, recused: Iterable[int] = ()) -> bool:
    """Say whether nobody holds an office who may take a record; ``recused`` are the accounts that stay away from it."""
    away = persons_of(record) | set(recused)
    free = staff(place).where(Account.id.not_in(away)) if away else staff(place)
    if place.role != "unit_union" and (units := unit_ids(record)):
        free = free.where(~of_unit(units))
    return session.execute(free.limit(1)).first() is None


def of_unit(units: Iterable[int]) -> sa.ColumnElement[bool]:
    """Return, as an SQL condition on Account, whether a person comes from one of some units."""
    listed = list(units)
    granted = in_force().where(RoleGrant.account_id == Account.id, RoleGrant.organisation_id.in_(listed))
    return sa.or_(sa.and_(Account.claimed_organisation_id.is_not(None), Account.claimed_organisation_id.in_(listed)),
                  granted.exists())  # fmt: skip


def in_force() -> sa.Select[int]:
    """Return the query of the grants in force at this moment."""
    moment = now()
    return sa.select(RoleGrant.id).where(
        RoleGrant.revoked_at.is_(None), RoleGrant.valid_from <= moment,
        sa.or_(RoleGrant.valid_until.is_(None), RoleGrant.valid_until > moment),
    )  # fmt: skip


def bar(person: Actor | Deputised, record: Submission | StudioApplication, task: Task | None = None) -> str | None:
    """Say why somebody must stay away from a record; None where he need not.

    "part" where he has a part in it himself, "recused" where he said so of the task, and "unit" where it is of his own
    unit and lies at an office above that unit (rule 68).
    """
    if person.account_id is None or (task is not None and task.role == "author"):
        return None
    if person.account_id in persons_of(record):
        return "part"
    if task is not None and any(recusal.account_id == person.account_id for recusal in task.recusals):
        return "recused"
    is_own_unions = task is not None and task.role == "unit_union"
    return "unit" if not is_own_unions and not person.unit_ids.isdisjoint(unit_ids(record)) else None


def persons_of(record: Submission | StudioApplication) -> set[int]:
    """Return the accounts of those who made a record; of a studio, who applied for it, leads it and works in it."""
    if isinstance(record, StudioApplication):
        led = [record.studio.leader.person.account_id] if record.studio.leader else []
        present = [it.person.account_id for it in record.studio.members if it.until is None]
        return {it for it in (record.account_id, *led, *present) if it is not None}
    members = record.authors if isinstance(record, Proposal) else record.contributors
    return {it for it in (record.account_id, *(member.account_id for member in members)) if it is not None}


def unit_ids(record: Submission | StudioApplication) -> set[int]:
    """Return the units a record is of."""
    if isinstance(record, StudioApplication):
        return {record.organisation_id}
    if isinstance(record, Proposal):
        return {record.organisation_id} if record.organisation_id is not None else set()
    return {unit.id for unit in record.units}


def _first(path: str, levels: int) -> str:
    return "/".join(path.split("/")[:levels])
