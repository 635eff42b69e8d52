"""Make one score of the sheets of each nomination once all are locked, or send it to a second round."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.errors import N_, Conflict
from marketplace.models import AwardRound, Nomination, ScoreSheet
from marketplace.permissions import Actor
from marketplace.services.award import panel, rounds, steps
from marketplace.services.judging.scoring import ranked, score_of, spread_of


def progress(session: Session, award: AwardRound) -> tuple[int, int]:
    """Return how many of the sheets of the present round of scoring are locked, and how many there are."""
    query = (
        sa.select(sa.func.count(ScoreSheet.locked_at), sa.func.count())
        .join(ScoreSheet.nomination)
        .where(
            Nomination.award_round_id == award.id,
            Nomination.outcome.is_distinct_from("not_selected"),
            ScoreSheet.scoring == panel.scoring_of(award),
            ScoreSheet.recused_because.is_(None),
        )
    )
    locked, count = session.execute(query).one()
    return locked, count


def tally(session: Session, actor: Actor, award_id: int) -> AwardRound:
    """Count the sheets: into scores and ranks, or into a second round of those whose sheets lie too far apart.

    Raises Conflict while a sheet is open, and where fewer sheets than the round needs judges are left after recusals.
    """
    award = rounds.run_by(session, actor, award_id)
    if award.state not in ("scoring", "second_round"):
        raise Conflict(N_("现在不在评分阶段。"))
    locked, count = progress(session, award)
    if locked < count:
        raise Conflict(N_("还有 %(left)s 张评分表没有锁定。"), left=count - locked)
    scoring, judged = panel.scoring_of(award), panel.in_scoring(award)
    for nomination in judged:
        panel.require_enough(award, nomination, len(panel.counting(nomination, scoring)))
        nomination.score = score_of(_totals(nomination, scoring))
    apart = [it for it in judged if scoring == 1 and spread_of(_totals(it, 1)) > award.spread]
    if apart:
        _second_round(session, actor, award, apart)
    else:
        _rank(session, actor, award)
    return award


def _second_round(session: Session, actor: Actor, award: AwardRound, apart: list[Nomination]) -> None:
    for nomination in apart:
        nomination.score = None
    panel.hand_out(session, award, 2, [member.account for member in award.panel], apart)
    rounds.to_state(session, actor, award, "second_round", "second_round", again=[it.alias for it in apart])


def _rank(session: Session, actor: Actor, award: AwardRound) -> None:
    judged = rounds.alive(award)
    ranks = ranked({it.id: it.score for it in judged if it.score is not None})
    for nomination in judged:
        nomination.rank = ranks[nomination.id]
        steps.take(session, actor, nomination.proposal, "score", None, {"award_round": award.id})
        told = {"score": str(nomination.score), "rank": nomination.rank}
        audit.record(session, actor, "score", "nomination", nomination.id, payload=told)
    rounds.to_state(session, actor, award, "scored", "tally")


def _totals(nomination: Nomination, scoring: int) -> list[int]:
    return [sheet.total for sheet in panel.counting(nomination, scoring) if sheet.total is not None]
