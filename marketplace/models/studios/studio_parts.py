"""What a studio consists of and keeps record of: people over time, years, money, pairs, results, alliances, moves.

A part that has ended stays with the day it ended. Money is integer fen.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import Base, now
from marketplace.models.people.organisation import Organisation
from marketplace.models.people.person import Person
from marketplace.models.studios.studio import Studio

if TYPE_CHECKING:
    from marketplace.models.proposals.proposal import Proposal
    from marketplace.models.records.achievement import Achievement

USES = ("projects", "equipment", "training", "promotion")
LINKED = ("achievement", "proposal")
RESULTS = (*LINKED, "project", "standard", "paper", "patent")


def _studio_id() -> Mapped[int]:
    return mapped_column(sa.ForeignKey("studio.id", ondelete="CASCADE"), index=True)


def _person_id() -> Mapped[int]:
    return mapped_column(sa.ForeignKey("person.id"), index=True)


class StudioLeader(Base):
    """Who led a studio from when to when, and why it ended: the log of succession. One leads at a time.

    ``from_unit`` is the number of the unit the person came from, None where nobody noted it. ``unfit_since`` is the day
    on which it was seen that the person retired, moved or lost the honour, None while nothing of the kind is known.
    """

    __tablename__ = "studio_leader"

    id: Mapped[int] = mapped_column(primary_key=True)
    studio_id: Mapped[int] = _studio_id()
    person_id: Mapped[int] = _person_id()
    since: Mapped[dt.date]
    from_unit: Mapped[int | None]
    unfit_since: Mapped[dt.date | None]
    until: Mapped[dt.date | None]
    ended_because: Mapped[str] = mapped_column(sa.Text, default="")

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (
        sa.CheckConstraint("until IS NULL OR until >= since", name="until"),
        sa.CheckConstraint("(until IS NULL) = (ended_because = '')", name="ended"),
        sa.Index(
            "uq_studio_leader_now", "studio_id", unique=True,
            sqlite_where=sa.text("until IS NULL"), postgresql_where=sa.text("until IS NULL"),
        ),
    )  # fmt: skip


class StudioMember(Base):
    """A person in a role with a skill level, from when to when; another role or level is another row.

    ``crew`` is the standing crew (班组) the person comes from, and ``on_first_line`` whether he works on the first line
    (一线); None where nobody said.
    """

    __tablename__ = "studio_member"

    id: Mapped[int] = mapped_column(primary_key=True)
    studio_id: Mapped[int] = _studio_id()
    person_id: Mapped[int] = _person_id()
    role: Mapped[str] = mapped_column(sa.String(20), default="member")
    crew: Mapped[str | None] = mapped_column(sa.String(120))
    on_first_line: Mapped[bool | None]
    skill_level: Mapped[str | None] = mapped_column(sa.String(20))
    since: Mapped[dt.date]
    until: Mapped[dt.date | None]

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (
        sa.CheckConstraint("until IS NULL OR until >= since", name="until"),
        sa.Index(
            "uq_studio_member_now", "studio_id", "person_id", unique=True,
            sqlite_where=sa.text("until IS NULL"), postgresql_where=sa.text("until IS NULL"),
        ),
    )  # fmt: skip


class StudioYear(Base):
    """The plan of a year and the line the unit's budget has for it; None where there is none or nobody said."""

    __tablename__ = "studio_year"

    id: Mapped[int] = mapped_column(primary_key=True)
    studio_id: Mapped[int] = _studio_id()
    year: Mapped[int]
    plan: Mapped[str] = mapped_column(sa.Text, default="")
    budget: Mapped[int | None] = mapped_column(sa.BigInteger)

    __table_args__ = (
        sa.CheckConstraint("budget IS NULL OR budget >= 0", name="budget"),
        sa.UniqueConstraint("studio_id", "year"),
    )


class GrantUse(Base):
    """What part of a grant went where; ``receipt`` is the number of the voucher."""

    __tablename__ = "grant_use"

    id: Mapped[int] = mapped_column(primary_key=True)
    grant_id: Mapped[int] = mapped_column(sa.ForeignKey("studio_grant.id", ondelete="CASCADE"), index=True)
    category: Mapped[str] = mapped_column(sa.String(20))
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    used_on: Mapped[dt.date]
    receipt: Mapped[str] = mapped_column(sa.String(120))
    note: Mapped[str] = mapped_column(sa.Text, default="")

    __table_args__ = (
        sa.CheckConstraint(f"category IN {USES}", name="category"),
        sa.CheckConstraint("amount > 0", name="amount"),
    )


class StudioGrant(Base):
    """Money somebody gave a studio, and the uses made of it."""

    __tablename__ = "studio_grant"

    id: Mapped[int] = mapped_column(primary_key=True)
    studio_id: Mapped[int] = _studio_id()
    payer: Mapped[str] = mapped_column(sa.String(200))
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    received_on: Mapped[dt.date]
    basis: Mapped[str] = mapped_column(sa.String(300), default="")

    uses: Mapped[list[GrantUse]] = relationship(
        order_by="GrantUse.used_on, GrantUse.id", cascade="all, delete-orphan", lazy="selectin"
    )

    __table_args__ = (sa.CheckConstraint("amount > 0", name="amount"),)

    @property
    def left(self) -> int:
        """What of the grant nobody has used yet, in fen."""
        return self.amount - sum(use.amount for use in self.uses)


