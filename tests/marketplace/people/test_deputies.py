"""Who sees to a desk while its holder is away: named for some days, for the desk alone, and signed for both."""

from __future__ import annotations

import datetime as dt
from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, workflow
from marketplace.db import now, today
from marketplace.errors import Conflict, Invalid, MustStayAway, NotAllowed, NotAtDesk, NotFound
from marketplace.models import Account, Achievement, Contributor, Deputation, Mail, Organisation, Recusal, RoleGrant
from marketplace.models.people.account import ROLES
from marketplace.permissions import Actor, Grant, can_see_to
from marketplace.services import reminders
from marketplace.services import task as tasks
from marketplace.services.account import deputies, people
from marketplace.services.account.signing_in import actor_of
from marketplace.services.task import Asked
from tests.factories import AccountFactory, AchievementFactory, OrganisationFactory

DEYANG, JINGYANG = "51/5106", "51/5106/510603"
PLACES: dict[str, dict[str, str]] = {
    "auditor": {"region_path": DEYANG}, "city": {"region_path": DEYANG}, "county": {"region_path": JINGYANG},
    "industry_union": {"industry_path": "C"}, "broker": {"region_path": DEYANG},
}  # fmt: skip
OF_A_UNIT = ("unit_union", "enterprise", "studio_leader", "worker")


@pytest.fixture
def plant(session: Session) -> Organisation:
    return OrganisationFactory(region="510603", region_path=JINGYANG, industry="34", industry_path="C/34")


def person(session: Session, role: str, at: Organisation | None = None, **place: str) -> Account:
    held = RoleGrant(role=role, organisation=at, granted_by="tests", **(place or ({} if at else PLACES.get(role, {}))))
    account: Account = AccountFactory(grants=[held])
    session.flush()
    return account


def acting(account: Account) -> Actor:
    return actor_of(account, has_second_factor=True)


def named(session: Session, holder: Account, deputy: Account, first: int = 0, last: int = 20) -> Deputation:
    """Have somebody named from so many days from now to so many."""
    days = {"starts_on": today() + dt.timedelta(first), "ends_on": today() + dt.timedelta(last)}
    asked: dict[str, Any] = {"grant_id": holder.grants[0].id, "deputy_id": deputy.id, **days}
    return deputies.name(session, acting(holder), asked)


def waiting(session: Session, plant: Organisation, state: str = "submitted") -> Achievement:
    record: Achievement = AchievementFactory(
        state=state, published_state="unpublished", published_at=None, units=[plant]
    )
    workflow.move(session, Actor("tests"), record)
    return record


def queue(session: Session, account: Account) -> list[Achievement]:
    return [it.record for it in tasks.queue(session, acting(account), Asked(), limit=10)]


# Whose desk is seen to by whom: the same office, and those over it in the way of a record.
SEEN_TO_BY = {
    "unit_union": {"unit_union", "county", "city", "province_curator"},
    "county": {"county", "city", "province_curator"},
    "city": {"city", "province_curator"},
    "industry_union": {"industry_union", "province_curator"},
    "province_curator": {"province_curator"},
}


@pytest.mark.parametrize(("role", "deputy"), list(product(ROLES, ROLES)))
def test_whose_desk_is_seen_to_by_whom(role: str, deputy: str) -> None:
    desk = Grant(role, JINGYANG, "C/34", 7) if role in OF_A_UNIT else Grant(role, **PLACES.get(role, {}))
    own = Grant(deputy, organisation_id=7) if deputy in OF_A_UNIT else Grant(deputy, **PLACES.get(deputy, {}))
    assert can_see_to(Actor("deputy", (own,), 1), desk) is (deputy in SEEN_TO_BY.get(role, ()))


@pytest.mark.parametrize(
    "elsewhere",
    [Grant("unit_union", organisation_id=8), Grant("county", "51/5106/510623"), Grant("city", "51/5107")],
)
def test_nobody_sees_to_the_desk_of_another_place(elsewhere: Grant) -> None:
    assert not can_see_to(Actor("deputy", (elsewhere,), 1), Grant("unit_union", JINGYANG, "C/34", 7))


