"""How often a new text is told to be the same, an improvement, another method or new: a confusion table.

    python -m benchmarks.novelty_quality [TOPICS_FOLDER]

The texts are made from the achievements of the development topics, each held against all the others:

- same: an achievement cut to its first half, one with its sentences in another order, and 24 told anew by hand in
  other words (``novelty_rewordings.jsonl``);
- improvement: a copy with two values bettered, and a copy with a sentence of another achievement of its topic added;
- other method: an achievement that solves a topic's demand (grade 2 or 3), itself taken out of what it is held against;
- new: the same achievement, with everything of its topic taken out;
- other problem: an achievement of the topic on the same equipment that solves nothing of it (grade 0), itself taken
  out. It should be called new and is hard on purpose.

The thresholds were set on the topics of ``dev_1``; those of ``dev_2`` are reported apart.
"""

from __future__ import annotations

import json
import random
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from search import analysis, hybrid
from search.document import SearchDocument
from search.embedded import EmbeddedEngine
from search.embedding import Embedder, load_embedder
from search.engine import Engine
from search.matching import novelty
from search.matching.novelty import Verdict

TOPICS = Path(__file__).parents[2] / "shared" / "data" / "topics"
REWORDINGS = Path(__file__).with_name("novelty_rewordings.jsonl")
PARTS = ("dev_1", "dev_2")
WINDOW = 30
_PUBLIC = frozenset({"public"})


@dataclass(frozen=True, slots=True)
class Case:
    """A new text, what it is, and the records it is not held against."""

    part: str
    name: str
    truth: Verdict
    document: SearchDocument
    exclude: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Known:
    """An achievement of a topic; ``grade`` is its best for a demand of the topic."""

    part: str
    topic: str
    grade: int
    document: SearchDocument


def read(folder: Path) -> list[Known]:
    found = []
    for part in PARTS:
        for line in (folder / f"{part}.jsonl").read_text("utf-8").splitlines():
            topic = json.loads(line)
            judged = [topic["qrels"][demand["id"]] for demand in topic["demands"]]
            for row in topic["achievements"]:
                document = SearchDocument(
                    "achievement", row["id"], 1, row["title"], row["summary"], tuple(row["keywords"])
                )
                grade = max(grades.get(row["id"], 0) for grades in judged)
                found.append(Known(part, topic["topic"], grade, document))
    return found


def cases(known: Sequence[Known]) -> Iterator[Case]:
    chance = random.Random(20)
    topics = defaultdict(set)
    for it in known:
        topics[it.topic].add(it.document.id)
    for it in known:
        own, all_of_topic = frozenset({it.document.id}), frozenset(topics[it.topic])
        yield Case(it.part, "same: cut", Verdict.SAME, _cut(it.document))
        yield Case(it.part, "same: reordered", Verdict.SAME, _reordered(it.document, chance))
        yield Case(it.part, "improvement: values", Verdict.IMPROVEMENT, _bettered(it.document, chance))
        other = chance.choice([one.document for one in known if one.topic == it.topic and one != it])
        yield Case(it.part, "improvement: addition", Verdict.IMPROVEMENT, _extended(it.document, other, chance))
        if it.grade >= 2:
            yield Case(it.part, "other method", Verdict.OTHER_METHOD, _new(it.document), own)
            yield Case(it.part, "new", Verdict.NEW, _new(it.document), all_of_topic)
        elif it.grade == 0:
            yield Case(it.part, "other problem", Verdict.NEW, _new(it.document), own)
    parts = {it.document.id: it.part for it in known}
    for line in REWORDINGS.read_text("utf-8").splitlines():
        row = json.loads(line)
        told = SearchDocument("achievement", "new", 1, row["title"], row["summary"])
        yield Case(parts[row["achievement"]], "same: reworded", Verdict.SAME, told)


def _new(document: SearchDocument, **changes: str) -> SearchDocument:
    return replace(document, id="new", keywords=(), **changes)


def _sentences(document: SearchDocument) -> list[str]:
    return [document.body[span.start : span.end] for span in analysis.sentences(document.body)]


def _cut(document: SearchDocument) -> SearchDocument:
    said = _sentences(document)
    return _new(document, body="".join(said[: max(1, len(said) // 2)]))


def _reordered(document: SearchDocument, chance: random.Random) -> SearchDocument:
    said = _sentences(document)
    chance.shuffle(said)
    return _new(document, body="".join(said))


def _bettered(document: SearchDocument, chance: random.Random) -> SearchDocument:
    """Return a copy in which two numbers with a unit are a tenth larger."""
    places = list(re.finditer(r"\d+(?:\.\d+)?(?=\s?(?:%|mm|m|h|MPa|分钟|小时|天|年|万元|毫米|℃|个))", document.body))
    body = document.body
    chosen = chance.sample(places, min(2, len(places)))
    for place in sorted(chosen, key=lambda it: it.start(), reverse=True):
        body = f"{body[: place.start()]}{float(place[0]) * 1.1:.2f}".rstrip("0").rstrip(".") + body[place.end() :]
    return _new(document, body=body)


def _extended(document: SearchDocument, other: SearchDocument, chance: random.Random) -> SearchDocument:
    return _new(document, body=f"{document.body}{max(_sentences(other), key=len)}")


def table(folder: Path, embedder: Embedder, part: str) -> Table:
    """Return how often each kind of text got each verdict."""
    known = read(folder)
    counts: dict[str, Counter[Verdict]] = defaultdict(Counter)
    right: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as place:
        engine = _filled(Path(place), known, embedder)
        for case in cases(known):
            if case.part == part:
                found = verdict_of(engine, embedder, case)
                counts[case.name][found] += 1
                right[case.name] += found is case.truth
        engine.close()
    shown = Table(part, *Verdict, "n", "right")
    for name, verdicts in counts.items():
        total = verdicts.total()
        shown.add_row(name, *(str(verdicts[one]) for one in Verdict), str(total), f"{right[name] / total:.2f}")
    return shown


def _filled(folder: Path, known: Sequence[Known], embedder: Embedder) -> EmbeddedEngine:
    engine = EmbeddedEngine.open(folder, embedder.fingerprint, embedder.dimensions, writable=True, create=True)
    documents = [it.document for it in known]
    engine.write(documents, embedder.passages([it.text for it in documents]))
    engine.commit()
    return engine


def verdict_of(engine: Engine, embedder: Embedder, case: Case) -> Verdict:
    candidates = hybrid.candidates(
        engine, embedder, case.document, "achievement", tokens=_PUBLIC, exclude=case.exclude, window=WINDOW
    )
    return novelty.verdict(novelty.compare(case.document, candidates, embedder))


def main(folder: Path = TOPICS) -> None:
    console, embedder = Console(width=120), load_embedder()
    for part in PARTS:
        console.print(table(folder, embedder, part))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
