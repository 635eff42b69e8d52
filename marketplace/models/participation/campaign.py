"""A campaign (活动): what is counted of whom, from when to when, by rules that are fixed before the first entry."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import NEVER_REUSED, Aggregate, Base
from marketplace.models.people.organisation import Organisation
from marketplace.models.people.outreach import HOSTS

STATES = ("draft", "open", "closed", "published")
LEVELS = ("unit", "county", "city", "industry", "province")
# What an object is that counts for an item.
LINKED = ("", "proposal", "achievement", "apprenticeship", "contest")


class CampaignItem(Base):
    """What one can take part in. ``links`` is the noun of which every filed object counts by itself, "" for none.

    ``is_own`` counts those alone that were filed in the campaign itself, as its contests are; ``mentor_alone`` counts a
    pair for the mentor who trains, not for both. ``by_hand`` says whether it may be typed in, ``takes_batches`` whether
    by number, without names.
    """

    __tablename__ = "campaign_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id", ondelete="CASCADE"))
    position: Mapped[int]
    code: Mapped[str] = mapped_column(sa.String(30))
    zh: Mapped[str] = mapped_column(sa.String(120))
    en: Mapped[str] = mapped_column(sa.String(120))
    links: Mapped[str] = mapped_column(sa.String(20), default="")
    is_own: Mapped[bool] = mapped_column(default=False)
    mentor_alone: Mapped[bool] = mapped_column(default=False)
    measure: Mapped[str] = mapped_column(sa.String(30))
    by_hand: Mapped[bool] = mapped_column(default=True)
    takes_batches: Mapped[bool] = mapped_column(default=False)
    needs_evidence: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        sa.CheckConstraint(f"links IN {LINKED}", name="links"),
        sa.CheckConstraint("by_hand OR (links <> '' AND NOT takes_batches)", name="by_hand"),
        sa.UniqueConstraint("campaign_id", "code"),
    )


class CampaignTarget(Base):
    """How many person-times of a measure a campaign is to reach."""

    __tablename__ = "campaign_target"

    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True)
    measure: Mapped[str] = mapped_column(sa.String(30), primary_key=True)
    amount: Mapped[int] = mapped_column(sa.BigInteger)

    __table_args__ = (sa.CheckConstraint("amount > 0", name="amount"),)


class Campaign(Aggregate, Base):
    """A campaign of an office for the units of a region and of an industry, or of one unit.

    Once an entry exists, what it counts by is never changed (domain rule 56). ``scope_region_path`` and
    ``scope_industry_path`` lie within the host's place. ``rubric`` are points, 100 together where there are any, and
    ``quotas`` how many of each grade may be chosen. What a kind is, and what it counts, is data.
    """

    __tablename__ = "campaign"

    kind: Mapped[str] = mapped_column(sa.String(30), index=True)
    level: Mapped[str] = mapped_column(sa.String(10))
    state: Mapped[str] = mapped_column(sa.String(10), default="draft", index=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    theme: Mapped[str] = mapped_column(sa.String(300), default="")
    eligibility: Mapped[str] = mapped_column(sa.Text, default="")
    opens_on: Mapped[dt.date] = mapped_column(index=True)
    closes_on: Mapped[dt.date]
    competition_class: Mapped[str | None] = mapped_column(sa.String(30))
    host_role: Mapped[str] = mapped_column(sa.String(20))
    region_path: Mapped[str] = mapped_column(sa.String(60), default="", index=True)
    industry_path: Mapped[str] = mapped_column(sa.String(30), default="", index=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    scope_region_path: Mapped[str] = mapped_column(sa.String(60), default="")
    scope_industry_path: Mapped[str] = mapped_column(sa.String(30), default="")
    rubric: Mapped[dict[str, int]] = mapped_column(default=dict)
    quotas: Mapped[dict[str, int]] = mapped_column(default=dict)
    publicity_days: Mapped[int] = mapped_column(default=5)

    organisation: Mapped[Organisation | None] = relationship()
    items: Mapped[list[CampaignItem]] = relationship(
        order_by="CampaignItem.position", cascade="all, delete-orphan", lazy="selectin"
    )
    targets: Mapped[list[CampaignTarget]] = relationship(
        order_by="CampaignTarget.measure", cascade="all, delete-orphan"
    )

    __table_args__ = (
        sa.CheckConstraint("title <> ''", name="title"),
        sa.CheckConstraint(f"state IN {STATES}", name="state"),
        sa.CheckConstraint(f"level IN {LEVELS}", name="level"),
        sa.CheckConstraint(f"host_role IN {HOSTS}", name="host_role"),
        sa.CheckConstraint("(host_role = 'unit_union') = (organisation_id IS NOT NULL)", name="host"),
        sa.CheckConstraint("closes_on >= opens_on", name="closes_on"),
        sa.CheckConstraint("publicity_days >= 0", name="publicity_days"),
        NEVER_REUSED,
    )
