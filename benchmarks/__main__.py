"""Measure and write docs/benchmarks.md, every figure of which comes from here.

    python -m benchmarks             all sections
    python -m benchmarks search      only these; the others stay as they were measured

Each section says when and on what it was measured, because sections are measured anew at different times. One whose
data is not at hand says so on standard error and stays as it was.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import (
    brief_quality,
    engines,
    ingest_speed,
    novelty_quality,
    participation,
    search_speed,
    vector_options,
)
from search.embedding import load_embedder

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
HEAD = """# 速度与质量

> **In English.** Speed and quality as measured by `python -m benchmarks` (`make bench`), each beside a peer in the same
> run where there is one. Nothing here is typed by hand. The ratio is how many times faster ours is.

由 `make bench` 测得并写入本页，没有一个数字是手填的；有同类可比的，都在同一次运行里一起测。“ratio”是我们快几倍。
`python -m benchmarks 节名` 只重测一节，其余保持原样。
"""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page; ``measure`` raises FileNotFoundError where its data is not at hand."""

    title: str
    about: str
    measure: Callable[[], Iterable[Table]]


def _briefs() -> list[Table]:
    return [brief_quality.table({part: brief_quality.measured(part) for part in brief_quality.PARTS})]


def _novelty() -> list[Table]:
    if not novelty_quality.TOPICS.is_dir():
        raise FileNotFoundError(novelty_quality.TOPICS)
    embedder = load_embedder()
    return [novelty_quality.table(novelty_quality.TOPICS, embedder, part) for part in novelty_quality.PARTS]


SECTIONS: Mapping[str, Section] = {
    "search": Section(
        "检索 · Searching",
        "一个问题从头到尾：分析、嵌入、词语与语义两路、分面、融合、20 条结果的标出；在一个核上逐个提问。"
        "“CPU time”是其中处理器实际运行的时间，机器上还有别的进程时看它。"
        "同类：SQLite FTS5（相同的词）、numpy 逐一比对（float32）。",
        lambda: [search_speed.measured()],
    ),
    "engines": Section(
        "检索引擎 · Engines",
        "三种引擎，相同的文档和问题，同一次运行：每个问题都问词语与语义两路、可见范围、总数和全部分面。"
        "PostgreSQL 用 tsvector（同样的词里最少见的那些）、pgvector 和 SQL 计数，装好之后才建索引。"
        "服务器与提问者在同一台机器上，共用它的核。"
        "后一张表是我们的路径与直接发送同一个 _msearch 之比。",
        engines.measured,
    ),
    "vectors": Section(
        "向量的存法 · Keeping vectors",
        "Elasticsearch 的各种向量索引，相同的文档和问题；数字是 flat_index_threshold，见 docs/architecture.md。"
        "“nearest”是语义一路的前 10、前 200 与逐一比对相同的比例，“other totals”是总数不同的问题数。",
        vector_options.measured,
    ),
    "ingest": Section(
        "导入 · Importing",
        "读文件比同类多做的事：判断编码、检查上限、打开前先量工作簿。",
        lambda: [ingest_speed.measured()],
    ),
    "participation": Section(
        "参与台账 · The ledger of participation",
        "PostgreSQL 里的七百万条参与记录（BENCHMARK_ENTRIES 可改），七成属于一个活动，其余分属 19 个同类活动："
        "各项数字由随记录一起更新的合计得出，"
        "同类是从每条记录现算，两者不相等即停止。每个数字分别问全部、一市、一行业、上半年和一个月；"
        "“page”是工作人员看的整页，合计全部活动，“rates”是其中按职工人数算的比率，百家里有一家没有职工人数，"
        "最后一行是一半单位没有。",
        participation.measured,
    ),
    "brief": Section(
        "需求书 · Briefs",
        "从一段话读出各项的准确率、召回率和 F1，人工标注。规则只在 tune 上调整过；held_out 写规则的人事先读过，"
        "blind 是规则写完之后才标注的随机难题，只有工序和对象。",
        _briefs,
    ),
    "novelty": Section(
        "查新 · Novelty",
        "由示例成果改写出的文本得到的判断；阈值只在 dev_1 上调整过，看 dev_2。",
        _novelty,
    ),
}


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure and write docs/benchmarks.md.")
    parser.add_argument("names", nargs="*", metavar="SECTION", help=f"of {', '.join(SECTIONS)}; all when none is given")
    names = parser.parse_args(arguments).names or list(SECTIONS)
    if unknown := set(names) - SECTIONS.keys():
        parser.error(f"no section {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
    written = read(PAGE)
    for name in names:
        try:
            tables = list(SECTIONS[name].measure())
        except FileNotFoundError as missing:
            print(f"{name}: no data at {missing}; left as it was", file=sys.stderr)
            continue
        for table in tables:
            Console().print(table)
        written[name] = _body(name, tables)
        # Written after each section: an interrupted run keeps what it has measured.
        write(PAGE, written)


def read(page: Path) -> dict[str, str]:
    """Return the text of each section by its name."""
    if not page.exists():
        return {}
    parts = re.split(r"^<!-- section: (\w+) -->\n", page.read_text("utf-8"), flags=re.MULTILINE)[1:]
    return {name: text.strip() for name, text in zip(parts[::2], parts[1::2], strict=True)}


def write(page: Path, written: Mapping[str, str]) -> None:
    sections = [f"<!-- section: {name} -->\n{written[name]}\n" for name in SECTIONS if name in written]
    page.write_text("\n".join([HEAD, *sections]), "utf-8")


def _body(name: str, tables: Iterable[Table]) -> str:
    section = SECTIONS[name]
    on = f"{dt.datetime.now(dt.UTC):%Y-%m-%d}，{machine()}：`python -m benchmarks {name}`"
    return "\n\n".join([f"## {section.title}", section.about, on, *map(markdown, tables)])


def markdown(table: Table) -> str:
    """Return a table as Markdown: the first column to the left, figures to the right."""
    columns = [[str(column.header), *map(str, column.cells)] for column in table.columns]
    head, *rows = zip(*columns, strict=True)
    rule = ("---", *("---:" for _ in head[1:]))
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, rule, *rows))


def machine() -> str:
    """Return what the figures depend on: processor, cores, memory and Python."""
    model = re.search(r"^model name\s*: (.+)$", _told("/proc/cpuinfo"), re.MULTILINE)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    processor = model[1] if model else platform.processor() or platform.machine()
    cores = len(os.sched_getaffinity(0))
    # Whatever else ran makes every figure worse, and a reader should know.
    busy = os.getloadavg()[2]
    return f"{processor}，{cores} 核，{memory:.0f} GiB，Python {platform.python_version()}，平均负载 {busy:.1f}"


def _told(file: str) -> str:
    path = Path(file)
    return path.read_text("utf-8") if path.exists() else ""


if __name__ == "__main__":
    main()