class Apprenticeship(Base):
    """A mentor and an apprentice with their plan and, once it has ended, the result."""

    __tablename__ = "apprenticeship"

    id: Mapped[int] = mapped_column(primary_key=True)
    studio_id: Mapped[int] = _studio_id()
    mentor_id: Mapped[int] = _person_id()
    apprentice_id: Mapped[int] = _person_id()
    began_on: Mapped[dt.date]
    plan: Mapped[str] = mapped_column(sa.Text)
    ended_on: Mapped[dt.date | None]
    result: Mapped[str] = mapped_column(sa.Text, default="")

    mentor: Mapped[Person] = relationship(foreign_keys=[mentor_id], lazy="joined", innerjoin=True)
    apprentice: Mapped[Person] = relationship(foreign_keys=[apprentice_id], lazy="joined", innerjoin=True)

    __table_args__ = (
        sa.CheckConstraint("mentor_id <> apprentice_id", name="pair"),
        sa.CheckConstraint("ended_on IS NULL OR ended_on >= began_on", name="ended_on"),
        sa.CheckConstraint("(ended_on IS NULL) = (result = '')", name="result"),
    )


class StudioResult(Base):
    """What a studio brought about: an achievement or a proposal of this platform by its number, others in words.

    ``title`` of one that is linked is what it was called when it was linked.
    """

    __tablename__ = "studio_result"

    id: Mapped[int] = mapped_column(primary_key=True)
    studio_id: Mapped[int] = _studio_id()
    kind: Mapped[str] = mapped_column(sa.String(20))
    object_id: Mapped[int | None]
    title: Mapped[str] = mapped_column(sa.String(300))
    number: Mapped[str] = mapped_column(sa.String(120), default="")
    made_on: Mapped[dt.date]
    note: Mapped[str] = mapped_column(sa.Text, default="")

    achievement: Mapped[Achievement | None] = relationship(
        primaryjoin="and_(StudioResult.kind == 'achievement', foreign(StudioResult.object_id) == Achievement.id)",
        viewonly=True,
    )
    proposal: Mapped[Proposal | None] = relationship(
        primaryjoin="and_(StudioResult.kind == 'proposal', foreign(StudioResult.object_id) == Proposal.id)",
        viewonly=True,
    )

    __table_args__ = (
        sa.CheckConstraint(f"kind IN {RESULTS}", name="kind"),
        sa.CheckConstraint(f"(kind IN {LINKED}) = (object_id IS NOT NULL)", name="linked"),
        sa.UniqueConstraint("studio_id", "kind", "object_id"),
        sa.Index("ix_studio_result_object", "kind", "object_id"),
    )


class AllianceMember(Base):
    """A studio in an alliance, which is a studio of that kind."""

    __tablename__ = "alliance_member"

    id: Mapped[int] = mapped_column(primary_key=True)
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("studio.id", ondelete="CASCADE"), index=True)
    studio_id: Mapped[int] = _studio_id()
    since: Mapped[dt.date]
    until: Mapped[dt.date | None]

    alliance: Mapped[Studio] = relationship(foreign_keys=[alliance_id])
    studio: Mapped[Studio] = relationship(foreign_keys=[studio_id])

    __table_args__ = (
        sa.CheckConstraint("alliance_id <> studio_id", name="other"),
        sa.CheckConstraint("until IS NULL OR until >= since", name="until"),
        sa.Index(
            "uq_alliance_member_now", "alliance_id", "studio_id", unique=True,
            sqlite_where=sa.text("until IS NULL"), postgresql_where=sa.text("until IS NULL"),
        ),
    )  # fmt: skip


class StudioMove(Base):
    """A studio that went to another unit; a studio that leaves the province is closed instead."""

    __tablename__ = "studio_move"

    id: Mapped[int] = mapped_column(primary_key=True)
    studio_id: Mapped[int] = _studio_id()
    from_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    to_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    moved_on: Mapped[dt.date]
    reason: Mapped[str] = mapped_column(sa.Text)

    from_unit: Mapped[Organisation] = relationship(foreign_keys=[from_id])
    to_unit: Mapped[Organisation] = relationship(foreign_keys=[to_id])

    __table_args__ = (sa.CheckConstraint("from_id <> to_id", name="elsewhere"),)


class StudioDossier(Base):
    """All there was on record of a studio at a moment, and what followed for its conditions; it never changes.

    ``content`` is the canonical text that is hashed (``marketplace.chain``), ``sha256`` its hash.
    """

    __tablename__ = "studio_dossier"

    id: Mapped[int] = mapped_column(primary_key=True)
    studio_id: Mapped[int] = mapped_column(sa.ForeignKey("studio.id"), index=True)
    purpose: Mapped[str] = mapped_column(sa.String(300))
    made_at: Mapped[dt.datetime] = mapped_column(default=now)
    made_by: Mapped[str] = mapped_column(sa.String(120))
    content: Mapped[str] = mapped_column(sa.Text)
    sha256: Mapped[str] = mapped_column(sa.String(64))

    __table_args__ = (sa.CheckConstraint("purpose <> ''", name="purpose"),)
