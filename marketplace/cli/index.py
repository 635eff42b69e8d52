"""``flask index``: bring changes to the index, build it anew, compare it with the database."""

from __future__ import annotations

import time
from collections.abc import Iterable

import click
import sqlalchemy as sa

from marketplace.cli.groups import index
from marketplace.db import unit_of_work
from marketplace.indexing import sync
from marketplace.indexing.sync import Difference
from marketplace.models import Achievement, Demand
from marketplace.outbox import enqueue
from marketplace.runtime import Runtime, runtime
from search.errors import IndexLocked


@index.command("sync")
@click.option("--follow", is_flag=True, help="不退出，持续同步 / keep going")
@click.option(
    "--interval",
    type=click.FloatRange(min=0.05),
    default=1.0,
    show_default=True,
    help="两次检查之间的秒数 / seconds between looks",
)
def sync_(follow: bool, interval: float) -> None:
    """把数据库的变更同步到索引，并为受影响的需求重新匹配 / bring changes to the index and match what they touch."""
    held = runtime()
    while True:
        try:
            _sync_once(held, quiet=follow)
        except IndexLocked:
            # A rebuild takes its time and brings the same changes; a worker that gave up would be missed afterwards.
            if not follow:
                raise
        if not follow:
            return
        time.sleep(interval)


def _sync_once(held: Runtime, *, quiet: bool) -> None:
    is_new = not held.catalogue.exists()
    with unit_of_work(held.sessions) as session:
        if is_new:
            sync.enqueue_all(session)
        waiting = sync.backlog(session)
    if not waiting and not is_new:
        if not quiet:
            click.echo("索引已与数据库一致，没有待同步的变更。")
        return
    _bring(held, waiting)


def _bring(held: Runtime, waiting: int) -> None:
    # Here, because mostly nothing waits, and a check brings nothing.
    from marketplace.cli.progress import progress_bar
    from marketplace.indexing import matching

    embedder, settings = held.catalogue.embedder, held.settings
    with held.catalogue.writer() as engine:
        with progress_bar("同步索引", waiting) as progress:
            changes = sync.drain(held.sessions, engine, embedder, batch=settings.outbox_batch, progress=progress)
        with progress_bar("匹配需求", None) as progress:
            matched = matching.match_changes(held.sessions, engine, embedder, changes, settings.match_limit, progress)
    written = sum(map(len, changes.written.values()))
    deleted = sum(map(len, changes.deleted.values()))
    click.echo(f"同步了 {changes.entries} 条变更：写入 {written} 条，删除 {deleted} 条；重新匹配了 {matched} 条需求。")


@index.command()
def rebuild() -> None:
    """重建索引，建好后再替换旧的 / build the index anew and swap it in when it is whole."""
    from marketplace.cli.progress import progress_bar

    held = runtime()
    with held.sessions() as session:
        total = sum(
            session.scalar(sa.select(sa.func.count()).select_from(model)) or 0 for model in sync.MODELS.values()
        )
    with held.catalogue.rebuilt() as engine, progress_bar("重建索引", total) as progress:
        sync.load_all(
            held.sessions, engine, held.catalogue.embedder, batch=held.settings.outbox_batch, progress=progress
        )
    click.echo(f"索引已重建，共读取 {total} 条记录。")


@index.command()
@click.option("--mend", is_flag=True, help="修复差异 / mend every difference")
def check(mend: bool) -> None:
    """核对数据库与索引 / compare the database with the index; status 1 where they differ."""
    held = runtime()
    found = _differences(held)
    for difference in found:
        click.echo(f"{difference.kind} {difference.id}: {difference.problem}")
    with held.sessions() as session:
        counts = [session.scalar(sa.select(sa.func.count()).select_from(model)) for model in (Achievement, Demand)]
    click.echo(f"核对了 {counts[0]} 项成果、{counts[1]} 条需求，差异 {len(found)} 处。")
    if found and not (mend and _mended(held, found)):
        raise click.exceptions.Exit(1)


def _differences(held: Runtime) -> list[Difference]:
    with held.sessions() as session:
        return list(sync.differences(session, held.catalogue.reader()))


def _mended(held: Runtime, found: Iterable[Difference]) -> bool:
    """Bring the records that differ to the index again, and say whether that made an end of it."""
    with unit_of_work(held.sessions) as session:
        for difference in found:
            enqueue(session, difference.kind, [difference.id])
    _sync_once(held, quiet=False)
    left = _differences(held)
    if left:
        # An index never goes back to an older revision, which a restored database may hold.
        click.echo(f"仍有 {len(left)} 处差异：索引比数据库新（例如恢复过备份），请运行 flask index rebuild。")
    return not left
