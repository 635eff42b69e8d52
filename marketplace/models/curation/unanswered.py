"""What people asked and the catalogue could not answer, so that staff can see which words it lacks."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import Base
from marketplace.models.curation.thesaurus import ThesaurusEntry

FOUND = ("nothing", "weak")


class UnansweredQuestion(Base):
    """A question that found nothing, or by meaning only and weakly; ``text`` is folded and masked.

    Nothing tells who asked: there is how often, and the first and the last day. ``settled_at`` says that staff have
    dealt with it, ``entry`` into which concept the word went, where it went into one.
    """

    __tablename__ = "unanswered_question"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(sa.String(120))
    language: Mapped[str] = mapped_column(sa.String(10))
    found: Mapped[str] = mapped_column(sa.String(10))
    count: Mapped[int] = mapped_column(default=1)
    first_on: Mapped[dt.date]
    last_on: Mapped[dt.date] = mapped_column(index=True)
    settled_at: Mapped[dt.datetime | None]
    settled_by: Mapped[str | None] = mapped_column(sa.String(120))
    entry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("thesaurus_entry.id"))

    entry: Mapped[ThesaurusEntry | None] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("text", "language"),
        sa.CheckConstraint(f"found IN {FOUND}", name="found"),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settled_by IS NULL) AND (entry_id IS NULL OR settled_at IS NOT NULL)",
            name="settled",
        ),
    )
