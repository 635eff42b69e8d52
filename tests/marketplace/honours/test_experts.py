"""Who is named beside what was found for a demand: nobody who did not agree to it, and who has most of it first."""

from __future__ import annotations

from sqlalchemy.orm import Session

from marketplace.db import today
from marketplace.models import Achievement, Contributor, Person
from marketplace.services.honour import experts
from tests.factories import AccountFactory, AchievementFactory, OrganisationFactory
from tests.marketplace.studios.studios import led, opened


def person(session: Session, name: str, **fields: object) -> Person:
    agreed = {"shows_name": True, "shows_unit": True, "agreed_on": today(), **fields}
    found = Person(name=name, organisation=OrganisationFactory(), account_id=AccountFactory().id, **agreed)
    session.add(found)
    session.flush()
    return found


def completed(*people: Person, **fields: object) -> Achievement:
    rows = [Contributor(name=it.name, account_id=it.account_id, position=n) for n, it in enumerate(people, 1)]
    made: Achievement = AchievementFactory(contributors=rows, **fields)
    return made


def test_who_completed_or_leads_most_of_what_was_found_comes_first(session: Session) -> None:
    one, both = person(session, "只有一项"), person(session, "两样都有")
    achievement = completed(one, both)
    studio = opened(session, both.organisation)
    led(session, studio, "两样都有")
    found = experts.of(session, [achievement], [studio], limit=5)
    assert [(it.person, it.achievements, it.studios) for it in found] == [
        (both, [achievement], [studio]), (one, [achievement], []),
    ]  # fmt: skip
    assert [it.person for it in experts.of(session, [achievement], [studio], limit=1)] == [both]


def test_nobody_is_named_who_did_not_agree_with_the_unit_nor_where_the_record_keeps_its_completers(
    session: Session,
) -> None:
    hidden = person(session, "不公开", shows_name=False, shows_unit=False, agreed_on=None)
    without_unit = person(session, "不公开单位", shows_unit=False)
    gone, late = (person(session, name, employment=name) for name in ("left", "deceased"))
    willing = person(session, "同意公开")
    open_one, kept = (
        completed(hidden, without_unit, gone, late, willing),
        completed(willing, disclosure={"contributors": 1}),
    )
    [found] = experts.of(session, [open_one, kept], [], limit=5)
    assert (found.person, found.achievements) == (willing, [open_one])
