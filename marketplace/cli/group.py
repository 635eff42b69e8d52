"""What every group of commands shares: errors said in one sentence, and progress shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import click
from flask.cli import AppGroup
from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from marketplace.errors import DomainError
from search.errors import SearchError


class _Rate(ProgressColumn):
    """How many are done each second."""

    def render(self, task: Task) -> RenderableType:
        return f"{task.speed:,.0f}/s" if task.speed else ""


_COLUMNS = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())


class CommandGroup(AppGroup):
    """A group whose commands end with a sentence and status 1, never a stack trace, when something foreseen fails."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (DomainError, SearchError) as error:
            raise click.ClickException(str(error)) from error
        except (OperationalError, ProgrammingError) as error:
            raise click.ClickException(_about_the_database(error)) from error


def _about_the_database(error: DBAPIError) -> str:
    said = str(error.orig).strip().rstrip("?.")
    if "database is locked" in said:
        return "数据库正由另一个进程写入（例如另一个导入），请等它结束后再运行同一命令。"
    return f"数据库不可用或尚未建表：{said}。请检查 DATABASE_URL，并运行 flask db upgrade。"


@contextmanager
def progress_bar(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Show progress with the time remaining on standard error; gives a function that is told what was done."""
    with Progress(*_COLUMNS, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=total)
        yield lambda count: progress.advance(task, count)


@contextmanager
def stages(names: Mapping[str, str]) -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar for each stage of a long command; gives a function told the stage, what is done and of how much."""
    with Progress(*_COLUMNS, console=Console(stderr=True), transient=True) as progress:
        tasks = {stage: progress.add_task(name, total=None) for stage, name in names.items()}
        yield lambda stage, done, total: progress.update(tasks[stage], completed=done, total=total)
