"""From a file to records: every row becomes a record or a line of the report, and the counts add up.

Rows are written in batches, one transaction each. Services know a record they were brought before by its source and
id, or by its content, so that a second run over the same file, or over one whose first run was cut off, writes
nothing twice.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import copy_context
from itertools import islice
from pathlib import Path

from ingest import readers
from ingest.duplicates import Likeness, Resemblance
from ingest.headings import Headed, find
from ingest.nouns import NOUNS, Entry
from ingest.readers import LONGEST_CELL, Refused, Table
from ingest.report import Fate, Finding, Place, Remarks, Report, Severity
from ingest.rows import Batch, Ready, Rows
from ingest.writing import rehearsal, write
from marketplace.db import SessionFactory, unit_of_work
from marketplace.permissions import SYSTEM, Actor
from marketplace.services.authoring import secrecy
from marketplace.services.records import Outcome, content_hash

BATCH = 500
MARKED = "标题行以上的文字或工作表名称有涉密标志“{marks}”；平台不接收国家秘密，这张表没有导入，请按保密规定办理"
NO_HEADINGS = "没有找到认识的标题行；请在第一行写上字段名，例如“成果名称、完成单位、成果简介”，或用 --mapping 指定映射"

# Told what is under way and how many rows to expect; gives a function that is told how many were done.
Progress = Callable[[str, int | None], AbstractContextManager[Callable[[int], None]]]


@contextmanager
def _collecting_later() -> Iterator[None]:
    """Keep the collector of garbage away while a batch is written: it would look through its rows again and again."""
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_collecting:
            gc.enable()


def _silent(_what: str, _total: int | None) -> AbstractContextManager[Callable[[int], None]]:
    return nullcontext(lambda count: None)


class Import:
    """One run over files of one noun; ``report`` tells what became of their rows."""

    def __init__(
        self,
        sessions: SessionFactory,
        noun: str,
        *,
        mapping: str | None = None,
        dry_run: bool = False,
        report: Report | None = None,
        batch: int = BATCH,
        longest_cell: int = LONGEST_CELL,
        actor: Actor = SYSTEM,
    ) -> None:
        self.report = report or Report()
        self._name, self._noun, self._mapping = noun, NOUNS[noun], mapping
        self._sessions, self._longest_cell = sessions, longest_cell
        self._batch = batch * self._noun.batches
        self._actor = actor
        self._transaction = rehearsal if dry_run else unit_of_work
        # What an earlier row of this run was: by its content, and by what may stand in one row only.
        self._contents: dict[bytes, Place] = {}
        self._identities: dict[tuple[str, str], Place] = {}
        self._resemblance = Resemblance()
        # What every row of the file under way is told of it.
        self._of_file: dict[str, str] = {}
        with sessions() as session:
            self._marks_in = secrecy.seeker(session)
            stored = self._noun.stored(session, actor)
            while entries := list(islice(stored, BATCH)):
                self._resemblance.look(entries)

    def run(
        self, path: Path, *, progress: Progress = _silent, finished: Callable[[int], None] = lambda rows: None
    ) -> list[Headed]:
        """Bring a file in and return its tables as they were understood; raise Refused where it cannot be read.

        ``finished`` is told after each batch how many rows of the file are safely done with.
        """
        if self._noun.keeps_file_hash:
            with path.open("rb") as file:
                self._of_file = {"file_hash": hashlib.file_digest(file, "sha256").hexdigest()}
        understood, left_out = [], []
        before = self.report.rows_read
        for table in readers.tables(path, self._longest_cell):
            headed = self._understand(path.name, table)
            if headed is None:
                left_out.append(f"工作表“{table.name}”{table.skipped}" if table.skipped else NO_HEADINGS)
                continue
            self._refuse_secret(headed)
            understood.append(headed)
            with progress(f"导入 {path.name} {table.name}".strip(), table.total) as advance:
                for count in self._bring(path.name, headed):
                    advance(count)
                    finished(self.report.rows_read - before)
        if not understood:
            raise Refused("；".join(dict.fromkeys(left_out)))
        return understood

    def _understand(self, file: str, table: Table) -> Headed | None:
        """Find the headings of a table; report where there are none or where they stand lower down."""
        sheet = Place(file, table.name, 0)
        if table.skipped:
            self.report.add(sheet, Finding(Severity.ERROR if table.refused else Severity.NOTE, table.skipped))
            return None
        headed = find(table, self._name, self._mapping)
        if headed is None:
            self.report.add(sheet, Finding(Severity.WARNING, "没有找到认识的标题行，整表跳过", "请在首行写上字段名"))
        elif headed.row > 1:
            self.report.add(sheet, Finding(Severity.NOTE, "标题不在第一行，其上各行未读", value=f"第 {headed.row} 行"))
        return headed

    def _refuse_secret(self, headed: Headed) -> None:
        """Raise Refused where a table as a whole is marked as secret: by its name, or over its headings (rule 7)."""
        if marks := self._marks_in([headed.table.name, *(row.cells for row in headed.above)]):
            raise Refused(MARKED.format(marks="、".join(marks)))

    def _bring(self, file: str, headed: Headed) -> Iterator[int]:
        """Write a table batch by batch, and yield how many of its rows each batch took.

        The next batch is read while the database writes one, which this process would only wait for.
        """
        batches = Rows(file, headed, self._name, self._marks_in).batches(self._batch)
        with ThreadPoolExecutor(1, "read-ahead") as reader:
            # The words of errors follow the language of whoever asks, which a thread does not know by itself.
            coming = reader.submit(copy_context().run, self._next, batches)
            while (batch := coming.result()) is not None:
                coming = reader.submit(copy_context().run, self._next, batches)
                batch.remarks.hand_over(self.report)
                with _collecting_later():
                    self._write(batch.ready)
                if batch.read:
                    yield batch.read

    def _next(self, batches: Iterator[Batch]) -> Batch | None:
        """Return the next batch without what repeats or contradicts an earlier row; None after the last."""
        batch = next(batches, None)
        if batch is not None:
            batch.ready[:] = [ready for ready in batch.ready if self._is_first(ready, batch.remarks)]
        return batch

    def _is_first(self, ready: Ready, remarks: Remarks) -> bool:
        """Say whether a row is new in this run; remark where it repeats an earlier one or contradicts it."""
        digest = bytes.fromhex(content_hash(ready.data))
        if digest in self._contents:
            remarks.fates[Fate.REPEATED] += 1
            earlier = self._contents[digest]
            remarks.add(ready.place, Finding(Severity.NOTE, "与前面一行完全相同", "只导入一次", value=earlier))
            return False
        identities = self._noun.identities(ready.data)
        for identity in identities:
            if identity in self._identities:
                problem = f"{identity[0]}与前面一行相同而内容不同"
                remarks.refuse(ready.place, problem, value=self._identities[identity])
                return False
        self._contents[digest] = ready.place
        self._identities.update(dict.fromkeys(identities, ready.place))
        return True

    def _write(self, batch: Sequence[Ready]) -> None:
        """Write a batch, count what became of it and report what resembles an earlier record."""
        outcomes = write(
            self._sessions, self._transaction, self._noun, self._actor, [ready.data | self._of_file for ready in batch]
        )
        created = []
        for ready, outcome in zip(batch, outcomes, strict=True):
            if not isinstance(outcome, Outcome):
                self.report.refuse(ready.place, outcome)
                continue
            self.report.fates[Fate(outcome)] += 1
            if outcome is not Outcome.UNCHANGED:
                self._warn_of_personal_data(ready)
            if outcome is Outcome.CREATED and self._noun.entry is not None:
                created.append(self._noun.entry(ready.data, ready.place))
        for entry, likeness in zip(created, self._resemblance.look(created), strict=True):
            if likeness:
                self._suspect(entry, likeness)

    def _warn_of_personal_data(self, ready: Ready) -> None:
        """Report what a row makes public of a person, without the number itself."""
        for found in self._noun.personal(ready.data):
            problem = f"公开的内容里有{found.kind_name}"
            action = "已导入并公开；不该公开的，请改正后重新导入"
            finding = Finding(Severity.WARNING, problem, action, field=found.called(str), value=" ".join(found.masked))
            self.report.add(ready.place, finding)

    def _suspect(self, entry: Entry, likeness: Likeness) -> None:
        same = "名称与单位相同" if likeness.shared is None else "文字几乎相同"
        shared = "" if likeness.shared is None else f"，约 {likeness.shared:.0%}"
        value = f"《{entry.title}》与 {likeness.where}{shared}"
        action = "已导入；请核对是否为同一项，是则撤下其一"
        self.report.add(entry.where, Finding(Severity.WARNING, f"疑似重复：{same}", action, value=value))
