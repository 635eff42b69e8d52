"""Whatever both sides, an office and strangers try in any order, a deal stays true to what happened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hypothesis
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from marketplace import audit, outbox
from marketplace.db import make_engine, make_session_factory, today, unit_of_work
from marketplace.errors import Conflict, DomainError, NotFound
from marketplace.models import Deal, TermSheet
from marketplace.models.market.deal import CONTRACTED
from marketplace.permissions import Actor
from marketplace.services.deal import archive, benefits, rooms, signing, terms
from marketplace.services.files.holding import Files
from marketplace.services.files.store import Store
from tests import factories
from tests.at_once import meanwhile
from tests.factories import OrganisationFactory
from tests.marketplace.deals.tables import agreed, laid, proposal, registration
from tests.marketplace.officers import acting

Verb = Callable[[Session, Actor, Deal, int], object]

VERBS: dict[str, Verb] = {
    "propose": lambda session, actor, deal, number: terms.propose(
        session, actor, deal.id, proposal(after=number, amount=number + 1)
    ),
    "accept": lambda session, actor, deal, number: terms.accept(session, actor, deal.id, number),
    "decline": lambda session, actor, deal, number: terms.decline(session, actor, deal.id, number, "太贵"),
    "sign": lambda session, actor, deal, number: signing.sign(session, actor, deal.id, number),
    "say": lambda session, actor, deal, _number: rooms.say(session, actor, deal.id, "您好"),
    "register": lambda session, actor, deal, _number: signing.register(
        session, actor, deal.id, deal.revision, registration(registration_no=f"N{deal.id}")
    ),
    "use": lambda session, actor, deal, _number: benefits.put_to_use(session, actor, deal.id, today()),
    "terminate": lambda session, actor, deal, _number: signing.terminate(session, actor, deal.id, "不谈了"),
}
# Ending it is seldom tried, or little else would ever happen.
STEPS = st.tuples(
    st.sampled_from(["enterprise", "owner", "enterprise", "owner", "office", "stranger"]),
    st.sampled_from([*[it for it in VERBS if it != "terminate"] * 3, "terminate"]),
)
WAY = [
    ("enterprise", "propose"),
    ("owner", "accept"),
    ("owner", "sign"),
    ("enterprise", "sign"),
    ("office", "register"),
]
OF_MATCH = {state: state for state in ("negotiating", "letter_of_intent", *CONTRACTED)} | {"terminated": "declined"}


@hypothesis.settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(known=st.integers(0, len(WAY)), tried=st.lists(STEPS, min_size=4, max_size=14))
def test_a_deal_is_signed_exactly_where_both_signed_the_version_both_accepted(
    session: Session, known: int, tried: list[tuple[str, str]]
) -> None:
    with session.begin_nested() as begun:
        table = laid(session)
        deal = table.deal
        actors = {
            "enterprise": table.enterprise, "owner": table.owner, "office": acting("city", region_path="51/5106"),
            "stranger": acting("enterprise", OrganisationFactory()),
        }  # fmt: skip
        signed_before: Any = None
        for who, verb in (*WAY[:known], *tried):
            latest = session.scalar(sa.select(sa.func.max(TermSheet.number)).filter_by(deal_id=deal.id)) or 0
            state = deal.state
            try:
                VERBS[verb](session, actors[who], deal, latest)
            except DomainError as error:
                assert deal.state == state, "what was refused changes nothing"
                assert who != "stranger" or isinstance(error, NotFound)
            else:
                assert who != "stranger"
            session.flush()
            _is_true(session, deal)
            if signed_before is not None:
                assert (deal.signed_version, deal.signed_on, deal.amount) == signed_before, "a contract never changes"
            elif deal.signed_on is not None:
                signed_before = (deal.signed_version, deal.signed_on, deal.amount)
        assert list(audit.faults(session, "deal", deal.id)) == []
        begun.rollback()
    session.expire_all()


def _is_true(session: Session, deal: Deal) -> None:
    sides = (deal.enterprise_signed_by, deal.owner_signed_by)
    assert (deal.signed_on is not None) == (None not in sides)
    if any(sides):
        sheet = session.scalars(sa.select(TermSheet).filter_by(deal_id=deal.id, number=deal.signed_version)).one()
        assert sheet.is_agreed
        assert deal.signed_on is None or sheet.terms["amount"] == deal.amount
    assert deal.state not in CONTRACTED or deal.signed_on is not None
    assert deal.match is not None
    assert deal.match.state == OF_MATCH[deal.state]


def test_two_who_propose_or_sign_at_once_are_told_so(database_url: str, tmp_path: Any) -> None:
    engine = make_engine(database_url)
    sessions = make_session_factory(engine)
    outbox.listen(sessions)
    with unit_of_work(sessions) as session:
        factories.use(session)
        table, signing_table = laid(session), agreed(session, laid(session))
        deal_id, other_id = table.deal.id, signing_table.deal.id
    meanwhile(
        sessions,
        lambda session: terms.propose(session, table.enterprise, deal_id, proposal()),
        lambda session: terms.propose(session, table.owner, deal_id, proposal(amount=1_00)),
    )
    meanwhile(
        sessions,
        lambda session: terms.propose(session, signing_table.enterprise, other_id, proposal(after=1, amount=1_00)),
        lambda session: signing.sign(session, signing_table.owner, other_id, 1),
    )
    with unit_of_work(sessions) as session:
        assert session.get_one(Deal, other_id).signed_version is None
        with pytest.raises(NotFound):
            archive.zipped(session, acting_stranger(session), Files(Store(tmp_path), 1, 1), deal_id)
        with pytest.raises(Conflict):
            signing.sign(session, signing_table.owner, other_id, 1)
    engine.dispose()


def acting_stranger(session: Session) -> Actor:
    factories.use(session)
    return acting("enterprise", OrganisationFactory())
