"""Make scores and ranks of the sheets of a stage once all are locked, or send some to a second round."""

from __future__ import annotations

from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import today
from marketplace.errors import N_, Conflict
from marketplace.models import Contest, Contestant, ContestResult, ContestSheet, ContestStage
from marketplace.permissions import Actor
from marketplace.services.contest import contests, panel, ranking, staging
from marketplace.services.judging.scoring import ranked, score_of, spread_of


def progress(session: Session, stage: ContestStage) -> tuple[int, int]:
    """Return how many of the sheets of the present round of scoring are locked, and how many there are."""
    scoring = panel.scoring_of(stage)
    results = [it for it in panel.results_of(session, stage) if not it.is_absent]
    asked = [sheet for it in results for sheet in panel.counting(it, scoring)]
    return sum(it.locked_at is not None for it in asked), len(asked)


def tally(session: Session, actor: Actor, contest_id: int) -> Contest:
    """Count the sheets of the stage that is being scored: into ranks, or into a second round of some (rule 28).

    Raises Conflict before the stage is held, while a sheet is open, and where too few sheets are left.
    """
    contest = contests.run_by(session, actor, contest_id)
    stage = staging.running(contest)
    if today() < stage.begins_on:
        raise Conflict(N_("这个阶段 %(day)s 才开始。"), day=stage.begins_on)
    locked, count = progress(session, stage)
    if locked < count:
        raise Conflict(N_("还有 %(left)s 张评分表没有锁定。"), left=count - locked)
    scoring = panel.scoring_of(stage)
    scored = [it for it in panel.results_of(session, stage) if not it.is_absent and _is_asked(it, scoring)]
    for result in scored:
        panel.require_enough(contest, result, len(panel.counting(result, scoring)))
    apart = [it for it in scored if scoring == 1 and _spread(contest, it) > contest.spread]
    if apart:
        stage.state = "second_round"
        for group in contest.groups:
            theirs = [it for it in apart if it.contestant.contest_group_id == group.id]
            panel.hand_out(session, stage, [it.account for it in group.panel], theirs)
        told = {"stage": stage.id, "again": [it.id for it in apart]}
        audit.record(session, actor, "second_round", "contest", contest.id, payload=told)
        return contest
    for result in panel.results_of(session, stage):
        _score(contest, result)
    stage.state = "ranked"
    session.flush()
    rank(session, stage)
    audit.record(session, actor, "rank_stage", "contest", contest.id, payload={"stage": stage.id})
    if stage.advancing is None:
        contests.to_state(session, actor, contest, "ranked", "tally")
    return contest


def rank(session: Session, stage: ContestStage) -> None:
    """Rank everybody who is still in the contest and was scored in a stage, and say who goes on."""
    results = panel.results_of(session, stage)
    for group in stage.contest.groups:
        theirs = [it for it in results if it.contestant.contest_group_id == group.id and it.score is not None]
        keys = {it.id: ranking.key_of(it.score, it.parts, group.tie_break) for it in theirs if it.score is not None}
        ranks = ranked(keys)
        on = ranking.going_on(ranks, stage.advancing)
        for result in theirs:
            result.rank, result.advanced = ranks[result.id], result.id in on
    session.flush()


def close_gap(session: Session, contestant: Contestant) -> None:
    """Rank the last stage that is ranked anew where somebody has left; an earlier one stays as it was."""
    stages = contestant.contest.stages
    begun = [it for it in stages if it.state != "waiting"]
    if not begun or begun[-1].state != "ranked":
        return
    for result in contestant.results:
        if result.contest_stage_id == begun[-1].id:
            result.rank, result.advanced = None, False
    session.flush()
    rank(session, begun[-1])


def _is_asked(result: ContestResult, scoring: int) -> bool:
    return any(it.scoring == scoring for it in result.sheets)


def _counting(result: ContestResult) -> list[ContestSheet]:
    """Return the sheets that make the score: those of the second round where one was held for it."""
    return panel.counting(result, 2 if _is_asked(result, 2) else 1)


def _spread(contest: Contest, result: ContestResult) -> int:
    totals = [it.total for it in panel.counting(result, 1) if it.total is not None]
    return spread_of(totals, trimmed=contest.drops_extremes)


def _score(contest: Contest, result: ContestResult) -> None:
    if result.is_absent:
        return
    sheets = _counting(result)
    totals = [it.total for it in sheets if it.total is not None]
    result.score = score_of(totals, trimmed=contest.drops_extremes)
    result.parts = ranking.parts_of([it.scores for it in sheets], result.contestant.group.tie_break)
