"""Who judges a batch, and which of its applications each of them stays away from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from marketplace import audit
from marketplace.db import now, today
from marketplace.errors import N_, Conflict
from marketplace.models import (
    Account,
    NamingBatch,
    NamingJudge,
    NamingSheet,
    Studio,
    StudioApplication,
)
from marketplace.permissions import Actor, can_judge_naming
from marketplace.services.judging import seating
from marketplace.services.naming import batches

OF_STUDIO = N_("是工作室的人，或与其中的人同名")
SAME_UNIT = N_("与工作室同一单位")
_SEATING = ("open", "scoring")


def may_be_added(session: Session, actor: Actor, batch_id: int) -> list[Account]:
    """Return who may still be called to the panel of a batch, by name."""
    batch = batches.run_by(session, actor, batch_id)
    return seating.may_be_called(session, batch.panel, lambda judge: can_judge_naming(judge, batch))


def add(session: Session, actor: Actor, batch_id: int, account_id: int) -> NamingJudge:
    """Call a judge to the panel; while scores are being given he gets his sheets at once.

    Raises Conflict for whoever sits there already and once scoring has ended, NotAllowed for whoever is no judge for
    the place of the batch, or holds an office of the union above units.
    """
    batch = batches.held(session, actor, batch_id)
    if batch.state not in _SEATING:
        raise Conflict(N_("评分已经结束，不能再增加评审专家。"))
    account = seating.to_be_called(session, account_id, batch.panel, lambda it: can_judge_naming(it, batch), "naming")
    member = NamingJudge(account=account)
    batch.panel.append(member)
    session.flush()
    if batch.state == "scoring":
        _hand_out(session, batch, [account], in_scoring(session, batch))
    audit.record(session, actor, "call_judge", "naming_batch", batch.id, payload={"account": account_id})
    return member


def remove(session: Session, actor: Actor, batch_id: int, account_id: int) -> None:
    """Take a judge off the panel before scoring begins."""
    batch = batches.held(session, actor, batch_id)
    if batch.state != "open":
        raise Conflict(N_("评分已经开始，评审组不能再减人。"))
    batch.panel.remove(seating.seat_of(batch.panel, account_id))
    session.flush()
    audit.record(session, actor, "release_judge", "naming_batch", batch.id, payload={"account": account_id})


def begin(session: Session, actor: Actor, batch_id: int) -> NamingBatch:
    """End applying and recommending, and hand out the sheets; what nobody recommended in time is set aside.

    Raises Conflict while units may still apply or an office may still recommend, without any recommendation, and where
    an application would have fewer judges than the batch needs once those have stayed away who must.
    """
    batch = batches.held(session, actor, batch_id)
    if batch.state != "open":
        raise Conflict(N_("评分已经开始。"))
    waiting = [it for it in batch.applications if it.state in ("applied", "returned")]
    last = batch.recommend_by if waiting else batch.closes_on
    if today() <= last:
        message = N_(
            "申报到 %(closes)s 截止，推荐到 %(recommends)s 截止；还有 %(count)s 项没有推荐，现在不能开始评分。"
        )
        closes, recommends = batch.closes_on.isoformat(), batch.recommend_by.isoformat()
        raise Conflict(message, closes=closes, recommends=recommends, count=len(waiting))
    judged = in_scoring(session, batch)
    if not judged:
        raise Conflict(N_("还没有推荐上来的工作室，不能开始评分。"))
    judges = [member.account for member in batch.panel]
    for application in judged:
        require_enough(batch, application, sum(exclusion(it, application.studio) is None for it in judges))
    for application in waiting:
        batches.take_out(session, actor, application, f"{batch.recommend_by} 以前没有推荐")
    _hand_out(session, batch, judges, judged)
    batches.to_state(session, actor, batch, "scoring", "begin_scoring", panel=[it.account_id for it in batch.panel])
    return batch


def exclusion(judge: Account, studio: Studio) -> str | None:
    """Return why a judge must stay away from a studio, None where he need not.

    He is of it or called like somebody of it, teaches or learns there, or belongs to its unit (rules 28 and 68).
    """
    persons = [
        *(it.person for it in studio.leaders), *(it.person for it in studio.members),
        *(it.mentor for it in studio.apprenticeships), *(it.apprentice for it in studio.apprenticeships),
    ]  # fmt: skip
    if any(judge.id == person.account_id or judge.name == person.name for person in persons):
        return OF_STUDIO
    return SAME_UNIT if studio.organisation_id in seating.acting(judge).unit_ids else None


@dataclass(frozen=True, slots=True)
class Seated:
    """A judge of the panel: how many of his sheets are locked, and what he stays away from, by number and reason."""

    judge: Account
    locked: int
    count: int
    away: tuple[tuple[int, str], ...]


def seats(session: Session, batch: NamingBatch) -> list[Seated]:
    """Return how far each judge has come; it tells no points."""
    query = (
        sa.select(
            NamingSheet.account_id, NamingSheet.application_id, NamingSheet.recused_because, NamingSheet.locked_at
        )
        .join(NamingSheet.application)
        .where(StudioApplication.naming_batch_id == batch.id)
        .order_by(NamingSheet.id)
    )
    given: defaultdict[int, list[bool]] = defaultdict(list)
    away: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for account_id, application_id, reason, locked_at in session.execute(query):
        if reason is None:
            given[account_id].append(locked_at is not None)
        else:
            away[account_id].append((application_id, reason))
    panel = sa.select(NamingJudge).filter_by(naming_batch_id=batch.id).options(joinedload(NamingJudge.account))
    return [
        Seated(it.account, sum(given[it.account_id]), len(given[it.account_id]), tuple(away[it.account_id]))
        for it in session.scalars(panel.order_by(NamingJudge.invited_at, NamingJudge.account_id))
    ]


def in_scoring(session: Session, batch: NamingBatch) -> list[StudioApplication]:
    """Return the applications that are scored, with their studios and the people of them."""
    studio = joinedload(StudioApplication.studio)
    query = (
        sa.select(StudioApplication)
        .where(StudioApplication.naming_batch_id == batch.id, StudioApplication.state == "recommended")
        .options(
            studio.selectinload(Studio.leaders), studio.selectinload(Studio.members),
            studio.selectinload(Studio.apprenticeships), joinedload(StudioApplication.organisation),
            selectinload(StudioApplication.sheets),
        )
        .order_by(StudioApplication.id)
    )  # fmt: skip
    return list(session.scalars(query))


def require_enough(batch: NamingBatch, application: StudioApplication, count: int) -> None:
    """Raise Conflict where an application has fewer judges, without those who stay away, than the batch needs."""
    if count < batch.judges_needed:
        message = N_("“%(name)s”回避后只有 %(count)s 位评审专家，至少要 %(needed)s 位，请增加专家。")
        raise Conflict(message, name=application.studio.name, count=count, needed=batch.judges_needed)


def _hand_out(
    session: Session, batch: NamingBatch, judges: Iterable[Account], applications: list[StudioApplication]
) -> None:
    """Give each judge a sheet for each application, and tell him; one he must stay away from is closed with why."""

    def sheet_of(judge: Account, application: StudioApplication) -> NamingSheet:
        reason = exclusion(judge, application.studio)
        sheet = NamingSheet(account=judge, recused_because=reason, locked_at=now() if reason else None)
        application.sheets.append(sheet)
        return sheet

    seating.hand_out(session, batch.title, judges, applications, sheet_of)
