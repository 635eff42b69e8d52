"""Who judges a group of a contest, and whom each of them stays away from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Load, Session

from marketplace import audit
from marketplace.db import now
from marketplace.errors import N_, Conflict, NotAllowed, NotFound
from marketplace.models import (
    Account,
    Contest,
    Contestant,
    ContestGroup,
    ContestJudge,
    ContestResult,
    ContestSheet,
    ContestStage,
    RoleGrant,
)
from marketplace.permissions import Actor, can_judge_contest
from marketplace.postbox import post
from marketplace.services.account.signing_in import actor_of, with_roles
from marketplace.services.contest import contests

IS_CONTESTANT = N_("就是参赛人，或与参赛人同名")
SAME_UNIT = N_("与参赛人同一单位")


def may_be_added(session: Session, contest: Contest) -> list[Account]:
    """Return who may be called to a panel of a contest, by name."""
    holds = Account.grants.any(sa.and_(RoleGrant.role == "judge", RoleGrant.revoked_at.is_(None)))
    query = sa.select(Account).where(Account.is_active, holds).options(*with_roles(Load(Account)))
    found = session.scalars(query.order_by(Account.name, Account.id))
    return [it for it in found if can_judge_contest(_actor(it), contest.campaign)]


def add(session: Session, actor: Actor, contest_id: int, group_id: int, account_id: int) -> ContestJudge:
    """Call a judge to a group; while a stage is being scored he gets his sheets at once.

    Raises Conflict for who sits there already or takes part himself and once ranks are made, NotAllowed for who is no
    judge for the place of the campaign or holds an office above units.
    """
    contest = contests.run_by(session, actor, contest_id)
    group, account = _group(contest, group_id), session.get(Account, account_id)
    if account is None or not account.is_active:
        raise NotFound("account", account_id)
    if contest.state not in ("draft", "open", "running"):
        raise Conflict(N_("评分已经结束，不能再增加评审专家。"))
    if any(it.account_id == account_id for it in group.panel):
        raise Conflict(N_("这位专家已在这一组的评审组里。"))
    if not can_judge_contest(_actor(account), contest.campaign):
        raise NotAllowed("judge", "contest")
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
    found = next((it for it in group.panel if it.account_id == account_id), None)
    if found is None:
        raise NotFound("account", account_id)
    group.panel.remove(found)
    session.flush()
    told = {"group": group.id, "judge": account_id}
    audit.record(session, actor, "release_judge", "contest", contest.id, payload=told)


def exclusion(judge: Account, contestant: Contestant) -> str | None:
    """Return why a judge must stay away from somebody, None where he need not (rules 28 and 68)."""
    person = contestant.person
    if judge.id == person.account_id or judge.name == person.name:
        return IS_CONTESTANT
    return SAME_UNIT if contestant.organisation_id in _actor(judge).unit_ids else None


def hand_out(
    session: Session, stage: ContestStage, judges: Iterable[Account], results: Iterable[ContestResult]
) -> None:
    """Give each judge a sheet for each result of a stage, and tell him; one he must stay away from is closed."""
    scoring, results = scoring_of(stage), list(results)
    for judge in judges:
        count = 0
        for result in results:
            earlier = next((it.recused_because for it in result.sheets if it.account_id == judge.id), None)
            reason = exclusion(judge, result.contestant) or earlier
            result.sheets.append(
                ContestSheet(
                    account=judge, scoring=scoring, recused_because=reason, locked_at=now() if reason else None
                )
            )
            count += reason is None
        session.flush()
        if count:
            post(session, judge, "sheets_handed_out", title=stage.contest.title, count=str(count))


def results_of(session: Session, stage: ContestStage, group: ContestGroup | None = None) -> list[ContestResult]:
    """Return the results of a stage of those who are still in the contest."""
    query = (
        sa.select(ContestResult)
        .join(ContestResult.contestant)
        .where(ContestResult.contest_stage_id == stage.id, Contestant.state == "registered")
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
    """Return how far each judge has come."""
    query = (
        sa.select(Contestant.contest_group_id, ContestSheet.account_id, ContestSheet.locked_at.is_(None),
                  ContestSheet.recused_because.is_(None))
        .join(ContestSheet.result).join(ContestResult.contestant).where(Contestant.contest_id == contest.id)
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


def _actor(account: Account) -> Actor:
    return actor_of(account, has_second_factor=True)
