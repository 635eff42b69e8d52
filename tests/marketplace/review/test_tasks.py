"""The queue of an office, who stays away from what, vacant offices, and the mails that tell of all this."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, workflow, working_days
from marketplace.db import now, today
from marketplace.errors import Conflict, MustStayAway, NotAllowed, NotAtDesk, NotFound, StaleRevision
from marketplace.models import Account, Achievement, Mail, Organisation, RoleGrant, Task
from marketplace.permissions import SYSTEM, VISITOR, Actor, Grant
from marketplace.services import decision, reminders
from marketplace.services import task as tasks
from marketplace.services.account.signing_in import actor_of
from marketplace.services.decision import Item
from marketplace.services.task import Asked
from tests.factories import AccountFactory, AchievementFactory, OrganisationFactory, ProposalFactory

DEYANG, JINGYANG = "51/5106", "51/5106/510603"
PLACES = {"county": (JINGYANG, ""), "city": (DEYANG, ""), "industry_union": ("", "C"), "province_curator": ("", "")}


def plant(**fields: object) -> Organisation:
    return OrganisationFactory(region="510603", region_path=JINGYANG, industry="34", industry_path="C/34", **fields)


def officer(session: Session, role: str, unit: Organisation, **fields: Any) -> Account:
    account: Account = AccountFactory(**fields)
    region, industry = PLACES.get(role, ("", ""))
    held = {"organisation": unit} if role == "unit_union" else {"region_path": region, "industry_path": industry}
    account.grants.append(RoleGrant(role=role, granted_by="tests", **held))
    session.flush()
    return account


def acting(account: Account) -> Actor:
    return actor_of(account, has_second_factor=True)


def waiting(session: Session, unit: Organisation, state: str = "unit_endorsed", **fields: Any) -> Achievement:
    """Return an achievement of a unit that lies on the desk of the office whose turn it is."""
    unpublished = {"published_state": "unpublished", "published_at": None}
    achievement: Achievement = AchievementFactory(state=state, units=[unit], **unpublished, **fields)
    workflow.move(session, SYSTEM, achievement)
    return achievement


def desk(session: Session, record: Achievement) -> tuple[str, str | None]:
    task = workflow.open_task(session, record)
    assert task is not None
    return task.role, task.stands_in_for


def item(record: Achievement) -> Item:
    return Item("achievement", record.id, record.revision)


def mails(session: Session) -> list[tuple[str, str]]:
    return sorted((mail.recipient, mail.kind) for mail in session.scalars(sa.select(Mail)))


def test_a_queue_is_in_the_order_of_its_deadlines_and_is_turned_page_by_page(session: Session) -> None:
    unit = plant()
    city = acting(officer(session, "city", unit))
    days = [dt.date(2026, 12, 3), None, dt.date(2026, 12, 1), dt.date(2026, 12, 3), None]
    records = [waiting(session, unit) for _day in days]
    for record, due_on in zip(records, days, strict=True):
        task = workflow.open_task(session, record)
        assert task is not None
        task.due_on = due_on
    session.flush()
    seen: list[int] = []
    after = None
    while page := tasks.queue(session, city, Asked(), limit=2, after=after):
        seen += [it.record.id for it in page]
        after = (page[-1].task.due_on, page[-1].task.id)
    assert seen == [records[place].id for place in (2, 0, 3, 1, 4)]


def test_a_queue_holds_both_nouns_and_is_filtered_and_counted(session: Session) -> None:
    unit, other = plant(name="旌阳阀门厂"), plant(name="什邡泵业")
    union = acting(officer(session, "unit_union", unit))
    filed = waiting(session, unit, "submitted")
    waiting(session, other, "submitted")
    proposal = ProposalFactory(state="submitted", organisation=unit)
    workflow.move(session, SYSTEM, proposal)
    task = workflow.open_task(session, filed)
    assert task is not None
    task.due_on = today() - dt.timedelta(days=1)
    session.flush()

    def found(**asked: Any) -> set[str]:
        return {it.task.noun for it in tasks.queue(session, union, Asked(**asked), limit=9)}

    assert found() == {"achievement", "proposal"}
    assert found(noun="proposal") == {"proposal"}
    assert found(is_overdue=True) == {"achievement"}
    assert found(unit="阀门") == {"achievement", "proposal"}
    assert found(unit="泵业") == found(state="screened") == set()
    counts = tasks.counts(session, union)
    assert (counts.total, counts.overdue) == (2, 1)
    assert counts.states["proposal", "submitted"] == 1


@pytest.mark.parametrize("actor", [VISITOR, Actor("worker", (Grant("worker"),), 900)])
def test_whoever_has_no_office_has_no_queue(session: Session, actor: Actor) -> None:
    with pytest.raises(NotAllowed):
        tasks.queue(session, actor, Asked(), limit=9)


# Whether somebody of an office may take a task of a record of the unit he comes from (domain rule 68).
OWN_UNIT = {"unit_union": True, "county": False, "city": False, "industry_union": False, "province_curator": False}
STATES = {"unit_union": "submitted", "city": "unit_endorsed", "industry_union": "unit_endorsed",
          "province_curator": "first_review"}  # fmt: skip


@pytest.mark.parametrize("tie", ["claims", "works in", "claims another"])
@pytest.mark.parametrize("role", STATES)
def test_nobody_above_a_unit_reviews_what_comes_from_his_own(session: Session, role: str, tie: str) -> None:
    unit = plant(primary_hierarchy="industry" if role == "industry_union" else "region")
    account = officer(session, role, unit)
    officer(session, role, unit)
    if tie == "claims":
        account.claimed_organisation = unit
    elif tie == "works in":
        account.grants.append(RoleGrant(role="worker", organisation=unit, granted_by="tests"))
    else:
        account.claimed_organisation = plant()
    session.flush()
    record, actor = waiting(session, unit, STATES[role]), acting(account)
    may = OWN_UNIT[role] or tie == "claims another"
    turn = tasks.turn_of(session, actor, record)
    assert (turn.bar is None) is may
    assert bool(turn.steps) is may
    assert bool(tasks.queue(session, actor, Asked(), limit=9)) is may
    if not may:
        with pytest.raises(MustStayAway, match="您所在的单位"):
            workflow.apply(session, actor, record, turn_step(role))


def turn_step(role: str) -> str:
    return "pass_final_review" if role == "province_curator" else "pass_first_review"


def test_an_office_whose_only_officer_comes_from_the_unit_passes_to_the_one_above(session: Session) -> None:
    unit = plant()
    officer(session, "city", unit, claimed_organisation=unit)
    assert desk(session, waiting(session, unit)) == ("province_curator", "city")


def test_whoever_stays_away_leaves_the_task_to_a_colleague(session: Session) -> None:
    unit = plant()
    kin, colleague = (acting(officer(session, "city", unit)) for _ in range(2))
    record = waiting(session, unit)
    assert decision.stay_away(session, kin, "achievement", record.id, "作者是亲属") is False
    assert desk(session, record) == ("city", None)
    assert tasks.queue(session, kin, Asked(), limit=9) == []
    with pytest.raises(MustStayAway, match="已回避"):
        decision.act(session, kin, item(record), "pass_first_review")
    decision.act(session, colleague, item(record), "pass_first_review")
    event = audit.history(session, "achievement", record.id)[0]
    # The reason may name kin; it stays with the task.
    assert (event.verb, event.reason) == ("stay_away", None)


def test_the_last_of_an_office_who_stays_away_passes_the_task_on_with_its_deadline(session: Session) -> None:
    unit = plant()
    alone, province = acting(officer(session, "city", unit)), acting(officer(session, "province_curator", unit))
    record = waiting(session, unit)
    before = workflow.open_task(session, record)
    assert before is not None
    assert decision.stay_away(session, alone, "achievement", record.id, "作者是下属") is True
    after = workflow.open_task(session, record)
    assert after is not None
    assert (after.role, after.stands_in_for, after.due_on) == ("province_curator", "city", before.due_on)
    assert before.closed_by == alone.name
    with pytest.raises(NotAtDesk):
        decision.stay_away(session, alone, "achievement", record.id, "再说一次")
    with pytest.raises(Conflict, match="没有其他人"):
        decision.stay_away(session, province, "achievement", record.id, "作者是亲属")
    decision.act(session, province, item(record), "pass_first_review")


def test_nobody_overwrites_what_another_decided_meanwhile(session: Session) -> None:
    unit = plant()
    first, second = (acting(officer(session, "city", unit)) for _ in range(2))
    record = waiting(session, unit)
    seen = item(record)
    decision.act(session, first, seen, "pass_first_review")
    with pytest.raises(StaleRevision):
        decision.act(session, second, seen, "reject", "与去年的重复")
    assert record.state == "first_review"


@pytest.mark.parametrize("action", ["submit", "withdraw"])
def test_what_its_author_alone_does_no_office_does(session: Session, action: str) -> None:
    unit = plant()
    province = acting(officer(session, "province_curator", unit))
    with pytest.raises(NotAllowed):
        decision.act(session, province, item(waiting(session, unit, "first_review")), action)


def test_a_task_of_another_place_is_not_found(session: Session) -> None:
    unit, elsewhere = plant(), OrganisationFactory(region="510722", region_path="51/5107/510722")
    city = acting(officer(session, "city", unit))
    task = workflow.open_task(session, waiting(session, elsewhere))
    assert task is not None
    with pytest.raises(NotFound):
        tasks.get(session, city, task.id)


def revoked(grant: RoleGrant) -> None:
    grant.revoked_at, grant.revoked_by, grant.reason = now(), "tests", "调离"


def expired(grant: RoleGrant) -> None:
    grant.valid_from, grant.valid_until = now() - dt.timedelta(days=9), now() - dt.timedelta(days=1)


def closed(grant: RoleGrant) -> None:
    session = sa.orm.object_session(grant)
    assert session is not None
    session.get_one(Account, grant.account_id).is_active = False


@pytest.mark.parametrize("ended", [revoked, expired, closed])
@pytest.mark.parametrize(("role", "state"), [("unit_union", "submitted"), ("city", "unit_endorsed")])
def test_what_lies_at_an_office_that_became_vacant_goes_up_and_comes_back(
    session: Session, role: str, state: str, ended: Any
) -> None:
    unit = plant()
    account = officer(session, role, unit)
    above = "city" if role == "unit_union" else "province_curator"
    if above == "city":
        officer(session, "city", unit)
    record = waiting(session, unit, state)
    due = workflow.open_task(session, record)
    assert desk(session, record) == (role, None)
    assert workflow.reroute(session, SYSTEM) == 0
    ended(account.grants[0])
    session.flush()
    assert workflow.reroute(session, SYSTEM) == 1
    assert desk(session, record) == (above, role)
    assert workflow.reroute(session, SYSTEM) == 0
    officer(session, role, unit)
    assert workflow.reroute(session, SYSTEM) == 1
    assert desk(session, record) == (role, None)
    again = workflow.open_task(session, record)
    assert due is not None and again is not None
    assert again.due_on == due.due_on
    assert [event.verb for event in audit.history(session, "achievement", record.id)] == ["pass_on", "pass_on"]


def test_a_task_does_not_come_back_to_whoever_stayed_away(session: Session) -> None:
    unit = plant()
    alone = acting(officer(session, "city", unit))
    record = waiting(session, unit)
    decision.stay_away(session, alone, "achievement", record.id, "作者是亲属")
    assert workflow.reroute(session, SYSTEM) == 0
    officer(session, "city", unit)
    assert workflow.reroute(session, SYSTEM) == 1
    assert desk(session, record) == ("city", None)
    assert tasks.queue(session, alone, Asked(), limit=9) == []


def due(session: Session, record: Achievement, due_on: dt.date) -> Task:
    task = workflow.open_task(session, record)
    assert task is not None
    task.due_on = due_on
    session.flush()
    return task


def test_an_office_is_reminded_once_before_a_deadline_and_once_after_it(session: Session) -> None:
    unit = plant()
    officer(session, "city", unit, email="city@example.cn", language="en")
    officer(session, "province_curator", unit, email="province@example.cn")
    tomorrow, in_time = working_days.after(today(), 1), working_days.after(today(), 9)
    first, second = (due(session, waiting(session, unit), tomorrow) for _ in range(2))
    due(session, waiting(session, unit), in_time)
    assert reminders.remind(session) == 1
    (mail,) = session.scalars(sa.select(Mail))
    assert (mail.recipient, mail.language, mail.kind) == ("city@example.cn", "en", "due_soon")
    assert mail.values == {"count": "2", "day": tomorrow.isoformat()}
    assert reminders.remind(session) == 0
    first.due_on = today() - dt.timedelta(days=1)
    first.reminded_on = today() - dt.timedelta(days=3)
    session.flush()
    assert reminders.remind(session) == 2
    assert mails(session)[1:] == [("city@example.cn", "overdue"), ("province@example.cn", "overdue_below")]
    assert reminders.remind(session) == 0
    assert second.reminded_on == today()


@pytest.mark.parametrize(
    ("present", "told"), [(("county", "city"), "county"), (("city",), "city"), ((), "province_curator")]
)
def test_the_nearest_office_above_that_is_held_hears_of_what_is_overdue(
    session: Session, present: tuple[str, ...], told: str
) -> None:
    unit = plant()
    for role in (*present, "unit_union", "province_curator"):
        officer(session, role, unit, email=f"{role}@example.cn")
    due(session, waiting(session, unit, "submitted"), today() - dt.timedelta(days=1))
    reminders.remind(session)
    assert mails(session) == sorted([("unit_union@example.cn", "overdue"), (f"{told}@example.cn", "overdue_below")])


@pytest.mark.parametrize(("role", "sees"), [("province_curator", 4), ("city", 2), ("industry_union", 2), ("county", 2)])
def test_an_office_sees_what_is_overdue_below_it(session: Session, role: str, sees: int) -> None:
    unit, elsewhere = plant(), OrganisationFactory(region="510722", region_path="51/5107/510722")
    offices = {it: officer(session, it, unit) for it in ("province_curator", "city", "industry_union", "county")}
    for at in (unit, elsewhere):
        officer(session, "unit_union", at)
    late = [waiting(session, at, state) for at, state in (
        (unit, "submitted"), (unit, "submitted"), (elsewhere, "submitted"), (unit, "unit_endorsed"),
    )]  # fmt: skip
    for record in late:
        due(session, record, today() - dt.timedelta(days=1))
    due(session, waiting(session, unit, "submitted"), today())
    assert len(tasks.overdue_below(session, acting(offices[role]), limit=9)) == sees


def test_an_author_is_told_of_every_decision_and_reminded_of_what_he_is_to_mend(session: Session) -> None:
    unit = plant()
    author = AccountFactory(email="author@example.cn")
    city, province = (acting(officer(session, role, unit)) for role in ("city", "province_curator"))
    record = waiting(session, unit, account_id=author.id)
    decision.act(session, city, item(record), "pass_first_review")
    decision.act(session, province, item(record), "return", "请附检测报告", ["indicators"])
    assert [kind for _recipient, kind in mails(session)] == ["advanced", "returned"]
    assert tasks.to_mend(session, record) == ["indicators"]
    due(session, record, working_days.after(today(), 1))
    assert reminders.remind(session) == 1
    assert mails(session)[1] == ("author@example.cn", "mend_soon")
    assert reminders.remind(session) == 0


def test_nobody_is_written_to_about_what_he_did_himself(session: Session) -> None:
    author = AccountFactory()
    proposal = ProposalFactory(state="draft", account_id=author.id, organisation=plant())
    workflow.apply(session, Actor(f"account:{author.id}", (Grant("worker"),), author.id), proposal, "submit")
    assert mails(session) == []
