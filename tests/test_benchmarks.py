"""The page of measurements is written by what measures, section by section, and never by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.table import Table

from benchmarks import __main__ as page
from benchmarks import engines, evidence_quality, search_speed, vector_options
from search.embedding import Embedder

DOCS = Path(__file__).parents[1] / "docs" / "benchmarks.md"


def test_the_page_in_the_documentation_is_as_it_would_be_written(tmp_path: Path) -> None:
    again = tmp_path / "benchmarks.md"
    page.write(again, page.read(DOCS))
    assert again.read_text("utf-8") == DOCS.read_text("utf-8")


def test_each_section_says_on_what_and_with_which_command_it_was_measured() -> None:
    written = page.read(DOCS)
    assert {"search"} <= written.keys() <= page.SECTIONS.keys()
    for name, text in written.items():
        assert f"`python -m benchmarks {name}`" in text
        assert " 核，" in text


def test_measuring_one_section_leaves_the_others_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "PAGE", tmp_path / "page.md")
    page.write(page.PAGE, {"search": "## 检索\n\n以前测的", "brief": "## 需求书\n\n旧的"})
    page.main(["brief"])
    written = page.read(page.PAGE)
    assert written["search"] == "## 检索\n\n以前测的"
    assert "| process |" in written["brief"]


def test_an_unknown_section_is_refused_and_the_known_ones_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        page.main(["speed"])
    assert "there are search, engines, vectors, ingest" in capsys.readouterr().err


def test_a_table_becomes_markdown_with_figures_to_the_right() -> None:
    table = Table("what", "ours")
    table.add_row("words", "1.20")
    assert page.markdown(table) == "| what | ours |\n| --- | ---: |\n| words | 1.20 |"


def test_searching_is_measured_beside_its_peers_in_one_run() -> None:
    lines = page.markdown(search_speed.measured(300)).splitlines()
    named = {line.split(" | ")[0].lstrip("| ") for line in lines}
    assert {"fill, documents/s", "whole question, p50 ms", "whole question, p95 ms"} <= named
    assert any("FTS5: " in line for line in lines)
    assert any("numpy float32: " in line for line in lines)


def test_quoted_sentences_solve_more_often_than_those_likest_in_words_or_nearest(embedder: Embedder) -> None:
    every = [it for it in evidence_quality.quoted(embedder) if it.part != "tune"]
    likest = sum(it.likest in it.solving for it in every)
    nearest = sum(it.nearest in it.solving for it in every)
    assert sum(it.is_right for it in every) > 1.3 * max(likest, nearest)


@pytest.fixture
def briefly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measure on a server that is neither compiled well nor warmed: its figures are shown to nobody."""
    monkeypatch.setattr(engines, "WARMING", 2)
    monkeypatch.setattr(engines, "IS_BRIEF", True)


@pytest.mark.engine
@pytest.mark.postgres
@pytest.mark.usefixtures("briefly")
def test_the_engines_are_measured_on_the_same_questions_in_one_run(elasticsearch: str) -> None:
    compared, overhead = (page.markdown(table) for table in engines.measured(300, 10))
    head, *_ = compared.splitlines()
    assert head == "| 300 documents | embedded | Elasticsearch | PostgreSQL |"
    assert {"questions", "p50, ms", "p95, ms", "bytes a document", "questions/s, 8 clients"} <= {
        line.split(" | ")[0].lstrip("| ") for line in compared.splitlines()
    }
    assert overhead.splitlines()[0] == "| our way to Elasticsearch | ours, ms | plain _msearch, ms | ours / plain |"


@pytest.mark.engine
@pytest.mark.usefixtures("briefly")
def test_ways_to_keep_vectors_are_measured_against_a_scan_of_them_all(elasticsearch: str) -> None:
    (table,) = vector_options.measured(300, 5)
    lines = page.markdown(table).splitlines()
    assert [line.split(" | ")[0].lstrip("| ") for line in lines[2:]] == list(vector_options.OPTIONS)
    # So few are scanned, whatever the option.
    assert lines[3].endswith("| 1.000 | 1.000 | 0 |")
