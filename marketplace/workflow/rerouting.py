"""Bring tasks to another office where theirs has become vacant, and back where it has been filled again.

Who holds which office is read once; tasks are then looked at by office, and one by one only where something may have
changed for them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.models import Account, Achievement, Organisation, Proposal, RoleGrant, Task
from marketplace.permissions import Actor, Grant, upwards
from marketplace.workflow import desks, offices

_OFFICES = ("unit_union", "county", "city", "industry_union")
_NOUNS: dict[str, type[Achievement | Proposal]] = {"achievement": Achievement, "proposal": Proposal}
_AT_A_TIME = 500
_WHILE_ONE_WAITS = 200


def reroute(session: Session, actor: Actor, most: int | None = None) -> int:
    """Give each open task to the office that should have it now, and return how many were moved, ``most`` at most."""
    moved = 0
    for task in _in_question(session):
        record: Any = session.get(_NOUNS[task.noun], task.object_id)
        if record is not None and desks.pass_on(session, actor, record):
            moved += 1
            if moved == most:
                break
    return moved


def reroute_soon(session: Session, actor: Actor) -> None:
    """Do so for as many tasks as somebody may wait for, because an office got or lost people; the worker does the rest.

    What was changed about the people is flushed first.
    """
    session.flush()
    reroute(session, actor, _WHILE_ONE_WAITS)


class _Staff:
    """Who holds which office at this moment, and which units those people come from."""

    def __init__(self, session: Session) -> None:
        held = (
            sa.select(RoleGrant.role, RoleGrant.region_path, RoleGrant.industry_path, RoleGrant.organisation_id,
                      RoleGrant.account_id, Account.claimed_organisation_id)
            .join(Account, Account.id == RoleGrant.account_id)
            .where(RoleGrant.id.in_(offices.in_force()), Account.is_active, Account.confirmed_at.is_not(None))
        )  # fmt: skip
        self._people: defaultdict[tuple[str, str, str, int | None], set[int]] = defaultdict(set)
        self._units: defaultdict[int, set[int]] = defaultdict(set)
        for role, region, industry, organisation_id, account_id, claimed_id in session.execute(held):
            place = (role, "", "", organisation_id) if role == "unit_union" else (role, region, industry, None)
            self._people[place].add(account_id)
            self._units[account_id] |= {unit for unit in (organisation_id, claimed_id) if unit is not None}

    def hold(self, place: Grant, unit_id: int | None) -> bool:
        """Say whether somebody holds an office who may take what comes from a unit."""
        if place.role == "unit_union":
            return bool(self._people.get((place.role, "", "", unit_id)))
        return any(
            unit_id is None or unit_id not in self._units[person]
            for region in upwards(place.region_path)
            for industry in upwards(place.industry_path)
            for person in self._people.get((place.role, region, industry, None), ())
        )


def _in_question(session: Session) -> Iterator[Task]:
    """Yield the open tasks of vacant offices, those that an office nearer to them may take back, and those refused."""
    staff = _Staff(session)
    place = (Task.role, Task.stands_in_for, Task.organisation_id, Task.region_path, Task.industry_path)
    held = (
        sa.select(*place, Organisation.region_path, Organisation.industry_path)
        .outerjoin(Organisation, Organisation.id == Task.organisation_id)
        .where(Task.closed_at.is_(None), sa.or_(Task.role.in_(_OFFICES), Task.stands_in_for.is_not(None)))
        .distinct()
    )  # fmt: skip
    for row in session.execute(held).all():
        if _may_have_changed(staff, row):
            same = sa.and_(*(column.is_not_distinct_from(value) for column, value in zip(place, row[:5], strict=True)))
            yield from _each(session, same)
    yield from _each(session, sa.and_(Task.recusals.any(), Task.role != "author"))


def _may_have_changed(staff: _Staff, row: Any) -> bool:
    role, stands_in_for, unit_id, region, industry, unit_region, unit_industry = row
    if role in _OFFICES and not staff.hold(Grant(role, region, industry), unit_id):
        return True
    if stands_in_for is None:
        return False
    nearer = {
        "unit_union": Grant("unit_union"),
        "county": Grant("county", unit_region or ""),
        "city": Grant("city", unit_region or ""),
        "industry_union": Grant("industry_union", unit_region or "", unit_industry or ""),
    }
    # Without a unit, only the record knows where it belongs.
    return unit_id is None or any(it != role and staff.hold(office, unit_id) for it, office in nearer.items())


def _each(session: Session, condition: sa.ColumnElement[bool]) -> Iterator[Task]:
    last = 0
    while True:
        query = sa.select(Task).where(Task.closed_at.is_(None), condition, Task.id > last).order_by(Task.id)
        found = list(session.scalars(query.limit(_AT_A_TIME)))
        if not found:
            return
        last = found[-1].id
        yield from found
