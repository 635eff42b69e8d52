"""``flask files``: look whether every file is whole, scan and read those that wait, remove those nobody has."""

from __future__ import annotations

import click

from marketplace.cli.groups import files
from marketplace.db import unit_of_work
from marketplace.runtime import Runtime, runtime
from marketplace.services.files import upkeep


@files.command()
def check() -> None:
    """核对附件是否都在、内容是否完好，有误时状态为 1 / check that every file is there and undamaged."""
    held = runtime()
    with held.sessions() as session:
        faults = list(upkeep.faults(session, held.files))
    for sha256 in faults:
        click.echo(f"{sha256} 缺失或已损坏；请从备份恢复 {held.files.store.path(sha256)}。")
    if faults:
        raise SystemExit(1)
    click.echo("附件都在，内容完好。")


@files.command()
def scan() -> None:
    """扫描等待的附件 / scan the files that wait; the index worker does it by itself."""
    held = runtime()
    if held.files.scanner is None:
        raise click.ClickException("没有设置病毒扫描：请设置 VIRUS_SCANNER。")
    clean, infected, waiting = 0, 0, 0
    while done := scan_now(held):
        clean, infected, waiting = clean + done.clean, infected + done.infected, done.waiting
        if not done.clean + done.infected:
            break
    click.echo(f"{clean} 个无毒，{infected} 个有毒已删除，还有 {waiting} 个等待。")


@files.command()
def read() -> None:
    """检查早先附件的文字里有没有个人信息和涉密标志 / look at the texts of files; the index worker does it by itself."""
    click.echo(f"检查了 {read_now(runtime())} 个附件的文字。")


@files.command()
def purge() -> None:
    """删除没有记录使用的附件 / remove the files no record has; the index worker does it by itself."""
    click.echo(f"删除了 {purge_now(runtime())} 个没有记录使用的附件。")


def scan_now(held: Runtime) -> upkeep.Scanned | None:
    """Scan some of what waits; None where there is no scanner."""
    if held.files.scanner is None:
        return None
    with unit_of_work(held.sessions) as session:
        return upkeep.scan(session, held.files)


def read_now(held: Runtime) -> int:
    """Look at every text that waits for it, each in a transaction of its own; returns how many there were."""
    read = 0
    while True:
        with unit_of_work(held.sessions) as session:
            if not upkeep.read_text(session, held.files):
                return read
        read += 1


def purge_now(held: Runtime) -> int:
    """Remove what no record has had for a day; returns how many files that were."""
    with unit_of_work(held.sessions) as session:
        upkeep.forget_unwanted(session)
    # The rows are gone for good before a file is: a failure between the two leaves a file too many.
    with held.sessions() as session:
        return upkeep.remove_unknown(session, held.files)


def open_deferred_now(held: Runtime) -> int:
    """Open the achievements whose day has come; returns how many were."""
    # Here, because the commands about files do without it.
    from marketplace.services.disclosing.layers import open_deferred

    with unit_of_work(held.sessions) as session:
        return open_deferred(session)
