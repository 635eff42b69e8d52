"""An innovation studio (创新工作室): what it is called, where it is, and the tiers it has climbed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import NEVER_REUSED, Aggregate, Base
from marketplace.models.people.organisation import Organisation

if TYPE_CHECKING:
    from marketplace.models.studios.photo import StudioPhoto
    from marketplace.models.studios.studio_parts import (
        Apprenticeship,
        StudioGrant,
        StudioLeader,
        StudioMember,
        StudioMove,
        StudioResult,
        StudioYear,
    )

STATES = ("active", "suspended", "closed")
# The steps of the ladder from the bottom; a city and an industry stand side by side.
LADDER = (("unit",), ("county",), ("city", "industry"), ("province",), ("showcase",), ("national",))
TIERS = tuple(tier for step in LADDER for tier in step)


class StudioTier(Base):
    """A tier from a day on, with the document that says so and the number of the plaque.

    A tier that was taken away stays with the day and the reason.
    """

    __tablename__ = "studio_tier"

    id: Mapped[int] = mapped_column(primary_key=True)
    studio_id: Mapped[int] = mapped_column(sa.ForeignKey("studio.id", ondelete="CASCADE"), index=True)
    tier: Mapped[str] = mapped_column(sa.String(10))
    since: Mapped[dt.date]
    basis: Mapped[str] = mapped_column(sa.String(300), default="")
    plaque: Mapped[str] = mapped_column(sa.String(60), default="")
    ended_on: Mapped[dt.date | None]
    ended_because: Mapped[str] = mapped_column(sa.Text, default="")

    __table_args__ = (
        sa.CheckConstraint(f"tier IN {TIERS}", name="tier"),
        sa.CheckConstraint("(ended_on IS NULL) = (ended_because = '')", name="ended"),
        sa.Index(
            "uq_studio_tier_held", "studio_id", "tier", unique=True,
            sqlite_where=sa.text("ended_on IS NULL"), postgresql_where=sa.text("ended_on IS NULL"),
        ),
    )  # fmt: skip


class Studio(Aggregate, Base):
    """A studio. ``name_key`` is its name as compared; ``aliases`` are the names it had before.

    ``tier`` repeats the newest of ``tiers``, so that a list can be narrowed by it. ``area`` is square metres.
    ``was_lab`` says whether it is a research body of the unit under another name, None where nobody said.
    ``suspended_for`` is "leader" where the studio was suspended by itself for want of one, and goes on with the next.
    ``delisted_on`` is the day it lost its tier in a review, None once it has one again.
    ``story`` is for everybody, ``equipment`` and ``rules`` say what there is; the papers are files of the studio.
    """

    __tablename__ = "studio"
    __outbox__ = ("studio", "id")

    name: Mapped[str] = mapped_column(sa.String(200))
    name_key: Mapped[str] = mapped_column(sa.String(200))
    aliases: Mapped[list[str]] = mapped_column(default=list)
    kind: Mapped[str] = mapped_column(sa.String(20), index=True)
    tier: Mapped[str] = mapped_column(sa.String(10), index=True)
    state: Mapped[str] = mapped_column(sa.String(10), default="active", index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    partner: Mapped[str] = mapped_column(sa.String(200), default="")
    founded_on: Mapped[dt.date | None]
    field: Mapped[str] = mapped_column(sa.String(200), default="")
    story: Mapped[str] = mapped_column(sa.Text, default="")
    address: Mapped[str] = mapped_column(sa.String(200), default="")
    area: Mapped[int | None]
    equipment: Mapped[str] = mapped_column(sa.Text, default="")
    rules: Mapped[str] = mapped_column(sa.Text, default="")
    was_lab: Mapped[bool | None]
    suspended_because: Mapped[str] = mapped_column(sa.Text, default="")
    suspended_for: Mapped[str | None] = mapped_column(sa.String(10))
    delisted_on: Mapped[dt.date | None]
    closed_on: Mapped[dt.date | None]
    closed_because: Mapped[str] = mapped_column(sa.Text, default="")
    source: Mapped[str | None] = mapped_column(sa.String(40))
    source_id: Mapped[str | None] = mapped_column(sa.String(120))
    source_hash: Mapped[str | None] = mapped_column(sa.String(64))

    organisation: Mapped[Organisation] = relationship()
    tiers: Mapped[list[StudioTier]] = relationship(
        order_by="StudioTier.since, StudioTier.id", cascade="all, delete-orphan"
    )
    leaders: Mapped[list[StudioLeader]] = relationship(
        order_by="StudioLeader.since, StudioLeader.id", cascade="all, delete-orphan"
    )
    members: Mapped[list[StudioMember]] = relationship(
        order_by="StudioMember.until.is_not(None), StudioMember.since, StudioMember.id", cascade="all, delete-orphan"
    )
    years: Mapped[list[StudioYear]] = relationship(order_by="StudioYear.year.desc()", cascade="all, delete-orphan")
    grants: Mapped[list[StudioGrant]] = relationship(
        order_by="StudioGrant.received_on.desc(), StudioGrant.id.desc()", cascade="all, delete-orphan"
    )
    apprenticeships: Mapped[list[Apprenticeship]] = relationship(
        order_by="Apprenticeship.began_on.desc(), Apprenticeship.id.desc()", cascade="all, delete-orphan"
    )
    results: Mapped[list[StudioResult]] = relationship(
        order_by="StudioResult.made_on.desc(), StudioResult.id.desc()", cascade="all, delete-orphan"
    )
    moves: Mapped[list[StudioMove]] = relationship(
        order_by="StudioMove.moved_on, StudioMove.id", cascade="all, delete-orphan"
    )

    photos: Mapped[list[StudioPhoto]] = relationship(
        order_by="StudioPhoto.position, StudioPhoto.id", cascade="all, delete-orphan"
    )

    __table_args__ = (
        sa.CheckConstraint("name <> ''", name="name"),
        sa.CheckConstraint(f"tier IN {TIERS}", name="tier"),
        sa.CheckConstraint(f"state IN {STATES}", name="state"),
        sa.CheckConstraint("area IS NULL OR area >= 0", name="area"),
        sa.CheckConstraint("(state = 'suspended') = (suspended_because <> '')", name="suspended"),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_on IS NOT NULL) AND (state = 'closed') = (closed_because <> '')",
            name="closed",
        ),
        sa.UniqueConstraint("name_key", "organisation_id"),
        sa.Index("uq_studio_source", "source", "source_id", unique=True),
        NEVER_REUSED,
    )

    @property
    def leader(self) -> StudioLeader | None:
        """Whoever leads the studio now, None while the place is vacant."""
        return next((it for it in self.leaders if it.until is None), None)
