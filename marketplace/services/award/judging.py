"""What a judge does: reads what is assigned to him, fills in his own sheets, locks them, or stays away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from marketplace import audit
from marketplace.errors import N_, Conflict, NotFound
from marketplace.models import Account, AwardRound, Nomination, Proposal, ScoreSheet
from marketplace.permissions import Actor, Permission, require
from marketplace.services.award import nominating, panel
from marketplace.services.award.anonymous import JudgedText, Scrubber, judged_text
from marketplace.services.judging import sheets

_SCORING = ("scoring", "second_round")
# Why a judge says himself that he stays away (rule 28).
TIES = {"kin": N_("与作者有亲属关系"), "supervisor": N_("是作者的上级或下属"), "other": N_("有其他利害关系")}


@dataclass(frozen=True, slots=True)
class Assigned:
    """A sheet with what it is about; ``title`` and ``text`` are None where the judge stays away.

    ``text``, and ``earlier``, his sheet of the first round, are read for one sheet alone.
    """

    sheet: ScoreSheet
    award: AwardRound
    alias: str
    criteria: Mapping[str, int]
    title: str | None
    text: JudgedText | None = None
    earlier: ScoreSheet | None = None

    @property
    def is_open(self) -> bool:
        """Whether it can still be filled in."""
        return self.sheet.locked_at is None and self.award.state in _SCORING


# Where a sheet stands in a judge's list: locked or not, the last day of its round, its alias and its number.
Place = tuple[int, dt.date, str, int]
PLACE = (int, dt.date.fromisoformat, str, int)


def assigned(session: Session, actor: Actor, *, limit: int = 50, after: Place | None = None) -> list[Assigned]:
    """Return the actor's own sheets of rounds in which scores are given now, the open ones first, ``after`` a place."""
    require(actor, Permission.AWARD_JUDGE)
    order = (_IS_LOCKED, AwardRound.closes_on, Nomination.alias, ScoreSheet.id)
    query = _own(actor).where(_is_scored()).order_by(*order).limit(limit)
    if after is not None:
        query = query.where(sa.tuple_(*order) > sa.tuple_(*(sa.literal(it) for it in after)))
    own = session.scalars(query).all()
    accounts = _accounts(session, *(sheet.nomination.proposal for sheet in own))
    return [_assigned(sheet, accounts) for sheet in own]


def place_of(found: Assigned) -> Place:
    """Return where a sheet stands in the list."""
    return int(found.sheet.locked_at is not None), found.award.closes_on, found.alias, found.sheet.id


def count_open(session: Session, actor: Actor) -> int:
    """Return how many of his sheets the actor still has to fill in."""
    require(actor, Permission.AWARD_JUDGE)
    query = (
        sa.select(sa.func.count())
        .select_from(ScoreSheet)
        .join(ScoreSheet.nomination)
        .join(Nomination.award_round)
        .where(ScoreSheet.account_id == actor.account_id, ScoreSheet.locked_at.is_(None), _is_scored())
    )
    return session.scalar(query) or 0


def sheet(session: Session, actor: Actor, sheet_id: int) -> Assigned:
    """Return one of the actor's own sheets with the anonymous text; raise NotFound for anybody else's."""
    found = _own_sheet(session, actor, sheet_id)
    proposal = found.nomination.proposal
    accounts = _accounts(session, proposal)
    shown = _assigned(found, accounts)
    if shown.title is None:
        return shown
    earlier = sa.select(ScoreSheet).where(
        ScoreSheet.nomination_id == found.nomination_id,
        ScoreSheet.account_id == found.account_id,
        ScoreSheet.scoring < found.scoring,
    )
    text = judged_text(proposal, _of(proposal, accounts), nominating.benefits_of(session, proposal))
    return replace(shown, text=text, earlier=session.scalar(earlier))


def save(session: Session, actor: Actor, sheet_id: int, data: Mapping[str, Any], *, lock: bool) -> ScoreSheet:
    """Keep the points given so far, and with ``lock`` for good.

    ``data`` holds ``scores`` (points by criterion, None where nothing is given yet) and ``comment``. Raises Invalid for
    points outside of a criterion, and on locking where one is missing; Conflict once the sheet is locked.
    """
    found = _open_sheet(session, actor, sheet_id)
    if _must_stay_away(session, found):
        return found
    sheets.fill(found, _criteria(found.nomination), data, lock=lock)
    if lock:
        told = {"scoring": found.scoring, "scores": found.scores}
        audit.record(session, actor, "lock_scores", "nomination", found.nomination_id, payload=told)
    session.flush()
    return found


