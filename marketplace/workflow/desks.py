"""Which office a record waits for, until when, and who may act there.

The office follows from the units of the record and the places they lie in. A vacant office is stood in for by the
next above it. While a record waits it has one open task; ``move`` closes the old one and opens the next.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import rules, vocabulary, working_days
from marketplace.db import now, today
from marketplace.models import Account, Achievement, Organisation, Proposal, RoleGrant, Task
from marketplace.permissions import Actor, Grant, owns, path_within
from marketplace.workflow.tables import DESKS, Desk

Submission = Achievement | Proposal
T = TypeVar("T")

# The roles that may stand at a desk, the one it belongs to first. The province is never vacant: it stands in for all.
CHAINS = {
    "author": ("author",),
    "unit": ("unit_union", "county", "city", "province_curator"),
    "county": ("county", "city", "province_curator"),
    "territory": ("city", "province_curator"),
    "province": ("province_curator",),
}
_CITY, _COUNTY = 2, 3


def desk_of(session: Session, record: Submission) -> Task | None:
    """Return the task that a record's state makes, not yet stored; None where it waits for nobody."""
    desk = DESKS[record.__tablename__].get(record.state)
    if desk is None:
        return None
    unit = _unit(record)
    places = dict(_places(desk, record, unit))
    own = next(iter(places))
    role = next((it for it, place in places.items() if not _is_vacant(session, it, place)), "province_curator")
    place = places[role]
    return Task(
        noun=record.__tablename__, object_id=record.id, state=record.state,
        role=role, stands_in_for=None if role == own else own,
        organisation_id=place.organisation_id, region_path=place.region_path, industry_path=place.industry_path,
        due_on=_due(session, desk),
    )  # fmt: skip


def open_task(session: Session, record: Submission) -> Task | None:
    """Return the open task of a record."""
    query = sa.select(Task).where(
        Task.noun == record.__tablename__, Task.object_id == record.id, Task.closed_at.is_(None)
    )
    return session.scalars(query).one_or_none()


def move(session: Session, actor: Actor, record: Submission) -> Task | None:
    """Close the task a record leaves and open, and return, the one of the state it has reached.

    A unit has one period for its answer, counted from the day it screened the proposal.
    """
    left = open_task(session, record)
    if left is not None:
        left.closed_at, left.closed_by = now(), actor.name
        session.flush()
    opened = desk_of(session, record)
    if opened is not None:
        if left is not None and (left.state, opened.state) == ("screened", "unit_review"):
            opened.due_on = left.due_on
        session.add(opened)
    session.flush()
    return opened


def may_act(actor: Actor, record: Submission, task: Task) -> bool:
    """Say whether the actor stands at the desk of a task: in its office, not recused, and not an author himself."""
    if any(grant.role == "admin" for grant in actor.grants):
        return True
    if task.role == "author":
        return owns(actor, record)
    if not is_impartial(actor, record):
        return False
    if any(recusal.account_id == actor.account_id for recusal in task.recusals):
        return False
    return any(_stands_at(grant, task) for grant in actor.grants)


def is_impartial(actor: Actor, record: Submission) -> bool:
    """Say whether the actor has no part in a record himself."""
    return actor.account_id is None or actor.account_id not in _persons(record)


def at_desks_of(actor: Actor) -> sa.ColumnElement[bool]:
    """Return, as an SQL condition on Task, whether it lies in one of the actor's offices."""
    conditions: list[sa.ColumnElement[bool]] = []
    for grant in actor.grants:
        if grant.role == "admin":
            conditions.append(Task.role == "province_curator")
        elif grant.organisation_id is not None:
            conditions.append(sa.and_(Task.role == grant.role, Task.organisation_id == grant.organisation_id))
        else:
            conditions.append(
                sa.and_(
                    Task.role == grant.role,
                    *(path_within(Task.region_path, grant.region_path) for _ in range(bool(grant.region_path))),
                    *(path_within(Task.industry_path, grant.industry_path) for _ in range(bool(grant.industry_path))),
                )
            )
    return sa.or_(sa.false(), *conditions)


def _unit(record: Submission) -> Organisation | None:
    if isinstance(record, Proposal):
        return record.organisation
    return record.units[0] if record.units else None


def _persons(record: Submission) -> set[int | None]:
    members = record.authors if isinstance(record, Proposal) else record.contributors
    return {record.account_id, *(member.account_id for member in members)}


def _places(desk: Desk, record: Submission, unit: Organisation | None) -> Iterator[tuple[str, Grant]]:
    """Yield, for each role that may stand at a desk, the office of that role the record belongs to."""
    region = unit.region_path if unit and unit.region_path else _path(vocabulary.regions, record.region)
    industry = unit.industry_path if unit and unit.industry_path else _path(vocabulary.industries, record.industry)
    for role in CHAINS[desk.office]:
        if role == "unit_union" and unit is not None:
            yield role, Grant(role, region, industry, unit.id)
        elif role == "county" and region.count("/") >= _COUNTY - 1:
            yield role, Grant(role, _first(region, _COUNTY))
        elif role == "city":
            if desk.office == "territory" and unit is not None and unit.primary_hierarchy == "industry" and industry:
                yield "industry_union", Grant("industry_union", region, industry)
            if region.count("/") >= _CITY - 1:
                yield role, Grant(role, _first(region, _CITY))
        elif role in ("author", "province_curator"):
            yield role, Grant(role)


def _is_vacant(session: Session, role: str, place: Grant) -> bool:
    """Say whether nobody holds an office: no grant in force, of an account in use, covers its place."""
    if role in ("author", "province_curator"):
        return False
    moment = now()
    held = sa.select(RoleGrant.id).join(Account, Account.id == RoleGrant.account_id).where(
        RoleGrant.role == role, RoleGrant.revoked_at.is_(None), RoleGrant.valid_from <= moment,
        sa.or_(RoleGrant.valid_until.is_(None), RoleGrant.valid_until > moment),
        Account.is_active, Account.confirmed_at.is_not(None),
    )  # fmt: skip
    if place.organisation_id is not None:
        held = held.where(RoleGrant.organisation_id == place.organisation_id)
    else:
        held = held.where(
            RoleGrant.region_path.in_(_upwards(place.region_path)),
            RoleGrant.industry_path.in_(_upwards(place.industry_path)),
        )
    return session.execute(held.limit(1)).first() is None


def _stands_at(grant: Grant, task: Task) -> bool:
    if grant.role != task.role:
        return False
    if task.organisation_id is not None and task.role == "unit_union":
        return grant.organisation_id == task.organisation_id
    return grant.covers(task.region_path, task.industry_path)


def _due(session: Session, desk: Desk) -> dt.date | None:
    if desk.period is None:
        return None
    return working_days.after(today(), rules.value(session, desk.period, today()))


def _upwards(path: str) -> list[str]:
    codes = path.split("/") if path else []
    return ["/".join(codes[:depth]) for depth in range(len(codes) + 1)]


def _first(path: str, levels: int) -> str:
    return "/".join(path.split("/")[:levels])


def _path(codes: vocabulary.CodeList, code: str | None) -> str:
    return codes.path(code) if code in codes else ""
