"""How many statements a studio takes does not grow with its people, nor those of a list with its length."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.orm import Session

from marketplace.db import today
from marketplace.permissions import SYSTEM, can_see_name
from marketplace.schemas.honour import HonourSchema
from marketplace.schemas.studio import GrantSchema, PairSchema
from marketplace.services.honour import recording
from marketplace.services.studio import keeping, people, public, records, warnings
from tests.factories import OrganisationFactory
from tests.marketplace.studios.studios import TWO_YEARS_AGO, led, manned, opened

DAY = TWO_YEARS_AGO.isoformat()


def peopled(session: Session, count: int) -> int:
    """Open a studio with so many members, half of them of other units, apprentices and spent grants."""
    plant = OrganisationFactory(name=f"有 {count} 人的厂")
    studio = opened(session, plant)
    led(session, studio)
    assert studio.leader is not None
    honour = HonourSchema().load({"title": "四川省劳动模范", "year": 2020})
    recording.record(session, SYSTEM, studio.leader.person_id, honour)
    for number in range(count):
        unit = plant if number % 2 else OrganisationFactory(name=f"{count} 人里第 {number} 人的厂")
        manned(session, studio, f"员{number}", unit=unit.name)
        pair = {"mentor": f"师{number}", "apprentice": f"徒{number}", "began_on": DAY, "plan": "一年学会刃磨"}
        people.pair(session, SYSTEM, studio.id, PairSchema().load(pair))
        grant = GrantSchema().load({"payer": "省总工会", "amount": 100, "received_on": DAY})
        received = keeping.receive(session, SYSTEM, studio.id, grant)
        use = {"grant_id": received.id, "category": "equipment", "amount": 100, "used_on": today(), "receipt": "1"}
        keeping.spend(session, SYSTEM, studio.id, use)
    return studio.id


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    """Give the statements the database is sent from now on, of a session that knows nothing yet."""
    statements: list[str] = []

    def note(*call: object) -> None:
        statements.append(str(call[2]))

    session.flush()
    session.expunge_all()
    event.listen(session.get_bind(), "before_cursor_execute", note)
    yield statements
    event.remove(session.get_bind(), "before_cursor_execute", note)


def for_the_page(session: Session, studio_id: int) -> int:
    with counted(session) as statements:
        public.show(session, studio_id)
    return len(statements)


def for_the_record(session: Session, studio_id: int) -> int:
    with counted(session) as statements:
        studio = records.get(session, SYSTEM, studio_id)
        pairs = [person for it in studio.apprenticeships for person in (it.mentor, it.apprentice)]
        named = [it.person for it in studio.members] + pairs
        assert all(can_see_name(SYSTEM, person) and person.organisation.name for person in named)
        assert all(it.left == 0 for it in studio.grants)
    return len(statements)


def for_the_list(session: Session) -> int:
    with counted(session) as statements:
        found = records.listed(session, SYSTEM, records.Asked(), limit=50)
        assert [it for studio in found for it in warnings.of(session, studio, today())] == []
    return len(statements)


def test_a_studio_of_twenty_takes_no_more_than_one_of_two(session: Session) -> None:
    many, few = peopled(session, 20), peopled(session, 2)
    assert for_the_page(session, many) == for_the_page(session, few)
    assert for_the_record(session, many) == for_the_record(session, few)


def test_a_list_takes_no_more_for_more_studios(session: Session) -> None:
    peopled(session, 1)
    one = for_the_list(session)
    for count in (2, 3):
        peopled(session, count)
    assert for_the_list(session) == one
