"""Mail that waits to be sent, written in the same transaction as what it tells of."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, now


class Mail(Base):
    """``kind`` names the text and ``values`` what is filled in; once sent, the values, which may hold a link, go.

    A mail that could not be sent is tried again at ``due_at``, later each time, and given up at ``failed_at``.
    """

    __tablename__ = "mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str] = mapped_column(sa.String(254))
    language: Mapped[str] = mapped_column(sa.String(8))
    kind: Mapped[str] = mapped_column(sa.String(30))
    values: Mapped[dict[str, str]] = mapped_column(default=dict)
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    due_at: Mapped[dt.datetime | None] = mapped_column(default=now, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[dt.datetime | None]
    failed_at: Mapped[dt.datetime | None]

    __table_args__ = (
        sa.CheckConstraint("(due_at IS NULL) = (sent_at IS NOT NULL OR failed_at IS NOT NULL)", name="due"),
    )
