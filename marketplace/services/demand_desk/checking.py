"""Verify a demand by a list, weigh it, and let a broker see to what is complex before it is shown (rules 16, 17)."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from marketplace import audit
from marketplace.db import now
from marketplace.errors import N_, Conflict, Invalid
from marketplace.models import Account, Demand, DemandCheck
from marketplace.models.market.demand_check import CHECKS, NEEDED
from marketplace.permissions import Actor, Grant, Permission, require
from marketplace.permissions.reading import places_of
from marketplace.postbox import post
from marketplace.services.demand_desk import complexity
from marketplace.workflow import offices

_MISSING = N_("单位、联系人和问题核实以后才能通过；核实不了的，请企业补充，或者关闭这条需求。")
_UNSAID = N_("指标、预算和日期没有核实的，请在说明里写明原因。")
_NO_BROKER = N_("这条需求的复杂程度达到 %(score)s 分，公开以前请先指派技术经理人。")
_NOT_A_BROKER = N_("这个账号没有这一带的技术经理人角色。")


def check(session: Session, actor: Actor, demand: Demand, checked: Collection[str], note: str) -> DemandCheck:
    """Keep what was checked of a demand, weigh it, and hand what is complex to the broker who has the least to see to.

    Raises Invalid where what is needed was not checked, or nothing says why the rest was not.
    """
    known = [name for name in CHECKS if name in checked]
    if any(name not in known for name in NEEDED):
        raise Invalid({"checked": [_MISSING]})
    if len(known) < len(CHECKS) and not note.strip():
        raise Invalid({"note": [_UNSAID]})
    found = complexity.weighed(session, demand)
    kept = session.get(DemandCheck, demand.id) or DemandCheck(demand_id=demand.id)
    kept.checked, kept.note, kept.checked_by, kept.checked_at = known, note.strip()[:1000], actor.name, now()
    kept.score, kept.tier = found.score, found.tier
    kept.factors = [{"name": it.name, "weight": it.weight, "met": it.met} for it in found.factors]
    session.add(kept)
    session.flush()
    if kept.tier == "broker" and kept.broker_id is None and (free := brokers_near(session, demand)):
        assign(session, actor, demand, free[0].id)
    return kept


def of(session: Session, demand: Demand) -> DemandCheck | None:
    """Return what the desk found of a demand; None before it was verified, or where it was imported as open."""
    return session.get(DemandCheck, demand.id, options=[joinedload(DemandCheck.broker)])


def assign(session: Session, actor: Actor, demand: Demand, account_id: int) -> DemandCheck:
    """Let a broker near the demand see to it, and tell him.

    Raises NotAllowed for whoever does not verify the demand, Conflict before it was verified, and Invalid for an
    account without the role here.
    """
    require(actor, Permission.DEMAND_VERIFY, demand)
    kept = of(session, demand)
    if kept is None:
        raise Conflict(N_("请先核实这条需求。"))
    broker = next((it for it in brokers_near(session, demand) if it.id == account_id), None)
    if broker is None:
        raise Invalid({"broker": [_NOT_A_BROKER]})
    kept.broker, kept.assigned_by, kept.assigned_at = broker, actor.name, now()
    session.flush()
    audit.record(session, actor, "assign_broker", "demand", demand.id, payload={"broker": broker.id})
    post(session, broker, "demand_assigned", demand=str(demand.id))
    return kept


def require_ready(session: Session, demand: Demand) -> None:
    """Raise Conflict where a demand is complex and no broker sees to it: it is not shown before."""
    kept = of(session, demand)
    if kept is not None and kept.tier == "broker" and kept.broker_id is None:
        raise Conflict(_NO_BROKER, score=kept.score)


def brokers_near(session: Session, demand: Demand) -> list[Account]:
    """Return the brokers whose scope holds a demand, who has the fewest open ones first; nobody it belongs to."""
    own = [demand.organisation_id] if demand.organisation_id is not None else []
    near = (offices.staff(Grant("broker", *place)).where(~offices.of_unit(own)) for place in places_of(demand))
    found = {account for query in near for account in session.scalars(query)}
    busy = sa.select(DemandCheck.broker_id, sa.func.count().label("held")).join(DemandCheck.demand)
    busy = busy.where(Demand.state.in_(("verified", "open", "in_talks"))).group_by(DemandCheck.broker_id)
    held = {row.broker_id: row.held for row in session.execute(busy)}
    free = (it for it in found if it.id != demand.account_id)
    return sorted(free, key=lambda account: (held.get(account.id, 0), account.id))


def seen_to_by(session: Session, actor: Actor) -> list[Demand]:
    """Return the open demands the actor sees to as their broker, the newest first; none for anybody else."""
    if not any(grant.role == "broker" for grant in actor.grants):
        return []
    query = (
        sa.select(Demand)
        .join(DemandCheck, DemandCheck.demand_id == Demand.id)
        .where(DemandCheck.broker_id == actor.account_id, Demand.state.in_(("open", "in_talks")))
        .options(joinedload(Demand.organisation))
        .order_by(Demand.id.desc())
        .limit(200)
    )
    return list(session.scalars(query))
