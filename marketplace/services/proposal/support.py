"""Colleagues who support a proposal: one vote each, kept through a merge."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.errors import N_, Conflict, NotAllowed
from marketplace.models import Proposal, ProposalVote
from marketplace.permissions import Actor, can_support
from marketplace.services.proposal import reading


def count(session: Session, proposal: Proposal) -> int:
    """Return how many colleagues support a proposal or one that went into it; each counts once."""
    ids = [it.id for it in reading.family(session, proposal)]
    counted = sa.func.count(sa.distinct(ProposalVote.account_id))
    return session.scalar(sa.select(counted).where(ProposalVote.proposal_id.in_(ids))) or 0


def has_supported(session: Session, actor: Actor, proposal: Proposal) -> bool:
    """Say whether the actor supports a proposal, or one that went into it."""
    if actor.account_id is None:
        return False
    ids = [it.id for it in reading.family(session, proposal)]
    query = sa.select(ProposalVote).where(
        ProposalVote.proposal_id.in_(ids), ProposalVote.account_id == actor.account_id
    )
    return session.scalars(query.limit(1)).first() is not None


def support(session: Session, actor: Actor, proposal_id: int) -> int:
    """Support a proposal of one's unit and return how many do; a second time changes nothing.

    Raises NotAllowed for its authors and whoever works elsewhere, and Conflict where it went into another.
    """
    proposal = reading.get(session, actor, proposal_id)
    if not can_support(actor, proposal) or actor.account_id is None:
        raise NotAllowed("support", "proposal")
    if proposal.state == "merged":
        raise Conflict(N_("这条建议已并入建议 %(number)s，请在那里支持。"), number=proposal.merged_into_id)
    if not has_supported(session, actor, proposal):
        session.add(ProposalVote(proposal_id=proposal.id, account_id=actor.account_id))
        session.flush()
    return count(session, proposal)


def take_back(session: Session, actor: Actor, proposal_id: int) -> int:
    """Support a proposal no longer and return how many still do."""
    proposal = reading.get(session, actor, proposal_id)
    ids = [it.id for it in reading.family(session, proposal)]
    for vote in session.scalars(
        sa.select(ProposalVote).where(ProposalVote.proposal_id.in_(ids), ProposalVote.account_id == actor.account_id)
    ):
        session.delete(vote)
    session.flush()
    return count(session, proposal)
