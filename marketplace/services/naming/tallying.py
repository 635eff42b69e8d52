"""Make one score of the sheets of each application once all are locked; before that nobody sees a score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.errors import N_, Conflict
from marketplace.models import NamingBatch, NamingSheet, StudioApplication
from marketplace.permissions import Actor
from marketplace.services.judging.scoring import score_of, spread_of
from marketplace.services.naming import batches, panel
from marketplace.services.selection import ranking

# Where the sheets are counted, and their scores may be seen by whoever follows the batch.
COUNTED = ("scored", "meeting", "publicity", "named")


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of the sheets are locked, those of whoever stays away left out."""

    locked: int
    count: int


def progress(session: Session, batch: NamingBatch) -> dict[int, Progress]:
    """Return for each application that is scored, by its id, how far its sheets are."""
    query = (
        sa.select(NamingSheet.application_id, sa.func.count(NamingSheet.locked_at), sa.func.count())
        .join(NamingSheet.application)
        .where(
            StudioApplication.naming_batch_id == batch.id, StudioApplication.state == "recommended",
            NamingSheet.recused_because.is_(None),
        )
        .group_by(NamingSheet.application_id)
    )  # fmt: skip
    return {identity: Progress(locked, count) for identity, locked, count in session.execute(query)}


def in_all(of_each: Mapping[int, Progress]) -> Progress:
    """Return how far the sheets of a batch are together."""
    return Progress(sum(it.locked for it in of_each.values()), sum(it.count for it in of_each.values()))


def tally(session: Session, actor: Actor, batch_id: int) -> NamingBatch:
    """Count the sheets: the score of each application, without its highest and its lowest sheet, and its rank.

    Raises Conflict while a sheet is open, and where fewer sheets than the batch needs judges are left.
    """
    batch = batches.held(session, actor, batch_id)
    if batch.state != "scoring":
        raise Conflict(N_("现在不在评分阶段。"))
    come = in_all(progress(session, batch))
    if come.locked < come.count:
        raise Conflict(N_("还有 %(left)s 张评分表没有锁定。"), left=come.count - come.locked)
    judged = panel.in_scoring(session, batch)
    for application in judged:
        totals = totals_of(application)
        panel.require_enough(batch, application, len(totals))
        application.score = score_of(totals)
    session.flush()
    ranks = {it.candidate.id: it.rank for it in ranking.selection(batch, ranking.scored(session, batch)).places}
    for application in judged:
        application.rank = ranks[application.id]
        told = {"score": str(application.score), "rank": application.rank}
        audit.record(session, actor, "score", "studio_application", application.id, payload=told)
    batches.to_state(session, actor, batch, "scored", "tally")
    return batch


def totals_of(application: StudioApplication) -> list[int]:
    """Return the totals of those who did not stay away."""
    return [it.total for it in ranking.counting(application) if it.total is not None]


def spread(application: StudioApplication) -> int | None:
    """Return how far the counted sheets of an application lie apart, in points; None before they are counted."""
    return spread_of(totals_of(application)) if application.score is not None else None
