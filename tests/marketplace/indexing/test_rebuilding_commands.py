"""Rebuilding as an operator does it: it says what it did, and neither Ctrl-C nor a kill leaves anything behind."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import pytest
from flask import Flask

from marketplace.db import SessionFactory, unit_of_work
from marketplace.models import Achievement
from tests import factories
from tests.factories import AchievementFactory, DemandFactory
from tests.marketplace.test_commands import command, run


@pytest.fixture
def stocked(app: Flask, sessions: SessionFactory) -> Flask:
    with unit_of_work(sessions) as session:
        factories.use(session)
        AchievementFactory.create_batch(3)
        DemandFactory()
    run(app, "index", "sync")
    return app


@pytest.fixture
def index_path(app: Flask) -> Path:
    path: Path = app.extensions["marketplace"].settings.index_path
    return path


def rebuild_and_stop(app: Flask, by: signal.Signals) -> tuple[int, str]:
    """Rebuild in a process of its own that is stopped when the first records have been written; return how it ended."""
    settings = app.extensions["marketplace"].settings
    program = f"""
import os, sys
from flask.cli import main
from marketplace.indexing import rebuilding

bring = rebuilding.bring

def stopped(*arguments):
    bring(*arguments)
    os.kill(os.getpid(), {by})

rebuilding.bring = stopped
sys.argv = ["flask", "index", "rebuild"]
main()
"""
    done = command(settings.instance_path, "-c", program, DATABASE_URL=settings.database_url)
    return done.returncode, done.stderr


def of_another_form(index_path: Path) -> None:
    """Make the index in use one of an earlier version of the product."""
    (described,) = index_path.glob("edition-*/index.json")
    described.write_text(re.sub(r'"format": \d+', '"format": 0', described.read_text("utf-8")), "utf-8")


def test_an_index_of_an_earlier_version_is_told_of_though_nothing_waits_for_it(
    stocked: Flask, index_path: Path
) -> None:
    of_another_form(index_path)
    assert "flask index rebuild" in run(stocked, "index", "sync", status=1)
    run(stocked, "index", "rebuild")
    assert "索引已与数据库一致" in run(stocked, "index", "sync")


def folders(index_path: Path) -> list[str]:
    return sorted(folder.name for folder in index_path.glob("edition-*"))


def test_a_rebuild_says_what_came_into_use_and_how_to_go_back(stocked: Flask) -> None:
    said = run(stocked, "index", "rebuild")
    assert "索引已重建并启用（自带的模型）" in said
    assert "flask index rollback" in said
    assert "核对了 3 项成果、1 条需求、0 个工作室，差异 0 处" in run(stocked, "index", "check")
    assert "以前使用：edition-1" in run(stocked, "index", "status")


def test_the_status_says_what_waits_and_since_when(stocked: Flask, sessions: SessionFactory) -> None:
    assert "待同步 0 条变更；搁置 0 条。" in run(stocked, "index", "status")
    with unit_of_work(sessions) as session:
        session.get_one(Achievement, 1).title = "道口栏杆防撞装置"
    assert "待同步 1 条变更，最早的一条自 20" in run(stocked, "index", "status")


def test_a_rollback_brings_what_changed_since(stocked: Flask, sessions: SessionFactory) -> None:
    run(stocked, "index", "rebuild")
    with unit_of_work(sessions) as session:
        session.get_one(Achievement, 1).title = "道口栏杆防撞装置"
    assert "已退回以前的索引" in run(stocked, "index", "rollback")
    assert "正在使用：edition-1" in run(stocked, "index", "status")
    assert "道口栏杆防撞装置" in run(stocked, "search", "query", "道口栏杆")
    run(stocked, "index", "check")


def test_before_the_first_index_the_status_says_how_to_make_one(app: Flask) -> None:
    assert "flask index sync" in run(app, "index", "status")


def test_the_first_index_may_be_made_by_a_rebuild(app: Flask) -> None:
    run(app, "index", "rebuild")
    assert "共 0 条" in run(app, "search", "query", "夹具")


@pytest.mark.faults
def test_an_interrupted_rebuild_says_so_and_leaves_the_index_in_use(stocked: Flask, index_path: Path) -> None:
    status, said = rebuild_and_stop(stocked, signal.SIGINT)
    assert status == 1
    assert "已中断：正在使用的索引不变" in said
    assert "Traceback" not in said
    assert folders(index_path) == ["edition-1"]
    run(stocked, "index", "check")


@pytest.mark.faults
def test_what_a_killed_rebuild_left_is_removed_by_the_next(stocked: Flask, index_path: Path) -> None:
    status, _said = rebuild_and_stop(stocked, signal.SIGKILL)
    assert status == -signal.SIGKILL
    assert folders(index_path) == ["edition-1", "edition-2"]
    run(stocked, "index", "check")
    run(stocked, "index", "rebuild")
    assert folders(index_path) == ["edition-1", "edition-2"]
    assert "正在使用：edition-2" in run(stocked, "index", "status")
    run(stocked, "index", "check")
