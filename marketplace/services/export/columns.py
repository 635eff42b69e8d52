"""What a column is: a heading, the field it shows, and how; ``headings`` has those of each list.

A field that the reader may not see is not in the plain data of the record, and its cell stays empty.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from marketplace import state_names, vocabulary
from marketplace.db import day_of
from marketplace.errors import N_, NOUNS
from marketplace.services.export import masking
from marketplace.services.export.sheets import Cell
from marketplace.vocabulary import Language


@dataclass(frozen=True, slots=True)
class Telling:
    """In which words a list is told, and whether persons are named in the line at hand."""

    translate: Callable[[str], str]
    language: Language
    names_persons: bool = False

    def state(self, noun: str, code: str) -> str:
        return self.translate(state_names.name(noun, code))

    def label(self, name: str, code: str) -> str:
        known: vocabulary.CodeList = getattr(vocabulary, name)
        return known.label(code, self.language) if code in known else code

    def together(self, texts: list[str]) -> str:
        return ("、" if self.language == "zh_Hans" else ", ").join(texts)


Show = Callable[[Any, Telling], Cell]


def as_it_is(value: Any, _telling: Telling) -> Cell:
    return value if isinstance(value, int | Decimal | dt.date) else str(value)


@dataclass(frozen=True, slots=True)
class Column:
    heading: str
    field: str
    show: Show = as_it_is


def code(name: str) -> Show:
    return lambda value, telling: telling.label(name, value)


def codes(name: str) -> Show:
    return lambda values, telling: telling.together([telling.label(name, value) for value in values])


def state(noun: str) -> Show:
    return lambda value, telling: telling.state(noun, value)


def states(noun: str) -> Show:
    return lambda values, telling: telling.together([telling.state(noun, value) for value in values])


def several(values: Any, telling: Telling) -> Cell:
    return telling.together([str(value) for value in values])


def yuan(fen: Any, _telling: Telling) -> Cell:
    return Decimal(fen) / 100


def day(moment: Any, _telling: Telling) -> Cell:
    """Show a day, or the day in Sichuan of a moment."""
    if isinstance(moment, str):
        moment = dt.datetime.fromisoformat(moment) if "T" in moment else dt.date.fromisoformat(moment)
    return day_of(moment) if isinstance(moment, dt.datetime) else moment


def person(text: Any, telling: Telling) -> Cell:
    return str(text) if telling.names_persons else masking.name(str(text))


def phone(text: Any, telling: Telling) -> Cell:
    return str(text) if telling.names_persons else masking.phone(str(text))


def address(text: Any, telling: Telling) -> Cell:
    return str(text) if telling.names_persons else masking.address(str(text))


def persons(found: Any, telling: Telling) -> Cell:
    return telling.together([str(person(one["name"], telling)) for one in found])


def named(found: Any, telling: Telling) -> Cell:
    """Show persons of whom nothing but the name is given."""
    return telling.together([str(person(name, telling)) for name in found])


def names(found: Any, telling: Telling) -> Cell:
    return telling.together([one["name"] for one in found])


def unit(found: Any, _telling: Telling) -> Cell:
    return str(found["name"])


def yes(_value: Any, telling: Telling) -> Cell:
    return telling.translate(N_("是"))


def noun_name(noun: Any, telling: Telling) -> Cell:
    return telling.translate(NOUNS[noun])


def roles(found: Any, telling: Telling) -> Cell:
    return telling.together([telling.translate(state_names.ROLE[role]) for role in found])


def rights(found: Any, telling: Telling) -> Cell:
    return telling.together([f"{telling.label('ip_kinds', one['kind'])} {one['number']}".strip() for one in found])


def indicators(found: Any, telling: Telling) -> Cell:
    parts = ("name", "comparison", "value", "unit")
    return telling.together(["".join(str(one.get(part) or "") for part in parts) for one in found])


def row(columns: tuple[Column, ...], plain: Mapping[str, Any], telling: Telling) -> list[Cell]:
    """Return the cells of a line; what is unknown, or not for its reader, is empty."""
    values = ((column, plain.get(column.field)) for column in columns)
    return [None if value in (None, "", [], ()) else column.show(value, telling) for column, value in values]
