"""A report of the ledger: how a table is made, kept for the next year, and the editions of it that were frozen."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import Aggregate, Base, now
from marketplace.models.participation.campaign import Campaign
from marketplace.models.people.organisation import Organisation
from marketplace.models.people.outreach import HOSTS

KINDS = ("six_ones", "two_millions", "labour_competition", "skills", "campaign")
ROWS = ("city", "county", "unit", "industry", "month")


class Report(Aggregate, Base):
    """A table that an office makes of a kind of campaign, or of one, for any period.

    ``issued_by`` drew the form up (制表机关), ``body`` fills it in (填报单位). ``rows`` is what each row is of,
    ``columns`` what is counted beside person-times and persons, which always are. The place whose units count lies
    within that of the office.
    """

    __tablename__ = "report"

    title: Mapped[str] = mapped_column(sa.String(200))
    table_number: Mapped[str] = mapped_column(sa.String(40), default="")
    issued_by: Mapped[str] = mapped_column(sa.String(200), default="")
    body: Mapped[str] = mapped_column(sa.String(200))
    kind: Mapped[str] = mapped_column(sa.String(20))
    campaign_id: Mapped[int | None] = mapped_column(sa.ForeignKey("campaign.id"))
    rows: Mapped[str] = mapped_column(sa.String(10))
    columns: Mapped[list[str]] = mapped_column(default=list)
    host_role: Mapped[str] = mapped_column(sa.String(20))
    region_path: Mapped[str] = mapped_column(sa.String(60), default="")
    industry_path: Mapped[str] = mapped_column(sa.String(30), default="")
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    scope_region_path: Mapped[str] = mapped_column(sa.String(60), default="")
    scope_industry_path: Mapped[str] = mapped_column(sa.String(30), default="")

    campaign: Mapped[Campaign | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()

    __table_args__ = (
        sa.CheckConstraint("title <> '' AND body <> ''", name="title"),
        sa.CheckConstraint(f"kind IN {KINDS}", name="kind"),
        sa.CheckConstraint("(kind = 'campaign') = (campaign_id IS NOT NULL)", name="campaign"),
        sa.CheckConstraint(f"rows IN {ROWS}", name="rows"),
        sa.CheckConstraint(f"host_role IN {HOSTS}", name="host_role"),
        sa.CheckConstraint("(host_role = 'unit_union') = (organisation_id IS NOT NULL)", name="host"),
    )


class FrozenReport(Base):
    """A report as it stood when it was frozen: canonical text and its hash, both as ``chain`` makes them.

    The database refuses to change or remove one; the migrations that copy this table must make its triggers again. A
    later edition of the same period names the earlier one and says why there is another. ``last_erratum_id`` is the
    newest ``PeriodErratum`` there was: what came after it is not in the text.
    """

    __tablename__ = "frozen_report"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(sa.ForeignKey("report.id"), index=True)
    period: Mapped[str] = mapped_column(sa.String(10))
    edition: Mapped[int]
    replaces_id: Mapped[int | None] = mapped_column(sa.ForeignKey("frozen_report.id"), unique=True)
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    text: Mapped[str] = mapped_column(sa.Text)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    last_erratum_id: Mapped[int] = mapped_column(default=0)
    frozen_by: Mapped[str] = mapped_column(sa.String(120))
    frozen_at: Mapped[dt.datetime] = mapped_column(default=now)

    report: Mapped[Report] = relationship()
    replaces: Mapped[FrozenReport | None] = relationship(remote_side="FrozenReport.id")

    __table_args__ = (
        sa.CheckConstraint("edition >= 1", name="edition"),
        sa.CheckConstraint("(edition = 1) = (replaces_id IS NULL)", name="replaces"),
        sa.CheckConstraint("edition = 1 OR reason <> ''", name="reason"),
        sa.UniqueConstraint("report_id", "period", "edition"),
    )
