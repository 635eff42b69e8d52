"""``flask audit``: check the chains of events, and hand out the proof of a submission."""

from __future__ import annotations

from typing import BinaryIO

import click

from marketplace import audit as audits
from marketplace import chain
from marketplace.cli.groups import audit
from marketplace.cli.progress import progress_bar
from marketplace.errors import NOUNS
from marketplace.permissions import SYSTEM
from marketplace.runtime import runtime
from marketplace.services import submission

_KINDS = ("account", "achievement", "concept", "demand", "match", "organisation", "unanswered_question")
_FAULTS = {
    chain.GAP: "之前缺少事件",
    chain.ALTERED: "的内容与它的哈希不符",
    chain.LINK: "与前一个事件的哈希接不上",
}


@audit.command()
@click.option("--kind", type=click.Choice(_KINDS), help="只核对这一类 / only records of this kind")
@click.option("--id", "object_id", type=int, help="只核对这一条，与 --kind 同用 / only this record")
def verify(kind: str | None, object_id: int | None) -> None:
    """核对事件的哈希链，有误时状态为 1 / check every chain of events."""
    if object_id is not None and kind is None:
        raise click.UsageError("--id 要与 --kind 同用，例如 --kind achievement --id 12。")
    with runtime().sessions() as session:
        total = audits.count(session, kind, object_id)
        with progress_bar("核对事件", total) as progress:
            found = list(audits.faults(session, kind, object_id, progress))
    for fault in found:
        noun = NOUNS.get(fault.noun, fault.noun)
        click.echo(f"{noun} {fault.object_id}：第 {fault.sequence} 个事件{_FAULTS[fault.kind]}。")
    if found:
        raise SystemExit(1)
    click.echo(f"{total} 个事件都在，哈希链完好。")


@audit.command()
@click.argument("kind", type=click.Choice(["achievement"]))
@click.argument("object_id", type=int)
@click.argument("file", type=click.File("wb", lazy=True))
def proof(kind: str, object_id: int, file: BinaryIO) -> None:
    """写出一条记录的提交证明（ZIP）/ write the proof of a submission."""
    with runtime().sessions() as session:
        found = submission.proof(session, SYSTEM, object_id)
    # Opened by the first write: nothing is left where there is no proof.
    file.write(found)
    click.echo(f"已写出成果 {object_id} 的提交证明；核对：python -m marketplace.chain 文件。")
