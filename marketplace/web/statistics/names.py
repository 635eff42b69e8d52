"""How figures are written: rates with their sources, differences with their sign, months and places by name."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

from babel.numbers import format_compact_decimal
from flask_babel import format_date, format_decimal, get_locale
from flask_babel import gettext as _

from marketplace import vocabulary
from marketplace.services.statistics.rate import NOT_AVAILABLE, Rate, Source
from marketplace.services.statistics.scope import Scope
from marketplace.web import language
from marketplace.web.display import number
from marketplace.web.studios.names import short_place

# What templates know by name.
FOR_PAGES = (
    "bar_label", "month_name", "percent_text", "place_name", "rate_text", "scope_name", "short_number", "signed",
    "source_text", "whole_text",
)  # fmt: skip
# How many signs of a name stand beside a bar.
_LONGEST_ZH, _LONGEST_EN = 8, 16


def rate_text(rate: Rate) -> str:
    return rate.text(_)


def whole_text(rate: Rate) -> str:
    """Return the denominator; an average of headcounts may have half a person."""
    if not rate.whole:
        return _(NOT_AVAILABLE)
    whole = Fraction(rate.whole)
    return number(int(whole)) if whole.denominator == 1 else str(format_decimal(Decimal(float(whole)), "#,##0.0"))


def source_text(source: Source) -> str:
    return source.text(_)


def signed(value: int | None) -> str:
    """Return a difference with its sign, or that there is none to tell."""
    if value is None:
        return _(NOT_AVAILABLE)
    return number(value) if value <= 0 else f"+{number(value)}"


def percent_text(value: Fraction | None) -> str:
    """Return a change in per cent with its sign, one digit after the point."""
    return _(NOT_AVAILABLE) if value is None else f"{float(value):+.1f}%"


def short_number(value: int) -> str:
    """Return a number as short as a tile of a map has room for: 12.3万, 123K."""
    return format_compact_decimal(value, locale=get_locale(), fraction_digits=1)


def month_name(month: int) -> str:
    """Return the name of a month, given as year × 100 + month, in the language of the page."""
    return str(format_date(dt.date(month // 100, month % 100, 1), "MMM"))


def place_name(code: str, name: str = "regions") -> str:
    """Return what a place or an industry is called; without a code, that nobody knows it."""
    codes: vocabulary.CodeList = getattr(vocabulary, name)
    return codes.label(code, language.current()) if code in codes else _("未注明")


def bar_label(code: str, name: str) -> str:
    """Return a place or an industry as short as there is room for beside a bar."""
    called = place_name(code, name)
    if name == "regions":
        return short_place(called)
    longest = _LONGEST_ZH if language.current() == "zh_Hans" else _LONGEST_EN
    return called if len(called) <= longest else f"{called[: longest - 1]}…"


def scope_name(scope: Scope, unit: str = "") -> str:
    """Return of whom the figures of a page are."""
    parts = [place_name(scope.region)] if not unit else [unit]
    if scope.industry and not unit:
        parts.append(place_name(scope.industry, "industries"))
    return " · ".join(parts)
