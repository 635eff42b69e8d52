"""What waits for an office: its queue, and whose turn it is with a record; ``decision`` has what is done then."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from marketplace import workflow, working_days
from marketplace.db import today
from marketplace.errors import N_, Conflict, NotFound
from marketplace.models import Achievement, AuditEntry, Organisation, Proposal, Task
from marketplace.permissions import Actor, Permission, can, can_read, path_within, readable, require
from marketplace.permissions.roles import OF_ITS_AUTHOR
from marketplace.workflow import Transition, offices
from marketplace.workflow.offices import Submission

MODELS: dict[str, type[Achievement | Proposal]] = {"achievement": Achievement, "proposal": Proposal}
NOUNS = tuple(MODELS)
STATES = tuple(dict.fromkeys(state for desks in workflow.DESKS.values() for state in desks if state != "returned"))


# The offices that an office sees to.
_BELOW = {
    "admin": ("unit_union", "county", "city", "industry_union"),
    "province_curator": ("unit_union", "county", "city", "industry_union"),
    "city": ("unit_union", "county"),
    "industry_union": ("unit_union",),
    "county": ("unit_union",),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of a queue is wanted; ``unit`` is a part of a unit's name."""

    noun: str = ""
    state: str = ""
    is_overdue: bool = False
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A task with its record; ``days_left`` counts working days, negative once it is overdue.

    ``holder`` is the account for whom it would be taken, None where it lies at a desk of the actor's own.
    """

    task: Task
    record: Submission
    days_left: int | None
    holder: int | None = None

    @property
    def unit(self) -> Organisation | None:
        return offices.unit_of(self.record)


@dataclass(frozen=True, slots=True)
class Counts:
    """How much waits for an office, in all, overdue, and by noun and state."""

    total: int
    overdue: int
    states: Counter[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Turn:
    """What somebody may do with a record now; ``bar`` says why he of the office must stay away, see ``errors.BARS``.

    ``holder`` is the account he would act for, None where he acts in an office of his own.
    """

    task: Task | None
    days_left: int | None
    steps: Sequence[Transition]
    bar: str | None
    may_stay_away: bool
    holder: int | None = None


def queue(
    session: Session, actor: Actor, asked: Asked, *, limit: int, after: tuple[dt.date | None, int] | None = None
) -> list[Waiting]:
    """Return what waits at the actor's desks, the earliest deadline first and what has none last.

    ``after`` is the deadline and the id of the last task of the page before.
    """
    require(actor, Permission.CURATION_ENTER)
    query = _of_queue(sa.select(Task), actor, asked).order_by(Task.due_on.asc().nulls_last(), Task.id).limit(limit)
    if after is not None:
        query = query.where(_beyond(*after))
    tasks = list(session.scalars(query))
    records = _records(session, actor, tasks)
    return [
        Waiting(task, record, days_left(task), _holder(actor, record, task))
        for task in tasks
        if (record := records.get((task.noun, task.object_id))) is not None
    ]


def counts(session: Session, actor: Actor) -> Counts:
    """Count what waits at the actor's desks."""
    require(actor, Permission.CURATION_ENTER)
    late = sa.func.sum(sa.case((Task.due_on < today(), 1), else_=0))
    columns: Any = sa.select(Task.noun, Task.state, sa.func.count(), late)
    query = _of_queue(columns, actor, Asked())
    rows = session.execute(query.group_by(Task.noun, Task.state)).all()
    states = Counter({(noun, state): count for noun, state, count, _late in rows})
    return Counts(states.total(), sum(row[3] for row in rows), states)


def overdue_below(session: Session, actor: Actor, *, limit: int) -> list[Waiting]:
    """Return what is overdue at offices below the actor's, the longest first."""
    require(actor, Permission.CURATION_ENTER)
    query = (
        sa.select(Task)
        .where(Task.closed_at.is_(None), Task.due_on < today(), _below(actor))
        .order_by(Task.due_on, Task.id)
        .limit(limit)
    )
    tasks = list(session.scalars(query))
    records = _records(session, actor, tasks)
    kept = [task for task in tasks if (task.noun, task.object_id) in records]
    return [Waiting(task, records[task.noun, task.object_id], days_left(task)) for task in kept]


def days_left(task: Task) -> int | None:
    """Return how many working days a task still lasts, 0 on its last day; None where it has no deadline."""
    return None if task.due_on is None else working_days.until(today(), task.due_on)


def turn_of(session: Session, actor: Actor, record: Submission) -> Turn:
    """Return what the actor may do with a record now, and, for an office, whom it waits for and until when."""
    steps = [it for it in workflow.actions_of(session, actor, record) if it.permission not in OF_ITS_AUTHOR]
    task = workflow.open_task(session, record) if can(actor, Permission.CURATION_ENTER, record) else None
    if task is None:
        return Turn(None, None, steps, None, False)
    stands_there = workflow.stands_at(actor, task)
    bar = workflow.bar(actor, record, task) if stands_there else None
    may_stay_away = stands_there and bar is None and actor.account_id is not None
    return Turn(task, days_left(task), steps, bar, may_stay_away, _holder(actor, record, task))


