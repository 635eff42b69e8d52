"""What a unit does with a proposal: the steps of its answer, and carrying it out."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from marketplace import workflow
from marketplace.db import today
from marketplace.errors import N_, Invalid
from marketplace.models import Proposal
from marketplace.permissions import Actor
from marketplace.services.authoring import contributors
from marketplace.services.proposal import reading


def act(session: Session, actor: Actor, proposal_id: int, action: str, reason: str | None = None) -> Proposal:
    """Take a proposal a step that needs nothing but a reason; see ``workflow.apply`` for what it raises.

    The author is told by mail of every step, and finds the reason on the proposal's page. A unit takes it in once every
    author has agreed to be named as he is; raises Conflict before.
    """
    proposal = reading.get(session, actor, proposal_id)
    if action == "screen" and any(step.action == action for step in workflow.actions_of(session, actor, proposal)):
        contributors.require_answers(session, actor, proposal)
    workflow.apply(session, actor, proposal, action, reason)
    session.flush()
    return proposal


def adopt_partly(session: Session, actor: Actor, proposal_id: int, answer: dict[str, Any]) -> Proposal:
    """Adopt a part of a proposal, from what ``PartlyAdoptedSchema.load`` returned."""
    proposal = reading.get(session, actor, proposal_id)
    workflow.apply(session, actor, proposal, "adopt_partly", answer["reason"], process="answer")
    proposal.adopted_part = answer["adopted_part"]
    session.flush()
    return proposal


def complete(session: Session, actor: Actor, proposal_id: int, report: dict[str, Any]) -> Proposal:
    """Report that a proposal was carried out, from what ``CompletionSchema.load`` returned.

    Raises Invalid where the first use lies in the future: twelve months from that day are what a benefit is counted in.
    """
    if report["first_used_on"] > today():
        raise Invalid({"first_used_on": [N_("首次使用的日期不能晚于今天。")]})
    proposal = reading.get(session, actor, proposal_id)
    workflow.apply(session, actor, proposal, "complete", process="answer")
    proposal.implementation, proposal.first_used_on = report["implementation"], report["first_used_on"]
    session.flush()
    return proposal
