"""Remind offices and authors of deadlines, once before and once after each; the worker does it every hour.

Everybody gets one mail for all that became due since the last look, so that an office with a thousand tasks is not
sent a thousand mails.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import rules, working_days
from marketplace.db import today
from marketplace.models import Account, Achievement, Organisation, Proposal, Task
from marketplace.permissions import Grant
from marketplace.services.mail import queue
from marketplace.workflow import offices

# (kind of mail, account) → the tasks it tells of.
_Letters = defaultdict[tuple[str, int], list[Task]]


def remind(session: Session) -> int:
    """Queue a mail for everybody who has something due soon or overdue; return how many mails.

    "Soon" is the rule ``reminder``, in working days. Whoever sees to a desk for a colleague is told as well. What is
    overdue is told to the office it lies with and to the one above it.
    """
    day = today()
    letters: _Letters = defaultdict(list)
    for place, tasks in _by_office(_due(session, day)):
        late, soon = [it for it in tasks if _is_late(it, day)], [it for it in tasks if not _is_late(it, day)]
        for kind, some in (("overdue", late), ("due_soon", soon)):
            _address(session, letters, kind, place, some)
        if late and (over := _office_above(session, late[0], place.organisation_id)) is not None:
            _address(session, letters, "overdue_below", over, late)
    count = _remind_authors(session, day)
    accounts = _accounts(session, {account_id for _kind, account_id in letters})
    for (kind, account_id), tasks in letters.items():
        first = min(task.due_on for task in tasks if task.due_on is not None)
        queue.post(session, accounts[account_id], kind, count=str(len(tasks)), day=first.isoformat())
    return count + len(letters)


def _due(session: Session, day: dt.date, *, of_authors: bool = False) -> list[Task]:
    """Return the tasks to remind of, each marked as reminded; another worker leaves them out."""
    soon = working_days.after(day, rules.value(session, "reminder", day))
    is_news = sa.or_(Task.reminded_on.is_(None), sa.and_(Task.due_on < day, Task.reminded_on <= Task.due_on))
    query = (
        sa.select(Task)
        .where(Task.closed_at.is_(None), (Task.role == "author") == of_authors, Task.due_on <= soon, is_news)
        .order_by(Task.id)
        .with_for_update(skip_locked=True)
    )
    found = list(session.scalars(query))
    for task in found:
        task.reminded_on = day
    return found


def _by_office(tasks: list[Task]) -> Iterator[tuple[Grant, list[Task]]]:
    found: defaultdict[Grant, list[Task]] = defaultdict(list)
    for task in tasks:
        found[offices.place_of(task)].append(task)
    return iter(found.items())


def _address(session: Session, letters: _Letters, kind: str, place: Grant, tasks: list[Task]) -> None:
    if not tasks:
        return
    for account in offices.readers_of_mail(session, place):
        letters[kind, account.id] += tasks


def _office_above(session: Session, task: Task, unit_id: int | None) -> Grant | None:
    """Return the nearest office over that of a task which somebody holds."""
    unit = session.get(Organisation, unit_id) if unit_id is not None else None
    for place in offices.above(task, unit):
        if session.execute(offices.staff(place).limit(1)).first() is not None:
            return place
    return None


def _remind_authors(session: Session, day: dt.date) -> int:
    count = 0
    for task in _due(session, day, of_authors=True):
        record: Any = session.get(Proposal if task.noun == "proposal" else Achievement, task.object_id)
        if record is None or record.account_id is None or task.due_on is None or _is_late(task, day):
            continue
        for account in _accounts(session, {record.account_id}).values():
            queue.post(
                session, account, "mend_soon",
                noun=task.noun, number=str(task.object_id), day=task.due_on.isoformat(),
            )  # fmt: skip
            count += 1
    return count


def _is_late(task: Task, day: dt.date) -> bool:
    return task.due_on is not None and task.due_on < day


def _accounts(session: Session, ids: set[int]) -> dict[int, Account]:
    query = sa.select(Account).where(Account.id.in_(ids), Account.is_active)
    return {account.id: account for account in session.scalars(query)}