def _holder(actor: Actor, record: Submission, task: Task) -> int | None:
    desk = workflow.deputised(actor, record, task) if actor.deputised else None
    return None if desk is None else desk.account_id


def steps_from(noun: str, state: str) -> list[Transition]:
    """Return the steps that an office takes with a record in a state, and that need nothing but a reason."""
    table = workflow.ACHIEVEMENT if noun == "achievement" else workflow.PROPOSAL
    return [it for it in table if state in it.sources and it.at_desk and not it.process]


def to_mend(session: Session, record: Submission) -> list[str]:
    """Return the names of the fields the author of a returned record is asked to mend."""
    task = workflow.open_task(session, record)
    return list(task.to_mend) if task is not None and task.role == "author" else []


def is_author(record: Submission, name: str) -> bool:
    """Say whether somebody, as events name him, has a part in a record."""
    return name in {f"account:{account_id}" for account_id in offices.persons_of(record)}


def last_step(session: Session, noun: str, object_id: int) -> AuditEntry | None:
    """Return what was done last with a record."""
    query = sa.select(AuditEntry).filter_by(noun=noun, object_id=object_id).order_by(AuditEntry.sequence.desc())
    return session.scalars(query.limit(1)).first()


def read(session: Session, actor: Actor, noun: str, object_id: int) -> Submission:
    """Return a record that tasks are about, if the actor may read it; raise NotFound."""
    model = MODELS.get(noun)
    record: Any = None if model is None else session.get(model, object_id)
    if record is None or not can_read(actor, record):
        raise NotFound(noun, object_id)
    found: Submission = record
    return found


def get(session: Session, actor: Actor, task_id: int) -> tuple[Task, Submission]:
    """Return an open task at one of the actor's desks with its record.

    Raises NotFound, also where it lies elsewhere, and Conflict where it has been dealt with.
    """
    require(actor, Permission.CURATION_ENTER)
    task = session.scalar(sa.select(Task).where(Task.id == task_id, workflow.at_desks_of(actor)))
    records = _records(session, actor, [task]) if task is not None else {}
    if task is None or not records:
        raise NotFound("task", task_id)
    if task.closed_at is not None:
        raise Conflict(N_("这项待办已经有人办理。"))
    return task, records[task.noun, task.object_id]


def _of_queue(query: sa.Select[Any], actor: Actor, asked: Asked) -> sa.Select[Any]:
    query = query.where(Task.closed_at.is_(None), workflow.at_desks_of(actor))
    if asked.noun:
        query = query.where(Task.noun == asked.noun)
    if asked.state:
        query = query.where(Task.state == asked.state)
    if asked.is_overdue:
        query = query.where(Task.due_on < today())
    if asked.unit:
        named = Organisation.name.contains(asked.unit, autoescape=True)
        query = query.where(Task.organisation_id.in_(sa.select(Organisation.id).where(named)))
    return query


def _below(actor: Actor) -> sa.ColumnElement[bool]:
    """Return, as an SQL condition on Task, whether it lies with an office within the actor's place and below his."""
    conditions: list[sa.ColumnElement[bool]] = []
    for grant in actor.grants:
        bounds = ((Task.region_path, grant.region_path), (Task.industry_path, grant.industry_path))
        within = (path_within(column, path) for column, path in bounds if path)
        conditions.append(sa.and_(Task.role.in_(_BELOW.get(grant.role, ())), *within))
    return sa.or_(sa.false(), *conditions)


def _beyond(due_on: dt.date | None, task_id: int) -> sa.ColumnElement[bool]:
    """Return, as an SQL condition on Task, whether it comes after another in a queue."""
    if due_on is None:
        return sa.and_(Task.due_on.is_(None), Task.id > task_id)
    same_day = sa.and_(Task.due_on == due_on, Task.id > task_id)
    return sa.or_(Task.due_on > due_on, same_day, Task.due_on.is_(None))


def _records(session: Session, actor: Actor, tasks: Sequence[Task]) -> dict[tuple[str, int], Submission]:
    """Return the readable records of tasks with their units, in two queries a noun."""
    found: dict[tuple[str, int], Submission] = {}
    for noun, model in MODELS.items():
        ids = [task.object_id for task in tasks if task.noun == noun]
        if ids:
            unit = selectinload(Achievement.units if noun == "achievement" else Proposal.organisation)
            query: sa.Select[Any] = sa.select(model).where(model.id.in_(ids), readable(model, actor)).options(unit)
            found |= {(noun, record.id): record for record in session.scalars(query)}
    return found
