"""What was done with a record, for those who own it and the offices it lies in."""

from __future__ import annotations

from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.errors import NotAllowed
from marketplace.models import Achievement, AuditEntry, Demand, Proposal
from marketplace.permissions import Actor, can_read_history


def read(session: Session, actor: Actor, record: Achievement | Demand | Proposal) -> list[AuditEntry]:
    """Return the events of a record, oldest first; raise NotAllowed for whoever may not see them."""
    if not can_read_history(actor, record):
        raise NotAllowed("read", "history")
    return audit.history(session, record.__tablename__, record.id)
