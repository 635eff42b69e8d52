"""Fit the weights by which hits and matches are put in order: ``python -m search.training.ranker JUDGED TOPICS``.

A pair of answers to one question, one judged better, is an example: the weighted sum of the better one's features must
be the greater (pairwise logistic regression: a linear RankNet, Burges et al., ICML 2005). The figures printed are those
of questions whose sector had no part in the fitting; the weights written are fitted to all.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from search import hybrid
from search.asking import ranking
from search.document import SearchDocument, SearchRequest
from search.embedded import EmbeddedEngine
from search.embedding import Embedder, load_embedder, passage_text
from search.matching import pairing
from search.quality.beir import Collection as Judgements
from search.quality.beir import Question, read_collection
from search.quality.evaluation import ndcg
from search.training.pairs import rows

# How strongly weights are held near zero.
_RESTRAINT = 1e-3
# What the judged set cannot tell, because its judges did not look at it, only nudges between near equals.
_NUDGES = dict.fromkeys(("budget", "indicators", "industry", "modes", "recency", "region"), 0.01)
# A documented readiness tells a record one can use from a paper; it must not outweigh what a record is about.
_MOST = {"maturity": 0.15}
# The judged questions are told in other words than the records and cannot tell what a question for a record by its own
# words needs: one that far exceeds all others in them is the one asked for. Chosen on general questions, where without
# it the right passage is first less often than by words alone (``docs/quality.md``).
_GIVEN = {"lexical_lead": 0.5}
_LEAST = {"lexical_score": 0.06}
# Weights are only told from each other; that of the cosine is set, so that scores keep their scale.
_COSINE = 0.4
# Of the answers worse than one, as many are compared with it, the nearest to it first.
_COMPARED = 60


@dataclass(frozen=True, slots=True)
class Judged:
    """The candidates of one question with their features, in the order they were found."""

    id: str
    sector: str
    ids: tuple[str, ...]
    values: Sequence[Mapping[str, float]]
    grades: Mapping[str, int]

    def ordered(self, weights: Mapping[str, float]) -> list[str]:
        """Return the candidates in the order the weights put them in."""
        scores = [ranking.weighted(one, weights) for one in self.values]
        return [self.ids[at] for at in sorted(range(len(scores)), key=lambda at: -scores[at])]

    def measured(self, weights: Mapping[str, float]) -> float:
        """Return nDCG@10 in that order."""
        return ndcg(self.ordered(weights), self.grades)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("judged", type=Path, help="a folder in the layout of BEIR")
    parser.add_argument("topics", type=Path, help="the folder of topics that names the sector of each question")
    parser.add_argument("--model", type=Path, help="another embedding model than the bundled one")
    options = parser.parse_args(arguments)
    judged = collect(options.judged, sectors(options.topics), load_embedder(options.model))
    fitted = {}
    for kind, questions in judged.items():
        fitted[kind] = fit(questions)
        print(f"{kind}: nDCG@10 {cross_validated(questions):.4f} on sectors held out")
        print(json.dumps(fitted[kind], indent=2))
    ranking.FILE.write_text(json.dumps(fitted, indent=2) + "\n", "utf-8")


def sectors(topics: Path) -> dict[str, str]:
    """Return the sector of every topic, by the part of its questions' ids that they share."""
    return {
        row["demands"][0]["id"].rpartition("-")[0]: row["sector"]
        for file in sorted(topics.glob("*.jsonl"))
        for row in rows(file)
    }


def collect(folder: Path, sectors: Mapping[str, str], embedder: Embedder) -> dict[str, list[Judged]]:
    """Return the judged questions for each table of weights, asked of an index made for the purpose."""
    collection = read_collection(folder)
    found: dict[str, list[Judged]] = {"match": [], "question": []}
    with (
        tempfile.TemporaryDirectory() as place,
        closing(_index(Path(place), embedder, collection)) as engine,
    ):
        for question in collection.questions:
            grades = collection.grades.get(question.id, {})
            sector = sectors[question.id.rpartition("-")[0]]
            if not any(grades.values()):
                continue
            if question.demand:
                found["match"].append(_as_demand(engine, embedder, question.demand, sector, grades))
            else:
                found["question"].append(_as_question(engine, embedder, question, sector, grades))
    return found


