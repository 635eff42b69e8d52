"""The months of a year that figures are asked for, and the same months of another year to compare them with."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from marketplace.db import today
from marketplace.errors import N_, Invalid
from marketplace.models.participation.tally import month_of

_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_SICHUAN = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Period:
    """Months of one year, both included; the whole year where nothing else is said."""

    year: int
    first: int = 1
    last: int = 12

    def __post_init__(self) -> None:
        if not (_FIRST_YEAR <= self.year <= _LAST_YEAR and 1 <= self.first <= self.last <= 12):
            raise Invalid({"year": [N_("请选一年里的月份，前一个不晚于后一个。")]})

    @property
    def first_month(self) -> int:
        """Year × 100 + month, as entries keep it."""
        return self.year * 100 + self.first

    @property
    def last_month(self) -> int:
        return self.year * 100 + self.last

    @property
    def first_day(self) -> dt.date:
        return dt.date(self.year, self.first, 1)

    @property
    def last_day(self) -> dt.date:
        return dt.date(self.year, self.last, calendar.monthrange(self.year, self.last)[1])

    @property
    def cut_off(self) -> dt.date:
        """The last day whose facts are counted: of a period that still runs, today."""
        return min(self.last_day, today())

    @property
    def last_counted_month(self) -> int:
        """The month of the cut-off, as entries keep it: the months after it are to come."""
        return month_of(self.cut_off)

    @property
    def moments(self) -> tuple[dt.datetime, dt.datetime]:
        """The moment the period begins, and the one after the last that is counted."""
        days = self.first_day, self.cut_off + dt.timedelta(days=1)
        begins, ends = (dt.datetime.combine(day, dt.time(), _SICHUAN) for day in days)
        return begins, ends

    @property
    def months(self) -> list[int]:
        return [self.year * 100 + month for month in range(self.first, self.last + 1)]

    @property
    def is_whole_year(self) -> bool:
        return (self.first, self.last) == (1, 12)

    def in_year(self, year: int) -> Period:
        """Return the same months of another year."""
        return Period(year, self.first, self.last)
