"""The days of somebody's deals as a calendar (RFC 5545), to be downloaded, or read by a program at a secret address."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable, Iterable

import sqlalchemy as sa
from icalendar import Calendar, Event
from sqlalchemy.orm import Session, contains_eager

from marketplace.db import now
from marketplace.errors import NotAllowed, NotFound
from marketplace.models import Account, CalendarFeed, Deal, DealTask
from marketplace.permissions import Actor, rooms_of
from marketplace.services.account.signing_in import actor_of

Naming = Callable[[DealTask], str]


def of_deal(session: Session, actor: Actor, deal_id: int, name: Naming, address: str) -> bytes:
    """Return the calendar of one deal at whose table the actor sits; raise NotFound.

    ``name`` says what a task is called, ``address`` where the deals are, "https://…/deals".
    """
    if session.scalar(sa.select(Deal.id).where(Deal.id == deal_id, rooms_of(actor))) is None:
        raise NotFound("deal", deal_id)
    return _written(_tasks(session, actor, DealTask.deal_id == deal_id), name, address)


def of_actor(session: Session, actor: Actor, name: Naming, address: str) -> bytes:
    """Return the calendar of all deals at whose table the actor sits."""
    return _written(_tasks(session, actor), name, address)


def renew_feed(session: Session, actor: Actor) -> str:
    """Make, or make anew, the secret of an account's feed, and return it: it is shown once and kept as its hash."""
    if actor.account_id is None or actor.limits is not None:
        raise NotAllowed("read", "deal")
    secret = secrets.token_urlsafe(32)
    feed = session.get(CalendarFeed, actor.account_id) or CalendarFeed(account_id=actor.account_id)
    feed.secret_hash, feed.made_at = _hash(secret), now()
    session.add(feed)
    session.flush()
    return secret


def end_feed(session: Session, actor: Actor) -> None:
    """Let the address of an account's feed open nothing any more."""
    feed = session.get(CalendarFeed, actor.account_id) if actor.account_id is not None else None
    if feed is not None:
        session.delete(feed)
        session.flush()


def has_feed(session: Session, actor: Actor) -> bool:
    return actor.account_id is not None and session.get(CalendarFeed, actor.account_id) is not None


def reader_of(session: Session, secret: str) -> Actor:
    """Return who made a feed, with the roles held now; raise NotFound for a secret that opens nothing."""
    feed = session.scalar(sa.select(CalendarFeed).filter_by(secret_hash=_hash(secret)))
    account = session.get(Account, feed.account_id) if feed is not None else None
    if account is None or not account.is_active:
        raise NotFound("deal", "")
    return actor_of(account, has_second_factor=False)


def _tasks(session: Session, actor: Actor, *conditions: sa.ColumnElement[bool]) -> list[DealTask]:
    query = sa.select(DealTask).join(DealTask.deal).where(rooms_of(actor), Deal.state != "terminated", *conditions)
    query = query.options(contains_eager(DealTask.deal)).order_by(DealTask.due_on, DealTask.id)
    return list(session.scalars(query))


def _written(tasks: Iterable[DealTask], name: Naming, address: str) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Workers' innovation exchange//deals//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    host = address.split("//", 1)[-1].split("/", 1)[0]
    for task in tasks:
        event = Event()
        event.add("uid", f"deal-task-{task.id}@{host}")
        event.add("dtstamp", task.deal.updated_at)
        event.add("dtstart", task.due_on)
        event.add("dtend", task.due_on + dt.timedelta(days=1))
        event.add("summary", f"{'✓ ' if task.done_on else ''}{name(task)}：{task.deal.title}")
        event.add("url", f"{address}/{task.deal_id}")
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
