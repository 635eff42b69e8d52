"""How Elasticsearch should keep vectors: each option is filled and asked the same, and held against a scan of them all.

A graph saves comparing most of the vectors and costs building it, walking it in each segment, and some of the nearest.
``flat_index_threshold`` says from when on there is one: where a segment holds more documents than so many times their
natural logarithm, which is what Lucene expects a walk to so many hits to visit.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks import engines
from benchmarks.engines import CLIENTS, Figures, Task, measure
from benchmarks.search_corpus import KIND
from search.elastic import Connection, ElasticEngine, schema
from search.elastic.throwaway import size
from search.engine import LegResult

DOCUMENTS = 30_000
QUESTIONS = 100
_INDEX = "benchmark-vectors"
# Named by when a segment gets a graph: always scanned, from 117,000 documents on, from 9,100 on.
OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "int8_flat": {"type": "int8_flat"},
    "int8_hnsw, 10000": {"type": "int8_hnsw", "flat_index_threshold": 10_000},
    "int8_hnsw, 1000": {"type": "int8_hnsw", "flat_index_threshold": 1000},
    "int4_hnsw, 1000": {"type": "int4_hnsw", "flat_index_threshold": 1000},
    "bbq_hnsw, 1000": {"type": "bbq_hnsw", "flat_index_threshold": 1000},
}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=DOCUMENTS)
    parser.add_argument("--questions", type=int, default=QUESTIONS)
    options = parser.parse_args(arguments)
    for table in measured(options.documents, options.questions):
        Console().print(table)


def measured(count: int = DOCUMENTS, asked: int = QUESTIONS) -> list[Table]:
    """Fill and ask an index with each option; raise FileNotFoundError where this machine has no Elasticsearch."""
    task = engines.made(count, asked)
    speed = "fill, documents/s", "bytes a document", "p50, ms", "p95, ms", f"questions/s, {CLIENTS} clients"
    table = Table(f"{count:,} documents, {asked} questions", *speed, "nearest 10", "nearest 200", "other totals")
    with tempfile.TemporaryDirectory(prefix="vectors-", ignore_cleanup_errors=True) as folder:
        with engines.embedded(Path(folder) / "exact", task.embedder) as exact:
            engines.fill(task, exact)
            right = [exact.search(request) for request in task.asked]
        with engines.elasticsearch(Path(folder) / "server") as (connection, _url):
            for name, option in OPTIONS.items():
                with _index(connection, task, option) as engine:
                    figures = measure(task, engine, lambda: size(connection, [_INDEX]))
                    found = [engine.search(request) for request in task.asked]
                table.add_row(name, *_speed(figures, count), *_quality(right, found))
    return [table]


@contextmanager
def _index(connection: Connection, task: Task, option: Mapping[str, Any]) -> Iterator[ElasticEngine]:
    """Give an empty index like those of the product, but for how it keeps vectors."""
    embedder, client = task.embedder, connection.writing.indices
    mapping = schema.mapping(embedder.dimensions, {})
    mapping["properties"]["vector"]["index_options"] = {**option, "rescore_vector": {"oversample": 1.0}}
    client.create(index=_INDEX, settings=dict(schema.SETTINGS), mappings=mapping, aliases={f"{_INDEX}.writing": {}})
    try:
        yield ElasticEngine(connection, {KIND: _INDEX}, embedder.fingerprint, embedder.dimensions)
    finally:
        client.delete(index=_INDEX)


def _speed(figures: Figures, count: int) -> list[str]:
    median, late = (np.quantile(figures.alone, share) * 1e3 for share in (0.5, 0.95))
    rate, size = count / figures.fill, figures.size / count
    return [f"{rate:,.0f}", f"{size:,.0f}", f"{median:.1f}", f"{late:.1f}", f"{figures.rates[CLIENTS]:.0f}"]


def _quality(right: Sequence[LegResult], found: Sequence[LegResult]) -> list[str]:
    """Return the share of the nearest that were found, and of how many questions the total is another."""
    other = sum(one.total != its.total for one, its in zip(right, found, strict=True))
    return [f"{_shared(right, found, 10):.3f}", f"{_shared(right, found, 200):.3f}", f"{other}"]


def _shared(right: Sequence[LegResult], found: Sequence[LegResult], most: int) -> float:
    pairs = [
        ({identity for identity, _score in one.vector[:most]}, {identity for identity, _score in its.vector[:most]})
        for one, its in zip(right, found, strict=True)
    ]
    return fmean(len(wanted & got) / len(wanted) for wanted, got in pairs if wanted)


if __name__ == "__main__":
    main()
