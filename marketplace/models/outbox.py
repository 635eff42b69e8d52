"""What changed and must still reach the index and the matches, written in the same transaction as the change itself."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, now


class OutboxEntry(Base):
    """One change of one record: the index has it since ``processed_at``, the matches follow it since ``matched_at``.

    An index that refused the record is asked again from ``retry_at`` on; after the last of its ``attempts`` the entry
    is parked with the ``reason`` and waits for a person.
    """

    __tablename__ = "outbox_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    object_id: Mapped[int]
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    processed_at: Mapped[dt.datetime | None]
    matched_at: Mapped[dt.datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    retry_at: Mapped[dt.datetime | None]
    parked_at: Mapped[dt.datetime | None]

    __table_args__ = (
        sa.CheckConstraint("parked_at IS NULL OR (processed_at IS NULL AND reason <> '')", name="parked"),
        sa.CheckConstraint("matched_at IS NULL OR processed_at IS NOT NULL", name="matched"),
        # Work is chosen by "not yet done"; the partial indexes stay as small as the backlog.
        sa.Index(
            "ix_outbox_entry_pending",
            "id",
            sqlite_where=sa.text("processed_at IS NULL"),
            postgresql_where=sa.text("processed_at IS NULL"),
        ),
        sa.Index(
            "ix_outbox_entry_pending_object",
            "object_id",
            sqlite_where=sa.text("processed_at IS NULL"),
            postgresql_where=sa.text("processed_at IS NULL"),
        ),
        sa.Index(
            "ix_outbox_entry_unmatched",
            "id",
            sqlite_where=sa.text("processed_at IS NOT NULL AND matched_at IS NULL"),
            postgresql_where=sa.text("processed_at IS NOT NULL AND matched_at IS NULL"),
        ),
    )
