"""Measure how well a folder of judged questions is answered: by words, by meaning, by both, and by matching.

All four go through the code that answers readers, on a throw-away index, so the figures are those of the product and
not of a model on a bench. The measures are those of trec_eval: nDCG with linear gains (the grade itself) and a
logarithmic discount, the reciprocal rank of the first relevant document, and recall, a grade of 1 or more being
relevant. Questions without any relevant document are left out.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from statistics import fmean

from search import hybrid
from search.document import Leg, SearchDocument, SearchRequest
from search.embedding import Embedder, passage_text
from search.engine import Engine
from search.matching import pairing
from search.quality.beir import Labels, Question, read_collection

# Opens an empty index for writing: (folder, fingerprint, dimensions).
MakeEngine = Callable[[Path, str, int], Engine]
# Told what is being done, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]
# Leg → kind of question → measure → value.
Report = dict[str, dict[str, dict[str, float]]]

_KIND = "achievement"
_TOKENS = frozenset({"public"})
_BATCH = 500
_DEPTH = 100


def evaluate(
    folder: Path,
    embedder: Embedder,
    make_engine: MakeEngine,
    *,
    labels: Labels | None = None,
    progress: Progress = lambda _stage, _done, _total: None,
) -> Report:
    """Index the corpus of a folder, ask its questions and return the mean measures of every leg, by kind of question.

    Raises BadEvaluationFolder when the folder is not in order.
    """
    collection = read_collection(folder, labels)
    asked = [it for it in collection.questions if any(collection.grades.get(it.id, {}).values())]
    scores: dict[tuple[str, str], list[dict[str, float]]] = {}
    with (
        tempfile.TemporaryDirectory() as place,
        closing(make_engine(Path(place), embedder.fingerprint, embedder.dimensions)) as engine,
    ):
        fill(engine, embedder, collection.documents, progress)
        for done, question in enumerate(asked, 1):
            for leg, ranking in _rankings(engine, embedder, question):
                found = [document for document in ranking if document != question.id]
                scores.setdefault((leg, question.kind), []).append(_measures(found, collection.grades[question.id]))
            progress("questions", done, len(asked))
    return _report(scores)


def fill(engine: Engine, embedder: Embedder, documents: Sequence[SearchDocument], progress: Progress) -> None:
    """Write documents to an index and commit it."""
    for start in range(0, len(documents), _BATCH):
        batch = documents[start : start + _BATCH]
        engine.write(batch, embedder.passages([passage_text(it) for it in batch]))
        progress("documents", start + len(batch), len(documents))
    engine.commit()


def _rankings(engine: Engine, embedder: Embedder, question: Question) -> Iterator[tuple[str, list[str]]]:
    # One more than is measured, for the question's own text may be a document that does not count.
    depth = _DEPTH + 1
    for leg in (Leg.LEXICAL, Leg.VECTOR):
        yield leg.value, hybrid.ranking(engine, embedder, _KIND, question.text, leg=leg, tokens=_TOKENS, limit=depth)
    page = hybrid.search(engine, embedder, SearchRequest(_KIND, question.text, tokens=_TOKENS, limit=depth))
    yield Leg.HYBRID.value, [hit.document.id for hit in page.hits]
    if question.demand:
        candidates = hybrid.candidates(
            engine, embedder, question.demand, _KIND, tokens=_TOKENS, filters={}, exclude=frozenset({question.id})
        )
        yield "match", [it.document.id for it in pairing.match(question.demand, candidates, embedder, limit=_DEPTH)]


def _measures(ranking: Sequence[str], grades: Mapping[str, int]) -> dict[str, float]:
    gains = [grades.get(document, 0) for document in ranking]
    relevant = sum(grade > 0 for grade in grades.values())
    return {
        "ndcg@10": ndcg(ranking, grades),
        "mrr@10": next((1 / rank for rank, gain in enumerate(gains[:10], 1) if gain > 0), 0.0),
        "recall@10": sum(gain > 0 for gain in gains[:10]) / relevant,
        "recall@100": sum(gain > 0 for gain in gains[:_DEPTH]) / relevant,
    }


def ndcg(ranking: Sequence[str], grades: Mapping[str, int], depth: int = 10) -> float:
    """Return the discounted gain of the first of a ranking, relative to the best there can be; some grade is not 0."""
    gains = [grades.get(document, 0) for document in ranking]
    return _discounted(gains[:depth]) / _discounted(sorted(grades.values(), reverse=True)[:depth])


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


def _report(scores: Mapping[tuple[str, str], Sequence[Mapping[str, float]]]) -> Report:
    report: Report = {}
    for (leg, kind), rows in scores.items():
        means = {name: round(fmean(row[name] for row in rows), 4) for name in rows[0]}
        report.setdefault(leg, {})[kind] = means | {"queries": len(rows)}
    return report
