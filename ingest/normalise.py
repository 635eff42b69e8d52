"""Values as people type them, turned into what our fields hold.

A converter returns the value or raises Unclear with a sentence; it never guesses. Years and months without a day mean
their first day, or their last where the field is a deadline.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata
from decimal import Decimal
from typing import Any

# What a character between 0 and 31 other than a line break would mean is lost; PostgreSQL refuses some of them.
_CONTROL = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127, 0xFEFF, 0x200B, 0xFFFE])
# LaTeX in abstracts has \nu and \neq: a letter after \n means that it is not a line break.
_LITERAL_BREAK = re.compile(r"\\r\\n|\\n(?![a-z])|\\r(?![a-z])|<br\s*/?>|_x000D_", re.IGNORECASE)
_SURROGATE = re.compile("[\ud800-\udfff]")
_SEPARATORS = re.compile(r"[;；、,，|\n]+")
# What people and spreadsheets write for nothing.
_EMPTY = frozenset(["", "-", "--", "—", "——", "/", "\\", "无", "暂无", "null", "none", "nan", "n/a"])
_EMPTY |= {"#n/a", "#ref!", "#value!", "#div/0!", "#name?"}

_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2})\s*日?|\s*月?)(?:[\sT]+[\d:.Z+]+)?")
_COMPACT_DAY = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)?")
_YEAR = re.compile(r"((?:19|20)\d\d)\s*年?度?")
# Excel's day 0; 20,000 and 80,000 are 1954 and 2119, and nothing else is written with five digits in a date column.
_SERIAL_ZERO = dt.date(1899, 12, 30)

FEN = {"分": 1, "元": 100, "千元": 100_000, "万元": 10**6, "万": 10**6, "百万元": 10**8, "亿元": 10**10, "亿": 10**10}
_UNIT = r"(?:人民币)?\s*(百万元|千元|万元|亿元|万|亿|元|分)?\s*(?:人民币|整|/年|每年)?"
_AMOUNT = re.compile(rf"[¥]?\s*(\d[\d,]*(?:\.\d+)?)\s*{_UNIT}")
_RANGE = re.compile(rf"{_AMOUNT.pattern}\s*(?:-|~|—|至|到)+\s*{_AMOUNT.pattern}")
_AT_MOST = re.compile(r"^(?:≤|<=|<|不超过|不高于|最多|至多)|(?:以内|以下|之内)$")
_AT_LEAST = re.compile(r"^(?:≥|>=|>|不低于|不少于|至少)|(?:以上|起)$")
_ABOUT = re.compile(r"^(?:约|大约|约为|预计)|(?:左右|上下)$")
_NEGOTIABLE = ("面议", "商议", "协商", "另议", "待定", "议价")

_ENDINGS = '。！？!?.;；)）”’"】》]'
LONG_ENOUGH_TO_BE_CUT = 100


class Unclear(ValueError):
    """A value cannot be read as what its field holds; the message says what it should look like."""


def text(value: Any) -> str:
    """Return a cell as text, with real line breaks and without what cannot be shown."""
    if isinstance(value, str):
        cleaned = _LITERAL_BREAK.sub("\n", value) if "\\" in value or "<" in value or "_x" in value else value
        return _SURROGATE.sub("\ufffd", cleaned.translate(_CONTROL)).replace("\r\n", "\n").replace("\r", "\n").strip()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple):
        return "；".join(filter(None, map(text, value)))
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    return "" if value is None else str(value)


def is_empty(value: Any) -> bool:
    """Say whether a cell holds nothing, or one of the words people write for nothing."""
    return value is None or (isinstance(value, str) and value.strip().casefold() in _EMPTY) or value in ([], {})


def several(value: Any, *, blanks: bool = True) -> list[str]:
    """Return the members of a cell that lists something; blanks separate only where nothing else does."""
    if isinstance(value, list | tuple):
        return [member for member in map(text, value) if member]
    members = [member for member in map(str.strip, _SEPARATORS.split(text(value))) if member]
    # English terms have blanks inside; Chinese is written without, so there they separate.
    if blanks and len(members) == 1 and not members[0].isascii():
        return members[0].split()
    return members


def people(value: Any) -> list[str]:
    """Return the names in a cell; 王 伟 is one person, 王伟 李强 are two."""
    names = []
    for member in several(value, blanks=False):
        parts = member.split()
        is_one = member.isascii() or any(len(part) == 1 for part in parts)
        names.extend([" ".join(parts) if member.isascii() else "".join(parts)] if is_one else parts)
    return names


def day(value: Any, *, deadline: bool = False) -> str:
    """Return a date in ISO 8601 from any of the shapes people write; raise Unclear."""
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()[:10]
    written = unicodedata.normalize("NFKC", text(value)).strip()
    if re.fullmatch(r"[2-7]\d{4}(?:\.\d+)?", written):
        return (_SERIAL_ZERO + dt.timedelta(days=int(float(written)))).isoformat()
    match = _DAY.fullmatch(written) or _COMPACT_DAY.fullmatch(written) or _YEAR.fullmatch(written)
    if match is None:
        raise Unclear("看不懂日期；请写成 2023-05-01")
    year, month, number = (*map(_number, match.groups()), None, None)[:3]
    return _whole_day(int(year or 0), month, number, deadline).isoformat()


def _number(digits: str | None) -> int | None:
    return int(digits) if digits else None


def _whole_day(year: int, month: int | None, number: int | None, deadline: bool) -> dt.date:
    try:
        if month is None:
            month = 12 if deadline else 1
        if number is None:
            number = calendar.monthrange(year, month)[1] if deadline else 1
        return dt.date(year, month, number)
    except (ValueError, IndexError) as error:
        raise Unclear("没有这一天；请核对日期") from error


def money(value: Any, hint: str = "") -> int:
    """Return an amount in fen; the unit stands beside it or in the heading, and is never guessed; raise Unclear."""
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        raise Unclear("看不懂金额；请写成 30万元")
    written = _ABOUT.sub("", unicodedata.normalize("NFKC", text(value)).replace(" ", ""))
    match = _AMOUNT.fullmatch(written)
    if match is None:
        raise Unclear("看不懂金额；请写成 30万元")
    return _fen(match[1], match[2] or _unit(hint))


def _unit(hint: str) -> str:
    """Return the unit a heading brackets: 预算（万元）, 金额（单位：元）."""
    found = re.search(r"百万元|千元|万元|亿元|万|亿|元|分", hint)
    return found[0] if found else ""


def _fen(digits: str, unit: str) -> int:
    if not unit:
        raise Unclear("金额没有单位；请写明元、万元或亿元，例如 30万元")
    return int((Decimal(digits.replace(",", "")) * FEN[unit]).to_integral_value())


def budget(value: Any, hint: str = "") -> dict[str, int]:
    """Return the lower and upper end of a budget in fen, as far as they are said; raise Unclear."""
    written = unicodedata.normalize("NFKC", text(value)).replace(" ", "")
    if any(word in written for word in _NEGOTIABLE):
        return {}
    if match := _RANGE.fullmatch(written):
        low, low_unit, high, high_unit = match.groups()
        unit = high_unit or _unit(hint)
        return {"budget_min": _fen(low, low_unit or unit), "budget_max": _fen(high, unit)}
    if _AT_LEAST.search(written):
        return {"budget_min": money(_AT_LEAST.sub("", written), hint)}
    return {"budget_max": money(_AT_MOST.sub("", written), hint)}


def whole(value: Any) -> int:
    """Return a whole number, whatever is written around it (TRL 8, 8级, 约350人); raise Unclear."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    numbers = re.findall(r"\d+(?:\.\d+)?", unicodedata.normalize("NFKC", text(value)).replace(",", ""))
    if len(numbers) != 1 or not float(numbers[0]).is_integer():
        raise Unclear("应是一个整数")
    return int(float(numbers[0]))


def flag(value: Any) -> Any:
    """Return yes or no as a boolean; anything else is left for the schema to refuse."""
    word = text(value).casefold()
    return {"是": True, "有": True, "√": True, "y": True, "否": False, "×": False, "n": False}.get(word, word)


def first_sentence(value: str, longest: int = 100) -> str:
    """Return the first sentence of a text, without the label in brackets that abstracts begin with."""
    unlabelled = re.sub(r"^\s*(?:[\[【［][^\]】］]{1,12}[\]】］]\s*[:：]?|摘\s*要\s*[:：])\s*", "", value)
    sentence = re.split(r"(?<=[。！？!?\n])|(?<=\.)\s", unlabelled, maxsplit=1)[0].strip().rstrip("。.")
    return sentence if len(sentence) <= longest else sentence[: longest - 1] + "…"


def is_cut(value: str) -> bool:
    """Say whether a text seems to end in the middle of a sentence, as exports with a length limit leave it."""
    if value.endswith(("…", "...", "．．．")):
        return True
    return len(value) >= LONG_ENOUGH_TO_BE_CUT and value[-1] not in _ENDINGS
