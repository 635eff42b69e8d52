"""What an achievement and a person have to do with another achievement that is on record already."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, now


class Improvement(Base):
    """An achievement that its author says improves on another, which is on record already."""

    __tablename__ = "improvement"

    achievement_id: Mapped[int] = mapped_column(sa.ForeignKey("achievement.id", ondelete="CASCADE"), primary_key=True)
    base_id: Mapped[int] = mapped_column(
        sa.ForeignKey("achievement.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    stated_at: Mapped[dt.datetime] = mapped_column(default=now)

    __table_args__ = (sa.CheckConstraint("achievement_id <> base_id", name="other"),)


class JoinRequest(Base):
    """Somebody who found his own work on record and asks to be named as one of its completers."""

    __tablename__ = "join_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    achievement_id: Mapped[int] = mapped_column(sa.ForeignKey("achievement.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    part: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[str] = mapped_column(sa.String(10), default="open")
    asked_at: Mapped[dt.datetime] = mapped_column(default=now)
    answered_at: Mapped[dt.datetime | None]
    answered_by: Mapped[str | None] = mapped_column(sa.String(120))
    reply: Mapped[str] = mapped_column(sa.Text, default="")

    __table_args__ = (
        sa.CheckConstraint("state IN ('open', 'accepted', 'declined')", name="state"),
        sa.CheckConstraint("part <> ''", name="part"),
        sa.CheckConstraint(
            "(state = 'open') = (answered_at IS NULL) AND (answered_at IS NULL) = (answered_by IS NULL)",
            name="answered",
        ),
        sa.Index(
            "ux_join_request_open", "achievement_id", "account_id", unique=True,
            sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"),
        ),
    )  # fmt: skip
