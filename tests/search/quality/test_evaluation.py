"""The measures are those of the field, worked out by hand for a folder that is small enough."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from math import log2
from pathlib import Path
from typing import Any

import pytest

from search.embedded import EmbeddedEngine
from search.embedding import Embedder
from search.engine import Engine
from search.errors import BadEvaluationFolder
from search.quality.beir import Labels, read_collection
from search.quality.evaluation import Report, evaluate

# For one word that stands once in each, BM25 puts the shorter text before the longer one.
CORPUS = {
    "short": "迷宫密封",
    "middle": "迷宫密封用于齿轮箱轴端的改造记录",
    "long": "迷宫密封用于齿轮箱轴端的改造记录，另附车间照明线路和起重设备检修的台账各一份",
    "other": "仔猪断奶饲料配方",
}
QUESTIONS = {"first": "迷宫", "second": "迷宫", "unjudged": "饲料"}
GRADES = {"first": {"short": 1, "middle": 3, "long": 0, "other": 2}, "second": {"middle": 1}, "unjudged": {"short": 0}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path, CORPUS, [{"_id": name, "text": text} for name, text in QUESTIONS.items()], GRADES)


def write(
    folder: Path, corpus: Mapping[str, str], questions: list[dict[str, Any]], grades: Mapping[str, Mapping[str, int]]
) -> Path:
    rows = [{"_id": name, "title": "", "text": text, "metadata": {}} for name, text in corpus.items()]
    with gzip.open(folder / "corpus.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    lines = [json.dumps(question, ensure_ascii=False) for question in questions]
    (folder / "queries.jsonl").write_text("\n".join(lines), "utf-8")
    (folder / "qrels").mkdir()
    judged = [f"{question}\t{one}\t{grade}" for question, them in grades.items() for one, grade in them.items()]
    (folder / "qrels" / "test.tsv").write_text("\n".join(["query-id\tcorpus-id\tscore", *judged]) + "\n", "utf-8")
    return folder


def make_engine(folder: Path, fingerprint: str, dimensions: int) -> Engine:
    return EmbeddedEngine.open(folder, fingerprint, dimensions, writable=True, create=True)


def measure(folder: Path, embedder: Embedder) -> Report:
    return evaluate(folder, embedder, make_engine)


def test_the_measures_are_those_worked_out_by_hand(folder: Path, embedder: Embedder) -> None:
    # By words: short, middle, long. Gains of the first question 1, 3, 0, at best 3, 2, 1; of the second 0, 1, 0.
    first = (1 + 3 / log2(3)) / (3 + 2 / log2(3) + 1 / 2)
    second = (1 / log2(3)) / 1
    assert measure(folder, embedder)["lexical"] == {
        "query": {
            "ndcg@10": round((first + second) / 2, 4),
            "mrr@10": (1 + 1 / 2) / 2,
            "recall@10": round((2 / 3 + 1) / 2, 4),
            "recall@100": round((2 / 3 + 1) / 2, 4),
            "queries": 2,
        }
    }


def test_meaning_ranks_every_document_and_so_recalls_all(folder: Path, embedder: Embedder) -> None:
    assert measure(folder, embedder)["vector"]["query"]["recall@100"] == 1.0


def test_only_demands_are_matched_and_each_kind_is_reported_apart(tmp_path: Path, embedder: Embedder) -> None:
    demand = {
        "_id": "d",
        "text": "轴端漏油想换成迷宫密封",
        "metadata": {"kind": "demand", "title": "轴端漏油", "min_trl": 3},
    }
    questions = [{"_id": "q", "text": "迷宫密封", "metadata": {"kind": "query"}}, demand]
    report = measure(write(tmp_path, CORPUS, questions, {"q": {"short": 1}, "d": {"middle": 2}}), embedder)
    assert {leg: sorted(kinds) for leg, kinds in report.items()} == {
        "lexical": ["demand", "query"],
        "vector": ["demand", "query"],
        "hybrid": ["demand", "query"],
        "match": ["demand"],
    }
    assert report["match"]["demand"]["queries"] == 1


def test_the_words_of_a_folder_become_the_codes_of_an_index(tmp_path: Path) -> None:
    demand = {
        "_id": "d",
        "text": "漏油",
        "metadata": {"kind": "demand", "region": "德阳市", "modes": ["技术服务"], "budget_wan": 1.5},
    }
    labels = Labels(regions={"德阳市": ("510000", "510600")}, modes={"技术服务": "service"})
    (question,) = read_collection(write(tmp_path, CORPUS, [demand], {"d": {"short": 1}}), labels).questions
    assert question.demand is not None
    assert question.demand.facets == {"region": ("510000", "510600"), "transfer_mode": ("service",)}
    assert question.demand.numbers == {"budget": 1_500_000}


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("queries.jsonl", '{"_id": "q"}', "第 1 行不是所需的记录"),
        ("queries.jsonl", "not json", "第 1 行不是所需的记录"),
        ("queries.jsonl", '{"_id": "first", "text": "迷宫", "metadata": []}', "不是所需的记录|不存在"),
        ("qrels/test.tsv", "head\nfirst\tshort", "第 2 行应为"),
        ("qrels/test.tsv", "head\nfirst\tnone\t1", "第 2 行引用了不存在的编号"),
        ("qrels/test.tsv", "head\nfirst\tshort\tgood", "第 2 行应为"),
    ],
)
def test_a_folder_that_is_not_in_order_is_refused_with_file_and_line(
    folder: Path, embedder: Embedder, file: str, content: str, said: str
) -> None:
    (folder / file).write_text(content, "utf-8")
    with pytest.raises(BadEvaluationFolder, match=said):
        measure(folder, embedder)


@pytest.mark.parametrize("missing", ["corpus.jsonl.gz", "queries.jsonl", "qrels/test.tsv"])
def test_a_folder_that_lacks_a_file_is_refused_by_its_name(folder: Path, embedder: Embedder, missing: str) -> None:
    (folder / missing).unlink()
    with pytest.raises(BadEvaluationFolder, match=missing.removesuffix(".gz")):
        measure(folder, embedder)


def test_a_cut_off_archive_is_refused(folder: Path, embedder: Embedder) -> None:
    corpus = folder / "corpus.jsonl.gz"
    corpus.write_bytes(corpus.read_bytes()[:-10])
    with pytest.raises(BadEvaluationFolder, match="无法读取"):
        measure(folder, embedder)
