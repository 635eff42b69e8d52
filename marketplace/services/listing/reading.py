"""Read listings: what is offered to everybody, what somebody offers himself, and what an office sees to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, selectinload

from marketplace.errors import NotAllowed, NotFound
from marketplace.models import Achievement, Contributor, Listing, ListingOffer, Organisation
from marketplace.models.market.listing import OPEN, STATES, TAKEN
from marketplace.permissions import Actor, buyers, can_enter_curation, can_read, can_see_terms, overseen, readable

# What everybody may read of: offered now, being negotiated, or had by somebody.
SHOWN = (*OPEN, "in_negotiation", *TAKEN)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list of listings is narrowed to; what is empty is left open."""

    mode: str = ""
    price_form: str = ""
    state: str = ""


def get(session: Session, actor: Actor, listing_id: int) -> Listing:
    """Return a listing of an achievement the actor may read; one not offered is for its own side and its offices.

    Raises NotFound.
    """
    listing = session.get(Listing, listing_id)
    if listing is None or not can_read(actor, listing.achievement):
        raise NotFound("listing", listing_id)
    if listing.state not in SHOWN and not can_see_terms(actor, listing.achievement):
        offered = sa.exists().where(
            ListingOffer.listing_id == listing_id, ListingOffer.organisation_id.in_(buyers(actor))
        )
        if not session.scalar(sa.select(offered)):
            raise NotFound("listing", listing_id)
    return listing


def of_achievement(session: Session, actor: Actor, achievement: Achievement) -> list[Listing]:
    """Return the listings of an achievement the actor may see, those that can be had first."""
    seen = STATES if can_see_terms(actor, achievement) else SHOWN
    query = sa.select(Listing).where(Listing.achievement_id == achievement.id, Listing.state.in_(seen))
    found = session.scalars(query.order_by(Listing.id.desc()))
    return sorted(found, key=lambda it: (it.state not in OPEN, it.state not in SHOWN))


def told_of(achievement: Achievement) -> list[Listing]:
    """Return the listings a line about an achievement tells of: what took it, or else what is or may be had again."""
    taken = [it for it in achievement.listings if it.state in TAKEN]
    return taken or [it for it in achievement.listings if it.state in SHOWN]


def listed(session: Session, actor: Actor, asked: Asked, *, limit: int, after: int | None = None) -> list[Listing]:
    """Return what is offered now, the newest first, from below the id ``after``."""
    query = _with_achievement().where(Listing.state.in_(OPEN), readable(Achievement, actor))
    return _some(session, query, asked, limit, after)


def own(session: Session, actor: Actor) -> list[Listing]:
    """Return the listings of what is of the actor or of the units he acts for."""
    mine = sa.or_(
        Listing.account_id == actor.account_id,
        Achievement.account_id == actor.account_id,
        Achievement.contributors.any(sa.and_(Contributor.account_id == actor.account_id, Contributor.position == 1)),
        Achievement.units.any(Organisation.id.in_(actor.organisation_ids)),
    )
    query = _with_achievement().where(mine, readable(Achievement, actor)).order_by(Listing.id.desc()).limit(200)
    return [it for it in session.scalars(query) if can_see_terms(actor, it.achievement)]


def at_office(session: Session, actor: Actor, asked: Asked, *, limit: int, after: int | None = None) -> list[Listing]:
    """Return the listings of achievements in the actor's scope, whatever their state."""
    if not can_enter_curation(actor):
        raise NotAllowed("enter", "curation")
    return _some(session, _with_achievement().where(overseen(actor), readable(Achievement, actor)), asked, limit, after)


def offers_of(session: Session, actor: Actor, listing: Listing) -> list[ListingOffer]:
    """Return what was offered for a listing: all of it to its own side and its offices, to others their own."""
    query = sa.select(ListingOffer).filter_by(listing_id=listing.id).options(selectinload(ListingOffer.organisation))
    if not can_see_terms(actor, listing.achievement):
        query = query.where(ListingOffer.organisation_id.in_(buyers(actor)))
    return list(session.scalars(query.order_by(ListingOffer.id)))


def own_offers(session: Session, actor: Actor) -> list[ListingOffer]:
    """Return what the enterprises of the actor offered, the latest first."""
    query = sa.select(ListingOffer).where(ListingOffer.organisation_id.in_(buyers(actor)))
    return list(session.scalars(query.order_by(ListingOffer.id.desc()).limit(100)))


def enterprises_of(session: Session, actor: Actor) -> Sequence[Organisation]:
    """Return the enterprises the actor may offer for."""
    query = sa.select(Organisation).where(Organisation.id.in_(buyers(actor))).order_by(Organisation.id)
    return session.scalars(query).all()


def _with_achievement() -> sa.Select[Listing]:
    return (
        sa.select(Listing)
        .join(Listing.achievement)
        .options(contains_eager(Listing.achievement).selectinload(Achievement.units))
    )


def _narrowed(query: sa.Select[Listing], asked: Asked) -> sa.Select[Listing]:
    for column, wanted in (
        (Listing.mode, asked.mode),
        (Listing.price_form, asked.price_form),
        (Listing.state, asked.state),
    ):
        query = query.where(column == wanted) if wanted else query
    return query


def _some(session: Session, query: sa.Select[Listing], asked: Asked, limit: int, after: int | None) -> list[Listing]:
    query = query if after is None else query.where(Listing.id < after)
    return list(session.scalars(_narrowed(query, asked).order_by(Listing.id.desc()).limit(limit)))
