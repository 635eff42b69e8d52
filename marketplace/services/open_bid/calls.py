"""List a demand with a reward, find such lists, and say who decides on them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from marketplace import audit
from marketplace.db import today
from marketplace.errors import N_, Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import Demand, OpenBid, OpenCall
from marketplace.permissions import Actor, Permission, can, can_read, owns, readable
from marketplace.services import demand as demands

_NOT_OPEN = N_("需求公开以后才能揭榜。")
_KNOWN = N_("这条需求已经张榜。")
_PAST = N_("截止日期要在今天以后。")


def may_list(actor: Actor, demand: Demand) -> bool:
    """Say whether the actor lists a demand and decides on its bids: who posted it, with an account, or its office."""
    is_own = actor.account_id is not None and owns(actor, demand) and can(actor, Permission.DEMAND_POST)
    return is_own or can(actor, Permission.DEMAND_VERIFY, demand)


def decides(session: Session, actor: Actor, call: OpenCall) -> bool:
    """Say whether the actor decides on the bids of a list; nobody who bid himself does."""
    return may_list(actor, call.demand) and own_bid(session, actor, call) is None


def publish(session: Session, actor: Actor, demand_id: int, data: dict[str, Any]) -> OpenCall:
    """List a demand with a reward, from what ``CallSchema.load`` returned.

    Raises NotFound, NotAllowed, Conflict where the demand is not open or listed already, and Invalid for a day gone by.
    """
    demand = demands.get(session, actor, demand_id)
    if not may_list(actor, demand):
        raise NotAllowed("edit", "demand")
    audit.hold(session, "demand", demand_id)
    if demand.state != "open":
        raise Conflict(_NOT_OPEN)
    if of_demand(session, demand) is not None:
        raise Conflict(_KNOWN)
    if data["closes_on"] <= today():
        raise Invalid({"closes_on": [_PAST]})
    call = OpenCall(demand_id=demand_id, listed_by=actor.name, **data)
    session.add(call)
    session.flush()
    audit.record(
        session, actor, "list_with_reward", "open_call", call.id, to_state="open", payload={"reward": call.reward}
    )
    return call


def get(session: Session, actor: Actor, call_id: int) -> OpenCall:
    """Return a list whose demand the actor may read, or for which he has bid; raise NotFound.

    Who bid reads what became of it, whatever becomes of the demand.
    """
    call = session.get(OpenCall, call_id)
    if call is None or not (can_read(actor, call.demand) or own_bid(session, actor, call) is not None):
        raise NotFound("open_call", call_id)
    return call


def own_bid(session: Session, actor: Actor, call: OpenCall) -> OpenBid | None:
    if actor.account_id is None:
        return None
    return session.scalar(sa.select(OpenBid).filter_by(call_id=call.id, account_id=actor.account_id))


def hold(session: Session, actor: Actor, call_id: int) -> OpenCall:
    """Return a list as it is now, which nobody else decides on before this transaction ends; raise NotFound."""
    call = get(session, actor, call_id)
    audit.hold(session, "open_call", call_id)
    session.refresh(call)
    return call


def of_demand(session: Session, demand: Demand) -> OpenCall | None:
    return session.scalar(sa.select(OpenCall).filter_by(demand_id=demand.id))


def listed(session: Session, actor: Actor, *, limit: int, after: int | None = None) -> list[OpenCall]:
    """Return the lists whose demands the actor may read, the newest first, from below the id ``after``."""
    query = (
        sa.select(OpenCall)
        .join(OpenCall.demand)
        .where(readable(Demand, actor))
        .options(joinedload(OpenCall.demand).joinedload(Demand.organisation))
        .order_by(OpenCall.id.desc())
        .limit(limit)
    )
    return list(session.scalars(query if after is None else query.where(OpenCall.id < after)))
