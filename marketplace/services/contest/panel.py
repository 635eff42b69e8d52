"""Who judges a group of a contest, and whom each of them stays away from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, selectinload

from marketplace import audit
from marketplace.db import now
from marketplace.errors import N_, Conflict, NotFound
from marketplace.models import (
    Account,
    Contest,
    Contestant,
    ContestGroup,
    ContestJudge,
    ContestResult,
    ContestSheet,
    ContestStage,
)
from marketplace.models.participation.contestant import OUT
from marketplace.permissions import Actor, can_judge_contest
from marketplace.services.contest import contests
from marketplace.services.judging import seating

IS_CONTESTANT = N_("就是参赛人，或与参赛人同名")
SAME_UNIT = N_("与参赛人同一单位")


def may_be_added(session: Session, contest: Contest) -> list[Account]:
    """Return who may be called to a panel of a contest, by name."""
    return seating.may_be_called(session, (), lambda judge: can_judge_contest(judge, contest.campaign))


def add(session: Session, actor: Actor, contest_id: int, group_id: int, account_id: int) -> ContestJudge:
    """Call a judge to a group; while a stage is being scored he gets his sheets at once.

    Raises Conflict for who sits there already or takes part himself and once ranks are made, NotAllowed for who is no
    judge for the place of the campaign or holds an office above units.
    """
    contest = contests.run_by(session, actor, contest_id)
    group = _group(contest, group_id)
    if contest.state not in ("draft", "open", "running"):
        raise Conflict(N_("评分已经结束，不能再增加评审专家。"))
    account = seating.to_be_called(
        session, account_id, group.panel, lambda judge: can_judge_contest(judge, contest.campaign), "contest"
    )
    member = ContestJudge(account=account)
    group.panel.append(member)
    session.flush()
    for stage in contest.stages:
        if stage.state in ("scoring", "second_round"):
            hand_out(session, stage, [account], results_of(session, stage, group))
    audit.record(session, actor, "call_judge", "contest", contest.id, payload={"group": group.id, "judge": account_id})
    return member


def remove(session: Session, actor: Actor, contest_id: int, group_id: int, account_id: int) -> None:
    """Take a judge off a group before scoring begins; raise Conflict afterwards."""
    contest = contests.run_by(session, actor, contest_id)
    group = _group(contest, group_id)
    if contest.state not in ("draft", "open"):
        raise Conflict(N_("评分已经开始，评审组不能再减人。"))
    group.panel.remove(seating.seat_of(group.panel, account_id))
    session.flush()
    told = {"group": group.id, "judge": account_id}
    audit.record(session, actor, "release_judge", "contest", contest.id, payload=told)


def exclusion(judge: Account, contestant: Contestant) -> str | None:
    """Return why a judge must stay away from somebody, None where he need not (rules 28 and 68)."""
    person = contestant.person
    if judge.id == person.account_id or judge.name == person.name:
        return IS_CONTESTANT
    return SAME_UNIT if contestant.organisation_id in seating.acting(judge).unit_ids else None


def hand_out(
    session: Session, stage: ContestStage, judges: Iterable[Account], results: Iterable[ContestResult]
) -> None:
    """Give each judge a sheet for each result of a stage, and tell him; one he must stay away from is closed."""

    def sheet_of(judge: Account, result: ContestResult) -> ContestSheet:
        earlier = next((it.recused_because for it in result.sheets if it.account_id == judge.id), None)
        reason = exclusion(judge, result.contestant) or earlier
        locked_at = now() if reason else None
        sheet = ContestSheet(account=judge, scoring=scoring_of(stage), recused_because=reason, locked_at=locked_at)
        result.sheets.append(sheet)
        return sheet

    seating.hand_out(session, stage.contest.title, judges, list(results), sheet_of)


def results_of(session: Session, stage: ContestStage, group: ContestGroup | None = None) -> list[ContestResult]:
    """Return the results of a stage of those who are still in the contest."""
    query = (
        sa.select(ContestResult)
        .join(ContestResult.contestant)
        .where(ContestResult.contest_stage_id == stage.id, Contestant.state == "registered")
        .options(contains_eager(ContestResult.contestant), selectinload(ContestResult.sheets))
        .order_by(Contestant.contest_group_id, Contestant.number, ContestResult.id)
    )
    return list(session.scalars(query if group is None else query.where(Contestant.contest_group_id == group.id)))


def scoring_of(stage: ContestStage) -> int:
    """Return which round of scoring of a stage is held, 1 or 2."""
    return 2 if stage.state == "second_round" else 1


def counting(result: ContestResult, scoring: int) -> list[ContestSheet]:
    """Return the sheets of those who do not stay away."""
    return [it for it in result.sheets if it.scoring == scoring and it.recused_because is None]


def require_enough(contest: Contest, result: ContestResult, count: int) -> None:
    """Raise Conflict where somebody has fewer judges, without those who stay away, than the contest needs."""
    if count < contest.judges_needed:
        message = N_("%(group)s第 %(number)s 号回避后只有 %(count)s 位评审专家，至少要 %(needed)s 位，请增加专家。")
        group, number = result.contestant.group.name, result.contestant.number
        raise Conflict(message, group=group, number=number, count=count, needed=contest.judges_needed)


@dataclass(frozen=True, slots=True)
class Seated:
    """A judge of a group: how many of his sheets of the stages so far are locked; it tells no points."""

    judge: Account
    group: ContestGroup
    locked: int
    count: int
    away: int


def seats(session: Session, contest: Contest) -> list[Seated]:
    """Return how far each judge has come with those who came and are still in the contest."""
    query = (
        sa.select(Contestant.contest_group_id, ContestSheet.account_id, ContestSheet.locked_at.is_(None),
                  ContestSheet.recused_because.is_(None))
        .join(ContestSheet.result).join(ContestResult.contestant)
        .where(Contestant.contest_id == contest.id, Contestant.state.not_in(OUT), ContestResult.is_absent.is_(False))
    )  # fmt: skip
    given: Counter[tuple[int, int, str]] = Counter()
    for group_id, account_id, is_open, counts in session.execute(query):
        given[group_id, account_id, ("open" if is_open else "locked") if counts else "away"] += 1

    def seated(group: ContestGroup, judge: Account) -> Seated:
        counts = [given[group.id, judge.id, kind] for kind in ("locked", "open", "away")]
        return Seated(judge, group, counts[0], counts[0] + counts[1], counts[2])

    return [seated(group, it.account) for group in contest.groups for it in group.panel]


def _group(contest: Contest, group_id: int) -> ContestGroup:
    found = next((it for it in contest.groups if it.id == group_id), None)
    if found is None:
        raise NotFound("contest_group", group_id)
    return found
