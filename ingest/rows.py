"""The rows of one table, sifted: each becomes data for a service, or is counted and reported here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ingest.columns import Column, plain
from ingest.conversion import convert, load
from ingest.headings import Headed
from ingest.normalise import is_empty, text
from ingest.readers import Row
from ingest.repeating import Cells
from ingest.report import Fate, Finding, Place, Remarks, Severity


@dataclass(frozen=True, slots=True)
class Ready:
    """A row that its schema accepted."""

    place: Place
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Batch:
    """What some rows came to: those that are ready, how many were read, and what there is to say of them."""

    ready: list[Ready]
    read: int
    remarks: Remarks


@dataclass(frozen=True, slots=True)
class Plan:
    """How the cells under one set of headings are read; ``where`` gives places and the value each must hold."""

    columns: tuple[Column, ...]
    where: tuple[tuple[int, str], ...]
    cells: Cells


class Rows:
    """The rows of a table, read a batch at a time.

    ``marks_in`` names the marks of secrecy in a value; a row that has one is refused whole.
    """

    def __init__(self, file: str, headed: Headed, noun: str, marks_in: Callable[[Any], list[str]]) -> None:
        self._file, self._headed, self._noun = file, headed, noun
        self._marks_in = marks_in
        self._report = Remarks()
        self._plans: dict[tuple[str, ...], Plan] = {}
        self._unknown: Counter[str] = Counter()
        self._blanks: list[int] = []

    def batches(self, size: int) -> Iterator[Batch]:
        """Yield batches of so many rows; the last has fewer, and none where only the table itself has remarks."""
        rows, is_over = self._sifted(), False
        while not is_over:
            self._report = Remarks()
            some = list(islice(rows, size))
            is_over = len(some) < size
            yield Batch([it for it in some if it is not None], len(some), self._report)

    def _sifted(self) -> Iterator[Ready | None]:
        for row in self._headed.rows:
            yield self._sift(row)
        self._report_blanks()
        for heading, count in self._unknown.items():
            finding = Finding(
                Severity.NOTE, "不认识的列", "已作为附加信息保留", heading=heading, value=f"{count} 格非空"
            )
            self._report.add(self._place(0), finding)

    def _sift(self, row: Row) -> Ready | None:
        """Return the row ready to be written, or count and report why not."""
        if row.damage:
            self._report.refuse(self._place(row.number), row.damage)
        elif all(is_empty(cell) for cell in row.cells):
            self._pass_blank(row.number)
        elif self._repeats_headings(row):
            self._pass_over(row.number, "重复的标题行")
        else:
            return self._selected(row)
        return None

    def _repeats_headings(self, row: Row) -> bool:
        headings = self._headed.headings
        # The first cell decides nearly always, and at once.
        return bool(headings) and text(row.cells[0]) == headings[0] and tuple(map(text, row.cells)) == headings

    def _selected(self, row: Row) -> Ready | None:
        headings = self._headed.headings if row.headings is None else row.headings
        plan = self._plans.get(headings) or self._plan(headings)
        if any(text(row.cells[place]) != value for place, value in plan.where):
            self._report.fates[Fate.NOT_SELECTED] += 1
            return None
        if marked := self._marked(row, headings):
            self._report.refuse_secret(self._place(row.number), marked)
            return None
        for place, remark in row.remarks:
            heading = headings[place] if place < len(headings) else ""
            self._report.add(self._place(row.number), Finding(Severity.WARNING, remark, heading=heading))
        return self._converted(row, plan)

    def _marked(self, row: Row, headings: tuple[str, ...]) -> dict[str, list[str]]:
        """Return the marks of secrecy of each column, before anything of the row is told or kept (domain rule 7)."""
        if not self._marks_in(row.cells):
            return {}
        named = ((headings[place] if place < len(headings) else "", cell) for place, cell in enumerate(row.cells))
        return {heading: marks for heading, cell in named if (marks := self._marks_in(cell))}

    def _plan(self, headings: tuple[str, ...]) -> Plan:
        layout = self._headed.layout
        places = {plain(heading): place for place, heading in enumerate(headings)}
        where = tuple((places[name], value) for name, value in layout.where.items() if name in places)
        columns = layout.columns(headings)
        self._plans[headings] = Plan(columns, where, Cells(self._noun, layout, columns))
        return self._plans[headings]

    def _converted(self, row: Row, plan: Plan) -> Ready | None:
        known = plan.cells.row(row.cells)
        if known is not None:
            return Ready(self._place(row.number), known)
        draft = convert(self._noun, self._headed.layout, plan.columns, row.cells)
        data = load(self._noun, draft)
        if data is None and row.headings is None and sum(not is_empty(cell) for cell in row.cells) == 1:
            self._pass_over(row.number, "只有一格有内容，按分节标题看待")
            return None
        place = self._place(row.number)
        for finding in draft.findings:
            self._report.add(place, finding)
        if data is None:
            self._report.fates[Fate.REFUSED] += 1
            return None
        self._count_unknown(row.cells, plan)
        return Ready(place, data)

    def _count_unknown(self, cells: Sequence[Any], plan: Plan) -> None:
        for column in plan.columns:
            if not column.field and column.place < len(cells) and not is_empty(cells[column.place]):
                self._unknown[column.heading] += 1

    def _pass_over(self, number: int, reason: str) -> None:
        self._report.fates[Fate.BLANK] += 1
        self._report.add(self._place(number), Finding(Severity.NOTE, reason, "已跳过"))

    def _pass_blank(self, number: int) -> None:
        self._report.fates[Fate.BLANK] += 1
        if self._blanks and number != self._blanks[1] + 1:
            self._report_blanks()
        self._blanks = [self._blanks[0] if self._blanks else number, number]

    def _report_blanks(self) -> None:
        """Report blank rows that follow each other in one line: formatted sheets end in thousands of them."""
        if self._blanks:
            first, last = self._blanks
            span = f"第 {first} 行" if first == last else f"第 {first}–{last} 行"
            self._report.add(self._place(first), Finding(Severity.NOTE, "空行", "已跳过", value=span))
            self._blanks = []

    def _place(self, number: int) -> Place:
        return Place(self._file, self._headed.table.name, number)
