"""What some units of a place come to: those whose headcount is known, say, so that a rate has both parts of the same.

Whoever asks for some units asks for most as a rule. What the whole place comes to is kept; so what the units that are
left out come to is taken off, and few entries are looked at, however many the others have.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import bulk
from marketplace.models import Organisation, ParticipationPerson
from marketplace.services.tally import figures, together
from marketplace.services.tally.counting import FIGURES, Figures
from marketplace.services.tally.figures import Slice
from marketplace.services.tally.items import Counted


@dataclass(frozen=True, slots=True)
class Some:
    """The figures of some units, how many persons there have every item, how many units with entries are left out."""

    figures: Figures
    complete: int
    left_out: int


def of_some(session: Session, items: Counted, of: Slice, among: sa.Select[int]) -> Some:
    """Return what the units of a slice come to whose ids ``among`` gives."""
    if not items.ids:
        return Some(Figures(), 0, 0)
    told, units = set(session.scalars(among)), session.scalars(figures.unit_ids(session, items.subject, of)).all()
    asked, left_out = [it for it in units if it in told], [it for it in units if it not in told]
    if len(left_out) > len(asked):
        these = _these(session, asked)
        some = together.total(session, items, of, these), together.complete(session, items, of, these)
    else:
        some = together.total(session, items, of), together.complete(session, items, of)
        some = _without(session, items, of, some, left_out) if left_out else some
    return Some(*some, left_out=len(left_out))


def _without(
    session: Session, items: Counted, of: Slice, whole: tuple[Figures, int], left_out: list[int]
) -> tuple[Figures, int]:
    total, complete = whole
    these, person = _these(session, left_out), ParticipationPerson
    rest = together.total(session, items, of, these)
    there = bulk.among_found(session, person.person_id, together.persons(items, of, these))
    is_elsewhere = sa.not_(bulk.among(session, person.organisation_id, left_out))
    numbers = {name: getattr(total, name) - getattr(rest, name) for name in FIGURES}
    numbers["persons"] += _count(session, together.persons(items, of).where(there, is_elsewhere))
    # Of those who took part where it is left out few have every item, and some of these also without it.
    with_all = together.complete_persons(items, of).where(there)
    have_all = bulk.among_found(session, person.person_id, with_all)
    complete -= _count(session, with_all) - _count(
        session, together.complete_persons(items, of).where(have_all, is_elsewhere)
    )
    return dataclasses.replace(total, **numbers), complete


def _these(session: Session, unit_ids: Collection[int]) -> sa.Select[int]:
    return sa.select(Organisation.id).where(bulk.among(session, Organisation.id, unit_ids))


def _count(session: Session, people: sa.Select[Any]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(people.subquery())) or 0
