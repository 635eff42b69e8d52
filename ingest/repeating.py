"""Rows whose cells were read before: a list of participation repeats a few units, days and items many thousand times.

What a cell comes to depends on nothing but the cell, so that it is read once. Whatever there is to say of a row, an
error, a doubt, a column nobody knows, is left to ``conversion``: it reads the whole row anew, in its own words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import marshmallow as ma

from ingest.columns import Column, Layout
from ingest.conversion import FIELDS, SCHEMAS, read_cell
from ingest.normalise import Unclear, is_empty
from marketplace.schemas.participation import ParticipationRosterSchema

# The nouns whose fields are read each for itself, and the rule between the fields of a row.
_RULES: Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "participation": ParticipationRosterSchema().check_counts,
}
# Cells remembered of one column: whoever writes a name of its own in each row fills no memory.
_MOST = 20_000
_EMPTY, _UNCLEAR = object(), object()


class Cells:
    """What the cells of each column came to, under one set of headings."""

    def __init__(self, noun: str, layout: Layout, columns: Sequence[Column]) -> None:
        self._noun, self._rule = noun, _RULES.get(noun)
        fields = [column.field for column in columns if column.field]
        is_plain = len(set(fields)) == len(fields) and not (layout.joined or layout.fallbacks or layout.defaults)
        self._columns = columns if self._rule is not None and is_plain else ()
        self._known: list[dict[tuple[type, Any], Any]] = [{} for _ in self._columns]
        schema = SCHEMAS[noun].fields
        self._names = {member.data_key or name: name for name, member in schema.items()}
        self._required = [name for name, member in schema.items() if member.required]
        self._defaults = {name: member.load_default for name, member in schema.items() if not member.required}

    def row(self, cells: Sequence[Any]) -> dict[str, Any] | None:
        """Return a row as its schema loads it; None where there is something to say of it."""
        if self._rule is None or not self._columns:
            return None
        data = {name: it() if callable(it) else it for name, it in self._defaults.items()}
        for column, known in zip(self._columns, self._known, strict=True):
            cell = cells[column.place] if column.place < len(cells) else None
            try:
                value = known.get((cell.__class__, cell), known)
            except TypeError:
                return None
            if value is known:
                value = self._read(column, cell)
                if len(known) < _MOST:
                    known[cell.__class__, cell] = value
            if value is _UNCLEAR:
                return None
            if value is not _EMPTY:
                data[self._names[column.field]] = value
        if any(name not in data for name in self._required):
            return None
        try:
            return self._rule(data)
        except ma.ValidationError:
            return None

    def _read(self, column: Column, cell: Any) -> Any:
        if is_empty(cell):
            return _EMPTY
        member = FIELDS[self._noun].get(column.field)
        if member is None:
            return _UNCLEAR
        try:
            read = read_cell(FIELDS[self._noun], column, cell)
            return _EMPTY if read in ("", None) else member.deserialize(read)
        except (Unclear, ma.ValidationError):
            return _UNCLEAR
