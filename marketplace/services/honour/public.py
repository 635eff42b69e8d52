"""The honours everybody may see: of those who agreed, named as far as they did; of others a count.

An honour of a unit says in its title, its giver and its document which unit that is, so it is named only where the
person agreed to have the unit shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from marketplace.db import today
from marketplace.models import Honour, Person
from marketplace.models.people.honour import is_active


@dataclass(frozen=True, slots=True)
class Asked:
    """Which honours are wanted; nothing where it is empty."""

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
    return query
