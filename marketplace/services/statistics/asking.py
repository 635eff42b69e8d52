"""What a page or a program asked for, as scope, period and the period it is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from marketplace.db import today
from marketplace.permissions import Actor
from marketplace.services.statistics import scope as scopes
from marketplace.services.statistics.period import Period
from marketplace.services.statistics.scope import Scope


@dataclass(frozen=True, slots=True)
class Question:
    """A scope the actor may see, months of a year, and other months or None where nothing is compared."""

    scope: Scope
    period: Period
    other: Period | None
    measure: str


def question(session: Session, actor: Actor, asked: Mapping[str, Any]) -> Question:
    """Read what ``StatisticsQuerySchema.load`` returned.

    Raises Invalid for months that do not follow each other, NotFound for a unit there is not, and NotAllowed for a
    scope beyond the actor's offices.
    """
    found = scopes.asked(session, actor, asked["region"] or "", asked["industry"] or "", asked["unit"])
    period = Period(asked["year"] or today().year, asked["first"], asked["last"])
    versus = period.year - 1 if asked["versus"] is None else asked["versus"]
    other = None
    if versus:
        other = Period(versus, asked["versus_first"] or period.first, asked["versus_last"] or period.last)
    return Question(found, period, other, asked["measure"] or "")
