"""Tell the sides of a deal what became of what they waited for."""

from __future__ import annotations

from sqlalchemy.orm import Session

from marketplace.models import Deal
from marketplace.models.market.outcome import SIDES
from marketplace.services.deal import rooms


def tell(session: Session, deal: Deal, kind: str, **values: str) -> None:
    """Tell the people of both sides by a kind of ``services.mail.listing_texts``."""
    people = {account.id: account for side in SIDES for account in rooms.people_at(session, deal, side)}
    rooms.tell(session, deal, people.values(), kind, title=deal.achievement.title, **values)


def tell_owner(session: Session, deal: Deal, kind: str, **values: str) -> None:
    """Tell the people of the side whose achievement it is."""
    rooms.tell(session, deal, rooms.people_at(session, deal, "owner"), kind, title=deal.achievement.title, **values)
