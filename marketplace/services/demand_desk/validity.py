"""How long a demand is shown: until the day it names or some days after it was opened, and again when renewed.

One listed with a reward is shown until its bids are decided on.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, rules, workflow
from marketplace.db import today
from marketplace.errors import N_, Conflict, NotAllowed
from marketplace.models import Account, Demand, OpenCall
from marketplace.permissions import SYSTEM, Actor, Permission, can, can_read, owns
from marketplace.postbox import post

_AT_A_TIME = 500
_SOON_ENOUGH = N_("需求有效期还长，到期前 %(days)s 天起可以续期。")


def begin(session: Session, demand: Demand) -> None:
    """Let a demand that names no day, or one that is over, be valid from today on for as long as the rule says."""
    if demand.valid_until is None or demand.valid_until < today():
        demand.valid_until = _from_today(session)


def may_renew(session: Session, actor: Actor, demand: Demand) -> bool:
    """Say whether the actor may renew a demand now: who posted it, some days before its end and after it."""
    is_own = owns(actor, demand) and can(actor, Permission.DEMAND_POST)
    return is_own and (demand.state == "expired" or _ends_soon(session, demand))


def renew(session: Session, actor: Actor, demand: Demand) -> Demand:
    """Let a demand be valid anew, confirmed by who posted it; one that had expired is open again.

    Raises NotAllowed for others, and Conflict where it ends neither soon nor yet.
    """
    if not can_read(actor, demand) or not (owns(actor, demand) and can(actor, Permission.DEMAND_POST)):
        raise NotAllowed("edit", "demand")
    if not may_renew(session, actor, demand):
        raise Conflict(_SOON_ENOUGH, days=_warning(session))
    demand.valid_until, demand.expiry_warned_on = _from_today(session), None
    if demand.state == "expired":
        workflow.apply(session, actor, demand, "renew", process="renewal")
    else:
        audit.record(session, actor, "renew", "demand", demand.id, from_state=demand.state, to_state=demand.state)
    session.flush()
    return demand


def settle(session: Session) -> tuple[int, int]:
    """Warn of demands that end soon, and end those whose day is over; return how many of each."""
    ended = list(session.scalars(_open_until(today() - dt.timedelta(days=1))))
    for demand in ended:
        workflow.apply(session, SYSTEM, demand, "expire")
    soon = _open_until(today() + dt.timedelta(days=_warning(session))).where(Demand.expiry_warned_on.is_(None))
    warned = list(session.scalars(soon))
    for demand in warned:
        demand.expiry_warned_on = today()
        account = session.get(Account, demand.account_id) if demand.account_id is not None else None
        if account is not None and account.is_active and demand.valid_until is not None:
            post(session, account, "demand_ends", demand=str(demand.id), day=demand.valid_until.isoformat())
    session.flush()
    return len(warned), len(ended)


def _open_until(day: dt.date) -> sa.Select[Demand]:
    undecided = sa.select(OpenCall.id).where(OpenCall.demand_id == Demand.id, OpenCall.state == "open")
    return (
        sa.select(Demand)
        .where(Demand.state == "open", Demand.valid_until <= day, ~undecided.exists())
        .order_by(Demand.id)
        .limit(_AT_A_TIME)
        .with_for_update(skip_locked=True)
    )


def _ends_soon(session: Session, demand: Demand) -> bool:
    last = today() + dt.timedelta(days=_warning(session))
    return demand.state == "open" and demand.valid_until is not None and demand.valid_until <= last


def _from_today(session: Session) -> dt.date:
    return today() + dt.timedelta(days=rules.value(session, "demand_validity", today()))


def _warning(session: Session) -> int:
    days: int = rules.value(session, "demand_warning", today())
    return days
