"""``flask audit``: check the chains of events and their stamps, hand out the proof of a submission, ask for stamps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import BinaryIO

import click
from sqlalchemy.orm import Session

from marketplace import audit as audits
from marketplace import chain
from marketplace.cli.groups import audit
from marketplace.cli.progress import progress_bar
from marketplace.config import Settings
from marketplace.db import now
from marketplace.errors import NOUNS
from marketplace.models import AuditEntry
from marketplace.permissions import SYSTEM
from marketplace.runtime import Runtime, runtime
from marketplace.services import submission
from marketplace.services.export import log
from marketplace.services.stamping import queue

_FAULTS = {
    chain.GAP: "之前缺少事件",
    chain.ALTERED: "的内容与它的哈希不符",
    chain.LINK: "与前一个事件的哈希接不上",
}


@audit.command()
@click.option("--kind", type=click.Choice(sorted(NOUNS)), help="只核对这一类 / only records of this kind")
@click.option("--id", "object_id", type=int, help="只核对这一条，与 --kind 同用 / only this record")
def verify(kind: str | None, object_id: int | None) -> None:
    """核对事件的哈希链，有误时状态为 1 / check every chain of events."""
    if object_id is not None and kind is None:
        raise click.UsageError("--id 要与 --kind 同用，例如 --kind achievement --id 12。")
    with runtime().sessions() as session:
        total = audits.count(session, kind, object_id)
        with progress_bar("核对事件", total) as progress:
            found = list(audits.faults(session, kind, object_id, progress))
        broken = list(_broken_stamps(session)) if kind is None else []
    for fault in found:
        noun = NOUNS.get(fault.noun, fault.noun)
        click.echo(f"{noun} {fault.object_id}：第 {fault.sequence} 个事件{_FAULTS[fault.kind]}。")
    for event, said in broken:
        noun = NOUNS.get(event.noun, event.noun)
        click.echo(f"{noun} {event.object_id}：第 {event.sequence} 个事件与它的时间戳不符（{said}）。")
    if found or broken:
        raise SystemExit(1)
    click.echo(f"{total} 个事件都在，哈希链完好。")


@audit.command()
@click.argument("kind", type=click.Choice(["achievement", "proposal"]))
@click.argument("object_id", type=int)
@click.argument("file", type=click.File("wb", lazy=True))
def proof(kind: str, object_id: int, file: BinaryIO) -> None:
    """写出一条记录的提交证明（ZIP）/ write the proof of a submission."""
    with runtime().sessions() as session:
        found = submission.proof(session, SYSTEM, kind, object_id, runtime().settings.tsa_ca_file)
    # Opened by the first write: nothing is left where there is no proof.
    file.write(found)
    click.echo(f"已写出{NOUNS[kind]} {object_id} 的提交证明；核对：python -m marketplace.chain 文件。")


@audit.command()
@click.option("--days", type=click.IntRange(1), default=30, show_default=True, help="最近多少天 / of so many days")
def exports(days: int) -> None:
    """列出最近导出的清单：谁、哪个清单、多少行、用途 / list what was taken away, by whom and what for."""
    with runtime().sessions() as session:
        count = 0
        for taken in log.since(session, now() - dt.timedelta(days=days)):
            asked = "，".join(f"{name}={value}" for name, value in taken.filters.items()) or "无筛选"
            persons = "写出姓名" if taken.names_persons else "隐去姓名"
            click.echo(
                f"{taken.at:%Y-%m-%d %H:%M} UTC  {taken.actor}（{taken.role}）  {taken.kind}.{taken.form}  "
                f"{taken.row_count} 行  {persons}  {asked}  {taken.purpose}".rstrip()
            )
            count += 1
    click.echo(f"{days} 天内导出 {count} 次。")


@audit.command()
def stamp() -> None:
    """为等待的提交加盖时间戳 / have waiting submissions stamped; the index worker does it by itself."""
    held = runtime()
    if not held.settings.tsa_url:
        raise click.ClickException("没有设置时间戳机构：请设置 TSA_URL 和 TSA_CA_FILE。")
    stamped, failed = stamp_now(held)
    with held.sessions() as session:
        waiting = queue.waiting(session)
    click.echo(f"加盖了 {stamped} 个时间戳，{failed} 次没有成功；还有 {waiting} 个事件等待。")


def stamp_now(held: Runtime) -> tuple[int, int]:
    """Have every event stamped that is due; returns how many were, and how many could not be."""
    return queue.stamp_waiting(held.sessions, lambda: _authority(held.settings))


def _broken_stamps(session: Session) -> Iterator[tuple[AuditEntry, str]]:
    settings = runtime().settings
    if settings.tsa_ca_file is not None:
        yield from queue.faults(session, _authority(settings))


def _authority(settings: Settings) -> queue.Authority:
    # Here, because most commands check no certificates.
    from marketplace.services.stamping.authority import TimeStampingAuthority

    assert settings.tsa_ca_file is not None  # TSA_URL is refused without it.
    return TimeStampingAuthority(settings.tsa_url, settings.tsa_ca_file)
