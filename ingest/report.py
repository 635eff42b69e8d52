"""What happened to each row, as lines that a person can work through in a spreadsheet.

Whatever may be about a person is never written here: the report travels by mail, and the row number is enough to find
the cell again.
"""

from __future__ import annotations

import csv
import enum
import json
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Self

from marketplace.services.export.cells import harmless

# Completers, supporters, proposers, contacts, holders of honours and who came to an event are persons.
PERSONAL = frozenset(
    {
        "completers",
        "supporters",
        "proposers",
        "contact_name",
        "contact_phone",
        "holder",
        "phone",
        "born_on",
        "leader",
        "person",
    }
)
LONGEST_VALUE = 120
DO_NOT_BRING = "未导入，整行都没有保存；平台不接收国家秘密，请从文件里删去这一行，并按保密规定办理"


class Severity(enum.StrEnum):
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Fate(enum.StrEnum):
    """What became of a row; every row read has exactly one."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REPEATED = "repeated"
    REFUSED = "refused"
    BLANK = "blank"
    NOT_SELECTED = "not_selected"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands; ``row`` is 0 for the sheet or the file as a whole."""

    file: str
    sheet: str
    row: int

    def __str__(self) -> str:
        return " ".join(filter(None, (self.file, self.sheet, f"第 {self.row} 行")))


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to say about a row; ``field`` is ours, ``heading`` what the file calls it."""

    severity: Severity
    problem: str
    action: str = ""
    field: str = ""
    heading: str = ""
    value: Any = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report."""

    file: str
    sheet: str
    row: int
    severity: Severity
    field: str
    value: str
    problem: str
    action: str


class Report:
    """Counts rows and passes lines on as they come, so that a large file needs no memory for them."""

    def __init__(self, write: Callable[[Line], None] = lambda line: None) -> None:
        self.fates: Counter[Fate] = Counter()
        self.problems: Counter[tuple[Severity, str]] = Counter()
        self.has_secrets = False
        self._write = write

    @property
    def rows_read(self) -> int:
        return self.fates.total()

    def pass_on(self, line: Line) -> None:
        """Pass on a line that is counted already."""
        self._write(line)

    def add(self, place: Place, finding: Finding) -> None:
        heading = finding.heading or finding.field
        self.problems[finding.severity, f"{heading}：{finding.problem}" if heading else finding.problem] += 1
        value = shown(finding.field, finding.value)
        self._write(
            Line(place.file, place.sheet, place.row, finding.severity, heading, value, finding.problem, finding.action)
        )

    def refuse_secret(self, place: Place, marked: Mapping[str, list[str]]) -> None:
        """Count a row as refused for the marks of secrecy in its columns, and tell no more of it than those."""
        self.has_secrets = True
        self.fates[Fate.REFUSED] += 1
        for heading, marks in marked.items():
            value = "、".join(f"……{mark}……" for mark in marks)
            self.add(place, Finding(Severity.ERROR, "有涉密标志", DO_NOT_BRING, heading=heading, value=value))

    def refuse(self, place: Place, problem: str, **details: Any) -> None:
        """Count a row as refused and say why."""
        self.fates[Fate.REFUSED] += 1
        self.add(place, Finding(Severity.ERROR, problem, "未导入；请改正后重新导入", **details))


class Remarks(Report):
    """What is said of some rows before their turn comes, kept until a report takes it over."""

    def __init__(self) -> None:
        self._lines: list[Line] = []
        super().__init__(self._lines.append)

    def hand_over(self, report: Report) -> None:
        """Count and say in a report what was gathered, in its order."""
        report.fates.update(self.fates)
        report.problems.update(self.problems)
        report.has_secrets |= self.has_secrets
        for line in self._lines:
            report.pass_on(line)


class ReportFile:
    """A report on disk: .csv for a spreadsheet (UTF-8 with a mark, as Excel needs it) or .jsonl for a program."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        is_csv = self._path.suffix.lower() == ".csv"
        encoding = "utf-8-sig" if is_csv else "utf-8"
        self._file = self._stack.enter_context(self._path.open("w", encoding=encoding, newline=""))
        self._csv = csv.writer(self._file) if is_csv else None
        if self._csv:
            self._csv.writerow([field.name for field in fields(Line)])
        return self

    def __exit__(self, *_exception: object) -> None:
        self._stack.close()

    def write(self, line: Line) -> None:
        values = asdict(line)
        if self._csv:
            self._csv.writerow([harmless(it) if isinstance(it, str) else it for it in values.values()])
        else:
            self._file.write(json.dumps(values, ensure_ascii=False) + "\n")


def shown(field: str, value: Any) -> str:
    """Return a value as a report may show it: short, on one line, and never a person."""
    if field in PERSONAL:
        return "（个人信息，已隐去）" if value not in ("", None, [], ()) else ""
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…（共 {len(text)} 字）"
