"""Find the proposals that may say the same as one, in its unit and beyond, for a person to merge or let be.

The database finds those that hold the most of its words, among all of the unit and the newest of the others;
``search.matching.novelty`` then weighs the wording, the quantities and the meaning of these few.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.models import Proposal
from marketplace.permissions import Actor, readable
from marketplace.services.proposal.reading import holding, words_of
from search.document import Candidate, SearchDocument
from search.embedding import Embedder
from search.matching import novelty
from search.matching.novelty import Verdict

SHOWN = 5
# Of so many words, the longest, at least two must stand in a candidate; so many candidates are weighed.
_WORDS, _LEAST, _WINDOW = 12, 2, 40
# How many numbers back the proposals of other units are looked through: each is read for every word.
_BEYOND = 5_000
_GONE = ("draft", "withdrawn", "merged", "rejected")


@dataclass(frozen=True, slots=True)
class Alike:
    """A proposal near another one; ``shared`` is the weighted part of the wording the two have in common."""

    proposal: Proposal
    verdict: Verdict
    shared: float
    is_of_unit: bool


def alike(session: Session, embedder: Embedder, actor: Actor, proposal: Proposal) -> list[Alike]:
    """Return the readable proposals that a proposal repeats or resembles, the nearest first."""
    words = sorted(
        set(words_of(f"{proposal.title} {proposal.measure} {proposal.present_state}")), key=len, reverse=True
    )
    if not words:
        return []
    held = holding(words[:_WORDS])
    is_of_unit = Proposal.organisation_id == proposal.organisation_id
    newest = sa.select(sa.func.max(Proposal.id) - _BEYOND).scalar_subquery()
    query = (
        sa.select(Proposal)
        .where(
            Proposal.id != proposal.id, Proposal.state.not_in(_GONE), readable(Proposal, actor),
            sa.or_(is_of_unit, Proposal.id > newest), held >= min(_LEAST, len(words)),
        )
        .order_by(is_of_unit.desc(), held.desc(), Proposal.id)
        .limit(_WINDOW)
    )  # fmt: skip
    found = {str(it.id): it for it in session.scalars(query)}
    if not found:
        return []
    new, others = _document(proposal), [_document(it) for it in found.values()]
    cosines = embedder.passages([it.text for it in others]) @ embedder.passages([new.text])[0]
    candidates = [
        Candidate(document, None, None, 0.0, float(cosine)) for document, cosine in zip(others, cosines, strict=True)
    ]
    near = novelty.compare(new, candidates, embedder, limit=SHOWN)
    return [
        Alike(record, it.verdict, it.shared, record.organisation_id == proposal.organisation_id)
        for it in near
        if it.verdict is not Verdict.NEW and (record := found[it.document.id])
    ]


def _document(proposal: Proposal) -> SearchDocument:
    parts = (proposal.present_state, proposal.measure, proposal.expected_effect)
    return SearchDocument(
        "proposal", str(proposal.id), proposal.revision, proposal.title, "\n".join(filter(None, parts))
    )
