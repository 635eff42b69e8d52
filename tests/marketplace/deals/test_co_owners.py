"""Several units own an achievement: one negotiates, the others consent, and what comes in is shared as they agreed."""

from __future__ import annotations

from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import Mail
from marketplace.permissions import Actor
from marketplace.services.deal import clearing, consents, income, rooms, signing, terms
from tests.factories import AchievementFactory, OrganisationFactory
from tests.marketplace.deals.tables import DEYANG, Table, agreed, laid, proposal, shown_to_the_end
from tests.marketplace.deals.test_after_signature import completers, payment
from tests.marketplace.officers import acting


def owned_by_two(session: Session) -> tuple[Table, Actor, int]:
    """Return a deal about what two units made, who acts for the second of them, and which unit that is."""
    first, second = (OrganisationFactory(region_path=DEYANG, industry_path="C/34") for _ in range(2))
    made_by = completers(None, None, None)
    achievement = AchievementFactory(
        units=[first, second], is_duty=True, transfer_modes=["ordinary_licence"], contributors=made_by
    )
    partner = acting("unit_union", second)
    return laid(session, achievement), partner, second.id


def test_nothing_is_signed_before_every_unit_that_owns_it_consents_to_terms_and_parts(session: Session) -> None:
    table, partner, unit = owned_by_two(session)
    deal, lead = table.deal, table.deal.owner_organisation_id
    assert lead is not None
    agreed(session, table)
    shown_to_the_end(session, deal)
    with pytest.raises(Conflict, match="写明各单位的收益份额"):
        signing.sign(session, table.enterprise, deal.id, 1)
    with pytest.raises(Conflict, match="写明各单位的份额"):
        consents.answer(session, partner, deal.id, unit, 1, consents=True, reason="")
    for stranger in (table.enterprise, partner):
        with pytest.raises(NotAllowed):
            consents.state_shares(session, stranger, deal.id, {lead: Decimal(60), unit: Decimal(40)})
    for wrong in ({lead: Decimal(60), unit: Decimal(30)}, {lead: Decimal(100)}):
        with pytest.raises(Invalid):
            consents.state_shares(session, table.owner, deal.id, wrong)
    consents.state_shares(session, table.owner, deal.id, {lead: Decimal(60), unit: Decimal(40)})
    assert session.scalars(sa.select(Mail.kind).order_by(Mail.id.desc())).first() == "deal_consent_asked"
    with pytest.raises(Invalid):
        consents.answer(session, partner, deal.id, unit, 1, consents=False, reason=" ")
    consents.answer(session, partner, deal.id, unit, 1, consents=False, reason="份额太低")
    with pytest.raises(Conflict, match="份额太低"):
        signing.sign(session, table.owner, deal.id, 1)
    consents.state_shares(session, table.owner, deal.id, {lead: Decimal(50), unit: Decimal(50)})
    for stranger in (table.enterprise, table.owner):
        with pytest.raises(NotAllowed):
            consents.answer(session, stranger, deal.id, unit, 1, consents=True, reason="代签")
    consents.answer(session, partner, deal.id, unit, 1, consents=True, reason="")
    terms.propose(session, table.enterprise, deal.id, proposal(1, amount=90_000_00))
    terms.accept(session, table.owner, deal.id, 2)
    with pytest.raises(Conflict, match="等待共有单位同意"):
        signing.sign(session, table.owner, deal.id, 2)
    consents.answer(session, partner, deal.id, unit, 2, consents=True, reason="")
    shown_to_the_end(session, deal)
    for actor in (table.enterprise, table.owner):
        signing.sign(session, actor, deal.id, 2)
    with pytest.raises(Conflict, match="不能再改"):
        consents.answer(session, partner, deal.id, unit, 2, consents=False, reason="反悔")
    paid = income.record(session, table.owner, deal.id, payment(amount=100_01, costs=0, reward_share="50"))
    assert [(it.organisation_id, it.amount) for it in paid.owners] == [(lead, 25_00), (unit, 25_00)]
    assert sum(it.amount for it in paid.owners) + paid.reward == 100_01
    assert [it.amount for it in income.of_unit(session, partner, deal)] == [25_00]
    assert income.payments(session, partner, deal) == income.of_unit(session, table.enterprise, deal) == []


def test_a_co_owner_reads_the_room_and_speaks_for_nobody_and_one_without_an_account_is_spoken_for(
    sqlite_session: Session,
) -> None:
    session = sqlite_session
    table, partner, _unit = owned_by_two(session)
    deal = table.deal
    assert rooms.listed(session, partner, limit=9) == [deal]
    assert rooms.enter(session, partner, deal.id) is deal
    for act in (lambda: rooms.say(session, partner, deal.id, "好"), lambda: rooms.hold(session, partner, deal.id)):
        with pytest.raises(NotAllowed):
            act()
    with pytest.raises(NotFound):
        rooms.enter(session, acting("unit_union", OrganisationFactory()), deal.id)
    agreed(session, table)
    shown_to_the_end(session, deal)
    assert len(clearing.barred(session, partner, deal, proposal() | {"is_related_party": False}, 1)) == 1
    alone = OrganisationFactory()
    deal.co_owners[0].organisation_id = alone.id
    session.flush()
    session.expire(deal, ["owners"])
    assert deal.owner_organisation_id is not None
    parts = {deal.owner_organisation_id: Decimal(70), alone.id: Decimal(30)}
    consents.state_shares(session, table.owner, deal.id, parts)
    with pytest.raises(Invalid):
        consents.answer(session, table.owner, deal.id, alone.id, 1, consents=True, reason="")
    consents.answer(session, table.owner, deal.id, alone.id, 1, consents=True, reason="2026 年 11 月 20 日书面同意")
    assert clearing.barred(session, partner, deal, proposal() | {"is_related_party": False}, 1) == []
    with pytest.raises(NotFound):
        rooms.enter(session, partner, deal.id)
