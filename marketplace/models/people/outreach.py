"""What a union does to make model workers and innovation known: a publicity month (宣传月), talks (宣讲), who came."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import NEVER_REUSED, Aggregate, Base, now
from marketplace.models.people.organisation import Organisation
from marketplace.models.people.person import Person

HOSTS = ("province_curator", "city", "industry_union", "county", "unit_union")


class OutreachSpeaker(Base):
    """Who speaks: a person on file, or somebody from elsewhere by a name the host may make public."""

    __tablename__ = "outreach_speaker"

    id: Mapped[int] = mapped_column(primary_key=True)
    outreach_id: Mapped[int] = mapped_column(sa.ForeignKey("outreach.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(100), default="")
    about: Mapped[str] = mapped_column(sa.String(300), default="")

    person: Mapped[Person | None] = relationship()

    __table_args__ = (sa.CheckConstraint("(person_id IS NULL) = (name <> '')", name="named"),)


class OutreachInvitation(Base):
    """A unit that is invited."""

    __tablename__ = "outreach_invitation"

    outreach_id: Mapped[int] = mapped_column(sa.ForeignKey("outreach.id", ondelete="CASCADE"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), primary_key=True)

    organisation: Mapped[Organisation] = relationship()


class OutreachAttendance(Base):
    """Who came from a unit: so many, or one person by name.

    ``person_times`` (人次) counts everybody as often as he came, ``persons`` (人数) once; where the unit did not count
    persons it is None, and is never taken from the other (rule 53). It counts once the host has confirmed it.
    """

    __tablename__ = "outreach_attendance"

    id: Mapped[int] = mapped_column(primary_key=True)
    outreach_id: Mapped[int] = mapped_column(sa.ForeignKey("outreach.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    person_times: Mapped[int]
    persons: Mapped[int | None]
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    reported_by: Mapped[str] = mapped_column(sa.String(120))
    reported_at: Mapped[dt.datetime] = mapped_column(default=now)
    confirmed_by: Mapped[str | None] = mapped_column(sa.String(120))
    confirmed_at: Mapped[dt.datetime | None]
    source: Mapped[str] = mapped_column(sa.String(40), default="")
    source_id: Mapped[str | None] = mapped_column(sa.String(120))
    source_hash: Mapped[str | None] = mapped_column(sa.String(64))

    outreach: Mapped[Outreach] = relationship(back_populates="attendance")
    organisation: Mapped[Organisation] = relationship()
    person: Mapped[Person | None] = relationship()

    __table_args__ = (
        sa.CheckConstraint("person_times > 0", name="person_times"),
        sa.CheckConstraint("persons IS NULL OR (persons > 0 AND persons <= person_times)", name="persons"),
        sa.CheckConstraint("person_id IS NULL OR persons = 1", name="person"),
        sa.CheckConstraint("(confirmed_by IS NULL) = (confirmed_at IS NULL)", name="confirmed"),
        sa.UniqueConstraint("outreach_id", "organisation_id", "person_id"),
        sa.UniqueConstraint("source", "source_id"),
        NEVER_REUSED,
    )


class Outreach(Aggregate, Base):
    """An event, hosted by an office for its place: a role with its paths, or a unit.

    Without invitations it is for every unit of the host's place. A cancelled event stays on record.
    """

    __tablename__ = "outreach"

    title: Mapped[str] = mapped_column(sa.String(200))
    kind: Mapped[str] = mapped_column(sa.String(20), index=True)
    theme: Mapped[str] = mapped_column(sa.String(300), default="")
    story: Mapped[str] = mapped_column(sa.Text, default="")
    place: Mapped[str] = mapped_column(sa.String(200), default="")
    begins_on: Mapped[dt.date] = mapped_column(index=True)
    ends_on: Mapped[dt.date]
    host_role: Mapped[str] = mapped_column(sa.String(20))
    region_path: Mapped[str] = mapped_column(sa.String(60), default="", index=True)
    industry_path: Mapped[str] = mapped_column(sa.String(30), default="", index=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    cancelled_on: Mapped[dt.date | None]
    cancelled_because: Mapped[str] = mapped_column(sa.String(500), default="")

    organisation: Mapped[Organisation | None] = relationship()
    speakers: Mapped[list[OutreachSpeaker]] = relationship(
        order_by="OutreachSpeaker.position", cascade="all, delete-orphan"
    )
    invitations: Mapped[list[OutreachInvitation]] = relationship(
        order_by="OutreachInvitation.organisation_id", cascade="all, delete-orphan"
    )
    attendance: Mapped[list[OutreachAttendance]] = relationship(
        order_by="OutreachAttendance.id", back_populates="outreach"
    )

    __table_args__ = (
        sa.CheckConstraint("title <> ''", name="title"),
        sa.CheckConstraint(f"host_role IN {HOSTS}", name="host_role"),
        sa.CheckConstraint("(host_role = 'unit_union') = (organisation_id IS NOT NULL)", name="host"),
        sa.CheckConstraint("ends_on >= begins_on", name="ends_on"),
        sa.CheckConstraint("(cancelled_on IS NULL) = (cancelled_because = '')", name="cancelled"),
        NEVER_REUSED,
    )

    def state_on(self, day: dt.date) -> str:
        """Return "announced", "running", "over" or "cancelled", as it is on a day."""
        if self.cancelled_on is not None:
            return "cancelled"
        if day < self.begins_on:
            return "announced"
        return "running" if day <= self.ends_on else "over"
