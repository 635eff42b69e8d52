"""What the page of a demand shows of its desk: to an office how it is verified, to its owner who sees to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from marketplace import workflow
from marketplace.models import Demand
from marketplace.models.market.demand_check import NEEDED
from marketplace.permissions import Permission, can, sees_to
from marketplace.services.demand_desk import brokers, checking, complexity
from marketplace.services.demand_desk.brokers import Fit
from marketplace.web.actor import actor
from marketplace.web.demands import names

# So many are shown to whoever chooses, and so many to whoever waits for a choice.
_TO_CHOOSE, _TO_EXPECT = 20, 3


@dataclass(frozen=True, slots=True)
class BrokerShown:
    """The broker as an answer: ``sees_to`` is who does, ``near`` who may be asked; ``is_reader`` where he reads this.

    The public is told only that there is one.
    """

    sees_to: Fit | None
    near: Sequence[Fit]
    is_assigned: bool
    is_reader: bool


def of(session: Session, demand: Demand) -> dict[str, Any]:
    """Return what an office is shown to verify a demand by, and what was found; nothing to others."""
    if not can(actor(), Permission.DEMAND_VERIFY, demand):
        return {"office_actions": [], "desk": None}
    kept = checking.of(session, demand)
    fitting = brokers.fitting(session, demand) if kept is not None and demand.state in brokers.SEEN_TO else []
    return {
        "office_actions": [action for action in workflow.actions(demand) if action != "verify"],
        "desk": {
            "checks": names.CHECKS,
            "factors": names.FACTORS,
            "tiers": names.TIERS,
            "needed": NEEDED,
            "kept": kept,
            "weighed": complexity.weighed(session, demand) if demand.state == "submitted" else None,
            "brokers": [it for it in fitting if kept is None or it.account.id != kept.broker_id][:_TO_CHOOSE],
            "is_vacant": kept is not None and kept.broker_id not in {it.account.id for it in fitting},
            "takes_a_broker": kept is not None and demand.state in brokers.SEEN_TO,
        },
    }


def broker_of(session: Session, demand: Demand, *, is_owner: bool) -> BrokerShown | None:
    """Return the broker as an answer to a demand that is complex or was given to one; None for any other."""
    kept = checking.of(session, demand)
    if kept is None or demand.state not in brokers.SEEN_TO or (kept.tier != "broker" and kept.broker_id is None):
        return None
    fitting = brokers.fitting(session, demand)
    assigned = next((it for it in fitting if it.account.id == kept.broker_id), None)
    is_reader = sees_to(actor(), demand)
    if assigned is None and not is_reader and demand.state != "verified":
        return None
    if not is_owner and not is_reader:
        return BrokerShown(None, (), assigned is not None, is_reader)
    near = fitting[:_TO_EXPECT] if assigned is None and not is_reader else ()
    return BrokerShown(assigned, near, assigned is not None, is_reader)
