"""Several units that own what a deal is about: the first of them negotiates, the others consent before it is signed.

They agree on two things at once: a version of the terms, and which part of what is left of each payment is whose. What
each answers is in ``consents``.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from marketplace.errors import N_, Conflict
from marketplace.models import Achievement, Deal, OwnerShare
from marketplace.services.deal import rooms


def owners_of(achievement: Achievement, buyer_id: int | None = None) -> list[OwnerShare]:
    """Return a row for each unit that owns what was made in the line of duty; none where there is one owner.

    A unit that buys what it owns with others agrees by signing as the buyer, and what is left is not its to share.
    """
    units = [it for it in achievement.units if it.id != buyer_id] if achievement.counts_as_duty else []
    return [OwnerShare(organisation_id=it.id) for it in units] if len(units) > 1 else []


def ask(session: Session, deal: Deal, number: int) -> None:
    """Tell those who act for the other owners that a version both sides agreed on, and the parts, wait for them."""
    if any(it.share is None for it in deal.owners):
        return
    for it in deal.co_owners:
        if it.version != number:
            rooms.tell(session, deal, rooms.acting_for(session, it.organisation_id), "deal_consent_asked")


def require_consent(deal: Deal, number: int) -> None:
    """Raise Conflict while one of the units that own it too has not consented to a version of the terms."""
    others = deal.co_owners
    if any(it.share is None for it in deal.owners):
        raise Conflict(N_("成果由几个单位共有：先由牵头单位写明各单位的收益份额，再由其他单位同意，之后才能签订。"))
    refused = [it for it in others if it.version == number and it.consents is False]
    if refused:
        said = "；".join(f"{it.organisation.name}：{it.reason}" for it in refused)
        raise Conflict(N_("共有单位不同意（%(said)s）。请改条款或者份额，重新商量。"), said=said)
    if waiting := [it for it in others if it.version != number]:
        raise Conflict(N_("等待共有单位同意这一版条款和份额：%(names)s。"), names=_names(waiting))


def _names(owners: Iterable[OwnerShare]) -> str:
    return "、".join(it.organisation.name for it in owners)
