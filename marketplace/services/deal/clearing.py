"""What must be over before a contract is signed, and what follows for others once it is (rules 13 to 15)."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from marketplace.errors import Conflict
from marketplace.models import Deal
from marketplace.models.market.deal import CONTRACTED
from marketplace.permissions import Actor
from marketplace.services.listing import exclusivity, first_refusal, price_publicity, settling
from marketplace.services.match import nda


def begin(session: Session, actor: Actor, deal: Deal, data: dict[str, Any]) -> None:
    """Begin what terms that both sides agreed on must wait for: the publicity of the price, the completers' answers."""
    price_publicity.begin(session, actor, deal, data)
    first_refusal.begin(session, actor, deal, data)


def require_clear(session: Session, actor: Actor, deal: Deal, data: dict[str, Any]) -> None:
    """Raise Conflict where something still bars a contract on these terms.

    Whoever signs anything about the achievement waits here for whoever is signing, so that exactly one can have it
    alone.
    """
    exclusivity.hold(session, deal.achievement_id)
    exclusivity.require_free(session, deal.achievement_id, follows_id=deal.follows_id)
    price_publicity.require_over(session, actor, deal, data)
    first_refusal.require_over(session, deal, data)


def barred(session: Session, actor: Actor, deal: Deal, data: dict[str, Any]) -> Conflict | None:
    """Return what a contract on terms both sides agreed on still waits for, to be shown before they try to sign."""
    try:
        exclusivity.require_free(session, deal.achievement_id, follows_id=deal.follows_id)
        price_publicity.require_over(session, actor, deal, data)
        first_refusal.require_over(session, deal, data)
    except Conflict as error:
        return error
    return None


def settle(session: Session, actor: Actor, deal: Deal) -> None:
    """Let what is listed of the achievement follow a deal, once its contract is signed or it is ended."""
    if deal.state in CONTRACTED:
        settling.signed(session, actor, deal)
        if exclusivity.taken_among(session, [deal.achievement_id]):
            nda.tell_of_closing(session, actor, deal.achievement_id)
    elif deal.state == "terminated":
        settling.ended(session, actor, deal)
