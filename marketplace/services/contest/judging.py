"""What a judge does: fills in his own sheets of a contest, locks them, or stays away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from marketplace import audit
from marketplace.errors import N_, Conflict, NotFound
from marketplace.models import Contestant, ContestResult, ContestSheet, ContestStage
from marketplace.permissions import Actor, Permission, require
from marketplace.services.contest import panel
from marketplace.services.judging import sheets

# Why a judge says himself that he stays away (rule 28).
TIES = {
    "kin": N_("与参赛人有亲属关系"),
    "supervisor": N_("是参赛人的上级或下属"),
    "other": N_("有其他利害关系"),
}
_IS_LOCKED = sa.case((ContestSheet.locked_at.is_(None), 0), else_=1)
_SCORED_NOW = sa.and_(ContestStage.state.in_(("scoring", "second_round")), Contestant.state == "registered")


@dataclass(frozen=True, slots=True)
class Assigned:
    """A sheet with whom it is about."""

    sheet: ContestSheet

    @property
    def contestant(self) -> Contestant:
        return self.sheet.result.contestant

    @property
    def stage(self) -> ContestStage:
        return self.sheet.result.stage

    @property
    def is_open(self) -> bool:
        """Whether it can still be filled in."""
        return self.sheet.locked_at is None and _is_scored(self.sheet)


# Where a sheet stands in a judge's list: locked or not, the last day of its stage, group and number, and its own.
Place = tuple[int, dt.date, int, int, int]
PLACE = (int, dt.date.fromisoformat, int, int, int)


def assigned(session: Session, actor: Actor, *, limit: int = 50, after: Place | None = None) -> list[Assigned]:
    """Return the actor's own sheets of stages that are scored now, the open first, ``after`` a place."""
    require(actor, Permission.CONTEST_JUDGE)
    order = (_IS_LOCKED, ContestStage.ends_on, Contestant.contest_group_id, Contestant.number, ContestSheet.id)
    query = _own(actor).where(_SCORED_NOW).order_by(*order).limit(limit)
    if after is not None:
        query = query.where(sa.tuple_(*order) > sa.tuple_(*(sa.literal(it) for it in after)))
    return [Assigned(it) for it in session.scalars(query)]


def place_of(found: Assigned) -> Place:
    """Return where a sheet stands in the list."""
    sheet, who = found.sheet, found.contestant
    return int(sheet.locked_at is not None), found.stage.ends_on, who.contest_group_id, who.number or 0, sheet.id


def count_open(session: Session, actor: Actor) -> int:
    """Return how many of his sheets the actor still has to fill in."""
    require(actor, Permission.CONTEST_JUDGE)
    open_now = _own(actor).where(_SCORED_NOW, ContestSheet.locked_at.is_(None))
    return session.scalar(open_now.with_only_columns(sa.func.count())) or 0


def sheet(session: Session, actor: Actor, sheet_id: int) -> Assigned:
    """Return one of the actor's own sheets; raise NotFound for anybody else's."""
    return Assigned(_own_sheet(session, actor, sheet_id))


def save(session: Session, actor: Actor, sheet_id: int, data: Mapping[str, Any], *, lock: bool) -> ContestSheet:
    """Keep the points given so far, and with ``lock`` for good.

    ``data`` holds ``scores`` (points by criterion, None where nothing is given yet) and ``comment``. Raises Invalid for
    points outside of a criterion, and on locking where one is missing; Conflict once it is locked.
    """
    found = _open_sheet(session, actor, sheet_id)
    if (reason := panel.exclusion(found.account, found.result.contestant)) is not None:
        # He has come to belong there since the sheet was handed out.
        return _close(session, Actor("panel"), found, reason)
    sheets.fill(found, found.result.contestant.group.criteria, data, lock=lock)
    session.flush()
    if lock:
        told = {"sheet": found.id, "scoring": found.scoring, "scores": found.scores}
        audit.record(session, actor, "lock_scores", "contestant", found.result.contestant_id, payload=told)
    return found


def recuse(session: Session, actor: Actor, sheet_id: int, tie: str, reason: str) -> ContestSheet:
    """Stay away from somebody: of kin, a superior, or tied otherwise, told with a reason."""
    return _close(session, actor, _open_sheet(session, actor, sheet_id), sheets.declared(TIES, tie, reason))


def _own(actor: Actor) -> sa.Select[ContestSheet]:
    result = contains_eager(ContestSheet.result)
    contestant = result.contains_eager(ContestResult.contestant)
    return (
        sa.select(ContestSheet)
        .join(ContestSheet.result)
        .join(ContestResult.contestant)
        .join(ContestResult.stage)
        .where(ContestSheet.account_id == actor.account_id)
        .options(
            result.contains_eager(ContestResult.stage).joinedload(ContestStage.contest),
            contestant.joinedload(Contestant.group), contestant.joinedload(Contestant.person),
            contestant.joinedload(Contestant.organisation),
        )
    )  # fmt: skip


def _own_sheet(session: Session, actor: Actor, sheet_id: int) -> ContestSheet:
    require(actor, Permission.CONTEST_JUDGE)
    found = session.scalar(_own(actor).where(ContestSheet.id == sheet_id))
    if found is None:
        raise NotFound("score_sheet", sheet_id)
    return found


def _is_scored(found: ContestSheet) -> bool:
    stage, result = found.result.stage, found.result
    is_scored = stage.state in ("scoring", "second_round") and panel.scoring_of(stage) == found.scoring
    return is_scored and result.contestant.state == "registered" and not result.is_absent


def _open_sheet(session: Session, actor: Actor, sheet_id: int) -> ContestSheet:
    """Return one of the actor's own sheets that can be filled in, once nobody else is about to change its contest."""
    found = _own_sheet(session, actor, sheet_id)
    audit.hold(session, "contest", found.result.stage.contest_id)
    for record in (found, found.result, found.result.stage, found.result.contestant):
        session.refresh(record)
    if found.locked_at is not None:
        raise Conflict(N_("这张评分表已经锁定，不能再改。"))
    if not _is_scored(found):
        raise Conflict(N_("这一轮评分已经结束。"))
    return found


def _close(session: Session, actor: Actor, found: ContestSheet, reason: str) -> ContestSheet:
    sheets.close(found, reason)
    session.flush()
    audit.record(session, actor, "stay_away", "contestant", found.result.contestant_id, payload={"why": reason})
    return found
