"""The notices of a person, newest first, until they are read; nobody sees those of another."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.db import now
from marketplace.errors import NotFound
from marketplace.models import Notice
from marketplace.permissions import Actor, keeper
from marketplace.services.mail.texts import TEXTS, Told, told


@dataclass(frozen=True, slots=True)
class Shown:
    """A notice with what it says in the language of the page."""

    notice: Notice
    told: Told


def count_unread(session: Session, actor: Actor) -> int:
    """Return how many notices the actor has not read."""
    query = sa.select(sa.func.count()).where(*_own(actor), Notice.read_at.is_(None))
    return session.scalar(query) or 0


def listed(
    session: Session, actor: Actor, language: str, *, limit: int, after: int | None = None, unread: bool = False
) -> list[Shown]:
    """Return the actor's notices, newest first; ``after`` is the id of the last one already seen."""
    query = sa.select(Notice).where(*_own(actor), Notice.kind.in_(TEXTS))
    if after is not None:
        query = query.where(Notice.id < after)
    if unread:
        query = query.where(Notice.read_at.is_(None))
    return [
        Shown(it, told(language, it.kind, it.values))
        for it in session.scalars(query.order_by(Notice.id.desc()).limit(limit))
    ]


def read(session: Session, actor: Actor, notice_id: int) -> Notice:
    """Note that the actor has read one of his notices; raise NotFound for any other."""
    query = sa.select(Notice).where(*_own(actor), Notice.id == notice_id)
    notice = session.scalar(query)
    if notice is None:
        raise NotFound("notice", notice_id)
    notice.read_at = notice.read_at or now()
    session.flush()
    return notice


def read_all(session: Session, actor: Actor, *, up_to: int) -> int:
    """Note that the actor has read his notices up to one, and return how many those were.

    What came after the page was made stays unread.
    """
    unread = sa.and_(*_own(actor), Notice.id <= up_to, Notice.read_at.is_(None))
    done = session.execute(sa.update(Notice).where(unread).values(read_at=now()))
    return int(done.rowcount)  # type: ignore[attr-defined]


def _own(actor: Actor) -> tuple[sa.ColumnElement[bool], ...]:
    return Notice.account_id == keeper(actor), Notice.is_shown.is_(True)
