"""The text of a proposal as a judge reads it: without anything that says whose it is.

Names of authors and of their accounts, the unit under each of its names, the crew, and ways of addressing an author
("张师傅", "老张") are taken out wherever they stand in a text; so are telephone and identity numbers and addresses.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from marketplace import personal_data, vocabulary
from marketplace.models import Account, Benefit, Proposal

PERSON, UNIT, CREW, NUMBER = "［姓名］", "［单位］", "［班组］", "［号码］"
# A unit is known by its name cut short after at least so many characters.
_TELLING = 4
_TITLES = "师傅|师|工程师|工|技师|班长|组长|队长|主任|主席|书记|厂长|经理|总工|科长|部长|同志"
_FORMS = "公司|集团|厂|矿|院|所|局|段"
_BLANK = r"[\s·•・.．]*"


@dataclass(frozen=True, slots=True)
class JudgedBenefit:
    """A verified benefit as a judge reads it; amounts are fen a year."""

    metric: str
    method: str
    safety_effect: str
    verified: int | None


@dataclass(frozen=True, slots=True)
class JudgedText:
    """What a judge is shown of a nomination: (field, text) in reading order, never a name."""

    title: str
    category: str | None
    parts: tuple[tuple[str, str], ...]
    benefits: tuple[JudgedBenefit, ...]


_PARTS = ("present_state", "measure", "expected_effect", "benefit_metric", "adopted_part", "implementation")


def judged_text(proposal: Proposal, accounts: Iterable[Account], benefits: Iterable[Benefit]) -> JudgedText:
    """Return a proposal without whose it is; ``accounts`` are those of its authors."""
    scrub = Scrubber.of(proposal, accounts)
    return JudgedText(
        title=scrub(proposal.title),
        category=proposal.category,
        parts=tuple((name, scrub(text)) for name in _PARTS if (text := getattr(proposal, name))),
        benefits=tuple(
            JudgedBenefit(scrub(it.metric), scrub(it.method), scrub(it.safety_effect), it.verified) for it in benefits
        ),
    )


@dataclass(frozen=True, slots=True)
class Telling:
    """A regular expression for what tells a name, and signs without which a text, its blanks left out, has no match.

    A list has hundreds of names that stand nowhere in its titles: only what may match is compiled.
    """

    expression: str
    signs: str = ""

    def replaced(self, text: str, stand_in: str) -> str:
        """Return a text with the stand-in for each match."""
        return _compiled(self.expression).sub(stand_in, text)


@lru_cache(maxsize=2048)
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Scrubber:
    """Takes out of any text what tells the author, the unit or the crew."""

    patterns: tuple[tuple[Telling, str], ...]

    @classmethod
    def of(cls, proposal: Proposal, accounts: Iterable[Account]) -> Scrubber:
        unit = proposal.organisation
        names = _longest_first({author.name for author in proposal.authors} | {account.name for account in accounts})
        of_unit = _unit_patterns(tuple([unit.name, *unit.aliases, unit.credit_code or ""] if unit else ()))
        crew = _longest_first([proposal.crew])
        found = [
            *((pattern, UNIT) for pattern in of_unit),
            *((_spaced(name), CREW) for name in crew),
            *((_spaced(name), PERSON) for name in names),
            *((_addressed(name), PERSON) for name in names if _is_chinese(name)),
        ]
        return cls(tuple(found))

    def __call__(self, text: str) -> str:
        shown = _folded(_without_numbers(text))
        solid = _without_blanks(shown)
        for pattern, stand_in in self.patterns:
            if pattern.signs in solid:
                shown = pattern.replaced(shown, stand_in)
        return shown


def _without_numbers(text: str) -> str:
    for found in sorted(personal_data.find(text), key=lambda it: -it.start):
        text = text[: found.start] + NUMBER + text[found.end :]
    return text


def _folded(text: str) -> str:
    """Return a text with one form for each letter, digit and character; its punctuation stays as typed."""
    forms = ((sign, unicodedata.normalize("NFKC", sign)) for sign in text)
    return "".join(form if sign.isalnum() and len(form) == 1 else sign for sign, form in forms)


def _longest_first(names: Iterable[str]) -> list[str]:
    folded = {_folded(name).strip() for name in names}
    return sorted(folded - {""}, key=lambda name: (-len(name), name))


@lru_cache(maxsize=512)
def _unit_patterns(names: tuple[str, ...]) -> tuple[Telling, ...]:
    known = _longest_first(names)
    return (*map(_spaced, known), *(pattern for name in known for pattern in _cut_short(name)))


def _without_blanks(text: str) -> str:
    return _compiled(_BLANK).sub("", text)


def _spaced(name: str) -> Telling:
    """Match a name however its characters are spaced and whatever their case; a Latin one as a word of its own."""
    body = _BLANK.join(re.escape(sign) for sign in name if not sign.isspace())
    has_case = any(sign.lower() != sign.upper() for sign in name)
    signs = "" if has_case else _without_blanks(name)
    return Telling(rf"(?<![A-Za-z0-9]){body}(?![A-Za-z0-9])" if name.isascii() else body, signs)


def _cut_short(name: str) -> Iterator[Telling]:
    """Match the beginnings of a unit's name, with and without its place, and its own word before a form of unit.

    Of 四川长虹电器股份有限公司 that is 长虹电器股份, 长虹电器, 长虹公司, 长虹电器厂.
    """
    whole = re.sub(r"[()（）\s]", "", name)
    bare = _PLACES.sub("", whole)
    for told in dict.fromkeys((whole, bare)):
        for length in range(len(told) - 1 if told == whole else len(told), _TELLING - 1, -1):
            yield _spaced(told[:length])
    if len(bare) >= _TELLING and _is_chinese(bare):
        yield Telling(rf"{bare[:2]}[\u4e00-\u9fff]{{0,4}}?(?:{_FORMS})", bare[:2])


def _addressed(name: str) -> Telling:
    return Telling(rf"[老小]{name[0]}(?![\u4e00-\u9fff]?{name[0]})|{name[0]}(?:{_TITLES})", name[0])


def _is_chinese(name: str) -> bool:
    return bool(re.match(r"[\u4e00-\u9fff]{2,}", name))


def _places() -> re.Pattern[str]:
    labels = {vocabulary.regions.label(code) for code in vocabulary.regions}
    short = {re.sub(r"(?:省|市|县|区|自治州|州)$", "", label) for label in labels}
    known = sorted({it for it in labels | short if len(it) > 1}, key=len, reverse=True)
    return re.compile(rf"^(?:(?:{'|'.join(map(re.escape, known))})[省市县区州]?)+")


_PLACES = _places()
