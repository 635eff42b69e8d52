"""Bid for a listed demand: written until the day is over, and sealed from everybody else until then."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from marketplace import audit
from marketplace.db import today
from marketplace.errors import N_, Conflict, NotAllowed, NotFound
from marketplace.models import OpenBid, OpenCall
from marketplace.permissions import Actor, Permission, can, owns
from marketplace.services.authoring import secrecy
from marketplace.services.open_bid import calls

_CLOSED = N_("揭榜已经截止，不能再提交、修改或撤回。")


def may_bid(actor: Actor, call: OpenCall) -> bool:
    """Say whether the actor may bid: a person who submits achievements, and not who posted the demand or decides."""
    is_person = actor.account_id is not None and can(actor, Permission.ACHIEVEMENT_SUBMIT)
    return is_person and not owns(actor, call.demand) and not calls.may_list(actor, call.demand)


def submit(session: Session, actor: Actor, call_id: int, data: dict[str, Any]) -> OpenBid:
    """Bid, or change one's bid, from what ``BidSchema.load`` returned.

    Raises NotFound, NotAllowed for whoever may not bid, Conflict after the last day, and Invalid for a mark of secrecy.
    """
    call = calls.hold(session, actor, call_id)
    if not may_bid(actor, call):
        raise NotAllowed("apply", "open_call")
    if not call.takes_bids(today()):
        raise Conflict(_CLOSED)
    secrecy.refuse(session, data)
    bid = calls.own_bid(session, actor, call) or OpenBid(call_id=call.id, account_id=actor.account_id)
    for name, value in data.items():
        setattr(bid, name, value)
    bid.state, bid.organisation_id = "submitted", min(actor.organisation_ids, default=None)
    session.add(bid)
    session.flush()
    audit.record(
        session, actor, "bid", "open_call", call.id, payload={"bid": bid.id, "plan": bid.plan, "price": bid.price}
    )
    return bid


def withdraw(session: Session, actor: Actor, call_id: int) -> OpenBid:
    """Take one's bid back before the day is over; raise NotFound where there is none, Conflict afterwards."""
    call = calls.hold(session, actor, call_id)
    bid = calls.own_bid(session, actor, call)
    if bid is None:
        raise NotFound("open_bid", call_id)
    if not call.takes_bids(today()):
        raise Conflict(_CLOSED)
    bid.state = "withdrawn"
    session.flush()
    audit.record(session, actor, "withdraw_bid", "open_call", call.id, payload={"bid": bid.id})
    return bid


def count(session: Session, call: OpenCall) -> int:
    """Return how many bids there are, all that is told of them before the day is over."""
    query = sa.select(sa.func.count()).select_from(OpenBid)
    return session.scalar(query.where(OpenBid.call_id == call.id, OpenBid.state != "withdrawn")) or 0


def opened(session: Session, actor: Actor, call: OpenCall) -> list[OpenBid]:
    """Return the bids, the lowest price first, to who decides and after the last day alone; none to others."""
    if call.takes_bids(today()) or not calls.decides(session, actor, call):
        return []
    return standing(session, call)


def standing(session: Session, call: OpenCall) -> list[OpenBid]:
    """Return the bids that were not taken back, the lowest price first, whoever asks."""
    query = (
        sa.select(OpenBid)
        .where(OpenBid.call_id == call.id, OpenBid.state != "withdrawn")
        .options(joinedload(OpenBid.account), joinedload(OpenBid.organisation))
        .order_by(OpenBid.price, OpenBid.id)
    )
    return list(session.scalars(query))
