"""A question a person keeps, what was found for it since, and the changes still to be looked up for all of them."""

from __future__ import annotations

import datetime as dt
import secrets

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import NEVER_REUSED, Aggregate, Base, now
from marketplace.models.people.account import Account

SEARCHED = ("achievement", "demand", "studio")
FREQUENCIES = ("at_once", "daily", "weekly")


def new_key() -> str:
    """Return a key nobody guesses: whoever holds it needs no account."""
    return secrets.token_urlsafe(32)


class SavedSearch(Aggregate, Base):
    """``filters`` are those of the results page. One that is paused misses what changes meanwhile.

    ``feed_key`` opens the feed and ``unsubscribe_key`` pauses the search, both without signing in.
    """

    __tablename__ = "saved_search"

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    kind: Mapped[str] = mapped_column(sa.String(20))
    text: Mapped[str] = mapped_column(sa.Text, default="")
    filters: Mapped[dict[str, list[str]]] = mapped_column(sa.JSON, default=dict)
    frequency: Mapped[str] = mapped_column(sa.String(10), default="at_once")
    paused_at: Mapped[dt.datetime | None]
    feed_key: Mapped[str] = mapped_column(sa.String(43), default=new_key, unique=True)
    unsubscribe_key: Mapped[str] = mapped_column(sa.String(43), default=new_key, unique=True)

    account: Mapped[Account] = relationship()

    __table_args__ = (
        sa.CheckConstraint(f"kind IN {SEARCHED}", name="kind"),
        sa.CheckConstraint(f"frequency IN {FREQUENCIES}", name="frequency"),
        sa.CheckConstraint("name <> ''", name="named"),
        NEVER_REUSED,
    )


class SavedSearchHit(Base):
    """A record found for a saved search since it was saved, once a record, with why it was found.

    ``text_hash`` is of what could be read of it; it is told of again only when that is another than ``told_hash``.
    """

    __tablename__ = "saved_search_hit"

    id: Mapped[int] = mapped_column(primary_key=True)
    saved_search_id: Mapped[int] = mapped_column(sa.ForeignKey("saved_search.id", ondelete="CASCADE"))
    object_id: Mapped[int]
    text_hash: Mapped[str] = mapped_column(sa.String(64))
    told_hash: Mapped[str | None] = mapped_column(sa.String(64))
    words: Mapped[list[str]] = mapped_column(default=list)
    similarity: Mapped[float | None]
    solution: Mapped[list[str]] = mapped_column(default=list)
    found_at: Mapped[dt.datetime] = mapped_column(default=now)
    told_at: Mapped[dt.datetime | None]

    __table_args__ = (
        sa.UniqueConstraint("saved_search_id", "object_id"),
        sa.CheckConstraint("(told_at IS NULL) = (told_hash IS NULL)", name="told"),
    )


class ChangedRecord(Base):
    """A record the index has taken over and the saved searches have not yet been asked about."""

    __tablename__ = "changed_record"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    object_id: Mapped[int]
