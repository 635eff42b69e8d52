"""Search the achievements in the database itself, for as long as the index cannot be asked.

It finds the records whose open text holds enough of the words of the question, as the index does, and knows neither
their meaning nor the names the thesaurus adds; the newest come first. The filters and who may read what are the same.
Nothing is counted beside the filters. It reads the records one after another, those entered last first, and only for
as long as a reader should wait, so that of a large catalogue it may not see all.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from marketplace import vocabulary
from marketplace.indexing import market
from marketplace.indexing.documents import ACHIEVEMENT_TEXT, document_for
from marketplace.models import Achievement
from marketplace.permissions import Actor, readable
from marketplace.schemas.disclosure import is_open
from marketplace.vocabulary import CodeList
from search import analysis
from search.asking.highlight import highlight
from search.asking.question import content_words, enough
from search.document import Hit, Page, Reason, SearchRequest, Sort
from search.hybrid import MOST_CHARACTERS

# Each word is looked for in every record; the first ones of a long text are taken to say what it is about.
_MOST_WORDS = 5
# How long it reads on, in seconds, and how many numbers of records it looks at between two looks at the clock.
_LONGEST = 0.8
_AT_ONCE = 2000

Condition = sa.ColumnElement[bool]


def plain_search(session: Session, actor: Actor, request: SearchRequest) -> Page:
    """Answer a question about achievements by their text alone; ``facets`` and ``suggestions`` are empty."""
    text = request.text.strip()[:MOST_CHARACTERS]
    # The form a word has in the question, by the form it has in the index.
    words = {token.text: text[token.start : token.end] for token in analysis.words(text)}
    if text and not words:
        return Page(hits=(), total=0)
    asked = [words[term] for term in content_words(words)]
    found = sorted(_found(session, actor, request, asked[:_MOST_WORDS]), reverse=True)
    chosen = [identity for _order, identity in found[request.offset : request.offset + request.limit]]
    records = _records(session, chosen)
    hits = (_hit(records[identity], words, rank) for rank, identity in enumerate(chosen, request.offset + 1))
    return Page(hits=tuple(hits), total=len(found))


def _found(session: Session, actor: Actor, request: SearchRequest, words: list[str]) -> Iterator[tuple[Any, int]]:
    """Yield what is found as (what orders it, id), until the time is over."""
    query = _matching(actor, request, words)
    highest, deadline = session.scalar(sa.select(sa.func.max(Achievement.id))) or 0, time.monotonic() + _LONGEST
    while highest > 0 and time.monotonic() < deadline:
        among = Achievement.id.between(highest - _AT_ONCE + 1, highest)
        for identity, date, benefit in session.execute(query.where(among)):
            yield (benefit or 0 if request.sort is Sort.BENEFIT else 0, str(date)), identity
        highest -= _AT_ONCE


def _matching(actor: Actor, request: SearchRequest, words: list[str]) -> sa.Select[Any]:
    date = sa.func.coalesce(Achievement.completed_on, sa.func.date(Achievement.published_at), type_=sa.String)
    benefit = sa.case((is_open("benefit_claimed"), Achievement.benefit_claimed))
    query = sa.select(Achievement.id, date, benefit)
    query = query.where(Achievement.published_state == "published", readable(Achievement, actor))
    for facet, values in request.filters.items():
        query = query.where(sa.or_(*(_CONDITIONS[facet](value) for value in values)))
    if words:
        held = sum((sa.case((_holds(word), 1), else_=0) for word in words), sa.literal(0))
        query = query.where(held >= enough(len(words)))
    return query


def _holds(word: str) -> Condition:
    """Say whether the title or a text of a record that anyone may read holds a word."""
    fields = (sa.and_(_contains(getattr(Achievement, name), word), is_open(name)) for name in ACHIEVEMENT_TEXT)
    return sa.or_(_contains(Achievement.title, word), *fields)


def _contains(column: Any, word: str) -> Condition:
    # Chinese has no case, and folding that of every record costs more than finding the word.
    has_case = word.lower() != word.upper()
    found: Condition = (column.icontains if has_case else column.contains)(word, autoescape=True)
    return found


def _records(session: Session, ids: list[int]) -> dict[int, Achievement]:
    parts = map(selectinload, (Achievement.units, Achievement.indicators, Achievement.listings))
    query = sa.select(Achievement).where(Achievement.id.in_(ids)).options(*parts)
    return {record.id: record for record in session.scalars(query)}


def _hit(record: Achievement, words: Mapping[str, str], rank: int) -> Hit:
    document = document_for(record)
    assert document is not None
    (marks,) = highlight([document], words)
    reason = Reason(words=tuple(dict.fromkeys(words[term] for term in marks.terms)))
    return Hit(document, rank, 0.0, marks.title, marks.snippet, marks.body, reason)


def _within(column: Any, codes: CodeList) -> Callable[[str], Condition]:
    """Return a condition that holds for a code and for all below it."""
    return lambda value: column.in_([code for code in codes if value in codes.path(code).split("/")])


def _in_year(value: str) -> Condition:
    return sa.extract("year", Achievement.completed_on) == int(value)


def _in_band(value: str) -> Condition:
    lowest, highest = value.split("-")
    return Achievement.trl.between(int(lowest), int(highest))


# Each facet of the index, said in SQL.
_CONDITIONS: dict[str, Callable[[str], Condition]] = {
    "region": _within(Achievement.region, vocabulary.regions),
    "industry": _within(Achievement.industry, vocabulary.industries),
    "kind": lambda value: Achievement.kind == value,
    "trl_band": _in_band,
    "year": _in_year,
    "source": lambda value: Achievement.source == value,
    **market.CONDITIONS,
}
