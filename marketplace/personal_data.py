"""Find numbers and addresses of persons in a text: phones, identity cards, bank cards, mail.

An identity number has the date of birth, the region and the check digit of GB 11643-1999, a card number the check
digit of ISO/IEC 7812 (Luhn); both are checked by python-stdnum. A mobile number begins as the numbering plan of the
Ministry of Industry and Information Technology says, a landline is told by its area code. What stands inside a longer
number, such as that of a patent or of a standard, is none of these.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from stdnum import luhn
from stdnum.cn import ric

# Full-width figures and signs are typed as often as the others; one sign each, so that places stay.
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−ー　"), "-")
_PLAIN = {**_FULL_WIDTH, **_DASHES, ord("　"): " "}

_BEFORE, _AFTER = r"(?<![0-9A-Za-z])(?<![0-9][.\-/])", r"(?![0-9A-Za-z]|[.\-/][0-9])"
_GAP = r"[ \-]?"


def _digits(text: str) -> str:
    return re.sub(r"[^0-9Xx]", "", text).upper()


def _is_card(text: str) -> bool:
    # 3 to 6 is what the standard gives to banks and cards; the rest is other industries'.
    number = _digits(text)
    return number[0] in "3456" and len(set(number)) > 2 and bool(luhn.is_valid(number))


def _always(_text: str) -> bool:
    return True


# Most texts have neither an at sign nor seven figures in a row, and are done with at once.
_LIKELY = re.compile(r"[@＠]|\d(?:[ \-－]?\d){6}")
# The first that fits a place has it: an identity number could be a card's by its check digit too.
_KINDS: tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...] = (
    ("email", re.compile(r"(?<![\w.+-])[A-Za-z0-9][\w.+-]*@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}", re.A), _always),
    ("identity_card", re.compile(rf"{_BEFORE}[1-9][0-9]{{5}}{_GAP}[0-9]{{8}}{_GAP}[0-9]{{3}}[0-9Xx]{_AFTER}"),
     lambda text: bool(ric.is_valid(_digits(text)))),
    ("mobile", re.compile(rf"{_BEFORE}(?:\+?86{_GAP})?1[3-9][0-9]{_GAP}[0-9]{{4}}{_GAP}[0-9]{{4}}{_AFTER}"), _always),
    ("landline",
     re.compile(rf"{_BEFORE}\(?0(?:10|2[0-9]|[3-9][0-9]{{2}})(?:\)|{_GAP[:-1]}) ?[2-8][0-9]{{6,7}}{_AFTER}"), _always),
    ("bank_card", re.compile(rf"{_BEFORE}[3-6][0-9]{{3}}(?:{_GAP}[0-9]{{4}}){{3}}(?:{_GAP}[0-9]{{1,3}})?{_AFTER}"),
     _is_card),
)  # fmt: skip
KINDS = tuple(kind for kind, _pattern, _check in _KINDS)


@dataclass(frozen=True, slots=True)
class PersonalData:
    """What was found where in a text; ``masked`` tells it from others without telling what it is."""

    kind: str
    start: int
    end: int
    masked: str


def find(text: str) -> Iterator[PersonalData]:
    """Yield what is found in a text, kind by kind; of two that overlap the first kind."""
    if _LIKELY.search(text) is None:
        return
    plain = text.translate(_PLAIN)
    taken: list[tuple[int, int]] = []
    for kind, pattern, is_one in _KINDS:
        for match in pattern.finditer(plain):
            start, end = match.span()
            if is_one(match[0]) and not any(start < stop and begin < end for begin, stop in taken):
                taken.append((start, end))
                yield PersonalData(kind, start, end, _masked(kind, match[0]))


def _masked(kind: str, text: str) -> str:
    if kind == "email":
        return f"{text[0]}…@{text.partition('@')[2]}"
    number = re.sub("^86", "", _digits(text)) if kind == "mobile" else _digits(text)
    return f"{number[:3]}…{number[-2:]}"
