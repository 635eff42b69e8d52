"""The lists that were taken away as files: whoever takes one says what for, and it stays on record."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, now

# Of a list; a report is taken as a PDF too.
FORMS = ("csv", "xlsx")


class Export(Base):
    """One file; ``kind`` is the list, ``filters`` what of it was wanted, as the address of its page says it."""

    __tablename__ = "export"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(default=now, index=True)
    actor: Mapped[str] = mapped_column(sa.String(120))
    role: Mapped[str] = mapped_column(sa.String(20))
    kind: Mapped[str] = mapped_column(sa.String(30))
    form: Mapped[str] = mapped_column(sa.String(4))
    filters: Mapped[dict[str, str]] = mapped_column(default=dict)
    purpose: Mapped[str] = mapped_column(sa.Text, default="")
    names_persons: Mapped[bool] = mapped_column(default=False)
    row_count: Mapped[int]

    __table_args__ = (
        sa.CheckConstraint(f"form IN {(*FORMS, 'pdf')}", name="form"),
        sa.CheckConstraint("purpose <> '' OR NOT names_persons", name="purpose"),
        sa.CheckConstraint("row_count >= 0", name="row_count"),
    )
