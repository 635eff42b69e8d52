"""What the web counts, and ``/metrics``, where the operator's Prometheus reads it.

The address exists only where METRICS_TOKEN is set, and answers only who sends it: how busy a site is, is not for
everybody. This module is imported then and not before.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, Response, request
from flask.typing import ResponseReturnValue
from prometheus_client import Counter, Gauge, Histogram

from marketplace import metrics
from marketplace.indexing import breaker, finding
from marketplace.runtime import runtime
from marketplace.web.security import over_any_protocol
from search import timing

# A leg takes milliseconds on one machine, a question at most what ELASTICSEARCH_TIMEOUT and the database allow.
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

_requests = Counter("marketplace_requests", "Requests answered", ["endpoint", "status"])
_legs = Histogram("marketplace_search_leg_seconds", "What a leg of a question took", ["leg"], buckets=_SECONDS)
_answers = Histogram("marketplace_search_seconds", "What a whole question took", ["answered_by"], buckets=_SECONDS)
_fallbacks = Counter("marketplace_search_fallbacks", "Questions answered from the database instead", ["reason"])
_open = Gauge(
    "marketplace_search_breaker_open",
    "Processes that leave the search engine alone because it did not answer",
    multiprocess_mode="livesum",
)

blueprint = Blueprint("metrics", __name__)


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.after_request(_count)
    timing.leg_took.connect(_leg_took)
    finding.answered.connect(_answered)
    breaker.changed.connect(_breaker_changed)


@blueprint.get("/metrics")
@over_any_protocol
def show() -> ResponseReturnValue:
    """Give the figures of all processes of this server, and how far the index is behind."""
    held = runtime()
    if not metrics.may_read(held.settings.metrics_token, request.headers.get("Authorization", "")):
        return {"status": "unauthorized"}, 401, {"WWW-Authenticate": "Bearer"}
    return Response(metrics.counted() + metrics.waiting(held.sessions), content_type=metrics.CONTENT_TYPE)


def _count(response: Response) -> Response:
    # An address that does not exist is one endpoint: visitors must not be able to add series without end.
    _requests.labels(request.endpoint or "none", str(response.status_code)).inc()
    return response


def _leg_took(_sender: Any, leg: str, seconds: float) -> None:
    _legs.labels(leg).observe(seconds)


def _answered(_sender: Any, seconds: float, reason: str | None) -> None:
    _answers.labels("database" if reason else "index").observe(seconds)
    if reason:
        _fallbacks.labels(reason).inc()


def _breaker_changed(_sender: Any, is_open: bool) -> None:
    _open.set(int(is_open))
