"""``flask search``: ask the catalogue from a terminal, and measure how well it answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TextIO

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from marketplace import vocabulary
from marketplace.cli.groups import search
from marketplace.cli.progress import stages
from marketplace.config import ENGINES
from marketplace.indexing.engines import throw_away
from marketplace.indexing.novelty import check
from marketplace.permissions import SYSTEM
from marketplace.runtime import runtime
from search.document import SearchRequest
from search.matching.novelty import Verdict
from search.quality.beir import Labels
from search.quality.evaluation import Report
from search.quality.evaluation import evaluate as measure


@search.command()
@click.argument("text")
@click.option("--kind", type=click.Choice(["achievement", "demand"]), default="achievement", show_default=True)
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True, help="显示几条 / shown")
def query(text: str, kind: str, limit: int) -> None:
    """检索目录 / ask the catalogue as a visitor would."""
    page = runtime().catalogue.search(SearchRequest(kind=kind, text=text, limit=limit))
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"共 {page.total} 条")
    for hit in page.hits:
        words = "、".join(hit.reason.words)
        console.print(
            f"[bold]{hit.rank}.[/bold] {escape(hit.document.title)}  [dim]编号 {hit.document.id}  {escape(words)}[/dim]"
        )
    for suggestion in page.suggestions:
        console.print(f"试试：{escape(suggestion)}")


@search.command()
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--title", default="", help="名称 / title")
def novelty(file: TextIO, title: str) -> None:
    """把一份新文本与已有成果对照，- 为标准输入 / hold a new text against the records."""
    held = runtime()
    with held.sessions() as session:
        found = check(session, *held.catalogue.live(), SYSTEM, title, file.read())
        console = Console(highlight=False, soft_wrap=True)
        console.print(f"[bold]{_VERDICTS[found.verdict]}[/bold]")
        for near in found.nearest:
            console.print(
                f"{_VERDICTS[near.verdict]}：{escape(near.achievement.title)}  [dim]成果 {near.achievement.id}[/dim]"
            )
            for it in near.differences:
                said = f"“{escape(it.record.quote)}”" if it.record else "原文没有"
                console.print(f"     “{escape(it.new.quote)}” → {said}", style="dim")


_VERDICTS = {
    Verdict.SAME: "相同",
    Verdict.IMPROVEMENT: "有改进",
    Verdict.OTHER_METHOD: "可能是同一难题的另一种方法",
    Verdict.NEW: "没有相近的",
}


@search.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--engine", type=click.Choice(ENGINES), default=ENGINES[0], show_default=True, help="检索引擎 / engine")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 / print JSON")
def evaluate(folder: Path, engine: str, as_json: bool) -> None:
    """按 BEIR 格式的评测集衡量检索质量 / measure on a folder in BEIR layout."""
    with stages({"documents": "建立临时索引", "questions": "评测"}) as progress:
        held, make = runtime(), throw_away(runtime().settings, engine)
        report = measure(folder, held.catalogue.embedder, make, labels=labels(), progress=progress)
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        Console().print(_table(report))


def labels() -> Labels:
    """Return how the words of a judged folder translate into our codes."""
    regions, industries, modes = vocabulary.regions, vocabulary.industries, vocabulary.transfer_modes
    return Labels(
        regions={regions.label(code): tuple(regions.path(code).split("/")) for code in regions},
        industries={code: tuple(industries.path(code).split("/")) for code in industries},
        modes={name: code for code in modes for name in modes.names(code)},
    )


def _table(report: Report) -> Table:
    table = Table("", "", "nDCG@10", "MRR@10", "recall@10", "recall@100", "n")
    for leg, kinds in report.items():
        for kind, row in kinds.items():
            measures = (f"{row[name]:.4f}" for name in ("ndcg@10", "mrr@10", "recall@10", "recall@100"))
            table.add_row(leg, kind, *measures, str(row["queries"]))
    return table
