"""Personal data in a public text that a reviewer found to be meant for the public."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, now


class PersonalDataClearance(Base):
    """A field of an achievement whose personal data of one kind may be shown, and why.

    ``text_hash`` is the SHA-256 of the whole field: once the text is another, it is looked at anew. Nothing of the
    text itself is kept here.
    """

    __tablename__ = "personal_data_clearance"

    id: Mapped[int] = mapped_column(primary_key=True)
    achievement_id: Mapped[int] = mapped_column(sa.ForeignKey("achievement.id", ondelete="CASCADE"), index=True)
    place: Mapped[str] = mapped_column(sa.String(120))
    kind: Mapped[str] = mapped_column(sa.String(20))
    text_hash: Mapped[str] = mapped_column(sa.String(64))
    reason: Mapped[str] = mapped_column(sa.Text)
    cleared_by: Mapped[str] = mapped_column(sa.String(120))
    cleared_at: Mapped[dt.datetime] = mapped_column(default=now)

    __table_args__ = (
        sa.CheckConstraint("reason <> ''", name="reason"),
        sa.UniqueConstraint("achievement_id", "place", "kind", "text_hash"),
    )
