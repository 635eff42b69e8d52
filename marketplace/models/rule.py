"""The values staff have given to the rules that are theirs to set: thresholds, periods, rubrics, quotas."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, now


class RuleValue(Base):
    """What a rule of ``marketplace.rules`` is from a day on. A row is never changed: a later one takes its place.

    Of several values that begin on one day the last one set counts.
    """

    __tablename__ = "rule_value"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(60), index=True)
    value: Mapped[Any] = mapped_column(sa.JSON())
    valid_from: Mapped[dt.date]
    reason: Mapped[str] = mapped_column(sa.Text)
    set_by: Mapped[str] = mapped_column(sa.String(120))
    set_at: Mapped[dt.datetime] = mapped_column(default=now)
