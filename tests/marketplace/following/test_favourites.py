"""Records are marked by each for himself, and set side by side as far as their reader may see them."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from marketplace.errors import NotAllowed, NotFound
from marketplace.models import Account, Indicator
from marketplace.permissions import VISITOR, Actor
from marketplace.services import comparison, favourite
from tests.factories import AccountFactory, AchievementFactory, DemandFactory, DraftFactory, ListingFactory


def acting(account: Account) -> Actor:
    return Actor(f"account:{account.id}", account_id=account.id)


def test_a_mark_is_ones_own_and_shows_what_may_be_read_now(session: Session) -> None:
    person, other = AccountFactory(), AccountFactory()
    record, demand = AchievementFactory(), DemandFactory()
    favourite.mark(session, acting(person), "achievement", record.id, "问价格")
    again = favourite.mark(session, acting(person), "achievement", record.id)
    favourite.mark(session, acting(person), "demand", demand.id)
    assert again.note == "问价格"
    assert [it.record.title for it in favourite.listed(session, acting(person)) if it.record] == [
        demand.title, record.title,
    ]  # fmt: skip
    assert favourite.listed(session, acting(other)) == []
    demand.state = "expired"
    session.flush()
    assert [it.record is None for it in favourite.listed(session, acting(person))] == [True, False]
    favourite.unmark(session, acting(person), "demand", demand.id)
    assert len(favourite.listed(session, acting(person))) == 1
    with pytest.raises(NotFound):
        favourite.mark(session, acting(person), "achievement", DraftFactory().id)
    with pytest.raises(NotAllowed):
        favourite.mark(session, VISITOR, "achievement", record.id)


def test_indicators_of_one_name_and_unit_stand_in_one_row(session: Session) -> None:
    first = AchievementFactory(indicators=[
        Indicator(name="节电", value="12", unit="%"), Indicator(name="圆度", value="≤0.015", unit="mm"),
    ])  # fmt: skip
    second = AchievementFactory(indicators=[
        Indicator(name="圆 度", value="0.02", unit="ｍｍ"), Indicator(name="圆度", value="20", unit="um"),
    ])  # fmt: skip
    hidden = DraftFactory()
    compared = comparison.compare(session, VISITOR, [first.id, hidden.id, second.id, first.id])
    assert [it["id"] for it in compared.achievements] == [first.id, second.id]
    assert [(row.name, row.unit, row.values) for row in compared.indicators] == [
        ("圆度", "mm", ("≤0.015", "0.02")), ("节电", "%", ("12", "")), ("圆度", "um", ("", "20")),
    ]  # fmt: skip
    more = [AchievementFactory().id for _ in range(comparison.MOST + 1)]
    assert len(comparison.compare(session, VISITOR, more).achievements) == comparison.MOST


def test_what_somebody_has_to_himself_is_compared_as_taken_and_offered_in_no_other_way(session: Session) -> None:
    taken, open_, other = (AchievementFactory() for _ in range(3))
    ListingFactory(achievement=taken, state="withdrawn")
    had = ListingFactory(achievement=taken, mode="exclusive_licence", price_form="agreed", price=None,
                         state="licensed_exclusive")  # fmt: skip
    offer = ListingFactory(achievement=open_)
    compared = comparison.compare(session, VISITOR, [taken.id, open_.id, other.id])
    assert compared.taken == {taken.id: "licensed_exclusive"}
    assert compared.standings == {taken.id: "closed", open_.id: "available", other.id: None}
    assert compared.offered == {taken.id: [had], open_.id: [offer], other.id: []}
