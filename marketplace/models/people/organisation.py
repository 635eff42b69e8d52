"""Enterprises, union bodies and institutions, each placed in two hierarchies.

Regions (块) and industries (条) run side by side: a unit may answer to both and is counted once, by its primary
hierarchy. Paths hold the codes from the top down ("51/5106/510603", "C/34"), so that "everything under" is a prefix.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import NEVER_REUSED, Aggregate, Base

KINDS = ("enterprise", "union_body", "institution")


class Organisation(Aggregate, Base):
    __tablename__ = "organisation"

    name: Mapped[str] = mapped_column(sa.String(200))
    # The name as compared: width, case, brackets and blanks folded. Two units are one when it is equal.
    name_key: Mapped[str] = mapped_column(sa.String(200), unique=True)
    aliases: Mapped[list[str]] = mapped_column(default=list)
    credit_code: Mapped[str | None] = mapped_column(sa.String(18), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(20), default="enterprise")
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    region: Mapped[str | None] = mapped_column(sa.String(12))
    region_path: Mapped[str] = mapped_column(sa.String(60), default="", index=True)
    industry: Mapped[str | None] = mapped_column(sa.String(8))
    industry_path: Mapped[str] = mapped_column(sa.String(30), default="", index=True)
    primary_hierarchy: Mapped[str] = mapped_column(sa.String(10), default="region")
    is_above_designated_size: Mapped[bool | None]
    is_public: Mapped[bool | None]
    headcount: Mapped[int | None]
    source: Mapped[str] = mapped_column(sa.String(40), default="")
    source_id: Mapped[str | None] = mapped_column(sa.String(120))
    source_hash: Mapped[str | None] = mapped_column(sa.String(64))
    extra: Mapped[dict[str, str]] = mapped_column(default=dict)

    parent: Mapped[Organisation | None] = relationship(remote_side="Organisation.id")

    __table_args__ = (
        sa.CheckConstraint("kind IN ('enterprise', 'union_body', 'institution')", name="kind"),
        sa.CheckConstraint("primary_hierarchy IN ('region', 'industry')", name="primary_hierarchy"),
        sa.CheckConstraint("headcount IS NULL OR headcount >= 0", name="headcount"),
        sa.CheckConstraint("credit_code IS NULL OR length(credit_code) = 18", name="credit_code"),
        sa.UniqueConstraint("source", "source_id"),
        NEVER_REUSED,
    )
