"""What is listed: by whom, on which terms, how long, and never again once somebody has it alone."""

from __future__ import annotations

import datetime as dt
from typing import Any

import marshmallow as ma
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.db import today
from marketplace.errors import Conflict, Invalid, NotAllowed, NotFound, StaleRevision
from marketplace.models import Listing, Mail, Notice
from marketplace.permissions import SYSTEM, VISITOR, can_list, can_prepare_listing
from marketplace.schemas.listing import ListingSchema
from marketplace.services.listing import expiring, keeping, offering, reading
from tests.factories import AchievementFactory, OrganisationFactory
from tests.marketplace.listings.stalls import OFFER, buyer, listed, made, terms_of
from tests.marketplace.officers import acting


@pytest.mark.parametrize(
    ("who", "of_duty", "not_of_duty"),
    [
        ("unit union", "list", "prepare"),
        ("enterprise of the unit", "list", "prepare"),
        ("first completer", "prepare", "list"),
        ("other worker of the unit", "", ""),
        ("other unit union", "", ""),
        ("city", "", ""),
        ("province curator", "", ""),
    ],
)
def test_duty_achievements_are_the_units_to_offer_and_others_their_authors(
    sqlite_session: Session, who: str, of_duty: str, not_of_duty: str
) -> None:
    for is_duty, may in ((True, of_duty), (False, not_of_duty)):
        stall = made(sqlite_session, is_duty=is_duty)
        unit = stall.achievement.units[0]
        actor = {
            "unit union": stall.owner,
            "enterprise of the unit": acting("enterprise", unit),
            "first completer": stall.completer,
            "other worker of the unit": acting("worker", unit),
            "other unit union": acting("unit_union", OrganisationFactory()),
            "city": acting("city", region_path="51/5106"),
            "province curator": acting("province_curator"),
        }[who]
        assert can_prepare_listing(actor, stall.achievement) is bool(may)
        assert can_list(actor, stall.achievement) is (may == "list")


def test_a_completer_prepares_what_the_unit_lets_out_and_everybody_reads(session: Session) -> None:
    stall = made(session)
    listing = keeping.prepare(session, stall.completer, stall.achievement.id, terms_of())
    with pytest.raises(NotAllowed):
        keeping.let_out(session, stall.completer, listing.id)
    with pytest.raises(NotFound):
        reading.get(session, VISITOR, listing.id)
    keeping.let_out(session, stall.owner, listing.id)
    assert reading.get(session, VISITOR, listing.id).state == "listed"
    assert reading.listed(session, VISITOR, reading.Asked(mode="exclusive_licence"), limit=5) == [listing]
    assert reading.listed(session, VISITOR, reading.Asked(mode="assignment"), limit=5) == []
    assert reading.at_office(session, acting("city", region_path="51/5106"), reading.Asked(), limit=5) == [listing]
    assert reading.at_office(session, acting("city", region_path="51/5107"), reading.Asked(), limit=5) == []
    assert reading.own(session, stall.completer) == [listing]


def test_what_is_not_public_or_listed_that_way_already_is_not_listed(session: Session) -> None:
    stall = made(session)
    listed(session, stall)
    with pytest.raises(Conflict, match="同一方式"):
        keeping.prepare(session, stall.owner, stall.achievement.id, terms_of())
    keeping.prepare(session, stall.owner, stall.achievement.id, terms_of(mode="assignment"))
    drafted = made(session, state="submitted", published_state="unpublished", published_at=None)
    with pytest.raises(Conflict, match="公布以后"):
        keeping.prepare(session, drafted.owner, drafted.achievement.id, terms_of())


