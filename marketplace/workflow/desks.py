"""Which office a record waits for, until when, and who may act there.

The office follows from the units of the record and the places they lie in. A vacant office is stood in for by the
next above it. While a record waits it has one open task; ``move`` closes the old one and opens the next, ``pass_on``
gives it to another office with the same deadline. Both hold the record's chain of events, so that they take turns.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, rules, working_days
from marketplace.db import now, today
from marketplace.models import Recusal, StudioApplication, Task
from marketplace.permissions import Actor, Deputised, Grant, owns, path_within
from marketplace.workflow import offices
from marketplace.workflow.offices import Submission
from marketplace.workflow.tables import DESKS, Desk


def desk_of(session: Session, record: Submission, left: Task | None = None) -> Task | None:
    """Return the task that a record's state makes, not yet stored; None where it waits for nobody.

    Whoever stayed away from the task ``left`` stays away from this one too.
    """
    desk = DESKS[record.__tablename__].get(record.state)
    return _at(session, record, desk, left) if desk is not None else None


def unit_desk(session: Session, record: Submission) -> Task:
    """Return where a record would lie with its unit, for what only the unit can say of it; where it does, that task."""
    task = open_task(session, record)
    here = DESKS[record.__tablename__].get(record.state)
    if task is not None and here is not None and here.office == "unit":
        return task
    return _at(session, record, Desk("unit"))


def _at(session: Session, record: Submission, desk: Desk, left: Task | None = None) -> Task:
    unit = offices.unit_of(record)
    places = dict(offices.places(desk.office, record))
    recusals = left.recusals if left is not None else []
    away = {recusal.account_id for recusal in recusals}
    own = next(iter(places))
    role = next(
        (
            it for it, place in places.items()
            if it in ("author", "province_curator") or not offices.is_vacant(session, place, record, away)
        ),
        "province_curator",
    )  # fmt: skip
    place = places[role]
    return Task(
        noun=record.__tablename__, object_id=record.id, state=record.state,
        role=role, stands_in_for=None if role == own else own,
        organisation_id=None if unit is None else unit.id,
        region_path=place.region_path, industry_path=place.industry_path,
        due_on=_due(session, desk),
        recusals=[Recusal(account_id=it.account_id, reason=it.reason, at=it.at) for it in recusals],
    )  # fmt: skip


def open_task(session: Session, record: Submission) -> Task | None:
    """Return the open task of a record."""
    query = sa.select(Task).where(
        Task.noun == record.__tablename__, Task.object_id == record.id, Task.closed_at.is_(None)
    )
    return session.scalars(query).one_or_none()


def move(session: Session, actor: Actor, record: Submission) -> Task | None:
    """Close the task a record leaves and open, and return, the one of the state it has reached.

    A unit has one period for its answer, counted from the day it screened the proposal.
    """
    left = open_task(session, record)
    opened = desk_of(session, record, left)
    if left is not None:
        _close(session, actor, left)
    if opened is not None:
        if left is not None and (left.state, opened.state) == ("screened", "unit_review"):
            opened.due_on = left.due_on
        session.add(opened)
    session.flush()
    return opened


def pass_on(session: Session, actor: Actor, record: Submission) -> bool:
    """Give the open task of a record to the office that should have it now; say whether that is another one.

    The deadline stays: whoever waits for an answer is not to wait longer because an office is vacant.
    """
    audit.hold(session, record.__tablename__, record.id)
    left = open_task(session, record)
    wanted = desk_of(session, record, left)
    if left is None or wanted is None or left.state != wanted.state or _place(left) == _place(wanted):
        return False
    wanted.due_on = left.due_on
    audit.record(
        session, actor, "pass_on", record.__tablename__, record.id,
        from_state=record.state, to_state=record.state, payload={"from": left.role, "to": wanted.role},
    )  # fmt: skip
    _close(session, actor, left)
    session.add(wanted)
    session.flush()
    return True


def may_act(actor: Actor, record: Submission, task: Task) -> bool:
    """Say whether the actor stands at the desk of a task: in its office, and with nothing to stay away for."""
    if bar(actor, record, task) is not None:
        return False
    if any(grant.role == "admin" for grant in actor.grants):
        return True
    return owns(actor, record) if task.role == "author" else stands_at(actor, task)


def stands_at(actor: Actor, task: Task) -> bool:
    """Say whether a task lies in an office the actor holds, or in that of a colleague he is the deputy of."""
    return any(_is_of(grant, task) for grant in (*actor.grants, *(desk.grant for desk in actor.deputised)))


def bar(actor: Actor, record: Submission, task: Task | None = None) -> str | None:
    """Say why the actor must stay away from a record, see ``errors.BARS``; None where he need not.

    A deputy stays away from what he must himself, and from what everybody must for whom he would act.
    """
    own = offices.bar(actor, record, task)
    if own is not None or task is None or _stands_himself(actor, task):
        return own
    desks = [desk for desk in actor.deputised if _is_of(desk.grant, task)]
    return "holder" if desks and all(offices.bar(desk, record, task) for desk in desks) else None


def deputised(actor: Actor, record: Submission, task: Task) -> Deputised | None:
    """Return for whom the actor would take a task; None where he may take it in an office of his own."""
    if task.role == "author" or _stands_himself(actor, task):
        return None
    desks = (desk for desk in actor.deputised if _is_of(desk.grant, task))
    return next((desk for desk in desks if offices.bar(desk, record, task) is None), None)


def is_impartial(actor: Actor, record: Submission | StudioApplication) -> bool:
    """Say whether the actor has no part in a record himself, and does not come from a unit it is of."""
    return offices.bar(actor, record) is None


def at_desks_of(actor: Actor) -> sa.ColumnElement[bool]:
    """Return, as an SQL condition on Task, whether it lies in one of the actor's offices and is his to take."""
    conditions = [_at_desk(grant) for grant in actor.grants]
    conditions += [sa.and_(_at_desk(desk.grant), *_left_to(desk)) for desk in actor.deputised]
    return sa.and_(sa.or_(sa.false(), *conditions), *_left_to(actor))


