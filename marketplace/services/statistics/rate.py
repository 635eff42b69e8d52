"""A rate as it is printed everywhere: numerator, denominator, where both come from, and up to which day.

A rate without a denominator is "n/a" and never 0: nobody was asked, which is not the same as nobody did.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction

from marketplace.errors import N_

Translate = Callable[[str], str]

NOT_AVAILABLE = N_("无数据")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a number was taken from: a sentence of ours to be translated, and what is filled in."""

    sentence: str
    values: dict[str, str] = field(default_factory=dict)

    def text(self, translate: Translate) -> str:
        sentence = translate(self.sentence)
        return sentence % self.values if self.values else sentence


LEDGER = Source(N_("平台上已确认的参与记录"))
PROPOSALS = Source(N_("平台上提交的建议"))
REGISTRATIONS = Source(N_("平台上登记的劳动竞赛"))
NO_HEADCOUNT = Source(N_("没有登记职工人数"))


@dataclass(frozen=True, slots=True)
class Rate:
    """A part of a whole. ``whole`` is None where it is not known; an average of headcounts may be a fraction.

    ``cut_off`` is the last day whose facts are counted. ``per_head`` rates are numbers a head, the others percentages.
    """

    part: int
    whole: int | Fraction | None
    part_source: Source
    whole_source: Source
    cut_off: dt.date
    per_head: bool = False

    @property
    def value(self) -> Fraction | None:
        """The part of the whole, 1 for all of it; None without a whole."""
        return Fraction(self.part) / self.whole if self.whole else None

    def percent(self, places: int = 1) -> Decimal | None:
        """Return the rate in per cent, rounded down: what is not quite reached is not shown as reached."""
        return None if self.value is None else _rounded_down(self.value * 100, places)

    def each(self, places: int = 2) -> Decimal | None:
        """Return how many there are a head, rounded down."""
        return None if self.value is None else _rounded_down(self.value, places)

    def text(self, translate: Translate) -> str:
        """Return the rate in the reader's language: "91.2%", "0.48" a head, or that there is none."""
        shown = self.each() if self.per_head else self.percent()
        if shown is None:
            return translate(NOT_AVAILABLE)
        return str(shown) if self.per_head else f"{shown}%"


def _rounded_down(value: Fraction, places: int) -> Decimal:
    exact = Decimal(value.numerator * 10**places // value.denominator)
    return exact.scaleb(-places).quantize(Decimal(1).scaleb(-places), ROUND_FLOOR)
