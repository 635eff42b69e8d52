"""The closed lists of the domain: regions, industries, readiness levels, kinds of things.

Records hold codes, people read and write labels; this module is the only bridge between the two. The lists are data
files under ``codes/``, in the order in which people expect to see them, so that a standard can be brought up to date
without touching code. Each is read when it is first asked, checked as a whole and never changed afterwards.

Use it as ``from marketplace import vocabulary`` and ``vocabulary.regions.find("德阳")``: the bare names of the lists
are too common to import alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

Language = Literal["zh_Hans", "en"]

FOLDER = Path(__file__).with_name("codes")
# A longer text is prose, not the name of anything, and not worth taking apart.
LONGEST_TEXT = 200
COLUMNS = ["code", "zh", "en", "parent", "aliases"]

_SEPARATORS = re.compile(r"[\s/\\|·,、;:>'’_-]+")


class VocabularyError(Exception):
    """A list of codes is damaged; the message names the file and the line."""


class UnknownCode(LookupError):
    """A code does not belong to the list it was looked up in."""

    def __init__(self, name: str, code: str) -> None:
        super().__init__(f"{code!r} is not a code of {name}")
        self.name = name
        self.code = code


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list. ``path`` holds the codes from the root down to the entry itself."""

    code: str
    zh_Hans: str
    en: str
    path: tuple[str, ...]
    aliases: tuple[str, ...] = ()

    def names(self) -> set[str]:
        """Return everything the entry may be called, folded."""
        return {fold(name) for name in (self.code, self.zh_Hans, self.en, *self.aliases)}


class CodeList:
    """An ordered list of codes, each with its labels and its place in a hierarchy.

    ``complete`` maps a level, counted from 1, to exactly the codes the standard has there.
    """

    def __init__(self, name: str, complete: Mapping[int, Collection[str]] | None = None, folder: Path = FOLDER) -> None:
        self.name = name
        self._complete = complete or {}
        self._file = folder / f"{name}.tsv"

    def __contains__(self, code: object) -> bool:
        return code in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def label(self, code: str, language: Language = "zh_Hans") -> str:
        """Return what people call a code; raise UnknownCode."""
        entry = self._entry(code)
        return entry.en if language == "en" else entry.zh_Hans

    def names(self, code: str) -> tuple[str, ...]:
        """Return the Chinese label of a code and its aliases; raise UnknownCode."""
        entry = self._entry(code)
        return (entry.zh_Hans, *entry.aliases)

    def path(self, code: str) -> str:
        """Return the codes from the root to the code itself, ``"51/5106/510603"``; raise UnknownCode."""
        return "/".join(self._entry(code).path)

    def bound(self, code: str | None) -> str:
        """Return the path of a code, empty, which sets no bound, where there is none or nobody knows it."""
        return self.path(code) if code is not None and code in self else ""

    def ancestors(self, code: str) -> tuple[str, ...]:
        """Return the codes above a code, the root first, without the code itself; raise UnknownCode."""
        return self._entry(code).path[:-1]

    def level(self, code: str) -> int:
        """Return how deep a code lies; a root is at level 1; raise UnknownCode."""
        return len(self._entry(code).path)

    def children(self, code: str) -> tuple[str, ...]:
        """Return the codes directly under a code, in order; raise UnknownCode."""
        path = self._entry(code).path
        return tuple(child.code for child in self._entries.values() if child.path[:-1] == path)

    def find(self, text: str) -> str | None:
        """Return the code a text means: a code, a label in either language or an alias; None where unsure.

        A text may name an entry after those above it (四川省德阳市旌阳区), go on with a street, or hold a code finer
        than the list is (510603001). The most specific code wins; a name that two places share needs the one above.
        """
        if len(text) > LONGEST_TEXT:
            return None
        name = fold(text)
        return self._most_specific(self._codes.get(name) or set(self._spelled(name)))

    def _spelled(self, text: str, above: str | None = None) -> Iterator[str]:
        """Yield the codes a text may mean when it starts with a name under ``above``."""
        for end in range(1, min(len(text), self._longest_name) + 1):
            name, rest = text[:end], text[end:]
            for code in self._codes.get(name, ()):
                if above is not None and above not in self._entries[code].path:
                    continue
                if rest:
                    yield from self._spelled(rest, code)
                if not rest or self._goes_deeper(name, rest, lone=above is None):
                    yield code

    def _goes_deeper(self, name: str, rest: str, *, lone: bool) -> bool:
        """Tell whether the rest only says more closely where, or under which finer code, the named entry lies."""
        if name.isdigit():
            # The standards go at most twice as deep as our lists: 12 digits for a village, 4 for a class of industry.
            return rest.isdigit() and len(name) >= 2 and len(name + rest) <= 2 * max(map(len, self._entries))
        # A street follows a full name only. Alone, 东区 or 高县 begin too many words that name no region.
        return name[-1] in "省市州区县" and not (lone and len(name) == 2)

    def _most_specific(self, codes: Collection[str]) -> str | None:
        above = {ancestor for code in codes for ancestor in self.ancestors(code)}
        deepest = set(codes) - above
        return deepest.pop() if len(deepest) == 1 else None

    def _entry(self, code: str) -> Entry:
        try:
            return self._entries[code]
        except KeyError:
            raise UnknownCode(self.name, code) from None

    @cached_property
    def _entries(self) -> Mapping[str, Entry]:
        return _read(self._file, self._complete)

    @cached_property
    def _codes(self) -> Mapping[str, set[str]]:
        """The codes each folded name may mean: several where places in different cities share a name."""
        codes: dict[str, set[str]] = {}
        for entry in self._entries.values():
            for name in entry.names():
                codes.setdefault(name, set()).add(entry.code)
        return codes

    @cached_property
    def _longest_name(self) -> int:
        return max(map(len, self._codes))


