"""A table in the words of its reader: what stands in each cell of the page, the workbook and the PDF alike."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from marketplace.errors import N_
from marketplace.services.export.columns import Telling
from marketplace.services.reports.groups import Label
from marketplace.services.reports.kinds import MEASURES, ROW_NAMES
from marketplace.services.reports.tables import Row, Table
from marketplace.services.statistics.rate import NOT_AVAILABLE

# What is left to fill in by hand under an official table.
SIGNATURES = (N_("单位负责人"), N_("统计负责人"), N_("填表人"), N_("联系电话"), N_("报出日期"))
# Widths of columns in digits, and how many of these a sheet of A4 takes before A3 is the better one.
_LABEL_WIDTH, _LEAST, _MOST, WIDTH_OF_A4 = 26, 8, 18, 200
_UNITS = (("entries", N_("条")), ("objects", N_("项")), ("participation", "%"))


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands over a table; ``edition`` names a frozen one, and is empty for the figures of the moment."""

    title: str
    table_number: str
    issued_by: str
    body: str
    period: str
    cut_off: str
    edition: str = ""


@dataclass(frozen=True, slots=True)
class Printed:
    """A table as it is printed: ``facts`` over it, two rows of heads of which ``groups`` spans columns, then rows.

    The first cell of a row is its label; a number stays a number, and what is not known is said in words. ``footer``
    stands under every page, so that one that got loose is known; ``widths`` are those of the columns, in digits.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    rows_of: str
    groups: tuple[tuple[str, int], ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[int | str, ...], ...]
    total: tuple[int | str, ...]
    notes: tuple[str, ...]
    signatures: tuple[str, ...]
    footer: str
    widths: tuple[int, ...]


def printed(heading: Heading, table: Table, telling: Telling) -> Printed:
    """Return a table in a language."""
    say = telling.translate
    spans = itertools.groupby(table.columns, key=lambda it: it.label)
    columns = tuple(say(MEASURES[it.measure]) for it in table.columns)
    rows, total = tuple(_row(it, telling) for it in table.rows), _row(table.total, telling)
    return Printed(
        title=heading.title,
        facts=tuple(_facts(heading, table, telling)),
        rows_of=say(ROW_NAMES[table.rows_of]),
        groups=tuple((_in(label, telling), len(list(found))) for label, found in spans),
        columns=columns,
        rows=rows,
        total=total,
        notes=tuple(sentence(it, values, telling) for it, values in table.notes),
        signatures=tuple(map(say, SIGNATURES)),
        footer="  ".join(filter(None, (heading.body, heading.title, heading.period, heading.edition))),
        widths=(_LABEL_WIDTH, *map(_width, columns, _by_column(rows, total))),
    )


def _by_column(
    rows: tuple[tuple[int | str, ...], ...], total: tuple[int | str, ...]
) -> Iterator[tuple[int | str, ...]]:
    return itertools.islice(zip(*rows, total, strict=True), 1, None)


def _width(heading: str, cells: tuple[int | str, ...]) -> int:
    """Return how many digits wide a column must be for its numbers, and for its heading, which breaks between words."""
    longest = max(length(f"{it:,}" if isinstance(it, int) else it) for it in cells)
    return min(max(longest + 2, _unbroken(heading) + 2, _LEAST), _MOST)


def length(text: str) -> int:
    """Return how many digits wide a text is: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(it) in "WFA" else 1 for it in text)


def _unbroken(text: str) -> int:
    """Return how wide the longest part of a heading is: Chinese breaks anywhere, into three lines at most.

    Letters are a little wider than digits.
    """
    return max(length(text) // 3, *(len(it) * 5 // 4 for it in text.replace("-", " ").split() if it.isascii()), 0)


def sentence(text: str, values: Mapping[str, str], telling: Telling) -> str:
    """Return a sentence in a language, filled in."""
    said = telling.translate(text)
    return said % values if values else said


def _facts(heading: Heading, table: Table, telling: Telling) -> Iterator[tuple[str, str]]:
    say = telling.translate
    counted = {name for it in table.columns for name in (it.group, it.measure)}
    units = [say(N_("人次")), say(N_("人")), *(say(unit) for name, unit in _UNITS if name in counted)]
    yield say(N_("填报单位")), heading.body
    yield say(N_("表号")), heading.table_number
    yield say(N_("统计时期")), heading.period
    yield say(N_("制表机关")), heading.issued_by
    yield say(N_("截止日期")), heading.cut_off
    yield say(N_("计量单位")), telling.together(units)
    if heading.edition:
        yield say(N_("版次")), heading.edition


def _row(row: Row, telling: Telling) -> tuple[int | str, ...]:
    missing = telling.translate(NOT_AVAILABLE)
    return (_in(row.label, telling), *(missing if it is None else it for it in row.cells))


def _in(label: Label, telling: Telling) -> str:
    return label[0] if telling.language == "zh_Hans" else label[1]
