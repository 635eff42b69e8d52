"""How fast searching is: filling an index, ranking by words and by meaning, and answering a whole question.

Words are measured against SQLite's FTS5 on the same tokens, meaning against a plain numpy scan in float32, in the same
run on the same documents and questions. Asking happens on one core, in a process that does nothing else, so that its
memory is shown; filling may use a second core, on which tantivy writes. Beside the time that passed stands the time of
the processor, which says what a question costs where other processes took their share of the machine.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import os
import resource
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.search_corpus import KIND, documents, questions
from search import analysis, hybrid
from search.document import SearchDocument, SearchRequest
from search.embedded import EmbeddedEngine
from search.embedding import load_embedder, passage_text
from search.engine import LegRequest

DOCUMENTS = 100_000
_BATCH = 500
_QUESTIONS = 1000
# Asked before the clock runs, so that files and code are in memory.
_WARMING = 200
# A plain full-text index is slow enough that fewer questions must do.
_PEER_QUESTIONS = 100
_TOP = 200
_CITY = "5101"

Found = TypeVar("Found")
# The seconds that passed and those of the processor, of one question.
Seconds = tuple[float, float]
Timings = dict[str, list[Seconds]]
# What was measured, ours, the same by the processor's time, the peer's, and the ratio of the times that passed.
Line = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Task:
    """What every phase works on."""

    folder: Path
    count: int
    texts: Path | None

    def documents(self) -> Iterator[list[SearchDocument]]:
        made = documents(self.count, self.texts)
        while batch := list(islice(made, _BATCH)):
            yield batch

    def questions(self) -> list[str]:
        return questions(_QUESTIONS + _WARMING, self.count, self.texts)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=DOCUMENTS)
    parser.add_argument("--texts", type=Path, help="JSON lines (.gz too) with title and abstract to recombine")
    options = parser.parse_args(arguments)
    Console().print(measured(options.documents, options.texts))


def measured(count: int = DOCUMENTS, texts: Path | None = None) -> Table:
    """Fill and ask an index of ``count`` documents and its peers, and return what each took."""
    os.environ["OMP_NUM_THREADS"] = "1"
    with tempfile.TemporaryDirectory() as folder:
        task = Task(Path(folder), count, texts)
        ours = _apart(fill, task), _apart(ask, task)
        peers = _apart(fill_fts, task), _apart(ask_fts, task), _apart(ask_numpy, task)
    table = Table(f"searching {count:,} documents", "ours", "CPU time", "peer", "ratio")
    for line in _lines(*ours, *peers):
        table.add_row(*line)
    return table


def fill(task: Task) -> float:
    """Return the documents a second that are analysed, embedded, written and committed."""
    embedder, spent = load_embedder(), 0.0
    engine = EmbeddedEngine.open(
        task.folder / "ours", embedder.fingerprint, embedder.dimensions, writable=True, create=True
    )
    with closing(engine):
        for batch in task.documents():
            started = time.perf_counter()
            engine.write(batch, embedder.passages([passage_text(document) for document in batch]))
            spent += time.perf_counter() - started
        started = time.perf_counter()
        engine.commit()
        return task.count / (spent + time.perf_counter() - started)


def ask(task: Task) -> tuple[Timings, float]:
    """Return the seconds each question took, whole and by parts, and the resident memory in MiB."""
    asked, embedder = task.questions(), load_embedder()
    _on_one_core()
    engine = EmbeddedEngine.open(task.folder / "ours", embedder.fingerprint, embedder.dimensions)
    timings: Timings = {"open": _timed(lambda _text: engine.fetch(KIND, ["0"]), [""])}

    def whole(text: str, **fields: object) -> None:
        hybrid.search(engine, embedder, SearchRequest(KIND, text, **fields))  # type: ignore[arg-type]

    for text in asked[:_WARMING]:
        whole(text)
    # As the server does before it answers, see gunicorn.conf.py.
    gc.collect()
    gc.freeze()
    asked = asked[_WARMING:]
    timings["whole"] = _timed(whole, asked)
    timings["filtered"] = _timed(lambda text: whole(text, filters={"region": (_CITY,)}), asked)
    terms = {text: analysis.term_weights(text) for text in asked}
    timings["words"] = _timed(lambda text: engine.search(LegRequest(KIND, terms=terms[text], window=_TOP)), asked)
    vectors = dict(zip(asked, embedder.queries(asked), strict=True))
    timings["meaning"] = _timed(lambda text: engine.search(LegRequest(KIND, vector=vectors[text], window=_TOP)), asked)
    return timings, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def fill_fts(task: Task) -> float:
    """Return the documents a second FTS5 takes, cut into the same tokens."""
    spent = 0.0
    with closing(sqlite3.connect(task.folder / "fts.db")) as database:
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute("CREATE VIRTUAL TABLE words USING fts5(text, content='', tokenize='unicode61')")
        for batch in task.documents():
            started = time.perf_counter()
            rows = [(int(one.id), " ".join((*analysis.terms(one.title), *analysis.terms(one.text)))) for one in batch]
            database.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", rows)
            spent += time.perf_counter() - started
        started = time.perf_counter()
        database.commit()
        return task.count / (spent + time.perf_counter() - started)


def ask_fts(task: Task) -> list[Seconds]:
    """Return the seconds FTS5 takes for the best documents by BM25 that hold any token of a question."""
    asked = task.questions()[_WARMING : _WARMING + _PEER_QUESTIONS]
    _on_one_core()
    matches = {text: " OR ".join(f'"{term}"' for term in analysis.term_weights(text)) for text in asked}
    query = f"SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank LIMIT {_TOP}"
    with closing(sqlite3.connect(task.folder / "fts.db")) as database:
        return _timed(lambda text: database.execute(query, (matches[text],)).fetchall(), asked)


def ask_numpy(task: Task) -> list[Seconds]:
    """Return the seconds numpy takes for the nearest documents in float32."""
    asked, embedder = task.questions()[_WARMING:], load_embedder()
    _on_one_core()
    with closing(EmbeddedEngine.open(task.folder / "ours", embedder.fingerprint, embedder.dimensions)) as engine:
        matrix = engine.read(KIND, [str(number) for number in range(task.count)])[1]
    vectors = dict(zip(asked, embedder.queries(asked), strict=True))
    top = min(_TOP, task.count)

    def nearest(text: str) -> None:
        cosines = matrix @ vectors[text]
        best = np.argpartition(-cosines, top - 1)[:top]
        best[np.argsort(-cosines[best])].tolist()

    return _timed(nearest, asked)


def _apart(phase: Callable[[Task], Found], task: Task) -> Found:
    """Run a phase in a process of its own."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(phase, task).result()