def _left_to(person: Actor | Deputised) -> Iterator[sa.ColumnElement[bool]]:
    """Yield the conditions under which a task does not keep somebody away from it."""
    if person.account_id is not None:
        yield ~Task.recusals.any(Recusal.account_id == person.account_id)
    if person.unit_ids:
        of_own_unit = sa.and_(Task.organisation_id.is_not(None), Task.organisation_id.in_(person.unit_ids))
        yield sa.or_(Task.role == "unit_union", ~of_own_unit)


def _at_desk(grant: Grant) -> sa.ColumnElement[bool]:
    if grant.role == "admin":
        return Task.role == "province_curator"
    if grant.role == "unit_union":
        return sa.and_(Task.role == grant.role, Task.organisation_id == grant.organisation_id)
    if grant.role in ("city", "county"):
        # A task of theirs lies at exactly the place their scope names.
        return sa.and_(Task.role == grant.role, Task.region_path == grant.region_path)
    bounds = ((Task.region_path, grant.region_path), (Task.industry_path, grant.industry_path))
    return sa.and_(Task.role == grant.role, *(path_within(column, path) for column, path in bounds if path))


def _stands_himself(actor: Actor, task: Task) -> bool:
    return any(grant.role == "admin" or _is_of(grant, task) for grant in actor.grants)


def _is_of(grant: Grant, task: Task) -> bool:
    if grant.role != task.role:
        return False
    if task.role == "unit_union":
        return task.organisation_id is not None and grant.organisation_id == task.organisation_id
    return grant.covers(task.region_path, task.industry_path)


def _close(session: Session, actor: Actor, task: Task) -> None:
    task.closed_at, task.closed_by = now(), actor.name
    # Before the next one opens: a record lies on one desk at a time.
    session.flush()


def _place(task: Task) -> tuple[str, int | None, str, str]:
    organisation_id = task.organisation_id if task.role == "unit_union" else None
    return task.role, organisation_id, task.region_path, task.industry_path


def _due(session: Session, desk: Desk) -> dt.date | None:
    if desk.period is None:
        return None
    return working_days.after(today(), rules.value(session, desk.period, today()))
