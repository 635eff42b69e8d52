"""The figures of a running process in the form Prometheus reads, for whoever knows the token; the web and the worker
each count their own.

Import it only where figures are asked for: a command that ends at once has none.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterable

from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from marketplace import outbox
from marketplace.db import SessionFactory, now

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def counted() -> bytes:
    """Return what was counted, by all processes of one server where gunicorn.conf.py gave them a common folder."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return generate_latest(registry)


def waiting(sessions: SessionFactory) -> bytes:
    """Return how far the index is behind the database, as the database says at this moment."""
    registry = CollectorRegistry()
    registry.register(_Outbox(sessions))
    return generate_latest(registry)


def may_read(token: str, authorization: str) -> bool:
    """Say whether a request's ``Authorization`` carries the token, in a time that does not depend on how nearly."""
    return bool(token) and hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode())


class _Outbox(Collector):
    def __init__(self, sessions: SessionFactory) -> None:
        self._sessions = sessions

    def collect(self) -> Iterable[GaugeMetricFamily]:
        try:
            with self._sessions() as session:
                standing = outbox.standing(session)
        except SQLAlchemyError:
            yield _gauge("database_up", "Whether the database answers", 0)
            return
        yield _gauge("database_up", "Whether the database answers", 1)
        age = (now() - standing.since).total_seconds() if standing.since else 0.0
        yield _gauge("outbox_waiting", "Changes that wait to reach the index", standing.waiting)
        yield _gauge("outbox_oldest_seconds", "Age of the oldest change that waits", max(0.0, age))
        yield _gauge("outbox_parked", "Changes the index refused for good", standing.parked)


def _gauge(name: str, what: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"marketplace_{name}", what, value=value)
