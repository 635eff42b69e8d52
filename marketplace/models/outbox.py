"""What changed and must still reach the index, written in the same transaction as the change itself."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, now


class OutboxEntry(Base):
    __tablename__ = "outbox_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    object_id: Mapped[int]
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    processed_at: Mapped[dt.datetime | None]

    __table_args__ = (
        # Work is chosen by "not yet processed"; the partial index stays as small as the backlog.
        sa.Index(
            "ix_outbox_entry_pending",
            "id",
            sqlite_where=sa.text("processed_at IS NULL"),
            postgresql_where=sa.text("processed_at IS NULL"),
        ),
    )
