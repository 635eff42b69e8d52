"""What everybody sees of crews: those whose honour stands, with who leads them only as far as that was agreed to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.db import today
from marketplace.errors import NotFound
from marketplace.models import Achievement, Crew, CrewHonour, Person
from marketplace.models.people.honour import is_active
from marketplace.services.crew.records import Asked, selected


@dataclass(frozen=True, slots=True)
class Shown:
    """A crew for everybody; ``leader`` is None where the name is not to be shown."""

    crew: Crew
    leader: Person | None
    honours: list[CrewHonour]
    achievements: list[Achievement]


def listed(session: Session, asked: Asked, *, limit: int, after: int | None = None) -> list[Crew]:
    """Return the crews that hold such an honour now, the newest first, from below the id ``after``."""
    query = _standing(asked).limit(limit)
    return list(session.scalars(query if after is None else query.where(Crew.id < after)))


def of_unit(session: Session, unit_id: int) -> list[Crew]:
    """Return the crews of a unit that hold an honour now, the newest first."""
    return list(session.scalars(_standing(Asked()).where(Crew.organisation_id == unit_id)))


def count(session: Session, asked: Asked) -> int:
    """Return how many ``listed`` would go through."""
    found = _standing(asked).order_by(None).with_only_columns(Crew.id)
    return session.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0


def show(session: Session, crew_id: int) -> Shown:
    """Return what everybody sees of a crew; raise NotFound, also for one dissolved or without a standing honour."""
    crew = session.get(Crew, crew_id)
    honours = standing(crew) if crew is not None and crew.dissolved_on is None else []
    if crew is None or not honours:
        raise NotFound("crew", crew_id)
    leader = crew.leader if crew.leader is not None and crew.leader.shows_unit else None
    linked = [it.achievement for it in crew.innovations]
    return Shown(crew, leader, honours, [it for it in linked if it.published_state == "published"])


def standing(crew: Crew) -> list[CrewHonour]:
    """Return the honours of a crew that stand today."""
    return [it for it in crew.honours if it.state_on(today()) == "active"]


def _standing(asked: Asked) -> sa.Select[Any]:
    wanted = [getattr(CrewHonour, name) == code for name in ("kind", "level") if (code := getattr(asked, name))]
    holds = Crew.honours.any(sa.and_(is_active(today(), CrewHonour), *wanted))
    return selected(Asked(asked.text)).where(holds, Crew.dissolved_on.is_(None))
