"""The parts an achievement owns: who made it, what it reaches, where it runs, what protects it, what is attached."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from marketplace.db import Base
from marketplace.models.records.agreement import Agreeing, answers_hold_together
from marketplace.models.records.file import PURPOSES, HeldFile


class Part:
    """A row that belongs to one achievement, at a place in its list, and whose change is a change of that record."""

    __outbox__ = ("achievement", "achievement_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(default=1)

    @declared_attr
    def achievement_id(cls) -> Mapped[int]:
        return mapped_column(sa.ForeignKey("achievement.id", ondelete="CASCADE"), index=True)


class Contributor(Part, Agreeing, Base):
    """A completer (完成人). ``standing`` are codes of ``vocabulary.standings``, for those who work on it alone."""

    __tablename__ = "contributor"

    standing: Mapped[list[str]] = mapped_column(default=list)

    __table_args__ = answers_hold_together()


class Indicator(Part, Base):
    """A key technical indicator. The value stays as written ("≥98", "0.012~0.018"); the test says how it was shown."""

    __tablename__ = "indicator"

    name: Mapped[str] = mapped_column(sa.String(200))
    value: Mapped[str] = mapped_column(sa.String(200))
    unit: Mapped[str] = mapped_column(sa.String(40), default="")
    test: Mapped[str] = mapped_column(sa.Text, default="")


class AppliedSite(Part, Base):
    """A unit where the achievement is in use."""

    __tablename__ = "applied_site"

    unit: Mapped[str] = mapped_column(sa.String(200))
    since: Mapped[dt.date | None]
    certificate: Mapped[str] = mapped_column(sa.String(200), default="")


class IntellectualProperty(Part, Base):
    """A right that protects the achievement."""

    __tablename__ = "intellectual_property"

    kind: Mapped[str] = mapped_column(sa.String(30))
    number: Mapped[str] = mapped_column(sa.String(60), default="")
    status: Mapped[str] = mapped_column(sa.String(30), default="")
    filed_on: Mapped[dt.date | None]


class Attachment(HeldFile, Part, Base):
    """A file of an achievement. Nobody below the layer ``disclosure`` is given it, see ``schemas.achievement``."""

    __tablename__ = "attachment"

    disclosure: Mapped[int] = mapped_column(default=2)

    __table_args__ = (
        sa.CheckConstraint("size >= 0", name="size"),
        sa.CheckConstraint(f"purpose IN {PURPOSES}", name="purpose"),
        sa.CheckConstraint("disclosure BETWEEN 0 AND 3", name="disclosure"),
    )
