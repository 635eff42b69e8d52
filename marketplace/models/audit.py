"""What was done, by whom, and why: an append-only chain of events for each object."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import Base, now


class AuditEntry(Base):
    """One event. ``sequence`` counts the events of its object from 1, ``previous_hash`` is the hash of the one before.

    The database refuses to change or remove one; the migrations that copy this table must make its triggers again.
    """

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(default=now)
    actor: Mapped[str] = mapped_column(sa.String(120))
    role: Mapped[str] = mapped_column(sa.String(20))
    verb: Mapped[str] = mapped_column(sa.String(40))
    noun: Mapped[str] = mapped_column(sa.String(40))
    object_id: Mapped[int]
    sequence: Mapped[int]
    from_state: Mapped[str | None] = mapped_column(sa.String(30))
    to_state: Mapped[str | None] = mapped_column(sa.String(30))
    reason: Mapped[str | None] = mapped_column(sa.Text)
    payload_hash: Mapped[str] = mapped_column(sa.String(64))
    previous_hash: Mapped[str | None] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))

    __table_args__ = (sa.UniqueConstraint("noun", "object_id", "sequence"),)


class SubmittedText(Base):
    """The text of a record as it was submitted, whose hash its event keeps; apart from it, for it names persons."""

    __tablename__ = "submitted_text"

    event_id: Mapped[int] = mapped_column(sa.ForeignKey("audit_entry.id"), primary_key=True)
    text: Mapped[str] = mapped_column(sa.Text)

    event: Mapped[AuditEntry] = relationship()


class TimeStamp(Base):
    """The stamp of a time-stamping authority over the hash of an event, asked for until there is one.

    ``response`` is the authority's answer as it came (RFC 3161, 2.4.2, DER) and ``stamped_at`` the time it states.
    """

    __tablename__ = "time_stamp"

    event_id: Mapped[int] = mapped_column(sa.ForeignKey("audit_entry.id"), primary_key=True)
    response: Mapped[bytes | None]
    stamped_at: Mapped[dt.datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[dt.datetime | None] = mapped_column(default=now, index=True)

    event: Mapped[AuditEntry] = relationship()

    __table_args__ = (
        sa.CheckConstraint("(response IS NULL) = (stamped_at IS NULL)", name="stamped"),
        sa.CheckConstraint("(response IS NULL) = (due_at IS NOT NULL)", name="due"),
    )
