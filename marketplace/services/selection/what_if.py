"""What would follow from other weights, places, caps or another line: who would move in and who out. It writes nothing.

The sheets are locked and the facts of the dossiers frozen, so that only the terms differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from marketplace.errors import N_, Conflict, Invalid
from marketplace.models import NamingBatch, StudioApplication
from marketplace.permissions import Actor
from marketplace.services.naming import batches
from marketplace.services.selection import ranking
from marketplace.services.selection.selecting import PROPOSED, Place, Selection, Terms, select

SCORED_IN = ("scored", "meeting", "publicity", "named")


@dataclass(frozen=True, slots=True)
class Moved:
    """An application as it stands under the terms of the batch, and as it would under others."""

    application: StudioApplication
    before: Place
    after: Place

    @property
    def by(self) -> int:
        """By how many ranks it would rise; below nothing where it would fall."""
        return self.before.rank - self.after.rank

    @property
    def way(self) -> str:
        """Return "in" or "out" where it would come onto the list or leave it, "" where neither."""
        was, would = self.before.standing == PROPOSED, self.after.standing == PROPOSED
        return "" if was == would else "in" if would else "out"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both lists, and each application in the order of the second."""

    batch: NamingBatch
    before: Selection
    after: Selection
    moved: tuple[Moved, ...]


def own_terms(batch: NamingBatch) -> dict[str, Any]:
    """Return the terms of a batch as ``compare`` takes them."""
    terms = ranking.terms_of(batch)
    return {"quota": terms.quota, "cap": terms.cap, "line": terms.line, "weights": batch.indicators}


def compare(session: Session, actor: Actor, batch_id: int, asked: Mapping[str, Any]) -> Comparison:
    """Return what would follow from the terms asked for, as ``WhatIfSchema.load`` returned them; one left out stays.

    A cap of None is none.

    Raises NotAllowed for whoever may not see the inside of the batch, Conflict before its sheets are counted, and
    Invalid for weights that are not those of its criteria.
    """
    batch = batches.followed(session, actor, batch_id)
    if batch.state not in SCORED_IN:
        raise Conflict(N_("评分汇总以后才能试算。"))
    wanted = own_terms(batch) | dict(asked)
    if set(wanted["weights"]) != set(batch.indicators):
        raise Invalid({"weights": [N_("权重的项目应与本批的评分项目一致。")]})
    with session.no_autoflush:
        applications = ranking.scored(session, batch)
        # Struck and withdrawn ones were in the list the scores made.
        known, out = {it.id: it for it in applications}, ranking.out_of(applications)
        own = [ranking.candidate(it) for it in applications]
        before = select(own, ranking.terms_of(batch), out)
        weighed = [replace(it, score=ranking.counted_of(batch, known[it.id], wanted["weights"]).score) for it in own]
        after = select(weighed, Terms(wanted["quota"], wanted["cap"], wanted["line"]), out)
    stood = {it.candidate.id: it for it in before.places}
    moved = (Moved(known[it.candidate.id], stood[it.candidate.id], it) for it in after.places)
    return Comparison(batch, before, after, tuple(moved))
