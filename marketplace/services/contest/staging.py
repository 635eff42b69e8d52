"""Lots are drawn once registration is over, a stage begins with its sheets, and who did not come is noted."""

from __future__ import annotations

from collections.abc import Sequence
from random import SystemRandom

from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import today
from marketplace.errors import N_, Conflict, NotFound
from marketplace.models import Contest, Contestant, ContestResult, ContestStage
from marketplace.permissions import Actor
from marketplace.services.contest import contests, panel

_LOTS = SystemRandom()


def draw(session: Session, actor: Actor, contest_id: int) -> Contest:
    """End registration, draw the numbers of each group by lot, and begin the first stage.

    Raises Conflict before the last day to register is over, without anybody in the contest, and where somebody would
    have fewer judges than the contest needs.
    """
    contest = contests.run_by(session, actor, contest_id)
    if contest.state != "open":
        raise Conflict(N_("比赛不在报名阶段。"))
    if today() <= contest.registers_until:
        raise Conflict(N_("报名到 %(day)s 截止，之后才能抽签。"), day=contest.registers_until)
    present = [it for it in contest.contestants if it.state == "registered"]
    if not present:
        raise Conflict(N_("还没有人报名，不能抽签。"))
    drawn = {}
    for group in contest.groups:
        members = [it for it in present if it.contest_group_id == group.id]
        _LOTS.shuffle(members)
        for number, contestant in enumerate(members, start=1):
            contestant.number = number
        drawn[group.name] = [it.id for it in members]
    contests.to_state(session, actor, contest, "running", "draw_lots", drawn=drawn)
    _begin(session, contest, contest.stages[0], present)
    return contest


def begin(session: Session, actor: Actor, contest_id: int) -> ContestStage:
    """Begin the next stage with those who go on; raise Conflict where there is none or the one before is not ranked."""
    contest = contests.run_by(session, actor, contest_id)
    stage = next((it for it in contest.stages if it.state == "waiting"), None)
    if contest.state != "running" or stage is None:
        raise Conflict(N_("没有等待开始的阶段。"))
    before = contest.stages[stage.position - 1]
    if before.state != "ranked":
        raise Conflict(N_("上一个阶段还没有排出名次。"))
    going_on = [it.contestant for it in panel.results_of(session, before) if it.advanced]
    _begin(session, contest, stage, going_on)
    audit.record(session, actor, "begin_stage", "contest", contest.id, payload={"stage": stage.id})
    return stage


def note_absence(session: Session, actor: Actor, contest_id: int, result_ids: Sequence[int]) -> None:
    """Note who did not come to the stage that is being scored, and nobody else of it; he does not count for it.

    Raises Conflict while no stage is scored, and for somebody whom a judge has scored already; NotFound.
    """
    contest = contests.run_by(session, actor, contest_id)
    stage = running(contest)
    results = {it.id: it for it in panel.results_of(session, stage)}
    missing = next((it for it in result_ids if it not in results), None)
    if missing is not None:
        raise NotFound("contestant", missing)
    for result in results.values():
        is_absent = result.id in result_ids
        if is_absent and any(it.total is not None for it in result.sheets):
            raise Conflict(N_("第 %(number)s 号已有评分，不能记为缺席。"), number=result.contestant.number)
        result.is_absent = is_absent
    session.flush()
    audit.record(session, actor, "note_absence", "contest", contest.id, payload={"absent": sorted(result_ids)})


def running(contest: Contest) -> ContestStage:
    """Return the stage that is being scored; raise Conflict where none is."""
    stage = next((it for it in contest.stages if it.state in ("scoring", "second_round")), None)
    if stage is None:
        raise Conflict(N_("现在不在评分阶段。"))
    return stage


def _begin(session: Session, contest: Contest, stage: ContestStage, members: Sequence[Contestant]) -> None:
    if not members:
        raise Conflict(N_("没有可以参加这个阶段的人。"))
    stage.state = "scoring"
    results = [ContestResult(contestant=it, stage=stage, sheets=[]) for it in members]
    session.add_all(results)
    session.flush()
    for group in contest.groups:
        judges = [it.account for it in group.panel]
        theirs = [it for it in results if it.contestant.contest_group_id == group.id]
        for result in theirs:
            able = sum(panel.exclusion(it, result.contestant) is None for it in judges)
            panel.require_enough(contest, result, able)
        panel.hand_out(session, stage, judges, theirs)