def _on_one_core() -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def _timed(answer: Callable[[str], object], asked: Sequence[str]) -> list[Seconds]:
    seconds = []
    for text in asked:
        started, worked = time.perf_counter(), time.process_time()
        answer(text)
        seconds.append((time.perf_counter() - started, time.process_time() - worked))
    return seconds


def _lines(
    rate: float, asking: tuple[Timings, float], fts_rate: float, fts: list[Seconds], scan: list[Seconds]
) -> list[Line]:
    timings, memory = asking
    return [
        ("fill, documents/s", f"{rate:,.0f}", "", f"FTS5, no vectors: {fts_rate:,.0f}", f"{rate / fts_rate:.2f}×"),
        *_pair(f"words, best {_TOP}", timings["words"], "FTS5", fts),
        *_pair(f"meaning, best {_TOP}", timings["meaning"], "numpy float32", scan),
        *_pair("whole question", timings["whole"]),
        *_pair("whole question, one city", timings["filtered"]),
        ("open, ms", *(f"{seconds * 1e3:.0f}" for seconds in timings["open"][0]), "", ""),
        ("resident memory at most, MiB", f"{memory:,.0f}", "", "", ""),
    ]


def _pair(what: str, ours: list[Seconds], peer: str = "", theirs: list[Seconds] | None = None) -> list[Line]:
    """Return a line for the median and one for the 95th percentile."""
    lines = []
    for name, share in (("p50", 0.5), ("p95", 0.95)):
        mine, worked = (np.quantile(ours, share, axis=0) * 1e3).tolist()
        other = float(np.quantile([passed for passed, _worked in theirs], share)) * 1e3 if theirs else 0.0
        told = f"{peer}: {other:.2f}" if theirs else ""
        lines.append((f"{what}, {name} ms", f"{mine:.2f}", f"{worked:.2f}", told, _ratio(mine, other)))
    return lines


def _ratio(mine: float, other: float) -> str:
    return f"{other / mine:.1f}×" if other else ""


if __name__ == "__main__":
    main()
