"""``flask thesaurus``: write the concepts down for other systems, see whether all changes fit, forget old questions."""

from __future__ import annotations

from pathlib import Path

import click

from marketplace.cli.groups import thesaurus
from marketplace.db import unit_of_work
from marketplace.runtime import Runtime, runtime
from marketplace.services import unanswered
from marketplace.services.thesaurus import Unsound
from search.thesaurus.skos import Format
from search.thesaurus.skos import export as write


@thesaurus.command()
@click.argument("file", type=click.Path(dir_okay=False, writable=True, allow_dash=True, path_type=Path), default="-")
@click.option(
    "--format",
    "form",
    type=click.Choice([form.value for form in Format]),
    default=Format.TURTLE.value,
    show_default=True,
    help="格式 / format",
)
def export(file: Path, form: str) -> None:
    """把叙词表连同工作人员的改动写成 SKOS 文件 / write the concepts, with the changes by staff, as SKOS."""
    known = runtime().thesaurus.now().thesaurus
    try:
        with click.open_file(str(file), "wb", atomic=True) as stream:
            stream.write(write(known, Format(form)))
    except OSError as error:
        raise click.ClickException(f"不能写入 {file}：{error.strerror}。请换一个位置。") from error
    if str(file) != "-":
        click.echo(f"写入 {len(known)} 条叙词：{file}")


@thesaurus.command()
def check() -> None:
    """核对工作人员的改动与产品自带的叙词 / compare the changes by staff with the concepts of the product."""
    found = runtime().thesaurus.now()
    for concept_id, flaws in found.refused.items():
        for sentences in Unsound(flaws).fields.values():
            click.echo(f"{concept_id}：{' '.join(sentences)}")
    click.echo(f"共 {len(found.thesaurus)} 条叙词在用，{len(found.refused)} 处改动不能用。")
    if found.refused:
        click.echo("请工作人员在网页的叙词表中改正，或停用后重新新增。")
        raise click.exceptions.Exit(1)


@thesaurus.command()
def forget() -> None:
    """删除久无人问的检索词 / delete the questions nobody asks any more; the index worker does it by itself."""
    days = runtime().settings.unanswered_days
    click.echo(f"删除了 {forget_now(runtime())} 条 {days} 天没人再问的检索词。")


def forget_now(held: Runtime) -> int:
    """Delete the questions nobody asks any more, and return how many those were."""
    with unit_of_work(held.sessions) as session:
        return unanswered.forget(session, held.settings.unanswered_days)
