"""What is to be done until when: tasks, and the milestones after signature with their reminders (rule 23)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, rules
from marketplace.db import today
from marketplace.errors import N_, Conflict, NotAllowed, NotFound
from marketplace.models import Deal, DealTask
from marketplace.models.market.deal_room import MILESTONES, SEATS
from marketplace.permissions import Actor
from marketplace.services.deal import rooms

# Who sees to a milestone, and which of the terms names its day; the others follow from the rules.
_SEAT = {"delivery": "owner"}
_DAY = {"delivery": "delivery_on", "trial": "trial_on", "acceptance": "acceptance_on"}


def of(session: Session, actor: Actor, deal: Deal) -> list[DealTask]:
    """Return the tasks and milestones of a deal by their days, for who may enter the room."""
    rooms.enter(session, actor, deal.id)
    return list(session.scalars(sa.select(DealTask).filter_by(deal_id=deal.id).order_by(DealTask.due_on, DealTask.id)))


def fix(session: Session, deal: Deal, terms: dict[str, Any]) -> None:
    """Fix the milestones of a contract that was just signed: by its terms or, where they name no day, by the rules."""
    signed = deal.signed_on or today()
    for kind in MILESTONES:
        agreed = terms.get(_DAY.get(kind, ""))
        days = rules.value(session, f"milestone_{kind}", signed)
        due = agreed or signed + dt.timedelta(days=days)
        session.add(DealTask(deal_id=deal.id, kind=kind, seat=_SEAT.get(kind, "enterprise"), due_on=due))
    session.flush()


def add(session: Session, actor: Actor, deal_id: int, data: dict[str, Any]) -> DealTask:
    """Add a task for one seat at the table, from what ``DealTaskSchema.load`` returned; one sent twice is added once.

    Raises NotFound, NotAllowed for whoever only reads, and Conflict where there is no broker or the deal is ended.
    """
    deal = _at_table(session, actor, deal_id)
    if data["seat"] == SEATS[2] and deal.broker_id is None:
        raise Conflict(N_("这项交易还没有技术经理人。"))
    if known := session.scalar(sa.select(DealTask).filter_by(deal_id=deal.id, kind="task", done_on=None, **data)):
        return known
    task = DealTask(deal_id=deal.id, kind="task", **data)
    session.add(task)
    session.flush()
    audit.record(session, actor, "add_task", "deal", deal.id, payload={"task": task.id, "title": task.title})
    return task


def done(session: Session, actor: Actor, deal_id: int, task_id: int, data: dict[str, Any]) -> DealTask:
    """Note that a task or milestone of one's own seat is done, from what ``DoneSchema.load`` returned.

    The broker may note it for both. Raises NotFound, NotAllowed for the other side's, Conflict where it is done.
    """
    deal = _at_table(session, actor, deal_id)
    task = session.get(DealTask, task_id)
    if task is None or task.deal_id != deal.id:
        raise NotFound("task", task_id)
    seat = rooms.seat_of(actor, deal)
    if seat not in (task.seat, SEATS[2]):
        raise NotAllowed("edit", "task")
    if task.done_on is not None:
        raise Conflict(N_("这一项已经办完。"))
    task.done_on, task.done_by, task.note = data["done_on"], actor.name, data["note"]
    session.flush()
    audit.record(session, actor, "finish_task", "deal", deal.id, payload={"task": task.id, "kind": task.kind})
    return task


def remind(session: Session) -> int:
    """Tell whose tasks are due soon, and the broker, or both sides where there is none, of what was missed.

    Each is told once; the worker asks every hour. Returns how many tasks somebody was told of.
    """
    day = today()
    soon = day + dt.timedelta(days=rules.value(session, "milestone_reminder", day))
    open_ones = sa.select(DealTask).join(DealTask.deal).where(DealTask.done_on.is_(None), Deal.state != "terminated")
    due = open_ones.where(DealTask.reminded_on.is_(None), DealTask.due_on.between(day, soon))
    for task in (told := _some(session, due)):
        task.reminded_on = day
        rooms.tell(
            session, task.deal, rooms.people_at(session, task.deal, task.seat), "deal_due", day=task.due_on.isoformat()
        )
    late = open_ones.where(DealTask.missed_on.is_(None), DealTask.due_on < day)
    for task in (missed := _some(session, late)):
        task.missed_on = day
        seats = [SEATS[2]] if task.deal.broker is not None else SEATS[:2]
        people = [it for seat in seats for it in rooms.people_at(session, task.deal, seat)]
        rooms.tell(session, task.deal, people, "deal_missed", day=task.due_on.isoformat())
    session.flush()
    return len(told) + len(missed)


def _some(session: Session, query: sa.Select[DealTask]) -> Sequence[DealTask]:
    # Another worker leaves out what this one is telling of.
    return session.scalars(query.order_by(DealTask.id).with_for_update(skip_locked=True, of=DealTask)).all()


def _at_table(session: Session, actor: Actor, deal_id: int) -> Deal:
    deal = rooms.enter(session, actor, deal_id)
    if rooms.seat_of(actor, deal) is None:
        raise NotAllowed("negotiate", "deal")
    if deal.state == "terminated":
        raise Conflict(N_("交易已终止，只能查看。"))
    audit.hold(session, "deal", deal.id)
    return deal
