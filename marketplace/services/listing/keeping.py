"""Write down the terms of a listing, let it out, renew it and take it back (rules 11 to 13)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, rules, workflow
from marketplace.db import now, today
from marketplace.errors import N_, Conflict, Invalid, NotAllowed, StaleRevision
from marketplace.models import Account, Achievement, Auction, Listing, ListingOffer
from marketplace.models.market.listing import OPEN
from marketplace.permissions import Actor, Grant, Permission, can_list, can_prepare_listing, require
from marketplace.postbox import post
from marketplace.services import achievement as achievements
from marketplace.services.listing import exclusivity, reading
from marketplace.workflow import offices

TERMS = ("mode", "may_sublicense", "territory", "term", "price_form", "price", "note")


def prepare(session: Session, actor: Actor, achievement_id: int, data: Mapping[str, Any]) -> Listing:
    """Write down terms, as ``ListingSchema.load`` returned them, for an achievement; whoever offers it lets them out.

    Raises NotFound, NotAllowed, and Conflict where the achievement is not public, is taken, or is listed that way.
    """
    achievement = achievements.get(session, actor, achievement_id)
    if not can_prepare_listing(actor, achievement):
        raise NotAllowed("keep", "listing")
    exclusivity.hold(session, achievement_id)
    _require_offerable(session, achievement)
    _require_new_way(session, achievement_id, data["mode"])
    listing = Listing(achievement=achievement, account_id=actor.account_id, **{name: data[name] for name in TERMS})
    session.add(listing)
    session.flush()
    audit.record(
        session, actor, "prepare", "listing", listing.id, to_state="unlisted", payload=dict(data), is_first=True
    )
    if not can_list(actor, achievement):
        _tell_unit(session, listing)
    return listing


def revise(session: Session, actor: Actor, listing_id: int, revision: int, data: Mapping[str, Any]) -> Listing:
    """Change the terms of a listing nobody has answered; raise Conflict where somebody has, or bids are invited."""
    listing = _held(session, actor, listing_id)
    if listing.state not in ("unlisted", "expired", "withdrawn") and not _may_let_out(actor, listing):
        raise NotAllowed("keep", "listing")
    if listing.revision != revision:
        raise StaleRevision("listing", listing_id, revision, listing.revision)
    if listing.state not in ("unlisted", "listed", "expired", "withdrawn"):
        raise Conflict(N_("这项挂牌已有人在谈或者已经成交，条款不能再改。"))
    if is_answered(session, listing):
        raise Conflict(N_("已经有企业按现在的条款应答或者报名竞价，条款不能再改；请先办结，或者撤下以后重新挂牌。"))
    if data["mode"] != listing.mode:
        _require_new_way(session, listing.achievement_id, data["mode"])
    for name in TERMS:
        setattr(listing, name, data[name])
    session.flush()
    audit.record(session, actor, "revise", "listing", listing.id, payload=dict(data))
    return listing


def let_out(session: Session, actor: Actor, listing_id: int) -> Listing:
    """Offer an achievement on the terms written down, for as many months as the rule says.

    Raises Conflict for an auction: that one is let out by announcing it.
    """
    listing = _to_let_out(session, actor, listing_id)
    if listing.price_form == "auction":
        raise Conflict(N_("拍卖请设定起拍价和时间以后公布。"))
    return enter(session, actor, listing)


def renew(session: Session, actor: Actor, listing_id: int, *, is_confirmed: bool) -> Listing:
    """Let a listing stand for another term, once whoever offers it has confirmed that all of it still holds."""
    listing = _to_let_out(session, actor, listing_id)
    if not is_confirmed:
        raise Invalid({"is_confirmed": [N_("请确认权属没有变化，条款仍然有效。")]})
    if listing.state == "expired":
        if listing.price_form == "auction":
            raise Conflict(N_("拍卖请设定起拍价和时间以后公布。"))
        return enter(session, actor, listing)
    if listing.state not in OPEN:
        raise Conflict(N_("只有挂牌中和已到期的才能续期。"))
    listing.valid_until, listing.reminded_on = last_day(session), None
    session.flush()
    audit.record(session, actor, "renew", "listing", listing.id, payload={"valid_until": listing.valid_until})
    return listing


def withdraw(session: Session, actor: Actor, listing_id: int, reason: str) -> Listing:
    """Take a listing back: whoever offers it, or, with a reason, the province; offers that wait are told.

    Raises Conflict while an auction is under way or somebody has it reserved.
    """
    listing = _held(session, actor, listing_id)
    action = "withdraw"
    is_still_written = listing.state == "unlisted" and can_prepare_listing(actor, listing.achievement)
    if not _may_let_out(actor, listing) and not is_still_written:
        require(actor, Permission.LISTING_RUN)
        action = "take_down"
    if session.scalar(sa.select(Auction.id).filter_by(listing_id=listing.id, closed_at=None)) is not None:
        raise Conflict(N_("拍卖已经公布，不能撤下；还没有人出价时可以先取消拍卖。"))
    workflow.apply(session, actor, listing, action, reason.strip() or None)
    session.flush()
    lose_waiting(session, actor, listing)
    return listing


def enter(session: Session, actor: Actor, listing: Listing) -> Listing:
    """Take a listing out to the public; the caller holds the achievement and has asked who may."""
    listing.listed_at, listing.valid_until, listing.reminded_on = now(), last_day(session), None
    workflow.apply(session, actor, listing, "list", payload={name: getattr(listing, name) for name in TERMS})
    session.flush()
    return listing


def to_be_announced(session: Session, actor: Actor, listing_id: int) -> Listing:
    """Return the listing of an auction that the actor may announce."""
    return _to_let_out(session, actor, listing_id)


def lose_waiting(session: Session, actor: Actor, listing: Listing) -> None:
    """Tell every offer that still waits that nothing comes of it."""
    for offer in session.scalars(sa.select(ListingOffer).filter_by(listing_id=listing.id, state="waiting")):
        offer.state, offer.decided_by, offer.decided_at = "lost", actor.name, now()
        session.flush()
        audit.record(session, actor, "lose", "listing_offer", offer.id, from_state="waiting", to_state="lost")
        tell_buyer(session, offer, "listing_gone")


def tell_buyer(session: Session, offer: ListingOffer, kind: str) -> None:
    """Queue a mail to whoever made an offer."""
    account = session.get(Account, offer.account_id)
    if account is not None and account.is_active:
        post(session, account, kind, title=offer.listing.achievement.title, listing=str(offer.listing_id))


def tell_owner(session: Session, listing: Listing, kind: str, **values: str) -> None:
    """Queue a mail to whoever offers an achievement: who prepared it, and the unions of its units."""
    for account in owners(session, listing.achievement, listing.account_id):
        post(session, account, kind, title=listing.achievement.title, listing=str(listing.id), **values)


def owners(session: Session, achievement: Achievement, account_id: int | None = None) -> list[Account]:
    """Return the accounts that are told of what becomes of an achievement."""
    found = {account_id, achievement.account_id if achievement.is_duty is False else None} - {None}
    persons = list(session.scalars(sa.select(Account).where(Account.id.in_(found), Account.is_active)))
    unions = [] if achievement.is_duty is False else achievement.units
    staff = [
        it for unit in unions for it in offices.readers_of_mail(session, Grant("unit_union", organisation_id=unit.id))
    ]
    return sorted(set(persons + staff), key=lambda account: account.id)


def _held(session: Session, actor: Actor, listing_id: int) -> Listing:
    """Return a listing once nobody else is about to change who has its achievement, as it is then."""
    listing = reading.get(session, actor, listing_id)
    exclusivity.hold(session, listing.achievement_id)
    session.refresh(listing)
    return listing


def _to_let_out(session: Session, actor: Actor, listing_id: int) -> Listing:
    listing = _held(session, actor, listing_id)
    if not _may_let_out(actor, listing):
        raise NotAllowed("keep", "listing")
    _require_offerable(session, listing.achievement)
    return listing


def _may_let_out(actor: Actor, listing: Listing) -> bool:
    return can_list(actor, listing.achievement)


def _require_offerable(session: Session, achievement: Achievement) -> None:
    if achievement.published_state != "published":
        raise Conflict(N_("成果公布以后才能挂牌。"))
    exclusivity.require_free(session, achievement.id)


def _require_new_way(session: Session, achievement_id: int, mode: str) -> None:
    known = sa.select(Listing.id).where(
        Listing.achievement_id == achievement_id, Listing.mode == mode,
        Listing.state.in_(("unlisted", *OPEN, "in_negotiation")),
    )  # fmt: skip
    if (found := session.scalar(known)) is not None:
        raise Conflict(N_("这项成果已按同一方式挂牌（第 %(listing)s 号），请在那里修改。"), listing=found)


def is_answered(session: Session, listing: Listing) -> bool:
    """Say whether somebody counts on the terms as they are, so that they stay."""
    offers = sa.exists().where(ListingOffer.listing_id == listing.id, ListingOffer.state.in_(("waiting", "accepted")))
    auctions = sa.exists().where(Auction.listing_id == listing.id, Auction.closed_at.is_(None))
    return bool(session.scalar(sa.select(sa.or_(offers, auctions))))


def last_day(session: Session) -> dt.date:
    months = rules.value(session, "listing_validity", today())
    return months_from(today(), months)


def months_from(day: dt.date, months: int) -> dt.date:
    """Return the same day so many months later, the last of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_after = dt.date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(dt.date(year, month + 1, 1) + dt.timedelta(day.day - 1), first_after - dt.timedelta(1))


def _tell_unit(session: Session, listing: Listing) -> None:
    for unit in listing.achievement.units:
        for account in offices.readers_of_mail(session, Grant("unit_union", organisation_id=unit.id)):
            post(session, account, "listing_prepared", title=listing.achievement.title, listing=str(listing.id))
