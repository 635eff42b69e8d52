"""The verbs of a demand."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from marketplace import audit, workflow
from marketplace.db import today
from marketplace.errors import NotAllowed, NotFound, StaleRevision
from marketplace.models import Demand, Organisation
from marketplace.models.market.demand_check import CHECKS
from marketplace.permissions import (
    OPEN_DEMANDS,
    Actor,
    Permission,
    can_edit_demand,
    can_read,
    readable,
    require,
    sees_to,
)
from marketplace.services import organisation as organisations
from marketplace.services.authoring import secrecy
from marketplace.services.demand_desk import checking, validity
from marketplace.services.records import Outcome, bring

_APART = {"organisation_name", "source", "source_id"}


def get(session: Session, actor: Actor, demand_id: int) -> Demand:
    """Return a demand the actor may read; raise NotFound, also where it exists but may not be read."""
    demand = session.get(Demand, demand_id)
    if demand is None or not can_read(actor, demand):
        raise NotFound("demand", demand_id)
    return demand


def listed(session: Session, actor: Actor, *, limit: int, after: int | None = None) -> list[Demand]:
    """Return the demands open to solutions that the actor may read, newest first, from below the id ``after``."""
    query = (
        sa.select(Demand)
        .where(Demand.state.in_(OPEN_DEMANDS), readable(Demand, actor))
        .options(selectinload(Demand.organisation))
        .order_by(Demand.id.desc())
        .limit(limit)
    )
    return list(session.scalars(query if after is None else query.where(Demand.id < after)))


def waiting(session: Session, actor: Actor, *, limit: int, after: int | None = None) -> list[Demand]:
    """Return the demands not yet open that the actor may read, newest first, from below the id ``after``."""
    query = (
        sa.select(Demand)
        .where(Demand.state.in_(("submitted", "verified")), readable(Demand, actor))
        .options(selectinload(Demand.organisation))
        .order_by(Demand.id.desc())
        .limit(limit)
    )
    return list(session.scalars(query if after is None else query.where(Demand.id < after)))


def own(session: Session, actor: Actor) -> list[Demand]:
    """Return the demands that belong to this actor, newest first."""
    owned: list[sa.ColumnElement[bool]] = [
        Demand.access_key.in_(actor.keys),
        Demand.organisation_id.in_(actor.organisation_ids),
    ]
    if actor.account_id is not None:
        owned.append(Demand.account_id == actor.account_id)
    return list(session.scalars(sa.select(Demand).where(sa.or_(*owned)).order_by(Demand.id.desc())))


def count_open(session: Session) -> int:
    """Return how many demands the public can see."""
    return session.scalar(sa.select(sa.func.count()).select_from(Demand).where(Demand.state.in_(OPEN_DEMANDS))) or 0


def post(session: Session, actor: Actor, data: dict[str, Any]) -> Demand:
    """Post a demand from what ``DemandSchema.load`` returned; it waits for verification, seen by its poster only."""
    require(actor, Permission.DEMAND_POST)
    secrecy.refuse(session, data)
    demand = Demand(state="draft", access_key=secrets.token_urlsafe(32), account_id=actor.account_id)
    _fill(session, demand, data)
    _keep_own_unit(session, actor, demand)
    session.add(demand)
    session.flush()
    workflow.apply(session, actor, demand, "submit")
    session.flush()
    return demand


def revise(session: Session, actor: Actor, demand_id: int, revision: int, data: dict[str, Any]) -> Demand:
    """Change a demand the actor posted; raise StaleRevision when somebody changed it since it was read."""
    demand = get(session, actor, demand_id)
    if not can_edit_demand(actor, demand):
        raise NotAllowed("edit", "demand")
    if demand.revision != revision:
        raise StaleRevision("demand", demand_id, revision, demand.revision)
    secrecy.refuse(session, data)
    _fill(session, demand, data)
    _keep_own_unit(session, actor, demand)
    session.flush()
    audit.record(session, actor, "revise", "demand", demand.id, from_state=demand.state, to_state=demand.state)
    return demand


def act(
    session: Session,
    actor: Actor,
    demand_id: int,
    action: str,
    reason: str | None = None,
    checked: Collection[str] = CHECKS,
) -> Demand:
    """Take one step of a demand's life; see ``workflow.apply`` for what it raises.

    Whoever verifies says what was ``checked``, and in ``reason`` why the rest was not; what is complex is opened once a
    broker sees to it, and is valid for a while. Raises as ``checking.check`` and ``checking.require_ready`` do.
    """
    demand = get(session, actor, demand_id)
    if action == "open":
        checking.require_ready(session, demand)
        validity.begin(session, demand)
    workflow.apply(session, actor, demand, action, reason)
    if action == "verify":
        checking.check(session, actor, demand, checked, reason or "")
    session.flush()
    return demand


def contact(session: Session, actor: Actor, demand_id: int) -> Demand:
    """Return a demand for its contact, to whoever verifies or sees to it; each look, and what for, is an event."""
    demand = get(session, actor, demand_id)
    is_his = sees_to(actor, demand) and actor.limits is None
    if not is_his:
        require(actor, Permission.DEMAND_VERIFY, demand)
    reason = "对接需求" if is_his else "核实需求"
    audit.record(session, actor, "see_contact", "demand", demand.id, reason=reason)
    session.flush()
    return demand


def import_records(session: Session, actor: Actor, rows: Sequence[dict[str, Any]]) -> list[tuple[Demand, Outcome]]:
    """Bring demands in as open ones; each row is what ``DemandSchema.load`` returned.

    A demand whose validity has ended is kept as expired. Returns one (demand, outcome) for each row, in order.
    """
    require(actor, Permission.DEMAND_IMPORT)
    return bring(
        session,
        actor,
        Demand,
        rows,
        begin=lambda row: Demand(state=_state_of_import(row), access_key=secrets.token_urlsafe(32)),
        fill=lambda demand, row: _fill(session, demand, row),
    )


def _state_of_import(row: dict[str, Any]) -> str:
    valid_until = row.get("valid_until")
    return "expired" if valid_until is not None and valid_until < today() else "open"


def _keep_own_unit(session: Session, actor: Actor, demand: Demand) -> None:
    """Let a demand of whoever acts for an organisation be that organisation's, whatever name was typed."""
    named = demand.organisation.id if demand.organisation else demand.organisation_id
    if actor.organisation_ids and named not in actor.organisation_ids:
        demand.organisation = session.get_one(Organisation, min(actor.organisation_ids))


def _fill(session: Session, demand: Demand, data: dict[str, Any]) -> None:
    for name, value in data.items():
        if name not in _APART:
            setattr(demand, name, value)
    name = data.get("organisation_name", "")
    if name:
        demand.organisation = organisations.named(session, [name])[name]
