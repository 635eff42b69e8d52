"""Working days in China: weekends, the national holidays, and the weekends worked in exchange for them.

The calendar of each year is announced in the autumn before; beyond the last one only Saturdays and
Sundays are known to be free, so a period that reaches there may end some days off until the library is brought up to
date.
"""

from __future__ import annotations

import datetime as dt
import functools


# A list asks for the days of every line, and the library looks through all its years for each.
@functools.lru_cache(4096)
def is_working_day(day: dt.date) -> bool:
    """Say whether offices work on a day."""
    # Loaded when first asked: most commands never ask.
    import chinese_calendar

    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def after(day: dt.date, count: int) -> dt.date:
    """Return the working day that lies ``count`` working days after a day, which itself does not count."""
    while count > 0:
        day += dt.timedelta(days=1)
        count -= is_working_day(day)
    return day


def until(day: dt.date, last: dt.date) -> int:
    """Return how many working days are left after a day up to the last one; negative where the last one is past."""
    if last < day:
        return -until(last, day)
    return sum(is_working_day(day + dt.timedelta(days=ahead)) for ahead in range(1, (last - day).days + 1))
