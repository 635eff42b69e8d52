"""An entry of the ledger: somebody, or so many, took part in an item on a day; and the closing of a period."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import NEVER_REUSED, Aggregate, Base, now
from marketplace.models.participation.campaign import LINKED, Campaign, CampaignItem
from marketplace.models.people.organisation import Organisation
from marketplace.models.people.person import Person

STATES = ("recorded", "confirmed", "refused", "withdrawn", "replaced")
# What no longer says anything: its place is free for another entry.
GONE = ("refused", "withdrawn", "replaced")
SOURCES = ("worker", "clerk", "import", "linked")


class ParticipationEntry(Aggregate, Base):
    """One person on a day, or a number of people without names; it counts once the unit has confirmed it.

    ``person_times`` (人次) counts everybody as often as he took part, ``persons`` (人数) once, None where nobody
    counted persons. ``claim`` is what the entry takes up in its campaign: no two that stand have the same, so that
    nothing is counted twice, not even by two who write at once. ``objects`` is 1 on the one entry that stands for a
    linked object in totals of objects, 0 on those of its other makers and of what was merged (domain rule 62).
    ``month`` is year × 100 + month of ``day``. A correction is a new entry that ``replaces_id`` another.
    """

    __tablename__ = "participation_entry"

    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign_item.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    day: Mapped[dt.date]
    month: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    person_times: Mapped[int] = mapped_column(default=1)
    persons: Mapped[int | None]
    subject: Mapped[str] = mapped_column(sa.String(100), default="")
    noun: Mapped[str] = mapped_column(sa.String(20), default="")
    object_id: Mapped[int | None]
    objects: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    evidence: Mapped[str] = mapped_column(sa.Text, default="")
    source: Mapped[str] = mapped_column(sa.String(10))
    state: Mapped[str] = mapped_column(sa.String(10), default="recorded")
    claim: Mapped[str | None] = mapped_column(sa.String(200))
    recorded_by: Mapped[str] = mapped_column(sa.String(120))
    decided_by: Mapped[str | None] = mapped_column(sa.String(120))
    decided_at: Mapped[dt.datetime | None]
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    replaces_id: Mapped[int | None] = mapped_column(sa.ForeignKey("participation_entry.id"), unique=True)

    campaign: Mapped[Campaign] = relationship()
    item: Mapped[CampaignItem] = relationship()
    organisation: Mapped[Organisation] = relationship()
    person: Mapped[Person | None] = relationship()

    __table_args__ = (
        sa.CheckConstraint(f"state IN {STATES}", name="state"),
        sa.CheckConstraint(f"source IN {SOURCES}", name="source"),
        sa.CheckConstraint(f"noun IN {LINKED}", name="noun"),
        sa.CheckConstraint(f"(claim IS NULL) = (state IN {GONE})", name="claim"),
        sa.CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name="decided"),
        sa.CheckConstraint("state NOT IN ('refused', 'withdrawn', 'replaced') OR reason <> ''", name="reason"),
        sa.CheckConstraint("state <> 'confirmed' OR decided_at IS NOT NULL", name="confirmed"),
        sa.CheckConstraint("person_times > 0", name="person_times"),
        sa.CheckConstraint("persons IS NULL OR (persons > 0 AND persons <= person_times)", name="persons"),
        sa.CheckConstraint("person_id IS NULL OR (persons = 1 AND person_times = 1)", name="person"),
        sa.CheckConstraint("(noun = '') = (object_id IS NULL)", name="object"),
        sa.CheckConstraint("objects IN (0, 1)", name="objects"),
        sa.UniqueConstraint("campaign_id", "claim"),
        sa.Index("ix_participation_entry_queue", "campaign_id", "organisation_id", "state", "day"),
        sa.Index("ix_participation_entry_newest", "campaign_id", "id"),
        sa.Index("ix_participation_entry_person", "person_id", "campaign_id"),
        sa.Index(
            "ix_participation_entry_object", "noun", "object_id",
            postgresql_where=sa.text("object_id IS NOT NULL"), sqlite_where=sa.text("object_id IS NOT NULL"),
        ),
        NEVER_REUSED,
    )  # fmt: skip


class PeriodClose(Base):
    """The figures of a period as they stood when it was closed, by a unit for itself or by the host for all.

    ``period`` is "2026", "2026-Q1" or "2026-03", from ``first_month`` to ``last_month``. ``snapshot`` is canonical text
    and ``sha256`` its hash, both as ``chain`` makes them. Neither ever changes; what changes later is an erratum.
    """

    __tablename__ = "period_close"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    period: Mapped[str] = mapped_column(sa.String(10))
    first_month: Mapped[int]
    last_month: Mapped[int]
    snapshot: Mapped[str] = mapped_column(sa.Text)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    closed_by: Mapped[str] = mapped_column(sa.String(120))
    closed_at: Mapped[dt.datetime] = mapped_column(default=now)

    organisation: Mapped[Organisation | None] = relationship()
    errata: Mapped[list[PeriodErratum]] = relationship(order_by="PeriodErratum.id")

    __table_args__ = (sa.CheckConstraint("last_month >= first_month", name="months"),)


class PeriodErratum(Base):
    """What of a closed period is counted otherwise since: by how much, why, by whom. ``change`` is figures by name."""

    __tablename__ = "period_erratum"

    id: Mapped[int] = mapped_column(primary_key=True)
    close_id: Mapped[int] = mapped_column(sa.ForeignKey("period_close.id"), index=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("participation_entry.id"))
    change: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(sa.String(500))
    by: Mapped[str] = mapped_column(sa.String(120))
    at: Mapped[dt.datetime] = mapped_column(default=now)

    __table_args__ = (sa.CheckConstraint("reason <> ''", name="reason"),)
