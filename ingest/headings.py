"""Where the headings of a table are, and its rows below them as values by heading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from ingest.columns import Layout, best, named
from ingest.readers import Row, Table

# Exports put a title, a date and an instruction above their headings, not a page of text.
HEADINGS_WITHIN = 20
# One known word may stand in any sentence; two in one row are headings.
FEWEST_KNOWN = 2


@dataclass(frozen=True, slots=True)
class Headed:
    """A table whose headings are known; ``row`` is where they stand, 0 where each row brings its own.

    ``above`` are the rows over them, of which nothing is brought in.
    """

    table: Table
    layout: Layout
    headings: tuple[str, ...]
    row: int
    rows: Iterator[Row]
    above: tuple[Row, ...] = ()


def find(table: Table, noun: str, mapping: str | None) -> Headed | None:
    """Return the table with its headings, or None where none are recognised near its top."""
    start = list(islice(table.rows, HEADINGS_WITHIN))
    rows = chain(start, table.rows)
    if any(row.headings is not None for row in start):
        layout = _layout(noun, mapping, [row.headings or () for row in start])
        return Headed(table, layout, (), 0, rows) if layout else None
    layout = _layout(noun, mapping, [_texts(row.cells) for row in start])
    if layout is None:
        return None
    heading = max(start, key=lambda row: layout.known(_texts(row.cells)))
    above = tuple(row for row in start if row.number < heading.number)
    below = chain((row for row in start if row.number > heading.number), table.rows)
    return Headed(table, layout, _unique(_texts(heading.cells)), heading.number, below, above)


def _layout(noun: str, mapping: str | None, candidates: Sequence[Sequence[str]]) -> Layout | None:
    if mapping is None:
        layout, known = best(noun, candidates)
    else:
        layout = named(noun, mapping)
        known = max((layout.known(row) for row in candidates), default=0)
    return layout if known >= FEWEST_KNOWN else None


def _texts(cells: Sequence[Any]) -> list[str]:
    """Return a row as headings: line breaks inside them are for show."""
    return ["".join(str(cell).split("\n")).strip() for cell in cells]


def _unique(headings: Sequence[str]) -> tuple[str, ...]:
    """Name the columns without a heading by their place and tell those with the same heading apart."""
    names: list[str] = []
    for place, heading in enumerate(headings, start=1):
        name = heading or f"第{place}列"
        names.append(name if name not in names else f"{name}〔第{place}列〕")
    return tuple(names)
