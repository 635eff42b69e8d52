"""The indicators a text wants, each a row of the brief: what is measured, how it is bounded, how much, in which unit."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from search.clauses import Clause, wanted
from search.quantities import Quantity


def indicators(text: str, parts: Sequence[Clause]) -> list[dict[str, Any]]:
    """Return the indicators wanted, in the order of the text; a quantity that names nothing is none."""
    return [_row(quantity) for quantity in wanted(text) if quantity.indicator and quantity.unit.base != "fen"]


def _row(quantity: Quantity) -> dict[str, Any]:
    return {
        "name": quantity.indicator,
        "comparison": quantity.comparison.value,
        "value": _number(quantity),
        "unit": quantity.unit.name,
    }


def _number(quantity: Quantity) -> str:
    """Return the number in the unit as written."""
    bound = quantity.bound or Fraction(0)
    value = bound / quantity.unit.factor
    return f"{float(value):.10g}"
