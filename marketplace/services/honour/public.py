"""The honours everybody may see: of those who agreed, named as far as they did; of others a count.

An honour of a unit says in its title, its giver and its document which unit that is, so it is named only where the
person agreed to have the unit shown.

Words are looked for in the database and not in the index: there are some thousands of honours, and a term that ends, a
revocation and a consent that is taken back must hold from the same moment.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from marketplace.db import today
from marketplace.models import Honour, Organisation, Person, Studio, StudioLeader
from marketplace.models.people.honour import is_active
from search import analysis

_LEADS = (StudioLeader.until.is_(None), Studio.state != "closed")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which honours are wanted; nothing where it is empty. Words find the honours of those alone who are named."""

    text: str = ""
    kind: str = ""
    level: str = ""
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many honours stand, and how many of them are of people who did not agree to be named."""

    all: int
    unnamed: int


def listed(session: Session, asked: Asked, *, limit: int, after: int | None = None) -> list[Honour]:
    """Return the active honours of those who agreed to be named, newest first, from below the id ``after``."""
    query = (
        _standing(sa.select(Honour), asked)
        .where(_named())
        .options(contains_eager(Honour.person))
        .order_by(Honour.id.desc())
        .limit(limit)
    )
    return list(session.scalars(query if after is None else query.where(Honour.id < after)))


def counts(session: Session, asked: Asked) -> Counts:
    """Return how many honours stand as asked, those of unnamed people included."""
    unnamed = sa.func.coalesce(sa.func.sum(sa.case((_named(), 0), else_=1)), 0)
    number, hidden = session.execute(_standing(sa.select(sa.func.count(), unnamed).select_from(Honour), asked)).one()
    return Counts(number, hidden)


def studios_led(session: Session, honours: Collection[Honour]) -> dict[int, Studio]:
    """Return the studios that those people of some honours lead who agreed to have the unit shown, by their ids."""
    people = {it.person_id for it in honours if it.person.shows_unit}
    leading = sa.select(StudioLeader.person_id, Studio).join(Studio, Studio.id == StudioLeader.studio_id)
    query = leading.where(StudioLeader.person_id.in_(people), *_LEADS)
    return dict(session.execute(query).all())


def years(session: Session) -> list[int]:
    """Return the years of which honours stand, the newest first."""
    query = sa.select(Honour.year).where(is_active(today())).distinct().order_by(Honour.year.desc())
    return list(session.scalars(query))


def _named() -> sa.ColumnElement[bool]:
    return sa.and_(Person.shows_name, sa.or_(Person.shows_unit, Honour.level != "unit"))


def _standing(query: sa.Select[Any], asked: Asked) -> sa.Select[Any]:
    query = query.join(Honour.person).where(is_active(today()))
    for name in ("kind", "level", "year"):
        if wanted := getattr(asked, name):
            query = query.where(getattr(Honour, name) == wanted)
    if asked.text:
        # How many honours somebody unnamed has is nothing a name may be tried for.
        query = query.where(_named(), *(_holds(word) for word in _words(asked.text)))
    return query


def _words(text: str) -> list[str]:
    return [text[token.start : token.end] for token in analysis.words(text)] or [text]


def _holds(word: str) -> sa.ColumnElement[bool]:
    """Say whether an honour is found by a word: by its person, its title, who gave it, by the unit and the studio.

    The last two only where the person agreed to have the unit shown.
    """
    field = sa.or_(Studio.name.icontains(word, autoescape=True), Studio.field.icontains(word, autoescape=True))
    leads = sa.select(StudioLeader.id).join(Studio, Studio.id == StudioLeader.studio_id)
    works = sa.or_(
        Person.organisation.has(Organisation.name.icontains(word, autoescape=True)),
        leads.where(StudioLeader.person_id == Person.id, *_LEADS, field).exists(),
    )
    columns = (Person.name, Honour.title, Honour.given_by)
    return sa.or_(*(it.icontains(word, autoescape=True) for it in columns), sa.and_(Person.shows_unit, works))
