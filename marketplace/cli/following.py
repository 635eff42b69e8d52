"""What the worker does for those who follow something, beside its passes."""

from __future__ import annotations

from marketplace.db import now, unit_of_work
from marketplace.runtime import Runtime
from marketplace.services.saved_search import telling
from marketplace.services.webhook import delivering


def tell_now(held: Runtime) -> int:
    """Tell of what was found for saved searches that are due, some at a time; return for how many."""
    told = 0
    while True:
        with unit_of_work(held.sessions) as session:
            count = telling.tell_due(session, now())
        told += count
        if not count:
            return told


def deliver_now(held: Runtime) -> int:
    """Send the events that wait for webhooks, round after round; return how many were tried."""
    tried = 0
    while count := delivering.deliver_due(held.sessions, allows_private=held.settings.webhook_private):
        tried += count
    return tried