def test_a_licence_of_which_nothing_else_is_said_is_an_ordinary_one() -> None:
    assert terms_of(mode="许可", price=100)["mode"] == "ordinary_licence"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"price": None}, "price"),
        ({"price": 0}, "price"),
        ({"price_form": "agreed"}, "price"),
        ({"mode": "ordinary_licence", "price_form": "auction", "price": None}, "price_form"),
        ({"mode": "joint_implementation"}, "price_form"),
        ({"mode": "use_first"}, "price_form"),
        ({"price_form": "free_trial", "price": None}, "price_form"),
        ({"mode": "assignment", "may_sublicense": True}, "may_sublicense"),
        ({"mode": "consulting"}, "mode"),
    ],
)
def test_terms_that_do_not_go_together_are_refused_beside_their_field(given: dict[str, Any], field: str) -> None:
    whole = {"mode": "exclusive_licence", "price_form": "listed", "price": 100, **given}
    with pytest.raises(ma.ValidationError) as refused:
        ListingSchema().load({name: value for name, value in whole.items() if value is not None})
    assert list(refused.value.normalized_messages()) == [field]


def test_terms_stand_once_somebody_answered_them(session: Session) -> None:
    stall = made(session)
    listing = listed(session, stall, price_form="agreed", price=None)
    with pytest.raises(StaleRevision):
        keeping.revise(session, stall.owner, listing.id, listing.revision + 1, terms_of(price=1))
    offering.ask(session, buyer(session), listing.id, OFFER)
    with pytest.raises(Conflict, match="应答"):
        keeping.revise(session, stall.owner, listing.id, listing.revision, terms_of(price=1))


def test_a_listing_ends_after_its_term_is_reminded_of_once_and_renewed_with_a_word(session: Session) -> None:
    stall = made(session)
    listing = listed(session, stall)
    assert listing.valid_until == keeping.months_from(today(), 12)
    assert expiring.remind(session) == 0
    listing.valid_until = today() + dt.timedelta(30)
    session.flush()
    assert [expiring.remind(session), expiring.remind(session)] == [1, 0]
    with pytest.raises(Invalid):
        keeping.renew(session, stall.owner, listing.id, is_confirmed=False)
    keeping.renew(session, stall.owner, listing.id, is_confirmed=True)
    assert (listing.valid_until, listing.reminded_on) == (keeping.months_from(today(), 12), None)
    listing.valid_until = today() - dt.timedelta(1)
    session.flush()
    with pytest.raises(Conflict, match="已经结束"):
        offering.take(session, buyer(session), listing.id, OFFER)
    assert [expiring.expire(session, SYSTEM, 10), expiring.expire(session, SYSTEM, 10)] == [1, 0]
    assert listing.state == "expired"
    keeping.renew(session, stall.owner, listing.id, is_confirmed=True)
    assert listing.state == "listed"


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [("2026-11-27", 12, "2027-11-27"), ("2024-02-29", 12, "2025-02-28"), ("2026-01-31", 1, "2026-02-28"),
     ("2026-12-15", 1, "2027-01-15")],
)  # fmt: skip
def test_months_end_on_the_same_day_or_the_last_there_is(day: str, months: int, then: str) -> None:
    assert keeping.months_from(dt.date.fromisoformat(day), months).isoformat() == then


def test_the_province_takes_a_listing_down_with_a_reason_and_whoever_waits_is_told(session: Session) -> None:
    stall = made(session)
    listing = listed(session, stall, price_form="agreed", price=None)
    offer = offering.ask(session, buyer(session), listing.id, OFFER)
    with pytest.raises(Invalid):
        keeping.withdraw(session, acting("province_curator"), listing.id, "")
    with pytest.raises(NotAllowed):
        keeping.withdraw(session, acting("city", region_path="51/5106"), listing.id, "权属不清")
    keeping.withdraw(session, acting("province_curator"), listing.id, "权属不清")
    assert (listing.state, offer.state) == ("withdrawn", "lost")
    told = {it.kind for it in session.scalars(sa.select(Mail))} | {it.kind for it in session.scalars(sa.select(Notice))}
    assert {"offer_made", "listing_gone"} <= told


def test_two_listings_by_which_one_alone_has_it_cannot_stand_in_the_database(session: Session) -> None:
    achievement = AchievementFactory()
    for mode in ("assignment", "exclusive_licence"):
        session.add(
            Listing(achievement=achievement, mode=mode, price_form="agreed", state="transferred",
                    listed_at=achievement.published_at, valid_until=today())
        )  # fmt: skip
    with pytest.raises(sa.exc.IntegrityError):
        session.flush()
