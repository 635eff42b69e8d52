"""A leader who is gone is noticed, his studio asks for another one in time, and stops by itself where none comes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import today
from marketplace.models import Mail, Organisation, Person, Studio
from marketplace.permissions import SYSTEM
from marketplace.schemas.honour import HonourSchema
from marketplace.schemas.studio import GrantSchema, StandingSchema, VacancySchema
from marketplace.services.honour import recording
from marketplace.services.studio import keeping, people, records, succession
from tests.factories import OrganisationFactory
from tests.marketplace.officers import acting
from tests.marketplace.studios.studios import led, opened, sentences

DAY = today()
LONG_AGO = DAY - dt.timedelta(61)


def leader_of(studio: Studio) -> Person:
    assert studio.leader is not None
    return studio.leader.person


def looked_after(session: Session) -> int:
    session.flush()
    session.expire_all()
    return succession.look_after(session, SYSTEM, 100)


def mails(session: Session) -> list[str]:
    return list(session.scalars(sa.select(Mail.kind).order_by(Mail.id)))


def retires(_session: Session, person: Person) -> None:
    person.employment = "retired"


def moves(_session: Session, person: Person) -> None:
    person.organisation = OrganisationFactory(name="另一个厂")


def loses_his_honour(session: Session, person: Person) -> None:
    honour = recording.record(
        session, SYSTEM, person.id, HonourSchema().load({"title": "德阳市劳动模范", "year": 2024})
    )
    recording.revoke(session, SYSTEM, honour.id, {"revoked_on": DAY, "reason": "申报不实"})


@pytest.mark.parametrize("happens", [retires, moves, loses_his_honour])
def test_who_can_no_longer_lead_is_noticed_and_told_once(
    session: Session, studio: Studio, plant: Organisation, happens: Callable[[Session, Person], None]
) -> None:
    led(session, studio)
    acting("unit_union", plant)
    assert looked_after(session) == 0
    happens(session, leader_of(studio))
    assert (looked_after(session), looked_after(session)) == (1, 0)
    assert mails(session) == ["leader_needed"]
    assert studio.state == "active"
    assert any((DAY + dt.timedelta(60)).isoformat() in it for it in sentences(session, studio))
    found = records.listed(session, SYSTEM, records.Asked(warned="leader"), limit=5)
    assert found == [studio]


def test_after_the_days_of_the_rule_the_studio_stops_and_a_new_leader_lets_it_go_on(
    session: Session, studio: Studio, plant: Organisation
) -> None:
    led(session, studio)
    union, county = acting("unit_union", plant), acting("county", region_path=plant.region_path)
    leader_of(studio).employment = "retired"
    looked_after(session)
    assert studio.leader is not None
    studio.leader.unfit_since = LONG_AGO
    assert looked_after(session) == 1
    assert (studio.state, studio.suspended_for) == ("suspended", "leader")
    event = audit.history(session, "studio", studio.id)[-1]
    assert (event.verb, event.from_state, event.to_state, event.actor) == (
        "suspend",
        "active",
        "suspended",
        SYSTEM.name,
    )
    assert mails(session).count("studio_suspended") == len((union, county)) == 2
    assert looked_after(session) == 0
    led(session, studio, "李示例", since=DAY.isoformat(), reason="前任退休")
    assert (studio.state, studio.suspended_because, studio.suspended_for) == ("active", "", None)
    assert [it.verb for it in audit.history(session, "studio", studio.id)][-2:] == ["lead", "resume"]
    assert looked_after(session) == 0


def test_a_vacant_place_counts_from_the_day_it_became_so(session: Session, studio: Studio, plant: Organisation) -> None:
    led(session, studio)
    unknown = opened(session, plant, name="没有登记过领衔人的工作室")
    people.vacate(session, SYSTEM, studio.id, VacancySchema().load({"until": LONG_AGO.isoformat(), "reason": "调离"}))
    assert looked_after(session) == 1
    assert (studio.state, unknown.state) == ("suspended", "active")


def test_what_was_suspended_for_another_reason_stays_so(session: Session, studio: Studio) -> None:
    led(session, studio)
    records.suspend(session, SYSTEM, studio.id, StandingSchema().load({"reason": "场地改造"}))
    led(session, studio, "李示例", since=DAY.isoformat(), reason="轮换")
    assert studio.state == "suspended"


def test_the_list_is_narrowed_to_what_its_warnings_say(session: Session, studio: Studio, plant: Organisation) -> None:
    led(session, studio)
    poor, vacant = opened(session, plant, name="经费没有用完的工作室"), opened(session, plant, name="空缺的工作室")
    led(session, poor, "李示例")
    row = {"payer": "省总工会", "amount": 100, "received_on": (DAY - dt.timedelta(366)).isoformat()}
    keeping.receive(session, SYSTEM, poor.id, GrantSchema().load(row))
    for warned, found in (
        ("any", [vacant, poor]),
        ("leader", [vacant]),
        ("grants", [poor]),
        ("", [vacant, poor, studio]),
    ):
        assert records.listed(session, SYSTEM, records.Asked(warned=warned), limit=5) == found
    assert [bool(sentences(session, it)) for it in (studio, poor, vacant)] == [False, True, True]
