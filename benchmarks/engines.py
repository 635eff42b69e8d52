"""How fast each engine is on the same documents and questions, in one run: embedded, Elasticsearch, and PostgreSQL.

A question is asked as the product asks it: both legs, visibility, the total and all facets. PostgreSQL does what its
users would do for the same page: a ranking of ``tsvector`` by the rarest of the same tokens, the nearest by
``pgvector``, and the counts of what holds any of these words. The servers run on the same machine as whoever asks, and
share its cores.
"""

from __future__ import annotations

import argparse
import http.client
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.engine_postgres import PostgresSearch
from benchmarks.search_corpus import KIND, documents, questions
from search import hybrid
from search.asking.question import understand
from search.document import SearchDocument, SearchRequest
from search.elastic import Connection, ThrowAwayEngine, connect, queries
from search.embedded import EmbeddedEngine
from search.embedding import Embedder, load_embedder, passage_text
from search.engine import LegRequest, Vector
from tests.elasticsearch_node import Node, NodeUnavailable

DOCUMENTS = 100_000
QUESTIONS = 300
CLIENTS = 8
WARMING = 30
_BATCH = 500
_HEAP = "1g"
# Whether the server is one that starts fast and answers slowly.
IS_BRIEF = False


class Asked(Protocol):
    """What is measured: filled, committed, asked, weighed."""

    def write(self, documents: Sequence[SearchDocument], vectors: Vector) -> None: ...

    def commit(self) -> None: ...

    def search(self, request: LegRequest) -> object: ...


@dataclass(frozen=True, slots=True)
class Task:
    """What every engine is given: documents, and questions of which the first only warm."""

    documents: Sequence[SearchDocument]
    vectors: Vector
    embedder: Embedder
    warming: Sequence[LegRequest]
    asked: Sequence[LegRequest]

    def batches(self) -> Iterator[tuple[Sequence[SearchDocument], Vector]]:
        for start in range(0, len(self.documents), _BATCH):
            yield self.documents[start : start + _BATCH], self.vectors[start : start + _BATCH]


@dataclass(frozen=True, slots=True)
class Figures:
    """Seconds to fill, bytes on disk, the seconds each question took alone, and questions a second by clients."""

    fill: float
    size: int
    alone: list[float]
    rates: dict[int, float]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=DOCUMENTS)
    parser.add_argument("--questions", type=int, default=QUESTIONS)
    parser.add_argument("--texts", type=Path, help="JSON lines (.gz too) with title and abstract to recombine")
    options = parser.parse_args(arguments)
    for table in measured(options.documents, options.questions, options.texts):
        Console().print(table)


