"""What the province shows first: stories, collections of what is published, and what stands on the front page.

Whether the public sees one is asked of the clock: nothing has to be switched when a moment comes or passes.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import NEVER_REUSED, Aggregate, Base
from marketplace.models.audit import AuditEntry
from marketplace.models.records.file import Evidence

STATES = ("draft", "scheduled", "published", "over")
# Whether the people in the text and the picture of a story agreed: not asked yet, there is nobody, or they did.
CONSENTS = ("open", "nobody", "given")
TEXT_LANGUAGES = ("zh", "en")
# The achievement of a month, what stands at the top, and the row below.
PLACES = ("month", "top", "row")


class Shown:
    """What staff publish: a draft has no ``shown_from``, and ``shown_until`` is the first moment it is gone again."""

    shown_from: Mapped[dt.datetime | None]
    shown_until: Mapped[dt.datetime | None]

    def state_at(self, moment: dt.datetime) -> str:
        """Return one of ``STATES``."""
        if self.shown_from is None:
            return "draft"
        if self.shown_from > moment:
            return "scheduled"
        return "over" if self.shown_until is not None and self.shown_until <= moment else "published"


_BOUNDS = "shown_until IS NULL OR (shown_from IS NOT NULL AND shown_until > shown_from)"


class Story(Shown, Aggregate, Base):
    """A report on people and their work, in plain paragraphs.

    ``picture_text`` says what the picture shows, to whoever cannot see it. ``appearing`` names the people in text and
    picture for the desk alone; they agreed in writing on ``agreed_on``, and without that nothing is published.
    """

    __tablename__ = "story"

    title: Mapped[str] = mapped_column(sa.String(120))
    lead: Mapped[str] = mapped_column(sa.String(300), default="")
    text: Mapped[str] = mapped_column(sa.Text, default="")
    language: Mapped[str] = mapped_column(sa.String(8), default="zh")
    picture_id: Mapped[int | None] = mapped_column(sa.ForeignKey("evidence.id", ondelete="SET NULL"))
    picture_text: Mapped[str] = mapped_column(sa.String(200), default="")
    consent: Mapped[str] = mapped_column(sa.String(10), default="open")
    appearing: Mapped[str] = mapped_column(sa.Text, default="")
    agreed_on: Mapped[dt.date | None]

    picture: Mapped[Evidence | None] = relationship()

    __table_args__ = (
        sa.CheckConstraint("title <> ''", name="title"),
        sa.CheckConstraint(f"language IN {TEXT_LANGUAGES}", name="language"),
        sa.CheckConstraint(f"consent IN {CONSENTS}", name="consent"),
        sa.CheckConstraint("(consent = 'given') = (agreed_on IS NOT NULL)", name="agreed_on"),
        sa.CheckConstraint("(consent = 'given') = (appearing <> '')", name="appearing"),
        sa.CheckConstraint("shown_from IS NULL OR (text <> '' AND consent <> 'open')", name="shown"),
        sa.CheckConstraint(_BOUNDS, name="shown_until"),
        NEVER_REUSED,
    )


class Collection(Shown, Aggregate, Base):
    """A theme: what belongs to it, in the order of the desk, of several kinds."""

    __tablename__ = "collection"

    title: Mapped[str] = mapped_column(sa.String(120))
    lead: Mapped[str] = mapped_column(sa.Text, default="")
    language: Mapped[str] = mapped_column(sa.String(8), default="zh")

    items: Mapped[list[CollectionItem]] = relationship(order_by="CollectionItem.position", cascade="all, delete-orphan")

    __table_args__ = (
        sa.CheckConstraint("title <> ''", name="title"),
        sa.CheckConstraint(f"language IN {TEXT_LANGUAGES}", name="language"),
        sa.CheckConstraint(_BOUNDS, name="shown_until"),
        NEVER_REUSED,
    )


class CollectionItem(Base):
    """A record in a collection, by its noun and number, with what the desk says of it there."""

    __tablename__ = "collection_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    collection_id: Mapped[int] = mapped_column(sa.ForeignKey("collection.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    noun: Mapped[str] = mapped_column(sa.String(20))
    object_id: Mapped[int]
    note: Mapped[str] = mapped_column(sa.String(200), default="")


class Slot(Aggregate, Base):
    """A record in a place of the front page, from ``valid_from`` until before ``valid_until``.

    The showcase of a month names its first day and is valid for that month; there is one a month.
    """

    __tablename__ = "slot"

    place: Mapped[str] = mapped_column(sa.String(10))
    noun: Mapped[str] = mapped_column(sa.String(20))
    object_id: Mapped[int]
    note: Mapped[str] = mapped_column(sa.String(200), default="")
    month: Mapped[dt.date | None]
    valid_from: Mapped[dt.datetime]
    valid_until: Mapped[dt.datetime | None]
    position: Mapped[int] = mapped_column(default=1)
    is_taken_down: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        sa.CheckConstraint(f"place IN {PLACES}", name="place"),
        sa.CheckConstraint("(place = 'month') = (month IS NOT NULL)", name="month"),
        sa.CheckConstraint("month IS NULL OR valid_until IS NOT NULL", name="month_ends"),
        sa.CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="valid_until"),
        sa.Index(
            "uq_slot_month", "month", unique=True,
            sqlite_where=sa.text("NOT is_taken_down"), postgresql_where=sa.text("NOT is_taken_down"),
        ),
        NEVER_REUSED,
    )  # fmt: skip

    def state_at(self, moment: dt.datetime) -> str:
        """Return "draft" where it was taken down, "scheduled", "published" or "over"."""
        if self.is_taken_down:
            return "draft"
        if self.valid_from > moment:
            return "scheduled"
        return "over" if self.valid_until is not None and self.valid_until <= moment else "published"


class ShowcaseVersion(Base):
    """A story, a collection or a slot as one change left it; the event says who made the change and when."""

    __tablename__ = "showcase_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    noun: Mapped[str] = mapped_column(sa.String(20))
    object_id: Mapped[int]
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("audit_entry.id"))
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict)

    event: Mapped[AuditEntry] = relationship()

    __table_args__ = (sa.Index("ix_showcase_version_object", "noun", "object_id"),)
