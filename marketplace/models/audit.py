"""What was done, by whom, and why: an append-only chain of events for each object."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, now


class AuditEntry(Base):
    """One event. ``previous_hash`` is the hash of the object's event before it; a gap or a change breaks the chain."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(default=now)
    actor: Mapped[str] = mapped_column(sa.String(120))
    role: Mapped[str] = mapped_column(sa.String(20))
    verb: Mapped[str] = mapped_column(sa.String(40))
    noun: Mapped[str] = mapped_column(sa.String(40))
    object_id: Mapped[int]
    from_state: Mapped[str | None] = mapped_column(sa.String(30))
    to_state: Mapped[str | None] = mapped_column(sa.String(30))
    reason: Mapped[str | None] = mapped_column(sa.Text)
    payload_hash: Mapped[str] = mapped_column(sa.String(64))
    previous_hash: Mapped[str | None] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))

    __table_args__ = (sa.Index("ix_audit_entry_object", "noun", "object_id", "id"),)
