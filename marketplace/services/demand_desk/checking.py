"""Verify a demand by a list, weigh it, and let a broker see to what is complex before it is shown (rules 16, 17)."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session, joinedload

from marketplace.db import now
from marketplace.errors import N_, Conflict, Invalid
from marketplace.models import Demand, DemandCheck
from marketplace.models.market.demand_check import CHECKS, NEEDED
from marketplace.permissions import Actor
from marketplace.services.demand_desk import brokers, complexity

_MISSING = N_("单位、联系人和问题核实以后才能通过；核实不了的，请企业补充，或者关闭这条需求。")
_UNSAID = N_("指标、预算和日期没有核实的，请在说明里写明原因。")
_NO_BROKER = N_("这条需求的复杂程度达到 %(score)s 分，公开以前请先指派技术经理人。")


def check(session: Session, actor: Actor, demand: Demand, checked: Collection[str], note: str) -> DemandCheck:
    """Keep what was checked of a demand, weigh it, and hand what is complex to the broker it fits best.

    Raises Invalid where what is needed was not checked, or nothing says why the rest was not.
    """
    known = [name for name in CHECKS if name in checked]
    if any(name not in known for name in NEEDED):
        raise Invalid({"checked": [_MISSING]})
    if len(known) < len(CHECKS) and not note.strip():
        raise Invalid({"note": [_UNSAID]})
    found = complexity.weighed(session, demand)
    kept = session.get(DemandCheck, demand.id) or DemandCheck(demand=demand)
    kept.checked, kept.note, kept.checked_by, kept.checked_at = known, note.strip()[:1000], actor.name, now()
    kept.score, kept.tier = found.score, found.tier
    kept.factors = [{"name": it.name, "weight": it.weight, "met": it.met} for it in found.factors]
    session.add(kept)
    session.flush()
    if kept.tier == "broker" and kept.broker_id is None and (fitting := brokers.fitting(session, demand)):
        brokers.assign(session, actor, demand, fitting[0].account.id, instead_of=None)
    return kept


def of(session: Session, demand: Demand) -> DemandCheck | None:
    """Return what the desk found of a demand; None before it was verified, or where it was imported as open."""
    return session.get(DemandCheck, demand.id, options=[joinedload(DemandCheck.broker)])


def require_ready(session: Session, demand: Demand) -> None:
    """Raise Conflict where a demand is complex and no broker sees to it: it is not shown before."""
    kept = of(session, demand)
    if kept is not None and kept.tier == "broker" and kept.broker_id is None:
        raise Conflict(_NO_BROKER, score=kept.score)
