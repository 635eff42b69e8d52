"""What a round does to a proposal: each step is a transition of the workflow that belongs to the process "award"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import workflow
from marketplace.models import Nomination, Proposal
from marketplace.permissions import Actor


def take(
    session: Session,
    actor: Actor,
    proposal: Proposal,
    action: str,
    reason: str | None = None,
    payload: Mapping[str, Any] | None = None,
) -> None:
    """Take a proposal one step of its round."""
    workflow.apply(session, actor, proposal, action, reason, payload, process="award")


def pass_over(session: Session, actor: Actor, nomination: Nomination, reason: str) -> None:
    """Let a proposal go back to where it stood before the round."""
    take(session, actor, nomination.proposal, "pass_over", reason, {"award_round": nomination.award_round_id})
    keep_award(session, actor, nomination.proposal)


def keep_award(session: Session, actor: Actor, proposal: Proposal) -> None:
    """Let a proposal that was awarded at a lower level be a golden idea again after a higher round ended without it."""
    if proposal.state == "benefit_verified" and awarded(session, proposal):
        take(session, actor, proposal, "keep_award")


def awarded(session: Session, proposal: Proposal) -> list[Nomination]:
    """Return the awards a proposal holds."""
    query = sa.select(Nomination).where(Nomination.proposal_id == proposal.id, Nomination.outcome == "awarded")
    return list(session.scalars(query.order_by(Nomination.id)))
