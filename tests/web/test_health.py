"""Whoever operates the server can ask whether it lives and whether it can answer people."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from search.embedding import Embedder
from tests.opening import build_app
from tests.web.api_records import FIXTURE, stock


def test_a_server_with_database_and_index_is_ready(app: Flask, client: FlaskClient) -> None:
    stock(app, [FIXTURE])
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["checks"]) == (200, {"database": "ok", "index": "ok"})


def test_a_server_without_an_index_answers_people_all_the_same_and_says_what_to_run(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["status"]) == (200, "degraded")
    assert answer.json["checks"] == {"database": "ok", "index": "missing: run flask index rebuild"}


def test_a_server_whose_database_is_empty_says_what_to_run(tmp_path: Path, embedder: Embedder) -> None:
    client = build_app(f"sqlite:///{tmp_path / 'empty.db'}", tmp_path, embedder).test_client()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["checks"]["database"] == "not migrated: run flask db upgrade"


def test_a_server_whose_database_cannot_be_reached_still_lives(tmp_path: Path, embedder: Embedder) -> None:
    client = build_app("postgresql://nobody@127.0.0.1:9/nothing", tmp_path, embedder).test_client()
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json["checks"]["database"] == "unreachable"


def test_a_page_without_its_tables_says_that_it_is_not_available(app: Flask, client: FlaskClient) -> None:
    with app.extensions["marketplace"].engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE demand RENAME TO elsewhere"))
    answer = client.get("/demands")
    assert answer.status_code == 503
    assert "数据库暂时无法使用" in answer.text
