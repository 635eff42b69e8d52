"""The day by which a need must be met, read from the words people use for it, relative to the day they were told.

A date counts only with a word that makes it a deadline: a demand also tells when a plant was built, in which months
the river is high and how long a repair lasts. Two different deadlines are none: whoever posts says which one is meant.
"""

from __future__ import annotations

import calendar
import contextlib
import datetime as dt
import re
from collections.abc import Callable, Iterator

from search.quantities.amounts import HAN_NUMBER, number

_NUMBER = rf"(?:\d{{1,3}}|{HAN_NUMBER})"
_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_YEAR = r"(?P<year>20\d\d年|今年|本年度?|当年|明年|后年)"
_DONE = (
    "完成|交付|解决|投入?使用|投[用产运]|见效|验收|上线|恢复|供货|[给拿提]出|提交|建成|改完|[装用换]上|装好|换装"
    "|验证|落地|实施|整改"
)
_BEFORE = re.compile(rf"\s?(?:(?:底|末)?(?:之|以)?前|内|(?:[^，。；;\d]{{0,4}}?(?:{_DONE})))")
_WITHIN = re.compile(rf"\s?(?:[^，。；;\d]{{0,4}}?(?:{_DONE}))")
# How far before a date a word stands that calls it a deadline.
_NEAR = 16
_CALLED = re.compile(r"(?:截止|截至|最迟|不晚于|不迟于|期限|工期|时限|交期|限期)[^，。；;\d]{0,6}$")
_ENDS_A_SPAN = re.compile(r"[至到~—–-]\s?(?:次年|翌年)?$")
_OF_A_SPAN = re.compile(r"\s?(?:[至到~—–-]|以来|起|开始)")


def due(text: str, day: dt.date) -> dt.date | None:
    """Return the day by which the text wants the need met, or None where it states none or several."""
    days = {found for found in _deadlines(text, day) if day <= found <= day.replace(year=2100, day=1)}
    return days.pop() if len(days) == 1 else None


def _deadlines(text: str, day: dt.date) -> Iterator[dt.date]:
    for pattern, closing, meaning in _RULES:
        for match in pattern.finditer(text):
            told = text[max(0, match.start() - _NEAR) : match.start()]
            if _OF_A_SPAN.match(text, match.end()) or _ENDS_A_SPAN.search(told):
                continue
            if _CALLED.search(told) or closing.match(text, match.end()):
                with contextlib.suppress(ValueError):  # There is no 31 June, and 十几 is no number.
                    yield meaning(match, day)


def _exact(match: re.Match[str], _day: dt.date) -> dt.date:
    return dt.date(int(match["y"]), int(match["m"]), int(match["d"]))


def _of_month(match: re.Match[str], day: dt.date) -> dt.date:
    """Return the last day meant by a month, the next one of that name where no year is said."""
    month = int(number(match["month"]) or 0)
    said = match.groupdict().get("year")
    year = _year(said, day) if said else day.year + (_last(day.year, month) < day)
    part = match["part"] or ""
    if part[:-1].isdigit():
        return dt.date(year, month, int(part[:-1]))
    return {"初": dt.date(year, month, 10), "上旬": dt.date(year, month, 10), "中旬": dt.date(year, month, 20)}.get(
        part, _last(year, month)
    )


def _of_year(match: re.Match[str], day: dt.date) -> dt.date:
    year = _year(match["year"] or "今年", day)
    if quarter := match["quarter"]:
        return _last(year, 3 * int(number(quarter) or 0))
    return _last(year, 6 if match["half"] == "上" else 12)


def _half(match: re.Match[str], day: dt.date) -> dt.date:
    month = 6 if match["half"] == "上" else 12
    return _last(day.year + (_last(day.year, month) < day), month)


def _end_of_month(match: re.Match[str], day: dt.date) -> dt.date:
    ahead = day.month - 1 + ("下" in match[0])
    return _last(day.year + ahead // 12, ahead % 12 + 1)


def _after(match: re.Match[str], day: dt.date) -> dt.date:
    """Return the day a stretch of time from today ends on."""
    count = number(match["count"])
    if count is None:
        raise ValueError("a vague number")
    if match["stretch"] in ("天", "日", "周", "星期", "个星期"):
        return day + dt.timedelta(days=int(count * (1 if match["stretch"] in "天日" else 7)))
    months = int(count * (12 if match["stretch"] == "年" else 1)) + (6 if match["more"] else 0)
    ahead = day.month - 1 + months
    year, month = day.year + ahead // 12, ahead % 12 + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _year(said: str, day: dt.date) -> int:
    return int(said[:4]) if said[:2] == "20" else day.year + {"明年": 1, "后年": 2}.get(said, 0)


def _last(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


_PART = r"(?:份)?(?P<part>底|末|初|[上中下]旬|\d{1,2}[日号])?"
_RULES: tuple[tuple[re.Pattern[str], re.Pattern[str], Callable[[re.Match[str], dt.date], dt.date]], ...] = (
    (re.compile(r"(?P<y>20\d\d)[年./-](?P<m>\d{1,2})[月./-](?P<d>\d{1,2})[日号]?"), _BEFORE, _exact),
    (re.compile(rf"{_YEAR}(?P<month>{_MONTH})月{_PART}"), _BEFORE, _of_month),
    (
        re.compile(rf"{_YEAR}(?:(?P<half>[上下])半年|第?(?P<quarter>[一二三四1-4])季度|[底末]|(?=[之以]?[前内]))"),
        _BEFORE,
        _of_year,
    ),
    (
        re.compile(
            r"(?P<year>)(?P<half>)(?P<quarter>)(?<![\d今本明后去每上半一二两三四五六七八九十几多数百])年(?:[底末]|(?=内))"
        ),
        _BEFORE,
        _of_year,
    ),
    (re.compile(rf"(?<![\d年十]){_MONTH.replace('(?:', '(?P<month>', 1)}月(?!的){_PART}"), _BEFORE, _of_month),
    (re.compile(r"(?<!年)(?P<half>[上下])半年"), _BEFORE, _half),
    (re.compile(r"(?<![\d一二三四五六七八九十每个])(?:本|这个|下个?)?月[底末]|下个?月"), _BEFORE, _end_of_month),
    (
        re.compile(rf"(?P<count>{_NUMBER})(?P<stretch>个月|年|周|个?星期|天|日)(?P<more>半)?(?:之|以)?内"),
        _WITHIN,
        _after,
    ),
    (re.compile(r"(?P<count>半)(?P<stretch>年)(?P<more>)(?:之|以)?内"), _WITHIN, _after),
)
