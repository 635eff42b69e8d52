"""A record a person marks to find it again, with a note of his own."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, now
from marketplace.models.following.saved_search import SEARCHED


class Favourite(Base):
    """One person marks a record once; whether he may still read it is asked each time it is shown."""

    __tablename__ = "favourite"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(sa.String(20))
    object_id: Mapped[int]
    note: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[dt.datetime] = mapped_column(default=now)

    __table_args__ = (
        sa.CheckConstraint(f"kind IN {SEARCHED}", name="kind"),
        sa.UniqueConstraint("account_id", "kind", "object_id"),
    )
