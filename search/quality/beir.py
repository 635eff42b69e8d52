"""Read an evaluation folder in the layout of the BEIR benchmark.

``corpus.jsonl`` (or ``.jsonl.gz``), ``queries.jsonl`` (or ``.gz``) and ``qrels/test.tsv``. Beyond BEIR, a query's
metadata says whether it is a ``query`` typed in a search box or a ``demand`` with structured fields, and a document's
metadata may hold the fields of an achievement; all of them are optional.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from search.document import SearchDocument
from search.errors import BadEvaluationFolder

Row = Mapping[str, Any]
Value = TypeVar("Value")

_FEN_IN_WAN = 1_000_000
_BANDS = ("1-3", "4-6", "7-9")


@dataclass(frozen=True, slots=True)
class Labels:
    """How a folder's words translate into the codes an index holds; a word not listed stands for itself.

    ``regions`` and ``industries`` give every ancestor beside the code itself, as in the facets of a document.
    """

    regions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    industries: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    modes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """A query of the folder. ``demand`` is set where it is a demand with fields of its own."""

    id: str
    text: str
    demand: SearchDocument | None

    @property
    def kind(self) -> str:
        return "demand" if self.demand else "query"


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents, questions, and how relevant (0: not at all) each judged document is to each question."""

    documents: list[SearchDocument]
    questions: list[Question]
    grades: Mapping[str, Mapping[str, int]]


def read_collection(folder: Path, labels: Labels | None = None) -> Collection:
    """Read a folder whole; raises BadEvaluationFolder, naming file and line, when it is not in order."""
    labels = labels or Labels()
    documents = [_achievement(row, labels) for row in _rows(folder, "corpus.jsonl")]
    questions = [_question(row, labels) for row in _rows(folder, "queries.jsonl")]
    grades = _grades(folder / "qrels" / "test.tsv", {it.id for it in questions}, {it.id for it in documents})
    return Collection(documents, questions, grades)


def _rows(folder: Path, name: str) -> Iterator[Row]:
    path = next((it for it in (folder / name, folder / f"{name}.gz") if it.is_file()), None)
    if path is None:
        raise BadEvaluationFolder(f"评测文件夹 {folder} 中缺少 {name}（或 {name}.gz）。")
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        try:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _row(path, number, line)
        except (OSError, EOFError, UnicodeDecodeError) as error:
            raise BadEvaluationFolder(f"{path} 无法读取：{error}") from error


def _row(path: Path, number: int, line: str) -> Row:
    try:
        row = json.loads(line)
        if not (isinstance(row["_id"], str) and isinstance(row["text"], str)):
            raise TypeError("_id 与 text 应为文字")
        if not isinstance(row.get("metadata") or {}, dict):
            raise TypeError("metadata 应为对象")
    except (ValueError, KeyError, TypeError) as error:
        raise BadEvaluationFolder(f"{path} 第 {number} 行不是所需的记录（_id、text、metadata）：{error}") from error
    return {**row, "metadata": row.get("metadata") or {}}


def _grades(path: Path, questions: set[str], documents: set[str]) -> dict[str, dict[str, int]]:
    if not path.is_file():
        raise BadEvaluationFolder(f"缺少相关性判断文件 {path}。")
    grades: dict[str, dict[str, int]] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if number == 1 or not line.strip():
            continue
        try:
            question, document, grade = line.split("\t")
            grades.setdefault(question, {})[document] = int(grade)
        except ValueError as error:
            raise BadEvaluationFolder(f"{path} 第 {number} 行应为“问题编号、文档编号、等级”三列。") from error
        if question not in questions or document not in documents:
            raise BadEvaluationFolder(f"{path} 第 {number} 行引用了不存在的编号：{question}，{document}。")
    return grades


def _achievement(row: Row, labels: Labels) -> SearchDocument:
    data = row["metadata"]
    trl = data.get("trl")
    own = {
        "kind": _one(data.get("kind")),
        "source": _one(data.get("source")),
        "year": _one(data.get("year")),
        "trl_band": (_BANDS[(trl - 1) // 3],) if trl else (),
    }
    amounts = {"price": _fen(data.get("price_wan")), "benefit": _fen(data.get("benefit_wan"))}
    return SearchDocument(
        kind="achievement",
        id=row["_id"],
        revision=1,
        title=row.get("title") or "",
        body=row["text"],
        keywords=tuple(data.get("keywords") or ()),
        facets=_known(own | _common_facets(data, labels)),
        numbers=_known(amounts | {"trl": trl, "year": data.get("year")}),
    )


def _question(row: Row, labels: Labels) -> Question:
    data = row["metadata"]
    if data.get("kind") != "demand":
        return Question(row["_id"], row["text"], None)
    demand = SearchDocument(
        kind="demand",
        id=row["_id"],
        revision=1,
        title=data.get("title") or "",
        body=data.get("description") or row["text"],
        facets=_known(_common_facets(data, labels)),
        numbers=_known({"budget": _fen(data.get("budget_wan")), "min_trl": data.get("min_trl")}),
    )
    return Question(row["_id"], row["text"], demand)


def _common_facets(data: Row, labels: Labels) -> dict[str, tuple[str, ...]]:
    region, industry = data.get("region"), data.get("industry")
    return {
        "region": labels.regions.get(region, _one(region)) if region else (),
        "industry": labels.industries.get(industry, _one(industry)) if industry else (),
        "transfer_mode": tuple(labels.modes.get(mode, mode) for mode in data.get("modes") or ()),
    }


def _one(value: object) -> tuple[str, ...]:
    return () if value in (None, "") else (str(value),)


def _fen(wan: float | None) -> int | None:
    return None if wan is None else round(wan * _FEN_IN_WAN)


def _known(values: Mapping[str, Value | None]) -> dict[str, Value]:
    return {name: value for name, value in values.items() if value not in (None, ())}
