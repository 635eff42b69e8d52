"""``flask ingest`` as people run it: the sample records, the summary, the report and what it says when it cannot."""

from __future__ import annotations

import csv
import gzip
import json
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from ingest.cli import ingest
from ingest.pipeline import BATCH, Import
from ingest.resuming import Journal
from marketplace.credit_code import is_valid
from marketplace.db import SessionFactory
from marketplace.models import Achievement, Demand, Organisation
from search.embedding import Embedder
from tests.ingest.conftest import HEADINGS, SUMMARY, achievement, write_csv
from tests.opening import build_app

SAMPLE = Path(__file__).parents[2] / "ingest" / "sample"


def run(app: Flask, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(ingest, [str(argument) for argument in arguments])


def count(sessions: SessionFactory, model: type[Any]) -> int:
    with sessions() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_the_sample_records_come_in_whole_and_only_once(app: Flask, sessions: SessionFactory) -> None:
    files = {"organisations": "organisations.csv", "achievements": "achievements.csv", "demands": "demands.xlsx"}
    for _again in range(2):
        for noun, file in files.items():
            result = run(app, noun, SAMPLE / file)
            assert result.exit_code == 0, result.output
            assert "错误" not in result.output
    assert [count(sessions, model) for model in (Organisation, Achievement, Demand)] == [30, 336, 12]
    with sessions() as session:
        assert all(is_valid(unit.credit_code or "") for unit in session.scalars(sa.select(Organisation)))


def test_the_summary_names_the_mapping_and_counts_the_rows(app: Flask, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [HEADINGS, achievement(1), ("", "厂", SUMMARY)])
    result = run(app, "achievements", path)
    assert result.exit_code == 0
    assert "platform" in result.output or "ours" in result.output
    assert "读取 2 行" in result.output
    assert "成果名称：必填" in result.output


@pytest.mark.parametrize("name", ["report.csv", "report.jsonl"])
def test_the_report_has_a_line_for_what_must_be_mended(app: Flask, tmp_path: Path, name: str) -> None:
    path = write_csv(tmp_path / "a.csv", [HEADINGS, ("=1+1" * 100, "厂", SUMMARY)])
    run(app, "achievements", path, "--report", tmp_path / name)
    written = (tmp_path / name).read_text("utf-8-sig")
    if name.endswith("csv"):
        [line] = csv.DictReader(written.splitlines())
        assert line["value"].startswith("'=")
    else:
        line = json.loads(written)
    assert (line["file"], int(line["row"]), line["severity"], line["field"]) == ("a.csv", 2, "error", "成果名称")
    assert "最多 300 个字" in line["problem"]
    assert "重新导入" in line["action"]


def test_a_file_that_cannot_be_read_ends_with_a_sentence_and_status_2(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    for arguments, reason in [
        ((tmp_path / "none.csv",), "没有这个文件"),
        ((tmp_path,), "文件夹"),
        ((tmp_path / "old.xls",), ".xlsx"),
        ((SAMPLE / "achievements.csv", "--mapping", "nobody"), "没有适用的映射"),
        ((SAMPLE / "achievements.csv", "--report", tmp_path / "report.pdf"), ".jsonl"),
        ((SAMPLE / "achievements.csv", "--report", tmp_path / "none" / "report.csv"), "没有文件夹"),
    ]:
        result = run(app, "achievements", *arguments)
        assert result.exit_code == 2, result.output
        assert reason in result.output


def test_a_mistyped_second_file_shows_before_the_first_is_imported(
    app: Flask, sessions: SessionFactory, tmp_path: Path
) -> None:
    path = write_csv(tmp_path / "a.csv", [HEADINGS, achievement(1)])
    assert run(app, "achievements", path, tmp_path / "none.csv").exit_code == 2
    assert count(sessions, Achievement) == 0


def test_a_dry_run_says_so_and_writes_nothing(app: Flask, sessions: SessionFactory) -> None:
    result = run(app, "achievements", SAMPLE / "achievements.csv", "--dry-run")
    assert "试运行" in result.output
    assert count(sessions, Achievement) == 0


def test_after_an_interruption_the_next_run_says_how_far_it_had_got(
    app: Flask, sessions: SessionFactory, tmp_path: Path
) -> None:
    path = write_csv(tmp_path / "a.csv", [HEADINGS, *map(achievement, range(BATCH + 5))])
    instance = app.extensions["marketplace"].settings.instance_path
    journal = Journal.of(instance, path, "achievements", dry_run=False)

    def stop(rows: int) -> None:
        journal.reach(rows)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Import(sessions, "achievements").run(path, finished=stop)
    assert f"在 {BATCH} 行之后中断" in run(app, "achievements", path).output
    assert "中断" not in run(app, "achievements", path).output
    assert count(sessions, Achievement) == BATCH + 5


def test_the_mapping_of_a_file_is_known_by_its_headings(app: Flask, shared_data: Path, tmp_path: Path) -> None:
    with gzip.open(shared_data / "records" / "chinaxiv_papers.jsonl.gz", "rt", encoding="utf-8") as papers:
        some = "".join(islice(papers, 50))
    path = tmp_path / "papers.jsonl.gz"
    path.write_bytes(gzip.compress(some.encode()))
    assert "按映射 chinaxiv" in run(app, "achievements", path).output


def test_how_much_is_committed_at_once_and_how_long_a_cell_may_be_are_settings(
    sqlite_url: str, tmp_path: Path, embedder: Embedder
) -> None:
    app = build_app(sqlite_url, tmp_path, embedder, INGEST_BATCH="3", INGEST_MAX_CELL="100")
    path = write_csv(tmp_path / "a.csv", [HEADINGS, *map(achievement, range(7)), ("长", "厂", "很" * 101)])
    result = run(app, "achievements", path)
    assert "超过 100 字" in result.output
    assert count(app.extensions["marketplace"].sessions, Achievement) == 7
    app.extensions["marketplace"].engine.dispose()
