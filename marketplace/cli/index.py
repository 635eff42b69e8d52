"""``flask index``: bring changes to the index and compare it with the database; ``rebuilding`` has the rest."""

from __future__ import annotations

from contextlib import AbstractContextManager
from itertools import groupby, islice

import click
import sqlalchemy as sa

from marketplace import outbox
from marketplace.cli import rebuilding  # noqa: F401 -- It adds its commands to the same group.
from marketplace.cli.groups import index
from marketplace.db import unit_of_work
from marketplace.indexing import sync
from marketplace.indexing.bringing import MODELS
from marketplace.indexing.sync import Difference
from marketplace.indexing.worker import Pass, Tell, Worker
from marketplace.runtime import Runtime, runtime

# How many differences are mended at once.
_MENDED = 500
# Seconds between two looks for mail, for stamps, for files to scan and for vacant offices, between two rounds of
# reminders, and between two of tidying up, which goes by days.
_MAIL, _STAMPS, _SCANS, _REROUTING, _REMINDING, _TIDYING = 5.0, 30.0, 60.0, 300.0, 3600.0, 3600.0
# Seconds between two looks for letters that are due, and for news of saved searches.
_GATHERING, _TELLING = 60.0, 10.0


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
    if follow:
        if held.settings.worker_metrics_address:
            # Here, because only where figures are asked for is there anything to count with.
            from marketplace.cli.metrics import serve

            serve(held.settings.worker_metrics_address, held.settings.metrics_token)
        _begin_chores(held)
        _worker(held).follow(interval, _tell)
    else:
        _sync(held)


@index.command()
@click.option("--mend", is_flag=True, help="修复差异 / mend every difference")
def check(mend: bool) -> None:
    """核对数据库与索引 / compare the database with the index; status 1 where they differ."""
    held = runtime()
    found = _compared(held, mend=mend)
    with held.sessions() as session:
        counts = [session.scalar(sa.select(sa.func.count()).select_from(model)) for model in MODELS.values()]
    click.echo(f"核对了 {counts[0]} 项成果、{counts[1]} 条需求、{counts[2]} 个工作室，差异 {found} 处。")
    if found and mend:
        _sync(held)
        found = _compared(held, mend=False)
        if found:
            # An index never goes back to an older revision, which a restored database may hold.
            click.echo(
                f"仍有 {found} 处差异：记录被索引拒绝（见 flask index parked），"
                "或索引比数据库新（例如恢复过备份，请运行 flask index rebuild）。"
            )
    if found:
        raise click.exceptions.Exit(1)


@index.command()
@click.option("--retry", "ids", type=int, multiple=True, metavar="ID", help="重试这条，可重复 / try this one again")
@click.option("--all", "all_of_them", is_flag=True, help="全部重试 / try all again")
def parked(ids: tuple[int, ...], all_of_them: bool) -> None:
    """列出多次被索引拒绝的变更及原因，或重试 / list what the index refused for good and why, or try it again."""
    held = runtime()
    if ids or all_of_them:
        with unit_of_work(held.sessions) as session:
            count = outbox.retry(session, None if all_of_them else ids)
        click.echo(f"{count} 条变更重新等待同步。")
        return
    with held.sessions() as session:
        entries = outbox.parked(session)
    for entry in entries:
        since = f"{entry.parked_at:%Y-%m-%d %H:%M} UTC"
        click.echo(f"{entry.id}  {entry.kind} {entry.object_id}  {since}  试了 {entry.attempts} 次：{entry.reason}")
    if not entries:
        click.echo("没有搁置的变更。")


@index.command()
def prune() -> None:
    """删除早已同步、其后又有变更的待办 / delete the settled changes of long ago; the index worker does it by itself."""
    days = runtime().settings.outbox_days
    count = outbox.prune(runtime().sessions, days)
    click.echo(f"删除了 {count} 条 {days} 天以前已完成的变更；每条记录的最后一次变更留着。")


