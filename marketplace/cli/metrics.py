"""What a worker that stays counts, given to the operator's Prometheus at an address of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import click
from prometheus_client import Counter, Gauge
from prometheus_client.exposition import ThreadingWSGIServer

from marketplace import metrics
from marketplace.indexing import worker
from marketplace.indexing.worker import Pass

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_changes = Counter("marketplace_worker_changes", "Changes brought to the index")
_matched = Counter("marketplace_worker_demands_matched", "Demands matched again")
_failures = Counter("marketplace_worker_failures", "Passes that failed", ["reason"])
_last = Gauge("marketplace_worker_last_pass_timestamp_seconds", "When the last pass that did not fail ended")


def serve(address: tuple[str, int], token: str) -> None:
    """Count what the worker does and give it at ``/metrics`` of the address until the process ends."""
    if not token:
        raise click.ClickException("设置了 WORKER_METRICS_ADDRESS 就要设置 METRICS_TOKEN：没有令牌就不提供指标。")
    try:
        server = make_server(*address, _figures(token), ThreadingWSGIServer, _Silent)
    except OSError as error:
        host, port = address
        raise click.ClickException(
            f"WORKER_METRICS_ADDRESS={host}:{port} 不能使用：{error.strerror or error}。"
        ) from error
    worker.passed.connect(_passed)
    worker.failed.connect(_failed)
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the log is JSON, and being asked for figures is no event."""


def _figures(token: str) -> Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]:
    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/metrics":
            status, body = "404 Not Found", b""
        elif not metrics.may_read(token, environ.get("HTTP_AUTHORIZATION", "")):
            status, body = "401 Unauthorized", b""
        else:
            status, body = "200 OK", metrics.counted()
        start_response(status, [("Content-Type", metrics.CONTENT_TYPE)])
        return [body]

    return answer


def _passed(_sender: Any, done: Pass | None) -> None:
    _last.set_to_current_time()
    if done is not None:
        _changes.inc(done.changes.entries)
        _matched.inc(done.matched)


def _failed(_sender: Any, reason: str) -> None:
    _failures.labels(reason).inc()
