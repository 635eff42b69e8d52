"""What a judge does: reads the frozen dossiers of a batch, fills in his own sheets, locks them, or stays away."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from marketplace import audit
from marketplace.errors import N_, Conflict, NotFound
from marketplace.models import NamingBatch, NamingSheet, StudioApplication
from marketplace.permissions import Actor, Permission, require
from marketplace.services.judging import sheets
from marketplace.services.naming import batches, panel

# Why a judge says himself that he stays away (rule 28).
TIES = {
    "kin": N_("与工作室的人有亲属关系"),
    "supervisor": N_("是工作室的人的上级或下属"),
    "other": N_("有其他利害关系"),
}
# What a judge does with an application, as its history calls it; only who runs the batch is told which judge.
BY_JUDGES = ("lock_scores", "stay_away")
_IS_LOCKED = sa.case((NamingSheet.locked_at.is_(None), 0), else_=1)
_SCORED_NOW = sa.and_(NamingBatch.state == "scoring", StudioApplication.state == "recommended")


@dataclass(frozen=True, slots=True)
class Assigned:
    """A sheet with what it is about; the dossier is left out where the judge stays away."""

    sheet: NamingSheet
    application: StudioApplication
    batch: NamingBatch
    dossier: Mapping[str, Any] | None

    @property
    def is_open(self) -> bool:
        """Whether it can still be filled in."""
        return self.sheet.locked_at is None and _is_scored(self.application)


# Where a sheet stands in a judge's list: locked or not, the last day of its batch and its number.
Place = tuple[int, dt.date, int]
PLACE = (int, dt.date.fromisoformat, int)


def assigned(session: Session, actor: Actor, *, limit: int = 50, after: Place | None = None) -> list[Assigned]:
    """Return the actor's own sheets of batches in which scores are given now, the open first, ``after`` a place."""
    require(actor, Permission.NAMING_JUDGE)
    order = (_IS_LOCKED, NamingBatch.score_by, NamingSheet.id)
    query = _own(actor).where(_SCORED_NOW).order_by(*order).limit(limit)
    if after is not None:
        query = query.where(sa.tuple_(*order) > sa.tuple_(*(sa.literal(it) for it in after)))
    return [Assigned(it, it.application, it.application.batch, None) for it in session.scalars(query)]


def place_of(found: Assigned) -> Place:
    """Return where a sheet stands in the list."""
    return int(found.sheet.locked_at is not None), found.batch.score_by, found.sheet.id


def count_open(session: Session, actor: Actor) -> int:
    """Return how many of his sheets the actor still has to fill in."""
    require(actor, Permission.NAMING_JUDGE)
    query = (
        sa.select(sa.func.count())
        .select_from(NamingSheet)
        .join(NamingSheet.application)
        .join(StudioApplication.batch)
        .where(NamingSheet.account_id == actor.account_id, NamingSheet.locked_at.is_(None), _SCORED_NOW)
    )
    return session.scalar(query) or 0


def sheet(session: Session, actor: Actor, sheet_id: int) -> Assigned:
    """Return one of the actor's own sheets with the frozen dossier; raise NotFound for anybody else's."""
    found = _own_sheet(session, actor, sheet_id)
    application = found.application
    stays_away = found.recused_because is not None or panel.exclusion(found.account, application.studio) is not None
    content = None if stays_away else json.loads(application.dossier.content)
    return Assigned(found, application, application.batch, content)


def save(session: Session, actor: Actor, sheet_id: int, data: Mapping[str, Any], *, lock: bool) -> NamingSheet:
    """Keep the points given so far, from what ``ScoresSchema.load`` returned, and with ``lock`` for good.

    Raises Invalid for points outside of a criterion, and on locking where one is missing; Conflict once it is locked.
    """
    found = _open_sheet(session, actor, sheet_id)
    if (reason := panel.exclusion(found.account, found.application.studio)) is not None:
        # He has come to belong there since the sheet was handed out.
        return _close(session, Actor("panel"), found, reason)
    sheets.fill(found, found.application.batch.indicators, data, lock=lock)
    if lock:
        told = {"scores": found.scores}
        audit.record(session, actor, "lock_scores", "studio_application", found.application_id, payload=told)
    session.flush()
    return found


def recuse(session: Session, actor: Actor, sheet_id: int, tie: str, reason: str) -> NamingSheet:
    """Stay away from an application: of kin, a superior, or tied otherwise, told with a reason."""
    return _close(session, actor, _open_sheet(session, actor, sheet_id), sheets.declared(TIES, tie, reason))


def _own(actor: Actor) -> sa.Select[NamingSheet]:
    application = contains_eager(NamingSheet.application)
    return (
        sa.select(NamingSheet)
        .join(NamingSheet.application)
        .join(StudioApplication.batch)
        .where(NamingSheet.account_id == actor.account_id)
        .options(
            application.contains_eager(StudioApplication.batch),
            application.joinedload(StudioApplication.studio),
            application.joinedload(StudioApplication.organisation),
        )
    )


def _own_sheet(session: Session, actor: Actor, sheet_id: int) -> NamingSheet:
    require(actor, Permission.NAMING_JUDGE)
    found = session.scalar(_own(actor).where(NamingSheet.id == sheet_id))
    if found is None:
        raise NotFound("score_sheet", sheet_id)
    return found


def _is_scored(application: StudioApplication) -> bool:
    return application.batch.state == "scoring" and application.state == "recommended"


def _open_sheet(session: Session, actor: Actor, sheet_id: int) -> NamingSheet:
    """Return one of the actor's own sheets that can be filled in, once nobody else is about to change its batch."""
    query = sa.select(NamingSheet.application_id).where(NamingSheet.id == sheet_id)
    if (application_id := session.scalar(query)) is not None:
        batches.hold_of(session, application_id)
    found = _own_sheet(session, actor, sheet_id)
    if found.locked_at is not None:
        raise Conflict(N_("这张评分表已经锁定，不能再改。"))
    if not _is_scored(found.application):
        raise Conflict(N_("这一轮评分已经结束。"))
    return found


def _close(session: Session, actor: Actor, found: NamingSheet, reason: str) -> NamingSheet:
    sheets.close(found, reason)
    session.flush()
    audit.record(session, actor, "stay_away", "studio_application", found.application_id, payload={"why": reason})
    return found