def measured(count: int = DOCUMENTS, asked: int = QUESTIONS, texts: Path | None = None) -> list[Table]:
    """Fill and ask the three engines, and our way to Elasticsearch against the same ``_msearch`` sent plainly.

    Raises FileNotFoundError where this machine has no Elasticsearch.
    """
    task, found = made(count, asked, texts), {}
    with tempfile.TemporaryDirectory(prefix="engines-", ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        with embedded(place / "embedded", task.embedder) as engine:
            found["embedded"] = measure(task, engine, lambda: _bytes(place / "embedded"))
        with (
            elasticsearch(place / "elasticsearch") as (connection, url),
            closing(ThrowAwayEngine(connection, task.embedder.fingerprint, task.embedder.dimensions)) as elastic,
        ):
            found["Elasticsearch"] = measure(task, elastic, elastic.size)
            overhead = against_plain(task, elastic, url)
        with PostgresSearch.started(place / "postgres", task.embedder.dimensions) as postgres:
            found["PostgreSQL"] = measure(task, postgres, postgres.size)
    return [_compared(task, found), overhead]


def made(count: int, asked: int, texts: Path | None = None) -> Task:
    """Return documents with their vectors and questions as a visitor's page asks them of an engine."""
    embedder = load_embedder()
    requests = [
        hybrid.leg_request(embedder, SearchRequest(KIND, text), understand(text, embedder))
        for text in questions(asked + WARMING, count, texts)
    ]
    written = list(documents(count, texts))
    vectors = embedder.passages([passage_text(one) for one in written])
    return Task(written, vectors, embedder, requests[:WARMING], requests[WARMING:])


def measure(task: Task, engine: Asked, size: Callable[[], int]) -> Figures:
    """Fill an engine, then ask it: one client alone, and several at once."""
    filling = _seconds(lambda: fill(task, engine))
    for request in task.warming:
        engine.search(request)
    alone = [_seconds(lambda request=request: engine.search(request)) for request in task.asked]
    with ThreadPoolExecutor(CLIENTS) as clients:
        together = _seconds(lambda: list(clients.map(engine.search, task.asked)))
    return Figures(filling, size(), alone, {1: len(task.asked) / sum(alone), CLIENTS: len(task.asked) / together})


def fill(task: Task, engine: Asked) -> None:
    for batch, vectors in task.batches():
        engine.write(batch, vectors)
    engine.commit()


def against_plain(task: Task, engine: ThrowAwayEngine, url: str) -> Table:
    """Ask by our engine and by the same lines over a bare connection, in turns, and return both times."""
    ours, plain = [], []
    host = url.removeprefix("http://")
    path = f"/_msearch?filter_path={','.join(queries.READ)}"
    with closing(http.client.HTTPConnection(host)) as connection:
        for number, request in enumerate((*task.warming, *task.asked)):
            lines = queries.sent(engine.index(KIND), request, queries.searches(request))
            body = "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines).encode()

            def send(body: bytes = body) -> None:
                connection.request("POST", path, body, {"Content-Type": "application/x-ndjson"})
                json.loads(connection.getresponse().read())

            def ask(request: LegRequest = request) -> None:
                engine.search(request)

            # Whoever comes second finds everything at hand, so they take turns at that too.
            for way, times in ((ask, ours), (send, plain)) if number % 2 else ((send, plain), (ask, ours)):
                times.append(_seconds(way))
    table = Table("our way to Elasticsearch", "ours, ms", "plain _msearch, ms", "ours / plain")
    for name, share in (("p50", 0.5), ("p95", 0.95)):
        mine, theirs = (float(np.quantile(times[WARMING:], share)) * 1e3 for times in (ours, plain))
        table.add_row(name, f"{mine:.2f}", f"{theirs:.2f}", f"{mine / theirs:.2f}")
    return table


@contextmanager
def embedded(folder: Path, embedder: Embedder) -> Iterator[EmbeddedEngine]:
    """Give an empty index of the embedded engine."""
    with closing(
        EmbeddedEngine.open(folder, embedder.fingerprint, embedder.dimensions, writable=True, create=True)
    ) as engine:
        yield engine


@contextmanager
def elasticsearch(folder: Path) -> Iterator[tuple[Connection, str]]:
    """Give a node and its address; raise FileNotFoundError where this machine has no Elasticsearch."""
    try:
        node = Node.started(folder, heap=_HEAP, is_brief=IS_BRIEF)
    except NodeUnavailable as error:
        raise FileNotFoundError(f"Elasticsearch: {error}") from error
    try:
        yield connect([node.url], prefix="benchmark", timeout=60), node.url
    finally:
        node.kill()


def _compared(task: Task, found: Mapping[str, Figures]) -> Table:
    count = len(task.documents)
    table = Table(f"{count:,} documents", *found)
    lines: Mapping[str, Callable[[Figures], str]] = {
        "questions": lambda it: f"{len(it.alone)}",
        "fill, documents/s": lambda it: f"{count / it.fill:,.0f}",
        "bytes a document": lambda it: f"{it.size / count:,.0f}",
        "p50, ms": lambda it: f"{np.quantile(it.alone, 0.5) * 1e3:.1f}",
        "p95, ms": lambda it: f"{np.quantile(it.alone, 0.95) * 1e3:.1f}",
        "questions/s, 1 client": lambda it: f"{it.rates[1]:.1f}",
        f"questions/s, {CLIENTS} clients": lambda it: f"{it.rates[CLIENTS]:.1f}",
    }
    for name, figure in lines.items():
        table.add_row(name, *(figure(it) for it in found.values()))
    return table


def _bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _seconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