def recuse(session: Session, actor: Actor, sheet_id: int, tie: str, reason: str) -> ScoreSheet:
    """Stay away from a nomination: of kin, a superior, or tied otherwise, told with a reason."""
    found = _open_sheet(session, actor, sheet_id)
    _close(session, actor, found, sheets.declared(TIES, tie, reason))
    return found


def _assigned(found: ScoreSheet, accounts: Mapping[int, Account]) -> Assigned:
    nomination = found.nomination
    proposal = nomination.proposal
    stays_away = found.recused_because is not None or panel.exclusion(found.account, proposal) is not None
    return Assigned(
        sheet=found,
        award=nomination.award_round,
        alias=nomination.alias,
        criteria=_criteria(nomination),
        title=None if stays_away else Scrubber.of(proposal, _of(proposal, accounts))(proposal.title),
    )


def _accounts(session: Session, *proposals: Proposal) -> dict[int, Account]:
    """Return the accounts of the authors of proposals by their id."""
    ids = {it for proposal in proposals for it in _author_ids(proposal)}
    return {account.id: account for account in session.scalars(sa.select(Account).where(Account.id.in_(ids)))}


def _of(proposal: Proposal, accounts: Mapping[int, Account]) -> list[Account]:
    return [accounts[it] for it in sorted(_author_ids(proposal)) if it in accounts]


def _author_ids(proposal: Proposal) -> set[int]:
    ids = {proposal.account_id, *(author.account_id for author in proposal.authors)}
    return {it for it in ids if it is not None}


def _criteria(nomination: Nomination) -> dict[str, int]:
    criteria: dict[str, int] = nomination.award_round.rubrics[nomination.rubric]
    return criteria


_IS_LOCKED = sa.case((ScoreSheet.locked_at.is_(None), 0), else_=1)


def _is_scored() -> sa.ColumnElement[bool]:
    return sa.and_(AwardRound.state.in_(_SCORING), Nomination.outcome.is_(None))


def _own(actor: Actor) -> sa.Select[ScoreSheet]:
    """Return the query of the actor's sheets, each with its nomination, round, proposal, unit and authors."""
    nomination = contains_eager(ScoreSheet.nomination)
    proposal = nomination.joinedload(Nomination.proposal)
    return (
        sa.select(ScoreSheet)
        .join(ScoreSheet.nomination)
        .join(Nomination.award_round)
        .where(ScoreSheet.account_id == actor.account_id)
        .options(
            nomination.contains_eager(Nomination.award_round),
            proposal.joinedload(Proposal.organisation),
            proposal.selectinload(Proposal.authors),
        )
    )


def _own_sheet(session: Session, actor: Actor, sheet_id: int) -> ScoreSheet:
    require(actor, Permission.AWARD_JUDGE)
    found = session.scalar(_own(actor).where(ScoreSheet.id == sheet_id))
    if found is None:
        raise NotFound("score_sheet", sheet_id)
    return found


def _open_sheet(session: Session, actor: Actor, sheet_id: int) -> ScoreSheet:
    """Return one of the actor's own sheets that can be filled in, once he is not about to lock it elsewhere."""
    audit.hold(session, "score_sheet", sheet_id)
    found = _own_sheet(session, actor, sheet_id)
    nomination = found.nomination
    award = nomination.award_round
    if found.locked_at is not None:
        raise Conflict(N_("这张评分表已经锁定，不能再改。"))
    if award.state not in _SCORING or panel.scoring_of(award) != found.scoring or nomination.outcome is not None:
        raise Conflict(N_("这一轮评分已经结束。"))
    return found


def _must_stay_away(session: Session, found: ScoreSheet) -> bool:
    """Close a sheet whose judge has come to know the author since it was handed out; say whether it was."""
    reason = panel.exclusion(found.account, found.nomination.proposal)
    if reason is not None:
        _close(session, Actor("panel"), found, reason)
    return reason is not None


def _close(session: Session, actor: Actor, found: ScoreSheet, reason: str) -> None:
    sheets.close(found, reason)
    session.flush()
    audit.record(session, actor, "stay_away", "nomination", found.nomination_id, payload={"scoring": found.scoring})
