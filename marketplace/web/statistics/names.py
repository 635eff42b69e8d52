"""How figures are written: rates with their sources, differences with their sign, months and places by name."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

from babel.numbers import format_compact_decimal
from flask_babel import format_date, format_decimal, get_locale, lazy_gettext
from flask_babel import gettext as _

from marketplace import vocabulary
from marketplace.services.statistics.rate import NOT_AVAILABLE, Rate, Source
from marketplace.services.statistics.scope import Scope
from marketplace.web import language
from marketplace.web.display import number
from marketplace.web.studios.names import short_place

# What templates know by name.
FOR_PAGES = (
    "LISTED", "bar_label", "count_text", "month_name", "percent_text", "place_name", "rate_text", "scope_name",
    "short_number", "signed", "source_text", "whole_text",
)  # fmt: skip
_SUBMITTED = lazy_gettext("已提交的建议")
_STAFF = lazy_gettext("单位的职工人数")
# What the two numbers of a rate count, see ``services.statistics.divided``.
LISTED = {
    "participation": {"part": lazy_gettext("参加过一项以上的人"), "whole": _STAFF},
    "full_six": {"part": lazy_gettext("六项齐全的人"), "whole": _STAFF},
    "items_per_head": {"part": lazy_gettext("有职工人数的单位的参与记录"), "whole": _STAFF},
    "coverage": {
        "part": lazy_gettext("登记过竞赛的规模以上企业"), "whole": lazy_gettext("名单里的规模以上企业"),
        "rest": lazy_gettext("还没有登记竞赛的规模以上企业"),
    },
    "decision": {
        "part": lazy_gettext("已决定的建议"), "whole": _SUBMITTED, "rest": lazy_gettext("还没有决定的建议"),
    },
    "adoption": {
        "part": lazy_gettext("已采纳的建议"), "whole": _SUBMITTED, "rest": lazy_gettext("没有采纳或还没有决定的建议"),
        "partly": lazy_gettext("部分采纳的建议"),
    },
    "implementation": {
        "part": lazy_gettext("已实施的建议"), "whole": lazy_gettext("已采纳的建议"),
        "rest": lazy_gettext("已采纳而没有实施的建议"),
    },
    "proposals_per_head": {"part": lazy_gettext("提交的建议"), "whole": lazy_gettext("单位的平均职工人数")},
    "transfer": {
        "part": lazy_gettext("公布满六个月、签过合同的成果"), "whole": lazy_gettext("公布满六个月的成果"),
        "rest": lazy_gettext("公布满六个月、还没有签过合同的成果"),
    },
    "introduction": {"part": lazy_gettext("已引荐的匹配"), "whole": lazy_gettext("系统推荐的匹配")},
    "mutual_interest": {"part": lazy_gettext("双方有意向的匹配"), "whole": lazy_gettext("已查看的匹配")},
    "signing": {"part": lazy_gettext("已签约的匹配"), "whole": lazy_gettext("已引荐的匹配")},
}  # fmt: skip
# How many signs of a name stand beside a bar.
_LONGEST_ZH, _LONGEST_EN = 7, 13


def rate_text(rate: Rate) -> str:
    return rate.text(_)


def whole_text(rate: Rate) -> str:
    """Return the denominator; an average of headcounts may have half a person."""
    return count_text(rate.whole) if rate.whole else _(NOT_AVAILABLE)


def count_text(value: int | Fraction) -> str:
    """Return a number of people or things, of which an average may have half a one."""
    whole = Fraction(value)
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