def _begin_chores(held: Runtime) -> None:
    """Send mail and tidy up beside the worker, until the process ends."""
    # Here, because only a worker that stays does so.
    from marketplace.cli.account import forget_now as forget_traces
    from marketplace.cli.audit import stamp_now
    from marketplace.cli.chores import keep_doing
    from marketplace.cli.files import open_deferred_now, purge_now, read_now, scan_now
    from marketplace.cli.following import deliver_now, tell_now
    from marketplace.cli.mail import gather_now, send_now
    from marketplace.cli.match import end_silent_now
    from marketplace.cli.review import (
        look_after_now,
        remind_now,
        reoffer_now,
        reroute_now,
        settle_demands_now,
        settle_market_now,
    )
    from marketplace.cli.thesaurus import forget_now

    keep_doing(lambda: send_now(held), "mail", _MAIL)
    keep_doing(lambda: gather_now(held), "gathering", _GATHERING)
    keep_doing(lambda: tell_now(held), "telling", _TELLING)
    keep_doing(lambda: deliver_now(held), "delivering", _MAIL)
    keep_doing(lambda: reroute_now(held), "rerouting", _REROUTING)
    keep_doing(lambda: settle_demands_now(held), "ending_demands", _TIDYING)
    keep_doing(lambda: end_silent_now(held), "ending_silent_matches", _REMINDING)
    keep_doing(lambda: look_after_now(held), "looking_after_studios", _REROUTING)
    keep_doing(lambda: settle_market_now(held), "settling_the_market", _SCANS)
    keep_doing(lambda: remind_now(held), "reminding", _REMINDING)
    keep_doing(lambda: reoffer_now(held), "reoffering", _TIDYING)
    keep_doing(lambda: forget_now(held), "forgetting", _TIDYING)
    keep_doing(lambda: scan_now(held), "scanning", _SCANS)
    keep_doing(lambda: read_now(held), "reading_files", _SCANS)
    keep_doing(lambda: purge_now(held), "purging", _TIDYING)
    keep_doing(lambda: open_deferred_now(held), "opening", _TIDYING)
    keep_doing(lambda: forget_traces(held), "forgetting_traces", _TIDYING)
    if held.settings.tsa_url:
        keep_doing(lambda: stamp_now(held), "stamping", _STAMPS)
    keep_doing(lambda: outbox.prune(held.sessions, held.settings.outbox_days), "pruning", _TIDYING)


def _worker(held: Runtime) -> Worker:
    return Worker(held.sessions, held.catalogue, held.settings.outbox_batch, held.settings.match_limit, _bar)


def _bar(name: str, total: int | None) -> AbstractContextManager[Tell]:
    # Here, because mostly nothing waits.
    from marketplace.cli.progress import progress_bar

    return progress_bar(name, total)


def _sync(held: Runtime) -> None:
    done = _worker(held).once()
    if done is None:
        # Whoever has something to bring opens the index and is told so there.
        held.catalogue.check_form()
    with held.sessions() as session:
        later, refused = outbox.backlog(session), len(outbox.parked(session))
    if done is not None:
        _tell(done)
    elif not later and not refused:
        click.echo("索引已与数据库一致，没有待同步的变更。")
    if later:
        click.echo(f"还有 {later} 条变更稍后再试：索引没有接受，或在此期间新增。")
    if refused:
        click.echo(f"有 {refused} 条变更多次被索引拒绝，已搁置：见 flask index parked。")


def _tell(done: Pass) -> None:
    changes = done.changes
    written, deleted = sum(map(len, changes.written.values())), sum(map(len, changes.deleted.values()))
    click.echo(
        f"同步了 {changes.entries} 条变更：写入 {written} 条，删除 {deleted} 条；重新匹配了 {done.matched} 条需求。"
    )


def _compared(held: Runtime, *, mend: bool) -> int:
    """Name every record that differs, have it brought to the index again where it is to be mended, and count them."""
    count = 0
    with held.sessions() as session:
        differences = sync.differences(session, held.catalogue.reader())
        while some := list(islice(differences, _MENDED)):
            for difference in some:
                click.echo(f"{difference.kind} {difference.id}: {difference.problem}")
            if mend:
                _enqueue(held, some)
            count += len(some)
    return count


def _enqueue(held: Runtime, differences: list[Difference]) -> None:
    with unit_of_work(held.sessions) as session:
        for kind, same in groupby(differences, key=lambda difference: difference.kind):
            outbox.enqueue(session, kind, [difference.id for difference in same])
