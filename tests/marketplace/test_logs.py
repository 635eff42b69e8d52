"""A log that a machine can read: one JSON object a line, named after the request, without anything about people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient

from marketplace import logs


@pytest.fixture(autouse=True)
def _quiet_afterwards() -> Iterator[None]:
    yield
    logs.configure("ERROR", "json")


def listening(app: Flask) -> FlaskClient:
    """Return a client of an application whose log goes where the test reads it."""
    logs.configure("INFO", "json")
    return app.test_client()


def written(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_every_request_leaves_one_line_with_the_name_its_answer_carries(
    app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = listening(app).get("/healthz")
    (line,) = written(capsys)
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert (line["event"], line["method"], line["path"], line["status"]) == ("request", "GET", "/healthz", 200)
    assert {"level", "timestamp", "ms"} <= line.keys()


def test_the_name_a_proxy_gave_is_kept_and_nonsense_is_not(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    client = listening(app)
    client.get("/healthz", headers={"X-Request-ID": "proxy-0123456789"})
    client.get("/healthz", headers={"X-Request-ID": '"}{"level": "forged'})
    kept, replaced = written(capsys)
    assert kept["request_id"] == "proxy-0123456789"
    assert "forged" not in replaced["request_id"]


def test_what_people_ask_and_their_keys_are_not_written(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    listening(app).get("/search?q=保密的难题", headers={"X-Demand-Key": "k" * 43})
    text = capsys.readouterr().err
    assert text
    assert "保密" not in text
    assert "k" * 43 not in text


@pytest.mark.parametrize("place", ["/deals/calendar/%s.ics", "/feeds/saved/%s.atom", "/unsubscribe/%s"])
def test_what_opens_an_address_to_whoever_knows_it_is_not_written(
    app: Flask, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    listening(app).get(place % ("k" * 43))
    (line,) = written(capsys)
    assert line["path"] == place % "…"


def test_a_failure_is_one_line_with_its_stack_and_without_the_values_in_it(
    app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    @app.get("/fails")
    def fails() -> str:
        telephone = "13900000001"
        raise RuntimeError(len(telephone))

    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = listening(app).get("/fails")
    assert answer.status_code == 500
    failed, told = written(capsys)
    assert (failed["event"], failed["path"], failed["level"]) == ("request_failed", "/fails", "error")
    assert failed["request_id"] == told["request_id"]
    assert failed["exception"][0]["exc_type"] == "RuntimeError"
    assert "13900000001" not in json.dumps(failed)


@pytest.mark.parametrize(("level", "shown"), [("INFO", ["some", "worse"]), ("ERROR", ["worse"])])
def test_what_is_less_severe_than_asked_is_left_out(
    capsys: pytest.CaptureFixture[str], level: str, shown: list[str]
) -> None:
    logs.configure(level, "json")
    logger = structlog.get_logger()
    logger.info("some", what="数据")
    logger.error("worse")
    assert [line["event"] for line in written(capsys)] == shown


def test_people_may_read_it_too(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", "console")
    structlog.get_logger().info("started", port=8000)
    text = capsys.readouterr().err
    assert "started" in text
    assert "port" in text
    assert not text.startswith("{")
