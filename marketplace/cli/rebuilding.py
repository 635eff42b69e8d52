"""``flask index`` where there is more than one index: build another, compare it, bring it into use, go back."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
import sqlalchemy as sa

from marketplace import outbox
from marketplace.cli.groups import index
from marketplace.runtime import Runtime, runtime
from search.editions import Edition

if TYPE_CHECKING:
    from marketplace.indexing.rebuilding import Rebuilding
    from search.quality.comparison import Comparison


@index.command()
@click.option("--beside", is_flag=True, help="建好后放在旁边，不替换 / leave it beside the one in use")
def rebuild(beside: bool) -> None:
    """另建一份索引，核对后替换正在使用的；换了语义模型则先放在旁边 / build anew; with another model, beside."""
    held = runtime()
    waits = beside or held.catalogue.is_of_another_model()
    with _rebuilding(held, "重建索引", _count(held)) as work:
        edition = work.rebuild(beside=waits)
    if waits:
        click.echo(f"新索引已建在旁边（{_model(edition)}），检索仍用原有索引。")
        click.echo("接着：flask index compare 比较；flask index swap 启用，或 flask index discard 放弃。")
    else:
        click.echo(f"索引已重建并启用（{_model(edition)}）；旧的保留着，flask index rollback 可以退回。")


@index.command()
def swap() -> None:
    """启用建在旁边的索引，旧的保留 / bring the index that stands beside into use and keep the old one."""
    with _rebuilding(runtime(), "补上变更", None) as work:
        edition = work.swap()
    click.echo(f"已启用新索引（{_model(edition)}）；旧的保留着，flask index rollback 可以退回。")
    click.echo("换了语义模型的，请再运行一次 flask match run，让已有的匹配也用新模型。")


@index.command()
def rollback() -> None:
    """退回以前的索引，补上其间的变更 / go back to the index that was in use before, with what changed since."""
    held = runtime()
    with _rebuilding(held, "补上变更", None) as work:
        edition = work.roll_back()
    click.echo(f"已退回以前的索引（{_model(edition)}），其间的变更已补上；再运行一次即回到刚才的索引。")
    if edition.model != held.catalogue.model:
        click.echo("EMBEDDING_MODEL 仍是另一个模型；要一直用这份索引，请把它改回。")


@index.command()
def discard() -> None:
    """删除建在旁边的索引 / remove the index that stands beside."""
    with _rebuilding(runtime(), "删除索引", None) as work:
        edition = work.discard()
    click.echo(f"已删除建在旁边的索引（{_model(edition)}），正在使用的不变。")


@index.command()
def status() -> None:
    """列出保留的索引、建立它们的模型和待同步的变更 / list the indexes, the models that made them and what waits."""
    held = runtime()
    kept = held.catalogue.editions.arrangement()
    for role, edition in (("正在使用", kept.live), ("以前使用", kept.previous), ("建在旁边", kept.beside)):
        if edition is not None:
            size = f"{edition.dimensions} 维，建于 {edition.made_at}"
            click.echo(f"{role}：{edition.name}，{_model(edition)}，{size}")
    if kept.live is None:
        click.echo("还没有索引，请运行 flask index sync。")
    elif held.catalogue.is_of_another_model():
        click.echo(
            f"EMBEDDING_MODEL 现为 {held.catalogue.model or '自带的模型'}，检索仍用建立索引的模型。"
            "要换用：flask index rebuild，flask index compare，flask index swap。"
        )
    with held.sessions() as session:
        standing = outbox.standing(session)
    since = f"，最早的一条自 {standing.since:%Y-%m-%d %H:%M} UTC" if standing.since else ""
    click.echo(f"待同步 {standing.waiting} 条变更{since}；搁置 {standing.parked} 条。")


@index.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--questions",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="每行一个问题的文本文件 / a text file, a question a line",
)
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 / print JSON")
def compare(folder: Path | None, questions: Path | None, as_json: bool) -> None:
    """比较正在使用的和旁边的索引；给出评测文件夹则比较两个模型 / compare both indexes, or both models on a folder."""
    if folder and questions:
        raise click.UsageError("评测文件夹和 --questions 只能给一个。")
    held = runtime()
    rows = _on_folder(held, folder) if folder else _on_editions(held, questions)
    if as_json:
        click.echo(json.dumps([dataclasses.asdict(row) for row in rows], ensure_ascii=False, indent=2))
    else:
        _print(rows)


def _on_folder(held: Runtime, folder: Path) -> list[Comparison]:
    from marketplace.cli.progress import stages
    from marketplace.cli.search import labels
    from marketplace.indexing import comparing
    from search.quality.beir import read_collection

    embedders = comparing.two_models(held.catalogue)
    with stages({"documents": "建立临时索引", "questions": "提问"}) as progress:
        return comparing.compare_on(read_collection(folder, labels()), embedders, progress)


def _on_editions(held: Runtime, file: Path | None) -> list[Comparison]:
    from marketplace.cli.progress import progress_bar
    from marketplace.indexing import comparing

    comparing.two_editions(held.catalogue)
    if file:
        asked = comparing.questions_of(_lines(file))
    else:
        with held.sessions() as session:
            asked = comparing.questions_people_ask(session)
    if not asked:
        raise click.ClickException("没有问题可问：还没有公开的成果和需求，请用 --questions 给出问题。")
    with progress_bar("提问", len(asked)) as progress:
        return comparing.compare_editions(held.catalogue, asked, progress)


def _lines(file: Path) -> list[str]:
    try:
        return [line.strip() for line in file.read_text("utf-8-sig").splitlines() if line.strip()]
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file} 不是 UTF-8 编码的文本，请另存为 UTF-8 后再试。") from error


def _print(rows: Sequence[Comparison]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("", "overlap@10", "首条相同", "n", "nDCG@10 现用", "nDCG@10 旁边", "有评判")
    for row in rows:
        agreeing = f"{row.overlap:.4f}", f"{row.same_first:.4f}", str(row.questions)
        judged = (f"{value:.4f}" for value in row.ndcg) if row.ndcg else ("", "")
        table.add_row(row.leg, *agreeing, *judged, str(row.judged))
    Console().print(table)


@contextmanager
def _rebuilding(held: Runtime, what: str, total: int | None) -> Iterator[Rebuilding]:
    """Give what changes the indexes, with progress shown; an interruption is said in a sentence."""
    from marketplace.cli.progress import progress_bar
    from marketplace.indexing.rebuilding import Rebuilding

    try:
        with progress_bar(what, total) as progress:
            yield Rebuilding(held.sessions, held.catalogue, held.settings.outbox_batch, progress)
    except KeyboardInterrupt:
        raise click.ClickException("已中断：正在使用的索引不变，没有建好的已删除。") from None


def _count(held: Runtime) -> int:
    from marketplace.indexing.bringing import MODELS

    with held.sessions() as session:
        return sum(session.scalar(sa.select(sa.func.count()).select_from(model)) or 0 for model in MODELS.values())


def _model(edition: Edition) -> str:
    return f"模型 {edition.model}" if edition.model else "自带的模型"