def test_whom_one_may_name_are_those_who_may_see_to_the_desk(session: Session, plant: Organisation) -> None:
    holder, same = (person(session, "unit_union", plant) for _ in range(2))
    above = [person(session, role) for role in ("county", "city", "province_curator")]
    others = [
        person(session, "county", region_path="51/5106/510623"),
        person(session, "judge"),
        person(session, "worker"),
    ]
    offered = deputies.colleagues(session, acting(holder), holder.grants[0])
    assert [it for it, _role in offered] == [same, *above]
    for account in (holder, *others):
        with pytest.raises(NotAllowed):
            named(session, holder, account)


def test_a_deputy_takes_what_waits_at_the_desk_and_signs_for_both(session: Session, plant: Organisation) -> None:
    holder, deputy = person(session, "unit_union", plant), person(session, "city")
    record = waiting(session, plant)
    assert queue(session, deputy) == []
    named(session, holder, deputy)
    assert queue(session, deputy) == queue(session, holder) == [record]
    assert tasks.counts(session, acting(deputy)).total == 1
    assert tasks.turn_of(session, acting(deputy), record).holder == holder.id
    event = workflow.apply(session, acting(deputy), record, "return", "请补充试验数据")
    assert (event.actor, event.role) == (f"account:{deputy.id} for account:{holder.id}", "unit_union")
    names = people.called(session, [event.actor])
    assert {names[f"account:{it.id}"] for it in (holder, deputy)} == {holder.name, deputy.name}


def test_whoever_holds_the_office_himself_signs_for_himself(session: Session, plant: Organisation) -> None:
    holder, colleague = (person(session, "unit_union", plant) for _ in range(2))
    named(session, holder, colleague)
    event = workflow.apply(session, acting(colleague), waiting(session, plant), "return", "请补充试验数据")
    assert event.actor == f"account:{colleague.id}"


def test_an_absent_holder_does_not_leave_the_desk_vacant(session: Session, plant: Organisation) -> None:
    holder, deputy = person(session, "unit_union", plant), person(session, "county")
    named(session, holder, deputy)
    task = workflow.open_task(session, waiting(session, plant))
    assert task is not None
    assert (task.role, task.stands_in_for) == ("unit_union", None)
    assert workflow.reroute(session, Actor("tests")) == 0


@pytest.mark.parametrize(("first", "last", "stands_there"), [(0, 0, True), (1, 5, False), (0, 59, True)])
def test_a_deputation_lasts_from_its_first_day_to_its_last(
    session: Session, plant: Organisation, first: int, last: int, stands_there: bool
) -> None:
    holder, deputy = person(session, "unit_union", plant), person(session, "county")
    named(session, holder, deputy, first, last)
    assert bool(acting(deputy).deputised) is stands_there


def test_it_ends_by_itself_with_the_role_and_with_the_office_of_the_deputy(
    session: Session, plant: Organisation
) -> None:
    holder, deputy = person(session, "unit_union", plant), person(session, "county")
    it = named(session, holder, deputy)
    assert acting(deputy).deputised
    it.starts_on = it.ends_on = today() - dt.timedelta(days=1)
    assert not acting(deputy).deputised
    it.starts_on = it.ends_on = today()
    for grant in (holder.grants[0], deputy.grants[0]):
        grant.valid_from, grant.valid_until = now() - dt.timedelta(days=9), now() - dt.timedelta(days=1)
        assert not acting(deputy).deputised
        grant.valid_until = None
    holder.is_active = False
    assert not acting(deputy).deputised


