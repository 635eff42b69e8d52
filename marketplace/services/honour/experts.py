"""Who could help with what is asked for: people of the achievements and studios found, who agreed to be named.

Both say a unit, so only those are named who agreed to have theirs shown and are of it still; and of an achievement only
where it says in public who completed it. Taking the agreement back holds at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.models import Achievement, Contributor, Person, Studio, StudioLeader
from marketplace.schemas.disclosure import PUBLIC, layer_of

_IS_NAMED = (Person.shows_unit, Person.employment.in_(("in_service", "retired")))


@dataclass(slots=True)
class Expert:
    """A person with what speaks for him, the best first."""

    person: Person
    achievements: list[Achievement] = field(default_factory=list)
    studios: list[Studio] = field(default_factory=list)


def of(session: Session, achievements: Sequence[Achievement], studios: Sequence[Studio], *, limit: int) -> list[Expert]:
    """Return the people of what was found, best first: who has most of it first, then whose comes first.

    The caller has found only what the reader may read.
    """
    found: dict[int, Expert] = {}
    completed, led = _completers(session, achievements), _leaders(session, studios)
    for achievement in achievements:
        for person in completed.get(achievement.id, ()):
            found.setdefault(person.id, Expert(person)).achievements.append(achievement)
    for studio in studios:
        for person in led.get(studio.id, ()):
            found.setdefault(person.id, Expert(person)).studios.append(studio)
    return sorted(found.values(), key=lambda it: -len(it.achievements) - len(it.studios))[:limit]


def _completers(session: Session, achievements: Sequence[Achievement]) -> dict[int, list[Person]]:
    named = [it.id for it in achievements if layer_of(it, "contributors") == PUBLIC]
    query = (
        sa.select(Contributor.achievement_id, Person)
        .join(Person, Person.account_id == Contributor.account_id)
        .where(Contributor.achievement_id.in_(named), Contributor.declined_at.is_(None), *_IS_NAMED)
        .order_by(Contributor.position)
    )
    return _grouped(session, query)


def _leaders(session: Session, studios: Sequence[Studio]) -> dict[int, list[Person]]:
    query = (
        sa.select(StudioLeader.studio_id, Person)
        .join(Person, Person.id == StudioLeader.person_id)
        .where(StudioLeader.studio_id.in_([it.id for it in studios]), StudioLeader.until.is_(None), *_IS_NAMED)
    )
    return _grouped(session, query)


def _grouped(session: Session, query: sa.Select[int, Person]) -> dict[int, list[Person]]:
    found: dict[int, list[Person]] = {}
    for number, person in session.execute(query):
        found.setdefault(number, []).append(person)
    return found
