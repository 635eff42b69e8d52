"""A quantity, and when one quantity meets another."""

from __future__ import annotations

import enum
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from search.quantities.amounts import PERCENT, Unit


class Comparison(enum.StrEnum):
    """How a quantity bounds what it speaks of; the value is the sign a reader sees."""

    AT_LEAST = "≥"
    ABOVE = ">"
    AT_MOST = "≤"
    BELOW = "<"
    EQUAL = "="

    @property
    def from_above(self) -> bool:
        """Whether less is allowed and more is not."""
        return self in (Comparison.AT_MOST, Comparison.BELOW)


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity of a text; ``amount`` is its number and unit as written, ``original[start:end]``.

    ``low`` and ``high`` are in the base of ``unit``; a missing one is unbounded. ``change`` is 1 for a rise by the
    quantity, -1 for a fall by it, 0 for a value. ``before`` is the value it replaced ("由71%升至98.6%"), in the base.
    ``reached`` says that the text speaks of a value come to ("达到", "降至"): a bound where it is wanted, the value
    itself where it is offered. ``indicator`` is the noun it measures, empty where none is named.
    """

    indicator: str
    comparison: Comparison
    low: Fraction | None
    high: Fraction | None
    unit: Unit
    amount: str
    start: int
    end: int
    change: int = 0
    before: Fraction | None = None
    reached: bool = False

    @property
    def bound(self) -> Fraction | None:
        """The end of the interval that the comparison speaks of, in the base unit."""
        return self.high if self.comparison.from_above else self.low


_HOLDS: dict[Comparison, Callable[[Fraction, Fraction], bool]] = {
    Comparison.AT_LEAST: operator.ge,
    Comparison.ABOVE: operator.gt,
    Comparison.AT_MOST: operator.le,
    Comparison.BELOW: operator.lt,
}

# An indicator that says only one of these is a different thing in every sentence.
_GENERIC = re.compile(
    "时间|成本|费用|温度|压力|数量|长度|厚度|深度|高度|宽度|直径|重量|速度|效率|周期|浓度|误差|价格|投资|造价"
)
_SAME_THING = {"噪音": "噪声", "良品率": "合格率", "废品率": "报废率", "使用寿命": "寿命"}


def meets(wanted: Quantity, offered: Quantity) -> bool | None:
    """Say whether an offered quantity meets a wanted one; ``None`` where the two cannot be compared.

    An offer counts for what it guarantees, its worse end: "95%~99%" does not meet "≥98%".
    """
    holds, bound = _HOLDS.get(wanted.comparison), wanted.bound
    ends = _comparable_ends(wanted, offered)
    if holds is None or bound is None or ends is None or not alike(wanted.indicator, offered.indicator):
        return None
    best, worst = ends if wanted.comparison.from_above else reversed(ends)
    if worst is not None:
        return holds(worst, bound)
    return None if best is None or holds(best, bound) else False


def _comparable_ends(wanted: Quantity, offered: Quantity) -> tuple[Fraction | None, Fraction | None] | None:
    """Return the ends of what is offered as the same sort of thing as what is wanted: a value, a rise or a fall."""
    same_unit = wanted.unit.base == offered.unit.base
    if wanted.change == offered.change:
        return (offered.low, offered.high) if same_unit else None
    if offered.change or offered.before is None or offered.bound is None:
        return None
    gain = (offered.bound - offered.before) * wanted.change
    if wanted.unit.base == PERCENT.base:
        return (100 * gain / offered.before,) * 2 if offered.before > 0 else None
    return (gain, gain) if same_unit else None


def alike(one: str, other: str) -> bool:
    """Say whether two indicators name the same thing; strict, since a wrong "not met" misleads more than none."""
    short, long = sorted((_SAME_THING.get(one, one), _SAME_THING.get(other, other)), key=len)
    if short == long:
        return True
    if len(short) > 1 and short in long and not _GENERIC.fullmatch(short):
        return True
    return 2 * len(set(short) & set(long)) > 0.75 * (len(set(short)) + len(set(long)))


def may_name(text: str, indicator: str) -> bool:
    """Say cheaply whether a text can hold anything ``alike`` to an indicator: two neighbouring characters of it."""
    names = [
        indicator,
        *(other for pair in _SAME_THING.items() if _SAME_THING.get(indicator, indicator) in pair for other in pair),
    ]
    return any(name[at : at + 2] in text for name in names for at in range(max(len(name) - 1, 1)))
