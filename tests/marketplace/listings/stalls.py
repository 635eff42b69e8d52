"""A stall for tests: what a unit made, offered on terms, and enterprises that would have it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from marketplace.db import now
from marketplace.models import Achievement, Auction, Contributor, Deal, Listing
from marketplace.permissions import Actor
from marketplace.schemas.listing import AuctionSchema, ListingSchema, OfferSchema
from marketplace.services.auction import announcing
from marketplace.services.deal import signing, terms
from marketplace.services.listing import keeping
from tests.factories import AchievementFactory, OrganisationFactory
from tests.marketplace.deals.tables import proposal
from tests.marketplace.officers import acting

OFFER = OfferSchema().load({})


@dataclass(frozen=True)
class Stall:
    """An achievement with whoever offers it for its unit, and who made it."""

    achievement: Achievement
    owner: Actor
    completer: Actor


def made(session: Session, *, kind: str = "institution", **fields: Any) -> Stall:
    """Return a duty achievement of a public body, with its completer."""
    unit = OrganisationFactory(kind=kind, region_path="51/5106/510603", industry_path="C/34")
    owner, completer = acting("unit_union", unit), acting("worker", unit)
    achievement = AchievementFactory(
        units=[unit], contributors=[Contributor(name="示例完成人", account_id=completer.account_id, share=100)],
        **{"is_duty": True, **fields},
    )  # fmt: skip
    return Stall(achievement, owner, completer)


def terms_of(**fields: Any) -> dict[str, Any]:
    """Return the terms of a listing as a form would send them."""
    given = {"mode": "exclusive_licence", "price_form": "listed", "price": 80_000_00, **fields}
    data: dict[str, Any] = ListingSchema().load({name: value for name, value in given.items() if value is not None})
    return data


def listed(session: Session, stall: Stall, **fields: Any) -> Listing:
    listing = keeping.prepare(session, stall.owner, stall.achievement.id, terms_of(**fields))
    return keeping.let_out(session, stall.owner, listing.id)


def buyer(session: Session) -> Actor:
    return acting("enterprise", OrganisationFactory(kind="enterprise"))


def auctioned(session: Session, stall: Stall, *, mode: str = "assignment", **fields: Any) -> Auction:
    """Announce an auction that opens in a minute and lasts an hour."""
    listing = keeping.prepare(
        session, stall.owner, stall.achievement.id, terms_of(mode=mode, price_form="auction", price=None)
    )
    opens = now() + dt.timedelta(minutes=1)
    given = {
        "start_price": 100_000_00, "increment": 1_000_00, "opens_at": opens.isoformat(),
        "closes_at": (opens + dt.timedelta(hours=1)).isoformat(), **fields,
    }  # fmt: skip
    return announcing.announce(session, stall.owner, listing.id, AuctionSchema().load(given))


def admitted(session: Session, stall: Stall, auction: Auction, bidder: Actor | None = None) -> Actor:
    """Return an enterprise that may bid."""
    bidder = bidder or buyer(session)
    asked = announcing.ask(session, bidder, auction.id, None)
    announcing.decide(session, stall.owner, asked.id, is_accepted=True, reason="")
    return bidder


def signed(session: Session, stall: Stall, enterprise: Actor, deal: Deal, **fields: Any) -> Deal:
    """Let both sides accept and sign terms: those of the deal as it was opened, and what is given."""
    first = {it: value for it, value in terms.first(deal).items() if value not in (None, False)}
    given = {"licence_kind": None, **first, **fields}
    terms.propose(session, enterprise, deal.id, proposal(**given))
    terms.accept(session, stall.owner, deal.id, 1)
    for actor in (enterprise, stall.owner):
        signing.sign(session, actor, deal.id, 1)
    return deal
