"""Real papers by the thousand: brought in from the file as it is, indexed, found, and matched with demands in words
as people write them.
"""

from __future__ import annotations

import csv
import gzip
import json
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from ingest.cli import ingest
from marketplace.db import SessionFactory
from marketplace.models import Achievement, AuditEntry, OutboxEntry
from marketplace.permissions import VISITOR
from marketplace.runtime import Runtime
from search.document import SearchRequest
from search.embedding import Embedder
from tests.opening import build_app

pytestmark = pytest.mark.journey

CHINESE = 12_384
ROWS = 15_120
# What a demand says and a word that whatever answers it must have.
DEMANDS = [
    (
        "仔猪断奶后腹泻",
        "我场仔猪断奶后腹泻多，死淘率高，已不能在饲料里加抗生素。希望找到替代的饲料添加剂，腹泻率降低30%以上。",
        "猪",
    ),
    (
        "盐碱地改良",
        "我合作社有两千亩盐碱地，土壤含盐量高，玉米出苗不齐。需要成本低、见效快的改良办法，出苗率达到85%以上。",
        "盐",
    ),
    (
        "坡耕地水土流失",
        "坡耕地雨季水土流失严重，表层土一年比一年薄。想知道哪种耕作或覆盖措施能减少泥沙，又不影响产量。",
        "土",
    ),
]


@dataclass(frozen=True, slots=True)
class Register:
    """The application after the import, with what the import said."""

    app: Flask
    file: Path
    said: Result
    report: list[dict[str, str]]

    @property
    def held(self) -> Runtime:
        held: Runtime = self.app.extensions["marketplace"]
        return held

    @property
    def sessions(self) -> SessionFactory:
        return self.held.sessions

    def run(self, *arguments: str) -> Result:
        result = self.app.test_cli_runner().invoke(args=arguments)
        assert result.exit_code == 0, result.output
        return result


@pytest.fixture(scope="module")
def register(
    shared_data: Path, migrated_sqlite: Path, embedder: Embedder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Register]:
    folder = tmp_path_factory.mktemp("real")
    database = folder / "marketplace.db"
    shutil.copy(migrated_sqlite, database)
    app = build_app(f"sqlite:///{database}", folder, embedder)
    file, report = shared_data / "records" / "chinaxiv_papers.jsonl.gz", folder / "report.csv"
    said = brought_in(app, file, "--report", report)
    with report.open(encoding="utf-8-sig", newline="") as lines:
        register = Register(app, file, said, list(csv.DictReader(lines)))
    register.run("index", "sync")
    yield register
    register.held.catalogue.close()
    register.held.engine.dispose()


