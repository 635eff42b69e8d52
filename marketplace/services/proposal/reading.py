"""Find proposals: one, one's own, those of an office, each only where the actor may read it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from marketplace.errors import NotFound
from marketplace.models import Organisation, Proposal, ProposalAuthor
from marketplace.permissions import Actor, can_read, readable
from search import analysis
from search.asking.question import content_words, enough

# What of a proposal is looked for words in.
TEXT = ("title", "present_state", "measure", "expected_effect")
_MOST_WORDS = 5
# How long a question is looked for, in seconds, and how many numbers of records between two looks at the clock.
_LONGEST, _AT_ONCE = 0.8, 2000


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the proposals is wanted: words, a state, a category, a unit; nothing where it is empty."""

    text: str = ""
    state: str = ""
    category: str = ""
    organisation_id: int | None = None


def get(session: Session, actor: Actor, proposal_id: int) -> Proposal:
    """Return a proposal the actor may read; raise NotFound, also where it exists but may not be read."""
    proposal = session.get(Proposal, proposal_id)
    if proposal is None or not can_read(actor, proposal):
        raise NotFound("proposal", proposal_id)
    return proposal


def own(session: Session, actor: Actor) -> list[Proposal]:
    """Return the proposals the actor is an author of, newest first."""
    if actor.account_id is None or not actor.reads:
        return []
    is_author = Proposal.authors.any(ProposalAuthor.account_id == actor.account_id)
    query = sa.select(Proposal).where(sa.or_(Proposal.account_id == actor.account_id, is_author))
    return list(session.scalars(query.order_by(Proposal.id.desc())))


def listed(session: Session, actor: Actor, asked: Asked, *, limit: int, after: int | None = None) -> list[Proposal]:
    """Return the submitted proposals the actor may read and asks for, newest first, from below the id ``after``.

    Those hold words of the question where their title or text has enough of them, as in ``indexing.plain_search``.
    """
    query = _query(actor, asked).limit(limit)
    return list(session.scalars(query if after is None else query.where(Proposal.id < after)))


@dataclass(frozen=True, slots=True)
class Found:
    """A page of proposals, and the id below which the next one begins; None where there is nothing below."""

    proposals: list[Proposal]
    next_after: int | None


def page(session: Session, actor: Actor, asked: Asked, *, limit: int, after: int | None = None) -> Found:
    """Return at most ``limit`` proposals as ``listed`` does, and from where to go on.

    A question is looked for in one record after another, and only for as long as a reader should wait: a page may then
    hold fewer than it could, and the next one goes on where this one stopped.
    """
    if not asked.text:
        shown = listed(session, actor, asked, limit=limit + 1, after=after)
        return Found(shown[:limit], shown[limit - 1].id if len(shown) > limit else None)
    below = after if after is not None else (session.scalar(sa.select(sa.func.max(Proposal.id))) or 0) + 1
    found: list[Proposal] = []
    deadline = time.monotonic() + _LONGEST
    while below > 1:
        part = (
            _query(actor, asked).where(Proposal.id.between(below - _AT_ONCE, below - 1)).limit(limit + 1 - len(found))
        )
        found += session.scalars(part)
        if len(found) > limit:
            return Found(found[:limit], found[limit - 1].id)
        below -= _AT_ONCE
        if below > 1 and time.monotonic() > deadline:
            return Found(found, below)
    return Found(found, None)


def office_units(session: Session, actor: Actor) -> list[Organisation]:
    """Return the units whose union office the actor holds."""
    ids = {grant.organisation_id for grant in actor.grants if grant.role == "unit_union"}
    return list(
        session.scalars(sa.select(Organisation).where(Organisation.id.in_(ids - {None})).order_by(Organisation.id))
    )


def family(session: Session, proposal: Proposal) -> list[Proposal]:
    """Return a proposal with all that went into it, directly or by way of another."""
    found, newest = [proposal], [proposal.id]
    while newest:
        merged = session.scalars(sa.select(Proposal).where(Proposal.merged_into_id.in_(newest)).order_by(Proposal.id))
        children = list(merged)
        newest = [child.id for child in children]
        found += children
    return found


def words_of(text: str) -> list[str]:
    """Return the words of a text that say what it is about, as they are written in it."""
    written = {token.text: text[token.start : token.end] for token in analysis.words(text)}
    return [written[term] for term in content_words(written)]


def holding(words: Sequence[str]) -> sa.ColumnElement[int]:
    """Return, as SQL, how many of some words a proposal holds."""
    return sum((sa.case((_holds(word), 1), else_=0) for word in words), sa.literal(0))


def _query(actor: Actor, asked: Asked) -> sa.Select[Any]:
    return (
        sa.select(Proposal)
        .where(Proposal.state != "draft", readable(Proposal, actor), *_wanted(asked))
        .options(selectinload(Proposal.organisation))
        .order_by(Proposal.id.desc())
    )


def _wanted(asked: Asked) -> Iterable[sa.ColumnElement[bool]]:
    if asked.text:
        words = words_of(asked.text)[:_MOST_WORDS] or [asked.text]
        yield holding(words) >= enough(len(words))
    if asked.state:
        yield Proposal.state == asked.state
    if asked.category:
        yield Proposal.category == asked.category
    if asked.organisation_id is not None:
        yield Proposal.organisation_id == asked.organisation_id


def _holds(word: str) -> sa.ColumnElement[bool]:
    has_case = word.lower() != word.upper()
    columns = (getattr(Proposal, name) for name in TEXT)
    return sa.or_(*((it.icontains if has_case else it.contains)(word, autoescape=True) for it in columns))
