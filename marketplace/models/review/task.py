"""What lies on the desk of an office: a record that waits for one of its steps, with a deadline."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import Base, now

ROLES = ("author", "unit_union", "county", "city", "industry_union", "province_curator")


class Task(Base):
    """One stay of a record at one office; ``state`` is the state of the record meanwhile.

    ``role`` and the place say whose desk it is. ``stands_in_for`` is the role of the office that should have had it,
    where that one is vacant or has recused itself. ``due_on`` is the last day, in Sichuan, without a day where no rule
    sets a period. ``to_mend`` names the fields an author is asked to mend.
    """

    __tablename__ = "task"

    id: Mapped[int] = mapped_column(primary_key=True)
    noun: Mapped[str] = mapped_column(sa.String(20))
    object_id: Mapped[int]
    state: Mapped[str] = mapped_column(sa.String(20))
    role: Mapped[str] = mapped_column(sa.String(20))
    stands_in_for: Mapped[str | None] = mapped_column(sa.String(20))
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    region_path: Mapped[str] = mapped_column(sa.String(60), default="")
    industry_path: Mapped[str] = mapped_column(sa.String(30), default="")
    opened_at: Mapped[dt.datetime] = mapped_column(default=now)
    due_on: Mapped[dt.date | None]
    reminded_on: Mapped[dt.date | None]
    to_mend: Mapped[list[str]] = mapped_column(default=list)
    closed_at: Mapped[dt.datetime | None]
    closed_by: Mapped[str | None] = mapped_column(sa.String(120))

    recusals: Mapped[list[Recusal]] = relationship(order_by="Recusal.id", cascade="all, delete-orphan")

    __table_args__ = (
        sa.CheckConstraint(f"role IN {ROLES}", name="role"),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed"),
        # A record lies on one desk at a time, and a queue is read in the order of its deadlines.
        sa.Index(
            "ux_task_open", "noun", "object_id", unique=True,
            sqlite_where=sa.text("closed_at IS NULL"), postgresql_where=sa.text("closed_at IS NULL"),
        ),
        sa.Index(
            "ix_task_queue", "role", "due_on", "id",
            sqlite_where=sa.text("closed_at IS NULL"), postgresql_where=sa.text("closed_at IS NULL"),
        ),
        sa.Index(
            "ix_task_deadline", "due_on", "id",
            sqlite_where=sa.text("closed_at IS NULL"), postgresql_where=sa.text("closed_at IS NULL"),
        ),
        sa.Index(
            "ix_task_place_queue", "role", "region_path", "due_on", "id",
            sqlite_where=sa.text("closed_at IS NULL"), postgresql_where=sa.text("closed_at IS NULL"),
        ),
        sa.Index(
            "ix_task_unit_queue", "organisation_id", "due_on", "id",
            sqlite_where=sa.text("closed_at IS NULL"), postgresql_where=sa.text("closed_at IS NULL"),
        ),
    )  # fmt: skip


class Recusal(Base):
    """Somebody of the office who stays away from a task: related to its author, or of the same unit."""

    __tablename__ = "recusal"

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("task.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[dt.datetime] = mapped_column(default=now)

    __table_args__ = (sa.UniqueConstraint("task_id", "account_id"),)