def fit(questions: Sequence[Judged], without: Collection[str] = ()) -> dict[str, float]:
    """Return the weights under which better answers come before worse ones most surely; none is negative.

    Features ``without`` weigh nothing, which shows what the others can do.
    """
    from scipy.optimize import minimize

    set_apart = {*_NUDGES, *_GIVEN, *without}
    names = [name for name in questions[0].values[0] if name not in set_apart]
    pairs, importance = _examples(questions, names)
    spread = pairs.std(axis=0)
    spread[spread == 0] = 1
    pairs = pairs / spread

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        wrong = 1 / (1 + np.exp(np.clip(pairs @ weights, -30, 30)))
        value = -float(importance @ np.log1p(-wrong)) + _RESTRAINT / 2 * float(weights @ weights)
        return value, -(pairs.T @ (importance * wrong)) + _RESTRAINT * weights

    found = minimize(loss, np.ones(len(names)), jac=True, bounds=[(0, None)] * len(names), method="L-BFGS-B").x / spread
    scale = _COSINE / found[names.index("cosine")]
    fitted = {name: float(weight * scale) for name, weight in zip(names, found, strict=True)}
    limited = {
        name: round(max(_LEAST.get(name, 0.0), min(weight, _MOST.get(name, weight))), 3)
        for name, weight in fitted.items()
    }
    weights = _NUDGES | _GIVEN | limited | dict.fromkeys(without, 0.0)
    return {name: weights[name] for name in questions[0].values[0]}


def cross_validated(questions: Sequence[Judged], without: Collection[str] = ()) -> float:
    """Return the mean nDCG@10 of questions, each ordered by weights its sector had no part in."""
    return fmean(question.measured(weights) for question, weights in held_out(questions, without))


def held_out(questions: Sequence[Judged], without: Collection[str] = ()) -> Iterator[tuple[Judged, dict[str, float]]]:
    """Yield every question with weights its sector had no part in."""
    for sector in sorted({question.sector for question in questions}):
        weights = fit([question for question in questions if question.sector != sector], without)
        yield from ((question, weights) for question in questions if question.sector == sector)


def _examples(questions: Sequence[Judged], names: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the differences of better and worse answers, shape (pairs, features), and what each pair counts."""
    differences, importance = [], []
    for question in questions:
        values = np.array([[one[name] for name in names] for one in question.values])
        grades = np.array([question.grades.get(identity, 0) for identity in question.ids])
        for better in np.flatnonzero(grades):
            worse = np.flatnonzero(grades < grades[better])[:_COMPARED]
            differences.append(values[better] - values[worse])
            importance.append((grades[better] - grades[worse]) / max(len(worse), 1) ** 0.5)
    counted = np.concatenate(importance)
    return np.concatenate(differences), counted / counted.sum()


def _index(place: Path, embedder: Embedder, collection: Judgements) -> EmbeddedEngine:
    engine = EmbeddedEngine.open(place, embedder.fingerprint, embedder.dimensions, writable=True, create=True)
    engine.write(collection.documents, embedder.passages([passage_text(one) for one in collection.documents]))
    engine.commit()
    return engine


def _as_demand(
    engine: EmbeddedEngine, embedder: Embedder, demand: SearchDocument, sector: str, grades: Mapping[str, int]
) -> Judged:
    candidates = hybrid.candidates(engine, embedder, demand, "achievement", tokens=frozenset({"public"}))
    found = pairing.match(demand, candidates, embedder, limit=len(candidates))
    order = {candidate.document.id: at for at, candidate in enumerate(candidates)}
    found.sort(key=lambda one: order[one.document.id])
    return Judged(demand.id, sector, tuple(it.document.id for it in found), [it.features for it in found], grades)


def _as_question(
    engine: EmbeddedEngine, embedder: Embedder, question: Question, sector: str, grades: Mapping[str, int]
) -> Judged:
    head = hybrid.head(engine, embedder, SearchRequest("achievement", question.text))
    return Judged(question.id, sector, tuple(head), list(head.values()), grades)


if __name__ == "__main__":
    main()
