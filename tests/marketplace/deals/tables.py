"""A table for tests: a plant in Mianyang needs what a plant in Deyang made, and both are introduced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from marketplace.db import now
from marketplace.models import Achievement, Deal, Demand, Match
from marketplace.permissions import Actor
from marketplace.services.deal import opening
from tests.factories import AchievementFactory, DemandFactory, OrganisationFactory
from tests.marketplace.officers import acting

DEYANG, MIANYANG = "51/5106/510603", "51/5107/510703"


@dataclass(frozen=True)
class Table:
    """A deal, who negotiates it on each side, and the broker's seat."""

    deal: Deal
    enterprise: Actor
    owner: Actor


def introduced(session: Session, demand: Demand, achievement: Achievement, **fields: Any) -> Match:
    """Return a match both sides want, whose parties were introduced to one another."""
    match = Match(
        **{
            "demand_id": demand.id, "achievement_id": achievement.id, "state": "introduced", "rank": 1, "score": 0.8,
            "fingerprint": "tests", "demand_revision": demand.revision, "achievement_revision": achievement.revision,
            "matched_at": now(), **fields,
        }
    )  # fmt: skip
    session.add(match)
    session.flush()
    return match


def laid(session: Session, **achievement: Any) -> Table:
    """Let the two begin to negotiate."""
    buyer = OrganisationFactory(region_path=MIANYANG, industry_path="C/36")
    maker = OrganisationFactory(region_path=DEYANG, industry_path="C/34")
    enterprise, owner = acting("enterprise", buyer), acting("unit_union", maker)
    made = AchievementFactory(units=[maker], transfer_modes=["ordinary_licence"], **achievement)
    match = introduced(session, DemandFactory(organisation=buyer), made)
    return Table(opening.open_from_match(session, enterprise, match), enterprise, owner)
