"""Post or change a demand and match it in the same transaction, one way for the form and for the API.

Whoever posts sees the matches at once. Where the index cannot be read, the demand is kept all the same: its change
waits in the outbox, and the worker that brings it to the index matches it.
"""

from __future__ import annotations

from typing import Any

import structlog
from sqlalchemy.orm import Session

from marketplace.indexing import matching
from marketplace.models import Demand
from marketplace.permissions import Actor
from marketplace.runtime import runtime
from marketplace.services import demand as demands
from search.errors import SearchError

logger = structlog.get_logger(__name__)


def post(session: Session, actor: Actor, data: dict[str, Any]) -> Demand:
    """Post a demand from what ``DemandSchema.load`` returned, and match it."""
    demand = demands.post(session, actor, data)
    _match(session, demand)
    return demand


def revise(session: Session, actor: Actor, demand_id: int, revision: int, data: dict[str, Any]) -> Demand:
    """Change a demand and match it anew; see ``demands.revise`` for what it raises."""
    demand = demands.revise(session, actor, demand_id, revision, data)
    _match(session, demand)
    return demand


def _match(session: Session, demand: Demand) -> None:
    held = runtime()
    try:
        # Nothing is kept before everything was found, so a failure leaves the demand as it was posted.
        with held.catalogue.asking() as (engine, embedder):
            matching.match_demand(session, engine, embedder, demand, held.settings.match_limit)
    except SearchError as error:
        logger.warning("demand_not_matched_yet", demand=demand.id, reason=type(error).__name__)
