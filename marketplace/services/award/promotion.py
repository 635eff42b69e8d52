"""A golden idea becomes an achievement: a draft with its text, its authors and their shares, and its benefits."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.errors import N_, Conflict, NotAllowed, NotFound
from marketplace.models import Achievement, Contributor, Proposal
from marketplace.permissions import Actor, Permission, can, can_read, owns
from marketplace.services.award import nominating, steps
from marketplace.services.benefit import steps as benefits

_KIND = "small_suggestion"


def promote(session: Session, actor: Actor, proposal_id: int) -> Achievement:
    """Draft an achievement from an awarded proposal, once; each knows the other, and both refer to the same benefits.

    Raises NotFound, NotAllowed for whoever is neither an author nor the office of its place, and Conflict where it was
    done before or the proposal is no golden idea.
    """
    proposal = session.get(Proposal, proposal_id)
    if proposal is None or not can_read(actor, proposal):
        raise NotFound("proposal", proposal_id)
    if not may_promote(actor, proposal):
        raise NotAllowed("submit", "achievement")
    if proposal.achievement_id is not None:
        raise Conflict(N_("这个金点子已经转为成果 %(achievement)s。"), achievement=proposal.achievement_id)
    if proposal.state != "awarded":
        raise Conflict(N_("只有金点子才能转为成果。"))
    achievement = _draft(session, proposal)
    session.add(achievement)
    session.flush()
    proposal.achievement_id = achievement.id
    for benefit in nominating.benefits_of(session, proposal):
        benefits.refer(session, actor, benefit.id, "achievement", achievement.id)
    told = {"proposal": proposal.id, "achievement": achievement.id}
    audit.record(
        session, actor, "promote", "achievement", achievement.id, to_state="draft", payload=told, is_first=True
    )
    audit.record(
        session, actor, "promote", "proposal", proposal.id,
        from_state=proposal.state, to_state=proposal.state, payload=told,
    )  # fmt: skip
    return achievement


def origin_of(session: Session, actor: Actor, achievement: Achievement) -> Proposal | None:
    """Return the golden idea an achievement was made of, where there is one and the actor may read it."""
    proposal = session.scalar(sa.select(Proposal).where(Proposal.achievement_id == achievement.id))
    return proposal if proposal is not None and can_read(actor, proposal) else None


def may_promote(actor: Actor, proposal: Proposal) -> bool:
    """Say whether the actor may make an achievement of a golden idea: an author, or the office of its place."""
    is_author = can(actor, Permission.ACHIEVEMENT_SUBMIT) and owns(actor, proposal)
    return is_author or can(actor, Permission.AWARD_RUN, proposal)


def _draft(session: Session, proposal: Proposal) -> Achievement:
    rounds = [it.award_round for it in steps.awarded(session, proposal)]
    return Achievement(
        state="draft",
        account_id=proposal.account_id,
        title=proposal.title,
        kind=_KIND,
        summary=proposal.implementation or proposal.expected_effect,
        problem=proposal.present_state,
        principle=proposal.measure,
        region=proposal.region,
        industry=proposal.industry,
        completed_on=proposal.first_used_on,
        campaign_name=rounds[-1].title if rounds else "",
        units=[proposal.organisation] if proposal.organisation else [],
        contributors=[
            Contributor(
                position=author.position, name=author.name, share=author.share, part=author.part,
                account_id=author.account_id, email=author.email, confirmed_at=author.confirmed_at,
            )
            for author in proposal.authors
        ],
    )  # fmt: skip
