"""What the page of a record shows of its past, to those who may see it."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from marketplace.models import Achievement, Demand
from marketplace.permissions import Actor, can_enter_curation, can_read_history
from marketplace.services import history
from marketplace.services.account import people


def of(session: Session, actor: Actor, record: Achievement | Demand) -> dict[str, Any]:
    """Return the events for the template, none for others; only offices are told who it was, everybody which role."""
    events = history.read(session, actor, record) if can_read_history(actor, record) else []
    names = people.called(session, (event.actor for event in events)) if can_enter_curation(actor) else {}
    return {"events": events, "people": names}