@pytest.fixture(scope="module")
def papers(register: Register) -> list[dict[str, Any]]:
    """The rows of the file, in order."""
    with gzip.open(register.file, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def brought_in(app: Flask, file: Path, *options: object) -> Result:
    command = ["achievements", str(file), "--mapping", "chinaxiv", *map(str, options)]
    result = app.test_cli_runner().invoke(ingest, command)
    assert result.exit_code == 0, result.output
    return result


def records(register: Register) -> dict[str, Achievement]:
    with register.sessions() as session:
        return {str(record.source_id): record for record in session.scalars(sa.select(Achievement))}


def test_every_chinese_paper_is_a_record_or_has_a_line_that_says_why_not(
    register: Register, papers: list[dict[str, Any]]
) -> None:
    refused = {int(line["row"]) for line in register.report if line["severity"] == "error"}
    brought = records(register)
    assert len(papers) == ROWS
    for number, paper in enumerate(papers, start=1):
        assert (paper["lang"] == "zh") == (paper["id"] in brought or number in refused)
        assert not (paper["id"] in brought and number in refused)
    assert len(brought) + len(refused) == CHINESE


def test_only_a_paper_without_words_or_with_a_mark_of_secrecy_is_refused(
    register: Register, papers: list[dict[str, Any]]
) -> None:
    chinese = [(number, paper) for number, paper in enumerate(papers, start=1) if paper["lang"] == "zh"]
    wordless = {
        number
        for number, paper in chinese
        if not any(paper[name] for name in ("title", "abstract", "title_en", "abstract_en"))
    }
    errors = [line for line in register.report if line["severity"] == "error"]
    marked = {int(line["row"]) for line in errors if line["problem"] == "有涉密标志"}
    assert {int(line["row"]) for line in errors} == wordless | marked
    # Eight of them are about ciphers; whoever runs the register may count their words as harmless.
    assert len(marked) == 8
    assert all("密" in str(paper) for number, paper in chinese if number in marked)


def test_a_paper_comes_in_with_all_its_words(register: Register, papers: list[dict[str, Any]]) -> None:
    brought = records(register)
    whole = [paper for paper in papers if paper["id"] in brought and paper["title"] and paper["abstract"]]
    assert len(whole) > 10_000
    for paper in whole:
        record = brought[paper["id"]]
        assert squeezed(record.title) == squeezed(paper["title"])
        assert squeezed(record.summary) == squeezed(paper["abstract"])
        assert (record.state, record.published_state, record.source) == ("published", "published", "chinaxiv")


def test_the_counts_of_the_summary_add_up_to_the_rows_of_the_file(register: Register) -> None:
    (counts,) = [line for line in register.said.output.splitlines() if line.startswith("│")]
    assert f"读取 {ROWS} 行" in register.said.output
    assert sum(int(count) for count in counts.strip("│").split("│")) == ROWS


def test_bringing_the_file_a_second_time_adds_nothing(register: Register) -> None:
    counted = (Achievement, AuditEntry, OutboxEntry)

    def counts() -> list[int]:
        with register.sessions() as session:
            return [session.scalar(sa.select(sa.func.count()).select_from(model)) or 0 for model in counted]

    before = counts()
    brought_in(register.app, register.file)
    assert counts() == before
    assert "没有待同步的变更" in register.run("index", "sync").output


def test_the_index_holds_every_record(register: Register) -> None:
    assert "差异 0 处" in register.run("index", "check").output


def test_a_paper_is_found_by_its_title(register: Register) -> None:
    every = sorted(records(register).values(), key=lambda record: record.id)
    titles = Counter(record.title for record in every)
    asked = [record for record in every if titles[record.title] == 1 and len(record.title) > 8][::100]
    found = [record for record in asked if str(record.id) in ids(register, record.title)]
    assert len(asked) > 100
    assert len(found) >= 0.97 * len(asked)


def test_a_paper_is_found_by_a_sentence_from_its_middle(register: Register) -> None:
    every = sorted(records(register).values(), key=lambda record: record.id)
    asked = [record for record in every if len(record.summary) > 200][::100]
    found = [record for record in asked if str(record.id) in ids(register, record.summary[90:150])]
    assert len(found) >= 0.97 * len(asked)


@pytest.mark.parametrize(("title", "text", "word"), DEMANDS, ids=[title for title, _text, _word in DEMANDS])
def test_a_demand_in_free_words_is_matched_with_quotations_that_stand_in_the_papers(
    register: Register, title: str, text: str, word: str
) -> None:
    client = register.app.test_client()
    answer = client.post("/api/v1/demands", json={"title": title, "text": text})
    assert answer.status_code == 201, answer.json
    key = {"X-Demand-Key": answer.json["access_key"]}
    matches = client.get(f"/api/v1/demands/{answer.json['id']}/matches", headers=key).json["matches"]
    assert [match["rank"] for match in matches] == list(range(1, 11))
    with register.sessions() as session:
        best = session.get_one(Achievement, matches[0]["achievement"]["id"])
        assert word in best.title + best.summary
        quoted = 0
        for match in matches:
            record = session.get_one(Achievement, match["achievement"]["id"])
            for reason in match["reasons"]:
                asked = {"title": title, "text": text}[reason["clause_field"]]
                assert asked[reason["clause_start"] : reason["clause_end"]] == reason["clause"]
                if reason["quote"]:
                    quoted += 1
                    assert getattr(record, reason["field"])[reason["start"] : reason["end"]] == reason["quote"]
        assert quoted >= len(matches)


def ids(register: Register, text: str) -> list[str]:
    request = SearchRequest("achievement", text, tokens=VISITOR.tokens, limit=10)
    return [hit.document.id for hit in register.held.catalogue.search(request).hits]


def squeezed(text: str) -> str:
    """Return a text without blanks, which the import mends."""
    return "".join(text.split())
