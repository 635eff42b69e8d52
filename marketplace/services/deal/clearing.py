"""What must be over before a contract is signed, and what follows for others once it is (rules 13 to 15)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy.orm import Session

from marketplace.errors import Conflict
from marketplace.models import Deal
from marketplace.models.market.deal import CONTRACTED
from marketplace.permissions import Actor
from marketplace.services.deal import co_owners
from marketplace.services.listing import exclusivity, first_refusal, price_publicity, settling
from marketplace.services.match import nda


def begin(session: Session, actor: Actor, deal: Deal, data: dict[str, Any], number: int) -> None:
    """Begin what terms both sides agreed on wait for: the consent of all owners, publicity, the completers' answers."""
    co_owners.ask(session, deal, number)
    price_publicity.begin(session, actor, deal, data)
    first_refusal.begin(session, actor, deal, data)


def require_clear(session: Session, actor: Actor, deal: Deal, data: dict[str, Any], number: int) -> None:
    """Raise Conflict where something still bars a contract on these terms.

    Whoever signs anything about the achievement waits here for whoever is signing, so that exactly one can have it
    alone.
    """
    exclusivity.hold(session, deal.achievement_id)
    for wait in _waits(session, actor, deal, data, number):
        wait()


def barred(session: Session, actor: Actor, deal: Deal, data: dict[str, Any], number: int) -> list[Conflict]:
    """Return all that a contract on terms both sides agreed on still waits for, shown before they try to sign."""
    found = []
    for wait in _waits(session, actor, deal, data, number):
        try:
            wait()
        except Conflict as error:
            found.append(error)
    return found


def _waits(
    session: Session, actor: Actor, deal: Deal, data: dict[str, Any], number: int
) -> Iterator[Callable[[], object]]:
    """Yield what raises Conflict while something bars a contract on a version of the terms."""
    yield lambda: exclusivity.require_free(session, deal.achievement_id, follows_id=deal.follows_id)
    yield lambda: co_owners.require_consent(deal, number)
    yield lambda: price_publicity.require_over(session, actor, deal, data)
    yield lambda: first_refusal.require_over(session, deal, data)


def settle(session: Session, actor: Actor, deal: Deal) -> None:
    """Let what is listed of the achievement follow a deal, once its contract is signed or it is ended."""
    if deal.state in CONTRACTED:
        settling.signed(session, actor, deal)
        if exclusivity.taken_among(session, [deal.achievement_id]):
            nda.tell_of_closing(session, actor, deal.achievement_id)
    elif deal.state == "terminated":
        settling.ended(session, actor, deal)
