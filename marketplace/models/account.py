"""Who signs in. Only what the audit and the permission check need; sign-in itself is not part of this table."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import Aggregate, Base
from marketplace.models.organisation import Organisation


class Account(Aggregate, Base):
    __tablename__ = "account"

    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    role: Mapped[str] = mapped_column(sa.String(20))
    # A scope is everything under a path; an empty path sets no bound on that hierarchy.
    region_path: Mapped[str] = mapped_column(sa.String(60), default="")
    industry_path: Mapped[str] = mapped_column(sa.String(30), default="")
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    is_active: Mapped[bool] = mapped_column(default=True)

    organisation: Mapped[Organisation | None] = relationship()
