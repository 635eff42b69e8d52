"""Show an agreed price to the public before it is signed, with an end that other terms put off anew (rule 13).

A price that was listed, or found by an auction, was open to all and is not shown again for what it was listed for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, rules, workflow
from marketplace.db import now, today
from marketplace.errors import N_, Conflict
from marketplace.models import Deal, Listing, ListingOffer, Objection, PriceNotice, Publicity, PublicityEntry
from marketplace.permissions import Actor
from marketplace.schemas.achievement import disclosed
from marketplace.services import publicity as publicities
from marketplace.services.listing import exclusivity, parties

_STANDING = ("publicity", "objected", "passed")
_LONGEST_ABSTRACT = 300


def days(session: Session, deal: Deal, terms: Mapping[str, Any]) -> int:
    """Return for how many days a price must be shown; 0 where it need not: by whom, for what, and how it was found."""
    way = exclusivity.way(terms["mode"], terms["licence_kind"], terms["contract_kind"])
    unit = deal.owner_organisation
    is_trial = way == "use_first" and terms["price_form"] == "free_trial" and not terms["amount"]
    if way is None or unit is None or deal.achievement.is_duty is False or is_trial:
        return 0
    open_to_all = (
        sa.select(ListingOffer.id)
        .join(ListingOffer.listing)
        .where(ListingOffer.deal_id == deal.id, ListingOffer.kind.in_(("price", "bid")))
        .where(ListingOffer.amount == terms["amount"], Listing.mode == way)
    )
    if session.scalar(open_to_all) is not None:
        return 0
    of_whom = "enterprise" if unit.kind == "enterprise" else "public"
    found: int = rules.value(session, f"price_publicity_{of_whom}", today())
    return found


def begin(session: Session, actor: Actor, deal: Deal, terms: Mapping[str, Any]) -> PriceNotice | None:
    """Begin to show the price both sides agreed on, where it must be shown and is not shown already.

    Other terms end the period of the former ones; what was objected to them is an objection to these.
    """
    before = of(session, deal)
    wanted = days(session, deal, terms)
    if before is not None and before.state in _STANDING:
        if wanted and _is_same(before, terms):
            return before
        _replace(session, actor, before)
    if not wanted or terms["amount"] is None:
        return None
    notice = PriceNotice(
        deal=deal, mode=_way(terms), amount=terms["amount"], is_related_party=terms["is_related_party"]
    )
    session.add(notice)
    session.flush()
    audit.record(
        session,
        actor,
        "announce",
        "price_notice",
        notice.id,
        to_state="publicity",
        payload=as_shown(notice),
        is_first=True,
    )
    title = f"《{deal.achievement.title}》的协议价格"
    shown = [(notice, as_shown(notice))]
    begun = publicities.start(session, actor, shown, title=title, channel="", days=wanted, counts_working_days=False)
    if before is not None:
        _carry_on(session, actor, before, notice, begun)
    parties.tell(session, deal, "price_shown", day=begun.ends_on.isoformat())
    return notice


def as_shown(notice: PriceNotice) -> dict[str, Any]:
    """Return what the public is told: name, abstract, mode, price in fen, and whether the two sides are related."""
    achievement = notice.deal.achievement
    public = disclosed(achievement)
    abstract = public.get("teaser") or public.get("summary") or ""
    return {
        "title": achievement.title,
        "abstract": abstract[:_LONGEST_ABSTRACT],
        "units": [unit.name for unit in achievement.units],
        "mode": notice.mode,
        "amount": notice.amount,
        "is_related_party": notice.is_related_party,
    }


def of(session: Session, deal: Deal) -> PriceNotice | None:
    """Return the latest notice of a deal."""
    return session.scalars(sa.select(PriceNotice).filter_by(deal_id=deal.id).order_by(PriceNotice.id.desc())).first()


def require_over(session: Session, actor: Actor, deal: Deal, terms: Mapping[str, Any]) -> None:
    """Raise Conflict where the price of a contract on these terms was not shown to its end without objection."""
    if not days(session, deal, terms):
        return
    notice = of(session, deal)
    if notice is None or notice.state == "replaced" or not _is_same(notice, terms):
        raise Conflict(N_("协议价格还没有按这些条款公示，请先由双方重新确认条款。"))
    if notice.state == "struck":
        raise Conflict(N_("价格公示中的异议成立，请双方另议条款。"))
    if notice.state != "passed":
        _pass(session, actor, notice, publicities.require_over(session, notice))


def waiting(session: Session) -> list[tuple[PriceNotice, Publicity]]:
    """Return the prices that are being shown, each with its list, the one that ends first at the head."""
    query = (
        sa.select(PriceNotice, Publicity)
        .join(
            PublicityEntry, sa.and_(PublicityEntry.noun == "price_notice", PublicityEntry.object_id == PriceNotice.id)
        )
        .join(Publicity, Publicity.id == PublicityEntry.publicity_id)
        .where(PriceNotice.state.in_(publicities.WAITING), Publicity.closed_at.is_(None))
        .order_by(Publicity.ends_on, PriceNotice.id)
    )
    return [(notice, publicity) for notice, publicity in session.execute(query)]


def pass_due(session: Session, actor: Actor) -> int:
    """Let the prices stand whose period is over without an open objection; return how many."""
    count = 0
    for notice, publicity in waiting(session):
        if notice.state == "publicity" and today() > publicity.ends_on:
            _pass(session, actor, notice, publicity)
            count += 1
    return count


def _pass(session: Session, actor: Actor, notice: PriceNotice, publicity: Publicity) -> None:
    workflow.apply(session, actor, notice, "pass", process="listing")
    session.flush()
    publicities.close_if_done(session, publicity)
    parties.tell(session, notice.deal, "price_passed")


def _replace(session: Session, actor: Actor, notice: PriceNotice) -> None:
    shown = publicities.running_for(session, notice)
    workflow.apply(session, actor, notice, "replace", process="listing")
    session.flush()
    if shown is not None:
        publicities.close_if_done(session, shown)


def _carry_on(session: Session, actor: Actor, before: PriceNotice, notice: PriceNotice, begun: Publicity) -> None:
    """Lead from the former list to this one, and let objections that nobody has decided be to this price."""
    entry = sa.select(PublicityEntry.publicity_id).filter_by(noun="price_notice", object_id=before.id)
    for former in session.scalars(sa.select(Publicity).where(Publicity.id.in_(entry))):
        former.replaced_by_id, former.closed_at = begun.id, former.closed_at or now()
    undecided = list(
        session.scalars(sa.select(Objection).filter_by(noun="price_notice", object_id=before.id, state="open"))
    )
    for objection in undecided:
        objection.publicity, objection.object_id = begun, notice.id
    session.flush()
    if undecided:
        workflow.apply(session, actor, notice, "object", process="publicity")
        session.flush()


def _way(terms: Mapping[str, Any]) -> str:
    return exclusivity.way(terms["mode"], terms["licence_kind"], terms["contract_kind"]) or ""


def _is_same(notice: PriceNotice, terms: Mapping[str, Any]) -> bool:
    shown = (notice.mode, notice.amount, notice.is_related_party)
    return shown == (_way(terms), terms["amount"], terms["is_related_party"])
