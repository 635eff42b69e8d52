"""The parts an achievement owns: who made it, what it reaches, where it runs, what protects it, what is attached."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from marketplace.db import Base
from marketplace.models.file import PURPOSES, HeldFile


class Part:
    """A row that belongs to one achievement, at a place in its list, and whose change is a change of that record."""

    __outbox__ = ("achievement", "achievement_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(default=1)

    @declared_attr
    def achievement_id(cls) -> Mapped[int]:
        return mapped_column(sa.ForeignKey("achievement.id", ondelete="CASCADE"), index=True)


class Contributor(Part, Base):
    """A completer (完成人). Shares are per cent with two decimals and sum to 100 where every one is stated.

    Each is asked, by mail, whether place, share and part are agreed to, and confirms or declines in person; the unit
    states why somebody did not (domain rule 5). The link of the mail opens once and is kept as its hash. ``standing``
    are codes of ``vocabulary.standings``. Address, standing and answers are for those who work on the record alone.
    """

    __tablename__ = "contributor"

    name: Mapped[str] = mapped_column(sa.String(100))
    share: Mapped[Decimal | None] = mapped_column(sa.Numeric(5, 2))
    part: Mapped[str] = mapped_column(sa.Text, default="")
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    email: Mapped[str] = mapped_column(sa.String(254), default="", index=True)
    standing: Mapped[list[str]] = mapped_column(default=list)
    asked_at: Mapped[dt.datetime | None]
    secret_hash: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    confirmed_at: Mapped[dt.datetime | None]
    declined_at: Mapped[dt.datetime | None]
    decline_reason: Mapped[str] = mapped_column(sa.Text, default="")
    excused_at: Mapped[dt.datetime | None]
    excused_by: Mapped[str | None] = mapped_column(sa.String(120))
    excuse: Mapped[str] = mapped_column(sa.Text, default="")

    __table_args__ = (
        sa.CheckConstraint("share IS NULL OR (share > 0 AND share <= 100)", name="share"),
        sa.CheckConstraint("position >= 1", name="position"),
        sa.CheckConstraint("confirmed_at IS NULL OR declined_at IS NULL", name="one_answer"),
        sa.CheckConstraint("(declined_at IS NULL) = (decline_reason = '')", name="declined"),
        sa.CheckConstraint(
            "(excused_at IS NULL) = (excused_by IS NULL) AND (excused_at IS NULL) = (excuse = '')", name="excused"
        ),
    )

    @property
    def answer(self) -> str:
        """What is known of the completer's agreement: confirmed, declined, excused, asked or unasked."""
        if self.confirmed_at is not None:
            return "confirmed"
        if self.declined_at is not None:
            return "declined"
        if self.excused_at is not None:
            return "excused"
        return "unasked" if self.asked_at is None else "asked"


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
