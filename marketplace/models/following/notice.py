"""What a person is told in the product, and how he wants to be told of each kind of thing."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, now

# How mail of a topic goes out: at once, gathered once a day or once a week, or not at all.
MAILS = ("at_once", "daily", "weekly", "never")
GATHERED = ("daily", "weekly")


class Notice(Base):
    """``kind`` names the text and ``values`` what is filled in, as for a mail; neither holds a secret.

    ``gathered`` says in which letter it still has to go out; one that is not ``is_shown`` waits for that letter alone.
    """

    __tablename__ = "notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(sa.String(30))
    values: Mapped[dict[str, str]] = mapped_column(default=dict)
    is_shown: Mapped[bool] = mapped_column(default=True)
    gathered: Mapped[str | None] = mapped_column(sa.String(10))
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    read_at: Mapped[dt.datetime | None]

    __table_args__ = (
        sa.CheckConstraint(f"gathered IN {GATHERED}", name="gathered"),
        sa.Index("ix_notice_account_id", "account_id", "id"),
        sa.Index(
            "ix_notice_unread",
            "account_id",
            sqlite_where=sa.text("read_at IS NULL"),
            postgresql_where=sa.text("read_at IS NULL"),
        ),
        sa.Index(
            "ix_notice_gathered",
            "gathered",
            sqlite_where=sa.text("gathered IS NOT NULL"),
            postgresql_where=sa.text("gathered IS NOT NULL"),
        ),
    )


class NoticePreference(Base):
    """How one person wants to hear of one topic; what he never chose is shown and mailed at once."""

    __tablename__ = "notice_preference"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id", ondelete="CASCADE"))
    topic: Mapped[str] = mapped_column(sa.String(20))
    in_product: Mapped[bool]
    mail: Mapped[str] = mapped_column(sa.String(10))

    __table_args__ = (
        sa.CheckConstraint(f"mail IN {MAILS}", name="mail"),
        sa.UniqueConstraint("account_id", "topic"),
    )
