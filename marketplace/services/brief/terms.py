"""The terms of a demand: what it may cost and when it must be solved."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Sequence

from search.clauses import Clause
from search.quantities import Comparison, quantities

_BUDGET = re.compile("预算|经费|投资|投入|资金|出资")
_YEAR_END = re.compile("(今年|本年|年)底(前|以前|之前)")


def budget(text: str, parts: Sequence[Clause]) -> tuple[int | None, int | None]:
    """Return the lower and the upper end of the budget in fen, each where the text states it."""
    for quantity in quantities(text):
        if quantity.unit.base != "fen" or not any(
            it.start <= quantity.start < it.end and _BUDGET.search(it.text) for it in parts
        ):
            continue
        low, high = (None if end is None else int(end) for end in (quantity.low, quantity.high))
        return (low if quantity.comparison is not Comparison.EQUAL or low != high else None), high
    return None, None


def due(text: str, day: dt.date) -> dt.date | None:
    """Return the day by which the need must be met, where the text states one."""
    return dt.date(day.year, 12, calendar.monthrange(day.year, 12)[1]) if _YEAR_END.search(text) else None
