"""A crew (班组): the people who work together in a unit, what they are honoured for, and what was found of them."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import NEVER_REUSED, Aggregate, Base, now
from marketplace.models.people.honour import Given, checks
from marketplace.models.people.organisation import Organisation
from marketplace.models.people.person import Person
from marketplace.models.records.achievement import Achievement

# What a crew is honoured as, each with criteria of its own.
KINDS = ("pioneer", "five_and_five")


class CrewHonour(Given, Base):
    """An honour of a crew: a workers' pioneer team (工人先锋号), a five-and-five crew (五化五强班组)."""

    __tablename__ = "crew_honour"

    id: Mapped[int] = mapped_column(primary_key=True)
    crew_id: Mapped[int] = mapped_column(sa.ForeignKey("crew.id"), index=True)

    crew: Mapped[Crew] = relationship(back_populates="honours")

    __table_args__ = (
        *checks(),
        sa.UniqueConstraint("crew_id", "kind", "level", "year", "title"),
        sa.UniqueConstraint("source", "source_id"),
        NEVER_REUSED,
    )


class CrewFinding(Base):
    """What an office found of a crew by one criterion, in the words the rule had then. A later finding counts."""

    __tablename__ = "crew_finding"

    id: Mapped[int] = mapped_column(primary_key=True)
    crew_id: Mapped[int] = mapped_column(sa.ForeignKey("crew.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    criterion: Mapped[str] = mapped_column(sa.String(300))
    is_met: Mapped[bool]
    evidence: Mapped[str] = mapped_column(sa.Text)
    found_on: Mapped[dt.date]
    found_by: Mapped[str] = mapped_column(sa.String(120))
    recorded_at: Mapped[dt.datetime] = mapped_column(default=now)

    __table_args__ = (
        sa.CheckConstraint(f"kind IN {KINDS}", name="kind"),
        sa.CheckConstraint("evidence <> ''", name="evidence"),
    )


class CrewInnovation(Base):
    """An achievement that a crew brought about."""

    __tablename__ = "crew_innovation"

    crew_id: Mapped[int] = mapped_column(sa.ForeignKey("crew.id", ondelete="CASCADE"), primary_key=True)
    achievement_id: Mapped[int] = mapped_column(sa.ForeignKey("achievement.id"), primary_key=True)

    achievement: Mapped[Achievement] = relationship()


class Crew(Aggregate, Base):
    """A crew of a unit, known by its name there: proposals that state the name, or one of ``aliases``, are its own.

    ``name_key`` is the name as compared. ``headcount`` is persons. A dissolved crew stays on record. ``extra``
    is what rosters say besides.
    """

    __tablename__ = "crew"

    name: Mapped[str] = mapped_column(sa.String(120))
    name_key: Mapped[str] = mapped_column(sa.String(120))
    aliases: Mapped[list[str]] = mapped_column(default=list)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    leader_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    headcount: Mapped[int | None]
    formed_on: Mapped[dt.date | None]
    story: Mapped[str] = mapped_column(sa.Text, default="")
    dissolved_on: Mapped[dt.date | None]
    dissolved_because: Mapped[str] = mapped_column(sa.Text, default="")
    extra: Mapped[dict[str, str]] = mapped_column(default=dict)

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    leader: Mapped[Person | None] = relationship()
    honours: Mapped[list[CrewHonour]] = relationship(
        order_by="CrewHonour.year.desc(), CrewHonour.id.desc()", back_populates="crew"
    )
    findings: Mapped[list[CrewFinding]] = relationship(
        order_by="CrewFinding.found_on.desc(), CrewFinding.id.desc()", cascade="all, delete-orphan"
    )
    innovations: Mapped[list[CrewInnovation]] = relationship(
        order_by="CrewInnovation.achievement_id.desc()", cascade="all, delete-orphan"
    )

    __table_args__ = (
        sa.CheckConstraint("name <> ''", name="name"),
        sa.CheckConstraint("headcount IS NULL OR headcount > 0", name="headcount"),
        sa.CheckConstraint("(dissolved_on IS NULL) = (dissolved_because = '')", name="dissolved"),
        sa.UniqueConstraint("name_key", "organisation_id"),
        NEVER_REUSED,
    )
