"""A list shown to the public before a decision takes effect, and what was objected to on it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import NEVER_REUSED, Aggregate, Base, now
from marketplace.models.proposals.award import AwardRound
from marketplace.models.studios.naming_batch import NamingBatch

# The nouns of what is shown to the public.
SHOWN = (
    "achievement", "competition_registration", "competition_showcase", "contestant", "price_notice", "proposal",
    "studio_application",
)  # fmt: skip
OBJECTION_STATES = ("open", "upheld", "dismissed")


class PublicityEntry(Base):
    """A record on the list. ``text`` is what was shown of it; an open objection blocks this entry alone."""

    __tablename__ = "publicity_entry"

    publicity_id: Mapped[int] = mapped_column(sa.ForeignKey("publicity.id", ondelete="CASCADE"), primary_key=True)
    noun: Mapped[str] = mapped_column(sa.String(30), primary_key=True)
    object_id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int]
    text: Mapped[dict[str, Any]]

    __table_args__ = (sa.Index("ix_publicity_entry_object", "noun", "object_id"),)


class Publicity(Aggregate, Base):
    """A period of publicity. Both days belong to it; ``snapshot_hash`` is the SHA-256 of the entries as shown.

    A changed list is a new period: the old one is ended with ``replaced_by_id``.
    """

    __tablename__ = "publicity"

    title: Mapped[str] = mapped_column(sa.String(200))
    award_round_id: Mapped[int | None] = mapped_column(sa.ForeignKey("award_round.id"), index=True)
    naming_batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("naming_batch.id"), index=True)
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date]
    counts_working_days: Mapped[bool] = mapped_column(default=True)
    days: Mapped[int]
    channel: Mapped[str] = mapped_column(sa.String(200), default="")
    snapshot_hash: Mapped[str] = mapped_column(sa.String(64))
    started_by: Mapped[str] = mapped_column(sa.String(120))
    closed_at: Mapped[dt.datetime | None]
    replaced_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("publicity.id"))

    entries: Mapped[list[PublicityEntry]] = relationship(
        order_by="PublicityEntry.position", cascade="all, delete-orphan"
    )
    objections: Mapped[list[Objection]] = relationship(order_by="Objection.id", back_populates="publicity")
    award_round: Mapped[AwardRound | None] = relationship()
    naming_batch: Mapped[NamingBatch | None] = relationship()

    __table_args__ = (
        sa.CheckConstraint("ends_on >= starts_on", name="ends_on"),
        sa.CheckConstraint("replaced_by_id IS NULL OR closed_at IS NOT NULL", name="replaced"),
        NEVER_REUSED,
    )


class Objection(Aggregate, Base):
    """An objection to one entry: by a named person, or without a name and then with evidence."""

    __tablename__ = "objection"

    publicity_id: Mapped[int] = mapped_column(sa.ForeignKey("publicity.id"), index=True)
    noun: Mapped[str] = mapped_column(sa.String(30))
    object_id: Mapped[int]
    state: Mapped[str] = mapped_column(sa.String(10), default="open", index=True)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    name: Mapped[str] = mapped_column(sa.String(100), default="")
    contact: Mapped[str] = mapped_column(sa.String(120), default="")
    text: Mapped[str] = mapped_column(sa.Text)
    evidence: Mapped[str] = mapped_column(sa.Text, default="")
    raised_at: Mapped[dt.datetime] = mapped_column(default=now)
    due_on: Mapped[dt.date]
    handler: Mapped[str | None] = mapped_column(sa.String(120))
    finding: Mapped[str] = mapped_column(sa.Text, default="")
    decided_at: Mapped[dt.datetime | None]

    publicity: Mapped[Publicity] = relationship(back_populates="objections")

    __table_args__ = (
        sa.CheckConstraint(f"state IN {OBJECTION_STATES}", name="state"),
        sa.CheckConstraint("name <> '' OR evidence <> ''", name="named_or_with_evidence"),
        sa.CheckConstraint("text <> ''", name="text"),
        sa.CheckConstraint(
            "(state = 'open') = (decided_at IS NULL) AND (state = 'open' OR (finding <> '' AND handler IS NOT NULL))",
            name="decided",
        ),
        sa.Index("ix_objection_object", "noun", "object_id"),
        NEVER_REUSED,
    )
