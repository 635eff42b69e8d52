"""The operator reads what the web did; nobody else does, and nothing is counted where nobody asked for it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from marketplace.db import SessionFactory, unit_of_work
from marketplace.indexing.breaker import Breaker
from search.embedding import Embedder
from search.errors import IndexUnavailable
from tests import factories
from tests.factories import AchievementFactory
from tests.opening import build_app
from tests.web.api_records import FIXTURE, stock

TOKEN = "t" * 32
CHECKOUT = Path(__file__).parents[2]
KNOWN = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def watched(sqlite_url: str, tmp_path: Path, embedder: Embedder) -> Iterator[Flask]:
    """The application with a token for its figures."""
    app = build_app(sqlite_url, tmp_path, embedder, METRICS_TOKEN=TOKEN)
    yield app
    app.extensions["marketplace"].catalogue.close()
    app.extensions["marketplace"].engine.dispose()


@pytest.fixture
def visitor(watched: Flask) -> FlaskClient:
    return watched.test_client()


def read(text: str) -> dict[str, float]:
    """Return the figures by name and labels."""
    return {name: float(value) for name, value in re.findall(r"^(marketplace_\S+) (\S+)$", text, re.MULTILINE)}


def figures(visitor: FlaskClient) -> dict[str, float]:
    answer = visitor.get("/metrics", headers=KNOWN)
    assert answer.status_code == 200
    return read(answer.text)


def test_without_a_token_in_the_settings_there_are_no_figures(client: FlaskClient) -> None:
    assert client.get("/metrics", headers=KNOWN).status_code == 404


@pytest.mark.parametrize(
    "given", [{}, {"Authorization": TOKEN}, {"Authorization": "Bearer 密"}, {"Authorization": "Bearer "}]
)
def test_whoever_does_not_send_the_token_reads_nothing(visitor: FlaskClient, given: dict[str, str]) -> None:
    answer = visitor.get("/metrics", headers={name: value.encode().decode("latin-1") for name, value in given.items()})
    assert answer.status_code == 401
    assert "marketplace_" not in answer.text


def test_requests_are_counted_by_endpoint_and_status_and_invented_addresses_are_one(visitor: FlaskClient) -> None:
    before = figures(visitor)
    visitor.get("/healthz")
    visitor.get("/nothing/here")
    visitor.get("/nothing/there")
    after = figures(visitor)
    alive, none = 'marketplace_requests_total{endpoint="health.alive",status="200"}', 'endpoint="none",status="404"'
    assert after[alive] - before.get(alive, 0) == 1
    missing = f"marketplace_requests_total{{{none}}}"
    assert after[missing] - before.get(missing, 0) == 2
    assert not any("nothing" in name for name in after)


def test_a_question_tells_how_long_it_and_each_leg_took(watched: Flask, visitor: FlaskClient) -> None:
    stock(watched, [FIXTURE])
    before = figures(visitor)
    assert visitor.get("/api/v1/achievements?q=夹具").status_code == 200
    after = figures(visitor)
    for leg in ("words", "meaning"):
        name = f'marketplace_search_leg_seconds_count{{leg="{leg}"}}'
        assert after[name] - before.get(name, 0) >= 1
    whole = 'marketplace_search_seconds_count{answered_by="index"}'
    assert after[whole] - before.get(whole, 0) == 1


def test_a_question_that_the_database_answers_is_a_fallback_with_its_reason(visitor: FlaskClient) -> None:
    before = figures(visitor)
    assert visitor.get("/api/v1/achievements?q=夹具").status_code == 200
    after = figures(visitor)
    for name in (
        'marketplace_search_fallbacks_total{reason="IndexMissing"}',
        'marketplace_search_seconds_count{answered_by="database"}',
    ):
        assert after[name] - before.get(name, 0) == 1


def test_it_is_seen_that_the_engine_is_left_alone_and_that_it_is_asked_again(visitor: FlaskClient) -> None:
    moment = 0.0
    breaker = Breaker(clock=lambda: moment)
    with pytest.raises(IndexUnavailable), breaker.guarding():
        raise IndexUnavailable("gone")
    assert figures(visitor)["marketplace_search_breaker_open"] == 1
    moment = 60.0
    with breaker.guarding():
        pass
    assert figures(visitor)["marketplace_search_breaker_open"] == 0


def test_it_is_seen_how_far_the_index_is_behind(watched: Flask, visitor: FlaskClient) -> None:
    sessions: SessionFactory = watched.extensions["marketplace"].sessions
    assert figures(visitor)["marketplace_outbox_waiting"] == 0
    with unit_of_work(sessions) as session:
        factories.use(session)
        AchievementFactory.create_batch(2)
    with unit_of_work(sessions) as session:
        session.execute(sa.text("UPDATE outbox_entry SET created_at = datetime('now', '-1 hour') WHERE object_id = 1"))
        session.execute(
            sa.text("UPDATE outbox_entry SET parked_at = created_at, reason = 'too long' WHERE object_id = 2")
        )
    behind = figures(visitor)
    assert (behind["marketplace_outbox_waiting"], behind["marketplace_outbox_parked"]) == (1, 1)
    assert 3600 <= behind["marketplace_outbox_oldest_seconds"] < 3700


def test_a_database_that_cannot_be_reached_is_a_figure_too(tmp_path: Path, embedder: Embedder) -> None:
    app = build_app("postgresql://nobody@127.0.0.1:9/nothing", tmp_path, embedder, METRICS_TOKEN=TOKEN)
    told = figures(app.test_client())
    assert told["marketplace_database_up"] == 0
    assert "marketplace_outbox_waiting" not in told


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ask(url: str, token: str = TOKEN) -> str:
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})) as answer:
        return str(answer.read(), "utf-8")


@contextmanager
def running(*arguments: str, folder: Path, url: str, **environment: str) -> Iterator[None]:
    """Run a program of the product until the block ends."""
    settings = {"INSTANCE_PATH": str(folder), "DATABASE_URL": url, "METRICS_TOKEN": TOKEN, **environment}
    with subprocess.Popen([sys.executable, "-m", *arguments], cwd=CHECKOUT, env={**os.environ, **settings}) as process:
        try:
            yield
        finally:
            process.terminate()
            # A process of gunicorn that is told to end while it starts is killed after half a minute.
            process.wait(90)


def eventually(url: str) -> str:
    for _ in range(600):
        try:
            return ask(url)
        except OSError:
            time.sleep(0.1)
    raise AssertionError(url)


def test_all_processes_of_a_server_count_together(tmp_path: Path, sqlite_url: str) -> None:
    server = f"127.0.0.1:{free_port()}"
    with running("gunicorn", "--bind", server, "wsgi:app", folder=tmp_path, url=sqlite_url):
        eventually(f"http://{server}/metrics")
        for _ in range(20):
            ask(f"http://{server}/healthz")
        told = read(ask(f"http://{server}/metrics"))
    assert told['marketplace_requests_total{endpoint="health.alive",status="200"}'] == 20


def test_a_worker_gives_its_figures_to_whoever_has_the_token(tmp_path: Path, sqlite_url: str) -> None:
    address = f"127.0.0.1:{free_port()}"
    command = ("flask", "index", "sync", "--follow", "--interval", "0.1")
    with running(*command, folder=tmp_path, url=sqlite_url, WORKER_METRICS_ADDRESS=address):
        eventually(f"http://{address}/metrics")
        for _ in range(300):
            told = read(ask(f"http://{address}/metrics"))
            if told["marketplace_worker_last_pass_timestamp_seconds"]:
                break
            time.sleep(0.1)
        with pytest.raises(urllib.error.HTTPError, match="401"):
            ask(f"http://{address}/metrics", "wrong")
        with pytest.raises(urllib.error.HTTPError, match="404"):
            ask(f"http://{address}/")
    assert abs(told["marketplace_worker_last_pass_timestamp_seconds"] - time.time()) < 60
    assert told["marketplace_worker_changes_total"] == 0
