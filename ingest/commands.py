"""``flask ingest``: bring records of each noun in from files, each row once.

Status 0: every file was read, and the counts say what became of its rows, refused ones included. Status 2: a file
could not be read; the message says why. Status 130: interrupted; the same command goes on from there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from ingest.cli import ingest
from ingest.columns import layouts
from ingest.headings import Headed
from ingest.nouns import NOUNS
from ingest.readers import Refused, check
from ingest.report import Fate, Report, ReportFile, Severity
from ingest.resuming import Journal
from marketplace.cli.progress import progress_bar
from marketplace.runtime import runtime

if TYPE_CHECKING:
    from ingest.pipeline import Import

FATES = {
    Fate.CREATED: "新增",
    Fate.UPDATED: "更新",
    Fate.UNCHANGED: "未变",
    Fate.REPEATED: "文件内重复",
    Fate.REFUSED: "拒绝",
    Fate.BLANK: "空行或标题",
    Fate.NOT_SELECTED: "不在范围",
}
SEVERITIES = {Severity.ERROR: "错误", Severity.WARNING: "提醒", Severity.NOTE: "说明"}
MOST_PROBLEMS = 12


class Unusable(click.ClickException):
    """A file or an option with which nothing can be done."""

    exit_code = 2


class Interrupted(click.ClickException):
    """Whoever ran the import stopped it; the status is the one a shell gives for it."""

    exit_code = 130


def _command(noun: str) -> click.Command:
    """Return the command that brings in one noun."""

    def bring(files: tuple[Path, ...], mapping: str | None, dry_run: bool, report: Path | None) -> None:
        with _sentences(), _report_file(report) as lines:
            told = Report(lines.write) if lines else Report()
            _bring(noun, files, mapping, dry_run, told)
        if report:
            click.echo(f"报告已写入 {report}")

    label = NOUNS[noun].label
    bring.__doc__ = (
        f"从文件导入{label} / bring {noun} in.\n\n"
        "FILE 可以是 .csv .tsv .xlsx .jsonl，都可再加 .gz。重复导入同一文件不会产生重复记录；"
        "中断后重新运行即可继续。有被拒绝的行时状态仍为 0，文件无法读取时状态为 2。"
    )
    some_path = click.Path(path_type=Path)
    command = click.argument("files", metavar="FILE...", nargs=-1, required=True, type=some_path)(bring)
    command = click.option("--mapping", help=f"标题映射：{'、'.join(layouts(noun))}；不给则自动选择")(command)
    command = click.option("--dry-run", is_flag=True, help="只检查，不写入数据库")(command)
    command = click.option("--report", type=some_path, help="把逐行报告写入 .csv 或 .jsonl")(command)
    return ingest.command(noun)(command)


for _noun in NOUNS:
    _command(_noun)


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        raise Unusable(str(refused)) from refused
    except KeyboardInterrupt:
        raise Interrupted("已中断。已入库的行保留；重新运行同一命令即可继续，不会重复。") from None


def _report_file(path: Path | None) -> ReportFile | nullcontext[None]:
    if path is None:
        return nullcontext()
    if path.suffix.lower() not in (".csv", ".jsonl"):
        raise Unusable(f"--report {path}：报告的扩展名应是 .csv 或 .jsonl")
    if not path.parent.is_dir():
        raise Unusable(f"--report {path}：没有文件夹 {path.parent}")
    return ReportFile(path)


def _bring(noun: str, files: tuple[Path, ...], mapping: str | None, dry_run: bool, report: Report) -> None:
    # Here, because help and a mistyped name need none of what reads and compares.
    from ingest.pipeline import Import

    # Every file is looked at before the first is brought in: a mistyped name shows at once, not after an hour.
    for file in files:
        with _naming(file):
            check(file)
    held = runtime()
    run = Import(
        held.sessions,
        noun,
        mapping=mapping,
        dry_run=dry_run,
        report=report,
        batch=held.settings.ingest_batch,
        longest_cell=held.settings.ingest_max_cell,
    )
    for file in files:
        with _naming(file):
            _bring_file(run, file, Journal.of(held.settings.instance_path, file, noun, dry_run=dry_run))
    _print_summary(report, NOUNS[noun].label, dry_run=dry_run)


@contextmanager
def _naming(file: Path) -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        raise Refused(f"{file}：{refused}") from refused


def _bring_file(run: Import, file: Path, journal: Journal) -> None:
    if journal.reached:
        click.echo(f"{file}：上次导入在 {journal.reached} 行之后中断；已入库的行会被认出，其余继续导入。", err=True)
    understood = run.run(file, progress=progress_bar, finished=journal.reach)
    journal.finish()
    for headed in understood:
        click.echo(_understood(file, headed))


def _understood(file: Path, headed: Headed) -> str:
    sheet = f" {headed.table.name}" if headed.table.name else ""
    return f"{file}{sheet}：按映射 {headed.layout.name}（{headed.layout.label}）读取。"


def _print_summary(report: Report, label: str, *, dry_run: bool) -> None:
    console = Console()
    table = Table(title=f"{label}：读取 {report.rows_read} 行" + ("（试运行，未写入）" if dry_run else ""))
    for heading in FATES.values():
        table.add_column(heading, justify="right")
    table.add_row(*(str(report.fates[fate]) for fate in FATES))
    console.print(table)
    for (severity, problem), count in report.problems.most_common(MOST_PROBLEMS):
        console.print(f"  {SEVERITIES[severity]} {count:>7,}  {problem}", markup=False, highlight=False)
    left = len(report.problems) - MOST_PROBLEMS
    if left > 0:
        console.print(f"  另有 {left} 种情形，见 --report 指定的报告。", markup=False)
