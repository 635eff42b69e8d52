"""The indicators a text wants, each a row of the brief: what is measured, how bounded, how much, in which unit."""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from marketplace.services.brief.phrases import Part, Phrase
from marketplace.services.brief.terms import is_budget
from search.quantities import Comparison, Quantity, quantities

_WANTING = (Part.GOAL, Part.LIMIT, Part.ACCEPTANCE, Part.CONDITION)
# Without a noun before it, an amount is named by the words after it: 3年以上不复漏.
_NAMED_AFTER = re.compile(r"(?:以[上下内]|之内|内)?(?:都|也|均|仍)?(?P<name>[\u4e00-\u9fff]{2,10})")
_LONGEST_DECIMALS = 4
# As ``DemandSchema`` takes them: a brief may be posted as it is.
_LONGEST_VALUE, _MOST_ROWS = 60, 50


def indicators(text: str, phrases: Sequence[Phrase]) -> list[dict[str, Any]]:
    """Return the indicators wanted, in the order of the text; an amount that nothing names is none."""
    rows: list[dict[str, Any]] = []
    starts = [it.start for it in phrases]
    for quantity in quantities(text):
        at = bisect.bisect_right(starts, quantity.start) - 1
        phrase = phrases[at] if at >= 0 else None
        if phrase is None or not phrase.wished or phrase.part not in _WANTING or is_budget(phrase):
            continue
        name = quantity.indicator or _named_after(phrase, quantity)
        if name and (quantity.change or quantity.comparison is not Comparison.EQUAL):
            row = _row(name, quantity)
            if row not in rows and len(row["value"]) <= _LONGEST_VALUE:
                rows.append(row)
    return rows[:_MOST_ROWS]


def _named_after(phrase: Phrase, quantity: Quantity) -> str:
    named = _NAMED_AFTER.match(phrase.text, quantity.end - phrase.start)
    return named["name"] if named else ""


def _row(name: str, quantity: Quantity) -> dict[str, Any]:
    value = _value(quantity)
    unit = quantity.unit.name if value is not None else ""
    return {
        "name": name,
        "comparison": quantity.comparison.value,
        "value": quantity.amount if value is None else value,
        "unit": unit,
    }


def _value(quantity: Quantity) -> str | None:
    """Return the bound as a decimal number in its unit, None where it has no short one (三分之一)."""
    value = (quantity.bound or Fraction(0)) / quantity.unit.factor
    scaled = value * 10**_LONGEST_DECIMALS
    if scaled.denominator != 1:
        return None
    whole, decimals = divmod(abs(scaled.numerator), 10**_LONGEST_DECIMALS)
    sign = "-" if value < 0 else ""
    return f"{sign}{whole}.{decimals:0{_LONGEST_DECIMALS}}".rstrip("0").rstrip(".")
