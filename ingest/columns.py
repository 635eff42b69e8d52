"""Whose headings these are, and which of our fields each column fills.

A mapping is data: a file ``mappings/NAME.toml`` with a section a noun. It lists the headings that mean each of our
fields and what else is particular to the source; how a value is read follows from the field's own schema. A unit in
the brackets of a heading, in the file or else in the mapping, holds for amounts written without one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ingest.readers import Refused
from marketplace.vocabulary import fold

FOLDER = Path(__file__).with_name("mappings")

_BRACKETS = re.compile(r"[（(【\[](.*?)[)）】\]]")
_MARKS = re.compile(r"[*＊:：]")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file: ``field`` is ours, or empty where nobody knows it; ``hint`` is what its heading brackets."""

    place: int
    heading: str
    field: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """How one source lays out one noun."""

    name: str
    label: str
    fields: Mapping[str, tuple[str, str]]
    defaults: Mapping[str, Any]
    where: Mapping[str, str]
    joined: frozenset[str]
    fallbacks: Mapping[str, Sequence[str]]
    ignored: frozenset[str]

    def known(self, headings: Iterable[str]) -> int:
        """Return how many different fields the headings fill."""
        names = {plain(heading) for heading in headings}
        return len({self.fields[name][0] for name in names & self.fields.keys()}) + len(names & self.ignored)

    def columns(self, headings: Sequence[str]) -> tuple[Column, ...]:
        """Say for each heading that is not ignored which field it fills."""
        found = ((place, heading, plain(heading)) for place, heading in enumerate(headings))
        return tuple(
            self._column(place, heading, *self.fields.get(name, ("", "")))
            for place, heading, name in found
            if name not in self.ignored
        )

    def _column(self, place: int, heading: str, field: str, hint: str) -> Column:
        return Column(place, heading, field, _hint(heading) or hint)


@cache
def layouts(noun: str) -> Mapping[str, Layout]:
    """Return the layouts of a noun by the name of their mapping, ours first: it wins where two know as much."""
    files = sorted(FOLDER.glob("*.toml"), key=lambda file: (file.stem != "ours", file.stem))
    read = ((file.stem, tomllib.loads(file.read_text("utf-8"))) for file in files)
    return {name: _layout(name, content["label"], content[noun]) for name, content in read if noun in content}


def named(noun: str, name: str) -> Layout:
    """Return the layout somebody asked for; raise Refused where there is none."""
    known = layouts(noun)
    if name not in known:
        raise Refused(f"没有适用的映射“{name}”；可以是 {'、'.join(known)}")
    return known[name]


def best(noun: str, candidates: Iterable[Sequence[str]]) -> tuple[Layout, int]:
    """Return the layout that knows most of any one row of headings, and how many fields that row fills."""
    rows = list(candidates)
    scored = [(max((layout.known(row) for row in rows), default=0), layout) for layout in layouts(noun).values()]
    score, layout = max(scored, key=lambda pair: pair[0])
    return layout, score


def plain(heading: str) -> str:
    """Return a heading as headings are compared: without brackets, marks, width, case and blanks."""
    return fold(_MARKS.sub("", _BRACKETS.sub("", heading)))


def _hint(heading: str) -> str:
    return " ".join(_BRACKETS.findall(heading))


def _layout(name: str, label: str, section: Mapping[str, Any]) -> Layout:
    fields = {
        plain(heading): (field, _hint(heading))
        for field, headings in section["columns"].items()
        for heading in headings
    }
    return Layout(
        name=name,
        label=label,
        fields=fields,
        defaults=section.get("defaults", {}),
        where=section.get("where", {}),
        joined=frozenset(section.get("joined", ())),
        fallbacks=section.get("fallbacks", {}),
        ignored=frozenset(map(plain, section.get("ignored", ()))),
    )
