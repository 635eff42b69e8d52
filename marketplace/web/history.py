"""What the page of a record shows of its past, to those who may see it."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from marketplace.models import Achievement, Demand, Proposal
from marketplace.permissions import Actor, can_enter_curation, can_read_history
from marketplace.runtime import runtime
from marketplace.services import history
from marketplace.services.account import people
from marketplace.services.stamping import queue as stamping


def of(session: Session, actor: Actor, record: Achievement | Demand | Proposal) -> dict[str, Any]:
    """Return the events for the template, none for others; only offices are told who it was, everybody which role.

    A stamp that is still waited for is shown only where there is an authority to ask.
    """
    events = history.read(session, actor, record) if can_read_history(actor, record) else []
    names = people.called(session, (event.actor for event in events)) if can_enter_curation(actor) else {}
    stamps = stamping.of(session, events)
    if not runtime().settings.tsa_url:
        stamps = {number: stamp for number, stamp in stamps.items() if stamp.stamped_at is not None}
    return {"events": events, "people": names, "stamps": stamps}