def fold(text: str) -> str:
    """Return a text in the form names are compared in: without width, case, spaces and separators."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text).casefold())


def _read(file: Path, complete: Mapping[int, Collection[str]]) -> dict[str, Entry]:
    """Read and check a list; raise VocabularyError where it contradicts itself or the standard."""
    header, *lines = file.read_text("utf-8").splitlines()
    if header.split("\t") != COLUMNS:
        raise VocabularyError(f"{file.name}:1: the columns must be {', '.join(COLUMNS)}")
    entries: dict[str, Entry] = {}
    parents_of_label: dict[str, set[str] | None] = {}
    for number, line in enumerate(lines, start=2):
        try:
            entry = _parse(line, entries)
            _check_names(entry, parents_of_label)
        except ValueError as error:
            raise VocabularyError(f"{file.name}:{number}: {error}") from error
        entries[entry.code] = entry
    for level, codes in complete.items():
        if wrong := {entry.code for entry in entries.values() if len(entry.path) == level} ^ set(codes):
            raise VocabularyError(f"{file.name}: missing or not in the standard: {', '.join(sorted(wrong))}")
    return entries


def _parse(line: str, above: Mapping[str, Entry]) -> Entry:
    cells = line.split("\t")
    if len(cells) != len(COLUMNS):
        raise ValueError(f"{len(cells)} columns instead of {len(COLUMNS)}")
    code, zh, en, parent, aliases = cells
    if not (code.strip() and zh.strip() and en.strip()):
        raise ValueError("the code and both labels must be filled")
    if code in above:
        raise ValueError(f"the code {code} is there twice")
    if parent and parent not in above:
        raise ValueError(f"the parent {parent} does not come before")
    path = (*above[parent].path, code) if parent else (code,)
    return Entry(code, zh, en, path, tuple(filter(None, aliases.split("|"))))


def _check_names(entry: Entry, parents_of_label: dict[str, set[str] | None]) -> None:
    """Raise ValueError for a name that means two things: an alias never repeats, a label only under another parent.

    ``parents_of_label`` collects where each name was a label, None for an alias.
    """
    labels = {fold(label) for label in (entry.code, entry.zh_Hans, entry.en)}
    for alias in entry.names() - labels:
        if alias in parents_of_label:
            raise ValueError(f"the alias {alias} already means another code")
        parents_of_label[alias] = None
    for label in labels:
        parents = parents_of_label.setdefault(label, set())
        parent = "/".join(entry.path[:-1])
        if parents is None or parent in parents:
            raise ValueError(f"{label} already means another code")
        parents.add(parent)


# Sichuan's divisions to county level, GB/T 2260; the gaps between its 21 cities are in the standard.
_CITIES = [f"51{city:02}" for city in (1, *range(3, 12), *range(13, 21), 32, 33, 34)]
regions = CodeList("regions", {1: ["51"], 2: _CITIES})
# GB/T 4754-2017: 20 sections and 97 divisions.
industries = CodeList("industries", {1: "ABCDEFGHIJKLMNOPQRST", 2: [f"{division:02}" for division in range(1, 98)]})
trl = CodeList("trl", {1: "123456789"})
achievement_kinds = CodeList("achievement_kinds")
achievement_classes = CodeList("achievement_classes")
transfer_modes = CodeList("transfer_modes")
price_forms = CodeList("price_forms")
ip_kinds = CodeList("ip_kinds")
licence_kinds = CodeList("licence_kinds")
# The kinds of technology contracts of the Civil Code, book three, chapter twenty.
contract_kinds = CodeList("contract_kinds")
organisation_kinds = CodeList("organisation_kinds")
maturity = CodeList("maturity")
levels = CodeList("levels")
forms = CodeList("forms")
refusals = CodeList("refusals")
proposal_categories = CodeList("proposal_categories")
protections = CodeList("protections")
standings = CodeList("standings")
award_grades = CodeList("award_grades")
award_levels = CodeList("award_levels")
rubric_criteria = CodeList("rubric_criteria")
honour_kinds = CodeList("honour_kinds")
crew_honour_kinds = CodeList("crew_honour_kinds")
outreach_kinds = CodeList("outreach_kinds")
campaign_kinds = CodeList("campaign_kinds")
campaign_measures = CodeList("campaign_measures")
# Of which branch an enterprise above designated size reached the threshold.
size_thresholds = CodeList("size_thresholds")
# The four kinds of non-public enterprises (by size) lie under their class.
competition_classes = CodeList("competition_classes")
# From the lowest to the highest; a city and an industry stand side by side.
honour_levels = CodeList("honour_levels")
skill_levels = CodeList("skill_levels")
employment = CodeList("employment")
aid_kinds = CodeList("aid_kinds")
# The names a kind of studio has had are its aliases.
review_grades = CodeList("review_grades")
review_indicators = CodeList("review_indicators")
studio_kinds = CodeList("studio_kinds")
# The ladder from the bottom; a city and an industry stand side by side.
studio_tiers = CodeList("studio_tiers")
studio_roles = CodeList("studio_roles")
studio_results = CodeList("studio_results")
grant_uses = CodeList("grant_uses")
# Where a proposal of a unit's own register may stand; what comes after must have happened here.
register_states = CodeList("register_states")

# The vocabularies of the facets that have one, by what is searched; the others speak for themselves.
OF_FACETS: Mapping[str, Mapping[str, str]] = {
    "achievement": {
        "industry": "industries", "region": "regions", "kind": "achievement_kinds", "transfer_mode": "transfer_modes",
        "licence_kind": "licence_kinds", "price_form": "price_forms",
    },
    "demand": {
        "industry": "industries", "region": "regions", "kind": "achievement_kinds", "transfer_mode": "transfer_modes",
    },
    "studio": {"industry": "industries", "region": "regions", "kind": "studio_kinds", "tier": "studio_tiers"},
}  # fmt: skip
