"""The life of the listings of one achievement, step by step at random: what must hold holds after every step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import hypothesis.strategies as st
import sqlalchemy as sa
from hypothesis import settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import today
from marketplace.errors import DomainError
from marketplace.models import Deal, Listing, ListingOffer
from marketplace.models.market.listing import OPEN, TAKEN
from marketplace.permissions import SYSTEM
from marketplace.services.deal import signing
from marketplace.services.listing import exclusivity, expiring, keeping, offering
from tests.marketplace.listings.stalls import OFFER, buyer, listed, made, signed

_MODES = ("assignment", "exclusive_licence", "sole_licence", "ordinary_licence", "equity")


class Life(RuleBasedStateMachine):
    """Owners list, enterprises take and ask, deals are signed or end, and days go by."""

    session: Session
    listings = Bundle("listings")
    offers = Bundle("offers")

    def __init__(self) -> None:
        super().__init__()
        # A person's own achievement: nothing is to be waited for before a contract.
        self.stall = made(self.session, is_duty=False)
        self.stall.achievement.contributors[0].account_id = None
        self.buyers = [buyer(self.session) for _ in range(3)]
        self.events = 0

    def tries(self, act: Callable[[], Any]) -> Any:
        """Do something as a request would, of which nothing is left where it is refused; return None then."""
        try:
            with self.session.begin_nested():
                return act()
        except DomainError:
            return None

    def of_ours(self) -> list[Listing]:
        query = sa.select(Listing).filter_by(achievement_id=self.stall.achievement.id)
        return list(self.session.scalars(query))

    @rule(target=listings, mode=st.sampled_from(_MODES), asks=st.booleans())
    def list_it(self, mode: str, asks: bool) -> Any:
        price = {"price_form": "agreed", "price": None} if asks else {"price": 10_000_00}
        was_taken = exclusivity.taken_among(self.session, [self.stall.achievement.id])
        found = self.tries(lambda: listed(self.session, self.stall, mode=mode, **price))
        assert found is None or not was_taken
        return None if found is None else found.id

    @rule(target=offers, listing=listings, who=st.integers(0, 2))
    def offer(self, listing: int | None, who: int) -> Any:
        if listing is None:
            return None
        found = self.session.get_one(Listing, listing)
        was = found.state
        verb = offering.take if found.price_form == "listed" else offering.ask
        offer = self.tries(lambda: verb(self.session, self.buyers[who], listing, OFFER))
        assert offer is None or was in OPEN
        return None if offer is None else offer.id

    @rule(offer=offers)
    def take_up(self, offer: int | None) -> None:
        if offer is None:
            return
        found = self.session.get_one(ListingOffer, offer)
        was_open = found.state == "waiting" and found.listing.state in OPEN
        owner = self.stall.owner
        done = self.tries(lambda: offering.decide(self.session, owner, offer, is_accepted=True, reason=""))
        assert done is None or was_open

    @rule(offer=offers, is_signed=st.booleans())
    def finish(self, offer: int | None, is_signed: bool) -> None:
        found = self.session.get_one(ListingOffer, offer) if offer is not None else None
        if found is None or found.deal_id is None:
            return
        deal = self.session.get_one(Deal, found.deal_id)
        if deal.state != "negotiating":
            return
        enterprise = next(it for it in self.buyers if found.organisation_id in it.organisation_ids)
        if is_signed:
            # Another may have got it to himself while this one was negotiated.
            was_taken = exclusivity.taken_among(self.session, [deal.achievement_id])
            done = self.tries(lambda: signed(self.session, self.stall, enterprise, deal, amount=10_000_00))
            assert (done is None) == bool(was_taken)
        else:
            signing.terminate(self.session, enterprise, deal.id, "没有谈成")

    @rule(listing=listings)
    def withdraw(self, listing: int | None) -> None:
        if listing is not None:
            self.tries(lambda: keeping.withdraw(self.session, self.stall.owner, listing, ""))

    @rule(listing=listings)
    def let_it_expire(self, listing: int | None) -> None:
        found = self.session.get_one(Listing, listing) if listing is not None else None
        if found is not None and found.state in OPEN:
            found.valid_until = today() - dt.timedelta(1)
            self.session.flush()
            assert expiring.expire(self.session, SYSTEM, 10) == 1

    @invariant()
    def one_alone_has_it(self) -> None:
        states = [it.state for it in self.of_ours()]
        assert sum(it in ("in_negotiation", *TAKEN) for it in states) <= 1
        if any(it in TAKEN for it in states):
            assert not any(it in OPEN or it == "unlisted" for it in states)

    @invariant()
    def nothing_waits_where_nothing_is_offered(self) -> None:
        ours = [it.id for it in self.of_ours()]
        query = sa.select(Listing.state).join(ListingOffer).where(ListingOffer.state == "waiting", Listing.id.in_(ours))
        assert set(self.session.scalars(query)) <= {*OPEN, "in_negotiation"}

    @invariant()
    def history_is_kept(self) -> None:
        told = 0
        for it in self.of_ours():
            events = audit.history(self.session, "listing", it.id)
            assert [event for event in events if event.to_state][-1].to_state == it.state
            told += len(events)
        assert told >= self.events
        self.events = told


def test_whatever_happens_one_alone_has_it_and_history_is_kept(session: Session) -> None:
    machine: Any = type("LifeHere", (Life,), {"session": session})
    run_state_machine_as_test(machine, settings=settings(max_examples=8, stateful_step_count=15))
