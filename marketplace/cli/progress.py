"""Show on standard error how far a long command is and how long it still takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn


class _Rate(ProgressColumn):
    """How many are done each second."""

    def render(self, task: Task) -> RenderableType:
        return f"{task.speed:,.0f}/s" if task.speed else ""


_COLUMNS = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())


@contextmanager
def progress_bar(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Show a bar with the time remaining; gives a function that is told what was done."""
    with Progress(*_COLUMNS, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=total)
        yield lambda count: progress.advance(task, count)


@contextmanager
def stages(names: Mapping[str, str]) -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar for each stage; gives a function told the stage, what is done and of how much."""
    with Progress(*_COLUMNS, console=Console(stderr=True), transient=True) as progress:
        tasks = {stage: progress.add_task(name, total=None) for stage, name in names.items()}
        yield lambda stage, done, total: progress.update(tasks[stage], completed=done, total=total)
