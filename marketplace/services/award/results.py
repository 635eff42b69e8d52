"""What an author learns of a round his proposal was in: the score, points by criterion, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from marketplace.errors import NotAllowed, NotFound
from marketplace.models import AwardRound, Nomination, Proposal
from marketplace.permissions import Actor, Permission, can, can_read, owns
from marketplace.services.award import panel

_TOLD = ("publicity", "awarded", "cancelled")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The points one judge gave, and his comment; whose sheet it is stays unsaid."""

    points: dict[str, int]
    total: int
    comment: str


@dataclass(frozen=True, slots=True)
class Result:
    """How a proposal fared in one round. Before the round tells its results, score and sheets are left out."""

    nomination: Nomination
    award: AwardRound
    is_told: bool
    score: Decimal | None
    criteria: dict[str, int]
    sheets: Sequence[Sheet]


def of_proposal(session: Session, actor: Actor, proposal_id: int) -> tuple[Proposal, list[Result]]:
    """Return a proposal and its rounds, newest first, to its authors, their unit and the offices of its place.

    Raises NotFound for whoever may not read the proposal and NotAllowed for whoever only reads it.
    """
    proposal = session.get(Proposal, proposal_id)
    if proposal is None or not can_read(actor, proposal):
        raise NotFound("proposal", proposal_id)
    if not owns(actor, proposal) and not can(actor, Permission.CURATION_ENTER, proposal):
        raise NotAllowed("read", "nomination")
    query = (
        sa.select(Nomination)
        .where(Nomination.proposal_id == proposal_id)
        .options(joinedload(Nomination.award_round))
        .order_by(Nomination.id.desc())
    )
    return proposal, [_result(it) for it in session.scalars(query)]


def _result(nomination: Nomination) -> Result:
    award = nomination.award_round
    is_told = award.state in _TOLD
    scoring = max((sheet.scoring for sheet in nomination.sheets), default=1)
    # In the order of the points, so that the place in the list tells nothing either.
    sheets = sorted(
        (
            Sheet(sheet.scores, sheet.total, sheet.comment)
            for sheet in panel.counting(nomination, scoring)
            if sheet.total is not None
        ),
        key=lambda it: (-it.total, it.comment),
    )
    return Result(
        nomination=nomination,
        award=award,
        is_told=is_told,
        score=nomination.score if is_told else None,
        criteria=award.rubrics[nomination.rubric],
        sheets=sheets if is_told and nomination.score is not None else (),
    )
