"""Whatever anybody tries in whatever order: no state without its facts, and nothing to whom it is not for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import hypothesis
import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy.orm import Session

from marketplace.db import now
from marketplace.errors import DomainError
from marketplace.models import DisclosureView, Nda
from marketplace.models.market.match import INTRODUCED, MUTUAL
from marketplace.permissions import SYSTEM, can_see_match
from marketplace.services import outcome as outcomes
from marketplace.services.deal import opening
from marketplace.services.match import meeting, nda, opened, silence, thread
from tests.marketplace.matches.sides import NO, YES, proposed, sign

SIDES = ("enterprise", "owner")
PARTIES = {*SIDES, "broker"}
WHO = st.sampled_from(["enterprise", "enterprise", "owner", "owner", "broker", "broker", "far_broker", "stranger"])
SECRET = "薄壁套在液压下均匀涨开，夹紧力分布到整个圆周。"


class Life(RuleBasedStateMachine):
    """Everybody tries everything; what was done is kept here and compared with what the match says."""

    session: Session

    def __init__(self) -> None:
        super().__init__()
        self.sides = proposed(self.session, principle=SECRET, disclosure={"principle": 2})
        self.match = self.sides.match
        self.interested: set[str] = set()
        self.signed: set[str] = set()
        self.has_ended_agreement = False
        self.looks = 0

    @initialize(depth=st.sampled_from([0, 1, 2, 3, 4, 4, 5, 6, 7]))
    def go_some_way(self, depth: int) -> None:
        """Begin anywhere along the way, so that a few steps reach its end."""
        straight_on: list[Callable[[], None]] = [
            lambda: self.answer("enterprise", "enterprise", YES),
            lambda: self.answer("owner", "owner", YES),
            lambda: self.introduce("broker"),
            lambda: [self.sign_the_agreement(who) for who in SIDES] and None,
            self.fall_silent,
            lambda: self.take_up("owner"),
            lambda: self.answer("enterprise", "enterprise", YES),
        ]
        for step in straight_on[:depth]:
            step()

    def tries(self, act: Callable[[], Any]) -> bool:
        """Do something as a request would, of which nothing is left where it is refused."""
        try:
            act()
        except DomainError:
            self.session.expire_all()
            return False
        self.session.flush()
        return True

    def actor(self, who: str) -> Any:
        return self.sides.everybody[who]

    @rule(who=WHO)
    def open_the_page(self, who: str) -> None:
        was_mutual = self.match.wanted_by_enterprise_at and self.match.wanted_by_owner_at
        done = self.tries(lambda: meeting.see(self.session, self.actor(who), self.match.id))
        assert done == (who in SIDES or (who == "broker" and bool(was_mutual)))

    @rule(who=WHO, side=st.sampled_from(SIDES), answer=st.sampled_from([YES, YES, YES, NO]))
    def answer(self, who: str, side: str, answer: dict[str, Any]) -> None:
        done = self.tries(lambda: outcomes.answer(self.session, self.actor(who), self.match, side, answer))
        assert not done or who == side
        if done and answer is YES:
            self.interested.add(side)

    @rule(who=WHO)
    def introduce(self, who: str) -> None:
        before = self.match.state
        done = self.tries(lambda: meeting.introduce(self.session, self.actor(who), self.match.id))
        assert done == (who == "broker" and before == "mutual")

    @rule(who=WHO)
    def ask_for_the_contact(self, who: str) -> None:
        may = who in PARTIES and self.match.state in MUTUAL
        assert self.tries(lambda: meeting.contact(self.session, self.actor(who), self.match.id)) == may

    @rule(who=WHO, text=st.sampled_from(["能用在铸铁上吗？", "请打13900000009", "微信：abc12345"]))
    def write(self, who: str, text: str) -> None:
        is_mutual = self.match.state in MUTUAL
        done = self.tries(lambda: thread.say(self.session, self.actor(who), self.match.id, text))
        assert not done or who in SIDES or (who == "broker" and is_mutual)
        assert not done or is_mutual or text.endswith("？")

    @rule(who=WHO)
    def sign_the_agreement(self, who: str) -> None:
        if self.tries(lambda: sign(self.session, self.actor(who), self.match)):
            assert who in SIDES
            self.signed.add(who)

    @rule(who=WHO)
    def end_the_agreement(self, who: str) -> None:
        if self.tries(lambda: nda.end(self.session, self.actor(who), self.match.id, "不再合作")):
            assert who in SIDES
            self.has_ended_agreement = True

    @rule(who=WHO)
    def look_at_what_is_secret(self, who: str) -> None:
        in_force = self.signed == set(SIDES) and not self.has_ended_agreement and self.match.state in INTRODUCED
        found: list[opened.Opened] = []
        done = self.tries(lambda: found.append(opened.shown(self.session, self.actor(who), self.match.id)))
        assert done == (who == "enterprise" and in_force)
        if done:
            self.looks += 1
            assert found[0].fields == {"principle": SECRET}

    @rule(who=WHO)
    def negotiate(self, who: str) -> None:
        before = self.match.state
        done = self.tries(lambda: opening.open_from_match(self.session, self.actor(who), self.match))
        assert not done or (who in SIDES and before in ("introduced", "nda", "disclosed"))

    @rule()
    def stay_silent(self) -> None:
        if self.match.stirred_at is not None:
            self.match.stirred_at = now() - dt.timedelta(days=24)
        self.session.flush()
        silence.warn(self.session)
        assert silence.expire(self.session, SYSTEM) == 0

    @rule()
    def fall_silent(self) -> None:
        """Let it be quiet for long enough after both were warned of it."""
        before = self.match.state
        self.match.stirred_at = self.match.warned_at = now() - dt.timedelta(days=38)
        self.session.flush()
        assert silence.expire(self.session, SYSTEM) == (before in silence.SILENT)

    @rule(who=WHO)
    def take_up(self, who: str) -> None:
        before = self.match.state
        done = self.tries(lambda: outcomes.take_up(self.session, self.actor(who), self.match.id))
        assert done == (who in SIDES and before == "expired")
        if done:
            # The other is asked anew, whatever it had said before the silence.
            assert self.match.state == ("interest_e" if who == "enterprise" else "interest_o")
            self.interested = {who}

    @invariant()
    def a_state_has_its_facts(self) -> None:
        state = self.match.state
        if state in MUTUAL:
            assert self.interested == set(SIDES)
        if state in INTRODUCED:
            assert self.match.introduced_at is not None
        if state in ("nda", "disclosed"):
            assert self.signed == set(SIDES)
        if state == "disclosed":
            assert self.looks

    @invariant()
    def the_agreement_is_in_force_by_both_alone(self) -> None:
        held = self.session.scalar(sa.select(Nda).filter_by(match_id=self.match.id))
        assert (held is not None and held.in_force_at is not None) == (self.signed == set(SIDES))

    def teardown(self) -> None:
        for who in ("stranger", "far_broker"):
            for side in SIDES:
                assert not any(meeting.counted(self.session, self.actor(who), side).values())

    @invariant()
    def every_look_is_logged(self) -> None:
        query = sa.select(sa.func.count()).select_from(DisclosureView).filter_by(match_id=self.match.id)
        assert self.session.scalar(query) == self.looks

    @invariant()
    def a_third_sees_nothing(self) -> None:
        for who in ("stranger", "far_broker"):
            assert not can_see_match(self.actor(who), self.match)
        before_both = not (self.match.wanted_by_enterprise_at and self.match.wanted_by_owner_at)
        assert not (before_both and can_see_match(self.actor("broker"), self.match))


def test_no_order_of_steps_reaches_a_state_without_its_facts_or_tells_a_third(session: Session) -> None:
    machine = type("LifeHere", (Life,), {"session": session})
    settings = hypothesis.settings(max_examples=12, stateful_step_count=15, deadline=None)
    run_state_machine_as_test(machine, settings=settings)  # type: ignore[arg-type]
