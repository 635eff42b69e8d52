"""The commands as an operator types them: each does its work, and says in a sentence what is wrong."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from ingest.cli import ingest
from marketplace.db import SessionFactory, unit_of_work
from marketplace.indexing.catalogue import Catalogue
from marketplace.models import Achievement, Demand
from tests import factories
from tests.factories import AchievementFactory, DemandFactory

CHECKOUT = Path(__file__).parents[2]


def run(app: Flask, *arguments: object, status: int = 0) -> str:
    """Run a command and return what it printed; fail where it ends otherwise than expected or with a stack trace."""
    result: Result = app.test_cli_runner().invoke(args=[str(argument) for argument in arguments])
    assert result.exit_code == status, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.output


@pytest.fixture
def stocked(app: Flask, sessions: SessionFactory) -> Flask:
    """The application with three achievements and a demand, indexed and matched."""
    with unit_of_work(sessions) as session:
        factories.use(session)
        AchievementFactory.create_batch(3)
        DemandFactory()
    run(app, "index", "sync")
    return app


def only(sessions: SessionFactory, model: type[Any]) -> Any:
    with sessions() as session:
        return session.query(model).order_by(model.id).first()


def test_syncing_says_what_it_wrote_and_matched_and_then_that_nothing_waits(app: Flask, stocked: Flask) -> None:
    assert "没有待同步的变更" in run(app, "index", "sync")


def test_syncing_an_empty_catalogue_makes_an_index_that_can_be_asked(app: Flask) -> None:
    assert "写入 0 条" in run(app, "index", "sync")
    assert "共 0 条" in run(app, "search", "query", "夹具")


def test_a_lost_index_is_made_whole_by_the_next_sync(app: Flask, stocked: Flask, catalogue: Catalogue) -> None:
    catalogue.close()
    folder = app.extensions["marketplace"].settings.index_path
    folder.rename(folder.with_name("lost"))
    assert "写入 4 条" in run(app, "index", "sync")
    assert "差异 0 处" in run(app, "index", "check")


def test_checking_names_each_difference_and_mends_them_when_asked(
    app: Flask, stocked: Flask, sessions: SessionFactory, catalogue: Catalogue
) -> None:
    with catalogue.writer() as engine:
        engine.delete("achievement", {"2": 1})
        engine.commit()
    assert "achievement 2: missing" in run(app, "index", "check", status=1)
    with unit_of_work(sessions) as session:
        session.get_one(Achievement, 2).title = "改名"
    run(app, "index", "check", "--mend")
    assert "差异 0 处" in run(app, "index", "check")


def test_an_index_newer_than_a_restored_database_is_told_to_be_rebuilt(
    app: Flask, stocked: Flask, sessions: SessionFactory
) -> None:
    with unit_of_work(sessions) as session:
        session.get_one(Achievement, 1).title = "改名"
    run(app, "index", "sync")
    with unit_of_work(sessions) as session:
        session.execute(sa.update(Achievement).where(Achievement.id == 1).values(revision=1))
    assert "flask index rebuild" in run(app, "index", "check", "--mend", status=1)
    run(app, "index", "rebuild")
    run(app, "index", "check")


def test_a_second_writer_is_told_to_wait(
    app: Flask, stocked: Flask, sessions: SessionFactory, catalogue: Catalogue
) -> None:
    with unit_of_work(sessions) as session:
        session.get_one(Achievement, 1).title = "改名"
    with catalogue.writer():
        assert "另一个进程正在写入" in run(app, "index", "sync", status=1)


def test_a_search_lists_titles_and_suggests_where_nothing_is_found(app: Flask, stocked: Flask) -> None:
    found = run(app, "search", "query", "薄壁件 夹具", "--limit", 2)
    assert "共 3 条" in found
    assert found.count("薄壁件车削夹具改进") == 2
    assert "薄壁壳体" in run(app, "search", "query", "圆度超差", "--kind", "demand")


def test_matches_are_shown_with_rank_score_and_quotation(app: Flask, stocked: Flask) -> None:
    shown = run(app, "match", "show", "--top", 1)
    assert "1. 薄壁件车削夹具改进" in shown
    assert "2. " not in shown
    assert "” → “" in shown
    assert "达到  合格率：要求 ≥98%，成果 98.6%" in shown


def test_matching_prints_json_that_a_program_can_read(app: Flask, stocked: Flask, sessions: SessionFactory) -> None:
    demand = only(sessions, Demand)
    (answer,) = json.loads(run(app, "match", "run", "--demand", demand.id, "--json"))
    assert answer["demand"] == {"id": demand.id, "title": demand.title}
    best = answer["matches"][0]
    assert best.keys() == {"rank", "score", "achievement", "features", "reasons", "fingerprint"}
    assert best["rank"] == 1
    assert best["fingerprint"]
    assert any(reason["quote"] for reason in best["reasons"])


def test_a_review_step_says_the_new_state_and_what_may_follow(app: Flask, sessions: SessionFactory) -> None:
    with unit_of_work(sessions) as session:
        factories.use(session)
        DemandFactory(state="submitted")
    assert "现为 verified；下一步可以：open、close" in run(app, "review", "demand", 1, "verify")


def test_the_tables_are_brought_up_to_date_and_compared_with_the_models(app: Flask) -> None:
    assert "已是最新" in run(app, "db", "upgrade")
    run(app, "db", "check")


def test_measuring_prints_a_table_or_json(app: Flask, tmp_path: Path) -> None:
    write_judged(tmp_path)
    assert "nDCG@10" in run(app, "search", "evaluate", tmp_path)
    printed = app.test_cli_runner().invoke(args=["search", "evaluate", str(tmp_path), "--json"]).stdout
    report = json.loads(printed)
    assert report["lexical"]["query"] == {
        "ndcg@10": 1.0,
        "mrr@10": 1.0,
        "recall@10": 1.0,
        "recall@100": 1.0,
        "queries": 1,
    }


def write_judged(folder: Path) -> None:
    (folder / "corpus.jsonl").write_text('{"_id": "1", "title": "", "text": "迷宫密封"}\n', "utf-8")
    (folder / "queries.jsonl").write_text('{"_id": "q", "text": "迷宫密封"}\n', "utf-8")
    (folder / "qrels").mkdir()
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq\t1\t2\n", "utf-8")


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("match", "run", "--demand", 99), 1, "没有找到编号为 99 的需求"),
        (("match", "show", "--demand", 99), 1, "没有找到编号为 99 的需求"),
        (("match", "show", "--top", 0), 2, "--top"),
        (("review", "demand", 1, "open"), 1, "没有找到编号为 1 的需求"),
        (("review", "achievement", "one", "publish"), 2, "ACHIEVEMENT_ID"),
        (("search", "query", "夹具"), 1, "flask index sync"),
        (("search", "query", "夹具", "--limit", 1000), 2, "--limit"),
        (("search", "evaluate", CHECKOUT / "docs"), 1, "corpus.jsonl"),
        (("search", "evaluate", CHECKOUT / "nowhere"), 2, "nowhere"),
        (("index", "check"), 1, "flask index sync"),
        (("index", "sync", "--interval", 0), 2, "--interval"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    app: Flask, arguments: tuple[object, ...], status: int, said: str
) -> None:
    assert said in run(app, *arguments, status=status)


def test_a_step_that_does_not_begin_here_says_which_do(app: Flask, sessions: SessionFactory) -> None:
    with unit_of_work(sessions) as session:
        factories.use(session)
        AchievementFactory(state="draft", published_state="unpublished", published_at=None)
    said = run(app, "review", "achievement", 1, "publish", status=1)
    assert "submit" in said
    assert only(sessions, Achievement).state == "draft"


def command(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=CHECKOUT,
        env={**os.environ, "INSTANCE_PATH": str(folder), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "arguments", [("match", "run"), ("index", "sync"), ("ingest", "demands", "ingest/sample/demands.xlsx")]
)
def test_without_tables_a_command_says_which_command_makes_them(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = command(tmp_path, "-m", "flask", *arguments)
    assert (done.returncode, "flask db upgrade" in done.stderr, "Traceback" in done.stderr) == (1, True, False)


def test_a_row_that_is_refused_is_told_by_a_command_that_has_no_web(tmp_path: Path, sqlite_url: str) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("name,region\n示例机械厂,nowhere\n", "utf-8")
    done = command(tmp_path, "-m", "flask", "ingest", "organisations", str(rows), DATABASE_URL=sqlite_url)
    assert "Traceback" not in done.stderr
    assert "nowhere" in done.stdout + done.stderr


def test_tables_that_are_behind_are_told_from_tables_that_differ(tmp_path: Path) -> None:
    done = command(tmp_path, "-m", "flask", "db", "check")
    assert done.returncode == 1
    assert "请先运行 flask db upgrade" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("variable", "value"), [("DATABASE_URL", "mysql://somewhere"), ("PAGE_SIZE", "many"), ("SECRET_KEY", "short")]
)
def test_a_wrong_setting_stops_any_command_with_its_name_and_no_stack_trace(
    tmp_path: Path, variable: str, value: str
) -> None:
    done = command(tmp_path, "-m", "flask", "db", "upgrade", **{variable: value})
    assert done.returncode == 1
    assert variable in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_another_process_writes_to_is_told_from_one_without_tables(app: Flask, sqlite_url: str) -> None:
    engine = app.extensions["marketplace"].engine
    sa.event.listen(engine, "connect", lambda connection, _entry: connection.execute("PRAGMA busy_timeout=10"))
    engine.dispose()
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("DELETE FROM outbox_entry")
        said = app.test_cli_runner().invoke(ingest, ["demands", str(CHECKOUT / "ingest/sample/demands.xlsx")])
    assert said.exit_code == 1
    assert "另一个进程写入" in said.output
