"""A change asked for of a published achievement, which is shown as it was until the change has been reviewed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import NEVER_REUSED, Aggregate, Base
from marketplace.models.records.agreement import Agreeing, answers_hold_together

STATES = ("open", "applied", "refused")


class AmendedContributor(Agreeing, Base):
    """A completer whom an amendment adds, names otherwise than before or, as ``leaves`` says, takes out."""

    __tablename__ = "amended_contributor"

    amendment_id: Mapped[int] = mapped_column(sa.ForeignKey("amendment.id", ondelete="CASCADE"), index=True)
    leaves: Mapped[bool] = mapped_column(default=False)

    __table_args__ = answers_hold_together()


class Amendment(Aggregate, Base):
    """``changes`` are the fields that change, as they were sent; ``contributors`` are those who must agree to it."""

    __tablename__ = "amendment"

    achievement_id: Mapped[int] = mapped_column(sa.ForeignKey("achievement.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(sa.String(10), default="open")
    changes: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    asked_by: Mapped[str] = mapped_column(sa.String(120))
    settled_at: Mapped[dt.datetime | None]

    contributors: Mapped[list[AmendedContributor]] = relationship(
        order_by=(AmendedContributor.leaves, AmendedContributor.position), cascade="all, delete-orphan"
    )

    __table_args__ = (
        sa.CheckConstraint(f"state IN {STATES}", name="state"),
        sa.CheckConstraint("(state = 'open') = (settled_at IS NULL)", name="settled"),
        sa.Index(
            "ux_amendment_open", "achievement_id", unique=True,
            sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"),
        ),
        NEVER_REUSED,
    )  # fmt: skip
