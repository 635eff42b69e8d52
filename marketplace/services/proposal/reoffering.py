"""Offer what a unit shelved to it again, a year later: plants change, and a good proposal waits for its time."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import rules, workflow
from marketplace.db import today
from marketplace.models import Proposal
from marketplace.permissions import Actor

_SICHUAN = ZoneInfo("Asia/Shanghai")
_AT_ONCE = 500


def reoffer_due(session: Session, actor: Actor, *, most: int = _AT_ONCE) -> int:
    """Put proposals that were shelved, or offered anew, a rule's days ago back on their unit's desk; return how many.

    The unit has its usual period to answer, and may shelve a proposal again.
    """
    days = dt.timedelta(days=rules.value(session, "shelved_reoffer", today()))
    last = dt.datetime.combine(today() - days + dt.timedelta(days=1), dt.time(), _SICHUAN)
    query = (
        sa.select(Proposal)
        .where(Proposal.state == "shelved", Proposal.decided_at < last)
        .order_by(Proposal.decided_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    due = list(session.scalars(query))
    for proposal in due:
        workflow.apply(session, actor, proposal, "reoffer")
        proposal.reoffered_on = today()
    session.flush()
    return len(due)
