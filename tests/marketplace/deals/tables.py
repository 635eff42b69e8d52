"""A table for tests: a plant in Mianyang needs what a plant in Deyang made, and both are introduced."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from marketplace.db import now, today
from marketplace.models import Achievement, Deal, Demand, Match
from marketplace.permissions import Actor
from marketplace.schemas.deal import ProposalOfTermsSchema, RegistrationSchema
from marketplace.services import publicity
from marketplace.services.deal import opening, signing, terms
from marketplace.services.listing import price_publicity
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
            "matched_at": now(), "seen_by_enterprise_at": now(), "wanted_by_enterprise_at": now(),
            "wanted_by_owner_at": now(), "introduced_at": now(), "introduced_by": "tests", **fields,
        }
    )  # fmt: skip
    session.add(match)
    session.flush()
    return match


def laid(session: Session, made: Achievement | None = None, **achievement: Any) -> Table:
    """Let the two begin to negotiate about an achievement, or somebody else about one that is there."""
    buyer = OrganisationFactory(region_path=MIANYANG, industry_path="C/36")
    maker = made.units[0] if made is not None else OrganisationFactory(region_path=DEYANG, industry_path="C/34")
    enterprise, owner = acting("enterprise", buyer), acting("unit_union", maker)
    achievement = {"is_duty": False, "transfer_modes": ["ordinary_licence"], **achievement}
    made = made or AchievementFactory(units=[maker], **achievement)
    match = introduced(session, DemandFactory(organisation=buyer), made)
    return Table(opening.open_from_match(session, enterprise, match), enterprise, owner)


def proposal(after: int = 0, **fields: Any) -> dict[str, Any]:
    """Return a version of the terms as a form would send it, after the latest that was seen."""
    given = {"contract_kind": "licence", "licence_kind": "ordinary", "amount": 100_000_00, **fields}
    data: dict[str, Any] = ProposalOfTermsSchema().load({"after": after, **given})
    return data


def registration(**fields: Any) -> dict[str, Any]:
    given = {
        "registration_no": "2026510700001234", "registration_office": "绵阳市技术合同登记处",
        "registered_on": today().isoformat(), **fields,
    }  # fmt: skip
    data: dict[str, Any] = RegistrationSchema().load(given)
    return data


def agreed(session: Session, table: Table, **fields: Any) -> Table:
    """Let both accept a first version of the terms."""
    terms.propose(session, table.enterprise, table.deal.id, proposal(**fields))
    terms.accept(session, table.owner, table.deal.id, 1)
    return table


def shown_to_the_end(session: Session, deal: Deal) -> None:
    """Let the last day on which the price of a deal is shown be yesterday."""
    notice = price_publicity.of(session, deal)
    listed = publicity.running_for(session, notice) if notice is not None else None
    if listed is not None:
        listed.starts_on, listed.ends_on = today() - dt.timedelta(20), today() - dt.timedelta(1)
        session.flush()


def signed(session: Session, table: Table, **fields: Any) -> Deal:
    """Let both accept and sign a first version of the terms."""
    agreed(session, table, **fields)
    shown_to_the_end(session, table.deal)
    for actor in (table.enterprise, table.owner):
        signing.sign(session, actor, table.deal.id, 1)
    return table.deal