@pytest.mark.parametrize("ending", ["holder", "deputy"])
def test_either_of_the_two_ends_it_earlier_and_both_are_told(
    session: Session, plant: Organisation, ending: str
) -> None:
    both = {"holder": person(session, "unit_union", plant), "deputy": person(session, "county")}
    it = named(session, both["holder"], both["deputy"])
    with pytest.raises(NotFound):
        deputies.end(session, acting(person(session, "county")), it.id)
    deputies.end(session, acting(both[ending]), it.id)
    assert not acting(both["deputy"]).deputised
    with pytest.raises(Conflict):
        deputies.end(session, acting(both[ending]), it.id)
    sent = session.execute(sa.select(Mail.recipient, Mail.kind).order_by(Mail.id)).all()
    holder, deputy = both["holder"].email, both["deputy"].email
    told = [(deputy, "deputy_of"), (holder, "deputised"), (deputy, "deputation_ended"), (holder, "deputation_ended")]
    assert [tuple(row) for row in sent] == told
    assert [event.verb for event in audit.history(session, "deputation", it.id)] == ["name_deputy", "end_deputation"]
    for account in both.values():
        assert deputies.listed(session, acting(account)) == [it]


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [(-1, 5, "starts_on"), (5, 4, "ends_on"), (0, 60, "ends_on"), (10, 30, "starts_on")],
)
def test_days_in_the_past_too_many_or_taken_are_refused(
    session: Session, plant: Organisation, first: int, last: int, field: str
) -> None:
    holder, deputy = person(session, "unit_union", plant), person(session, "county")
    named(session, holder, deputy, 15, 20)
    with pytest.raises(Invalid) as refused:
        named(session, holder, deputy, first, last)
    assert list(refused.value.fields) == [field]


def test_a_deputy_passes_the_desk_on_to_nobody(session: Session, plant: Organisation) -> None:
    holder, deputy, third = (person(session, it, plant if it == "unit_union" else None)
                             for it in ("unit_union", "county", "city"))  # fmt: skip
    named(session, holder, deputy)
    assert [it.role for it in deputies.desks(session, acting(deputy))] == ["county"]
    named(session, deputy, third)
    asked = {"grant_id": holder.grants[0].id, "deputy_id": third.id, "starts_on": today(), "ends_on": today()}
    with pytest.raises(NotFound):
        deputies.name(session, acting(deputy), asked)
    assert [desk.grant.role for desk in acting(third).deputised] == ["county"]


def test_a_deputy_stays_away_from_what_either_of_the_two_must(session: Session, plant: Organisation) -> None:
    """From what one made, said to stay away from, or comes from the unit of."""
    holder, deputy = person(session, "county"), person(session, "city")
    named(session, holder, deputy)
    for told in (holder, deputy):
        record = waiting(session, plant)
        record.contributors.append(Contributor(name="示例人员", account_id=told.id))
        away = waiting(session, plant)
        task = workflow.open_task(session, away)
        assert task is not None
        task.recusals.append(Recusal(account_id=told.id, reason="亲属"))
        session.flush()
        for it in (record, away):
            # No clerk of the unit is there: the county stands in.
            lying = workflow.open_task(session, it)
            assert lying is not None
            assert lying.role == "county"
            assert not workflow.may_act(acting(deputy), it, lying)
            with pytest.raises(MustStayAway):
                workflow.apply(session, acting(deputy), it, "return", "请补充试验数据")
        assert away not in queue(session, deputy)
    holder.claimed_organisation = plant
    session.flush()
    assert not any(workflow.may_act(acting(deputy), it, workflow.open_task(session, it)) for it in (record, away))
    assert queue(session, deputy) == []


def test_seeing_to_a_desk_gives_nothing_beside_the_desk(session: Session, plant: Organisation) -> None:
    holder, deputy = person(session, "unit_union", plant), person(session, "city")
    before = acting(deputy)
    named(session, holder, deputy)
    after = acting(deputy)
    assert (after.grants, after.tokens, after.organisation_ids) == (before.grants, before.tokens, frozenset())
    other = OrganisationFactory(region="510603", region_path=JINGYANG)
    person(session, "unit_union", other)
    with pytest.raises(NotAtDesk):
        workflow.apply(session, after, waiting(session, other), "return", "请补充试验数据")


def test_whoever_sees_to_a_desk_is_reminded_of_what_is_due_there(session: Session, plant: Organisation) -> None:
    holder, deputy = person(session, "unit_union", plant), person(session, "county")
    named(session, holder, deputy)
    other, gone = person(session, "unit_union", plant), person(session, "county")
    named(session, other, gone)
    grant = gone.grants[0]
    grant.revoked_at, grant.revoked_by, grant.reason = now(), "tests", "调离"
    task = workflow.open_task(session, waiting(session, plant))
    assert task is not None
    task.due_on = today()
    session.flush()
    reminders.remind(session)
    reminded = session.scalars(sa.select(Mail.recipient).where(Mail.kind == "due_soon"))
    assert set(reminded) == {holder.email, deputy.email, other.email}
