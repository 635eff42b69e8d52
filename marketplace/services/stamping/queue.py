"""Stamps that wait: noted in the transaction of the event, so that no submission depends on an authority."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session, joinedload

from marketplace import audit, chain
from marketplace.db import SessionFactory, now, unit_of_work
from marketplace.models.audit import AuditEntry, TimeStamp

# An authority that gave no stamp is asked again later and later, at last every hour, and never given up.
WAITS = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 20, 60))

logger = structlog.get_logger(__name__)


class Unstamped(Exception):
    """There is no stamp yet; the message says why."""


class Unreachable(Unstamped):
    """The authority gave no answer."""


class Untrue(Unstamped):
    """What the authority answered is not a stamp over what it was asked for."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """The answer of an authority as it came, and the moment it states."""

    response: bytes
    at: dt.datetime


class Authority(Protocol):
    """Whoever stamps content and can check a stamp; raises Unstamped."""

    def stamp(self, content: bytes) -> Stamp: ...

    def check(self, response: bytes, content: bytes) -> None: ...


def want(session: Session, event: AuditEntry) -> None:
    """Have an event stamped once the transaction is kept; where no authority is set up it waits for one."""
    session.add(TimeStamp(event=event))
    session.flush()


def of(session: Session, events: Sequence[AuditEntry]) -> dict[int, TimeStamp]:
    """Return the stamps given and wanted by the number of their event."""
    query = sa.select(TimeStamp).where(TimeStamp.event_id.in_([event.id for event in events]))
    return {stamp.event_id: stamp for stamp in session.scalars(query)}


def stamp_waiting(factory: SessionFactory, open_authority: Callable[[], Authority]) -> tuple[int, int]:
    """Have every event stamped that is due; returns how many were, and how many could not be.

    No transaction is open while the authority is asked. An authority that does not answer is asked no more this time.
    """
    stamped = failed = 0
    authority: Authority | None = None
    while (claimed := _claim(factory)) is not None:
        event_id, content = claimed
        authority = authority or open_authority()
        try:
            stamp = authority.stamp(content)
        except Unstamped as error:
            failed += 1
            logger.warning("not_stamped", event_id=event_id, reason=type(error).__name__, said=str(error))
            if isinstance(error, Unreachable):
                break
        else:
            _keep(factory, event_id, stamp)
            stamped += 1
    return stamped, failed


def waiting(session: Session) -> int:
    """Return how many events have no stamp yet."""
    return session.scalar(sa.select(sa.func.count()).where(TimeStamp.due_at.is_not(None))) or 0


def faults(session: Session, authority: Authority) -> Iterator[tuple[AuditEntry, str]]:
    """Yield each event whose stamp is not over it, with the reason."""
    query = sa.select(TimeStamp).where(TimeStamp.response.is_not(None)).options(joinedload(TimeStamp.event))
    for stamp in session.scalars(query.order_by(TimeStamp.event_id).execution_options(yield_per=500)):
        try:
            authority.check(stamp.response or b"", _content(stamp.event))
        except Untrue as error:
            yield stamp.event, str(error)


def _claim(factory: SessionFactory) -> tuple[int, bytes] | None:
    """Return the next event due and what of it is stamped; put off meanwhile, so that no other worker asks too."""
    with unit_of_work(factory) as session:
        query = sa.select(TimeStamp).where(TimeStamp.due_at <= now()).order_by(TimeStamp.due_at, TimeStamp.event_id)
        found = session.scalar(query.limit(1).with_for_update(skip_locked=True))
        if found is None:
            return None
        found.due_at = now() + WAITS[min(found.attempts, len(WAITS) - 1)]
        found.attempts += 1
        return found.event_id, _content(found.event)


def _keep(factory: SessionFactory, event_id: int, stamp: Stamp) -> None:
    with unit_of_work(factory) as session:
        wanted = sa.update(TimeStamp).where(TimeStamp.event_id == event_id, TimeStamp.response.is_(None))
        session.execute(wanted.values(response=stamp.response, stamped_at=stamp.at, due_at=None))


def _content(event: AuditEntry) -> bytes:
    """Return the text whose SHA-256 is the hash of an event."""
    return chain.hashed_text(audit.as_hashed(event)).encode()
