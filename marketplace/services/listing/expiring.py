"""What happens to listings by themselves: a reminder before they end, and their end (rule 11)."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import rules, workflow
from marketplace.db import today
from marketplace.models import Auction, Listing
from marketplace.models.market.listing import OPEN
from marketplace.permissions import Actor
from marketplace.services.listing import exclusivity, keeping


def expire(session: Session, actor: Actor, most: int) -> int:
    """End the listings whose last day is over, so many at most; return how many.

    An auction ends by itself within the term of its listing; one that was put off past it is left to end first.
    """
    bids_invited = sa.exists().where(Auction.listing_id == Listing.id, Auction.closed_at.is_(None))
    over = sa.and_(Listing.state.in_(OPEN), Listing.valid_until < today(), ~bids_invited)
    query = sa.select(Listing).where(over).order_by(Listing.id).limit(most)
    count = 0
    for listing in session.scalars(query).all():
        exclusivity.hold(session, listing.achievement_id)
        session.refresh(listing)
        if listing.state not in OPEN or listing.valid_until is None or listing.valid_until >= today():
            continue
        workflow.apply(session, actor, listing, "expire", process="listing")
        session.flush()
        keeping.lose_waiting(session, actor, listing)
        keeping.tell_owner(session, listing, "listing_expired")
        count += 1
    return count


def remind(session: Session) -> int:
    """Queue a mail, once, for each listing that ends within as many days as the rule says; return how many listings."""
    day = today()
    soon = day + dt.timedelta(rules.value(session, "listing_reminder", day))
    query = (
        sa.select(Listing)
        .where(Listing.state.in_(OPEN), Listing.valid_until.between(day, soon), Listing.reminded_on.is_(None))
        .order_by(Listing.id)
        .with_for_update(skip_locked=True)
    )
    found = session.scalars(query).all()
    for listing in found:
        listing.reminded_on = day
        last = listing.valid_until.isoformat() if listing.valid_until is not None else ""
        keeping.tell_owner(session, listing, "listing_expiring", day=last)
    session.flush()
    return len(found)
