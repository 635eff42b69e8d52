"""Hold a text that is about to be submitted against the achievements its author may read; a person decides.

Nothing is blocked and nothing is kept: the check tells which records are near and quotes where the text differs.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from marketplace.indexing.documents import Sections, place_in_field, revision_of, sections_of
from marketplace.models import Achievement
from marketplace.permissions import Actor
from marketplace.services import achievement as achievements
from search import hybrid
from search.document import SearchDocument
from search.embedding import Embedder
from search.engine import Engine
from search.matching import novelty
from search.matching.novelty import Likeness, Passage, Verdict

# How many candidates of each leg are read; the source of a copied text is among the first few.
WINDOW = 30
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Place:
    """A passage in a field of a record or of the new text (``title`` or ``text``)."""

    field: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What the new text says and what the record says instead; None where it says nothing of the kind."""

    new: Place
    record: Place | None


@dataclass(frozen=True, slots=True)
class Near:
    """An achievement near the new text, what the text is beside it, and where the two differ."""

    achievement: Achievement
    verdict: Verdict
    cosine: float
    shared: float
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """The verdict over all records, and the nearest ones, the strongest verdict first."""

    verdict: Verdict
    nearest: tuple[Near, ...]


def check(session: Session, engine: Engine, embedder: Embedder, actor: Actor, title: str, text: str) -> Check:
    """Compare a new text with the achievements the actor may read."""
    new = SearchDocument(kind="achievement", id="", revision=0, title=title, body=text)
    candidates = hybrid.candidates(engine, embedder, new, "achievement", tokens=actor.tokens, window=WINDOW)
    found = novelty.compare(new, candidates, embedder, limit=SHOWN)
    records = achievements.several(session, actor, [int(it.document.id) for it in found])
    nearest = tuple(
        _near(likeness, record)
        for likeness in found
        # What was changed since the index last heard of it is not quoted.
        if (record := records.get(int(likeness.document.id))) and revision_of(record) == likeness.document.revision
    )
    return Check(next((it.verdict for it in nearest), Verdict.NEW), nearest)


def _near(likeness: Likeness, record: Achievement) -> Near:
    sections = sections_of(record)
    differences = tuple(
        Difference(_in_text(it.passage), _in_record(it.record, sections) if it.record else None)
        for it in likeness.differences
    )
    return Near(record, likeness.verdict, likeness.cosine, likeness.shared, differences)


def _in_text(passage: Passage) -> Place:
    return Place("title" if passage.field == "title" else "text", passage.span.start, passage.span.end, passage.text)


def _in_record(passage: Passage, sections: Sections) -> Place:
    if passage.field == "title":
        return Place("title", passage.span.start, passage.span.end, passage.text)
    return Place(*place_in_field(sections, passage.span), passage.text)
