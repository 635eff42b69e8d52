"""Give every request a name that its log lines, its answer and its error page share, and log that it was answered.

The line holds the path but never the query: what people search for, and the keys of their demands, stay out of it. So
do the secrets in a path by which a feed is read or a mail ended.
"""

from __future__ import annotations

import re
import secrets
import sys
import time
from types import TracebackType

import structlog
from flask import Flask, Response, g, request

HEADER = "X-Request-ID"

# Whatever a proxy sends is logged and sent back, so nothing but plain names is taken over.
_SANE = re.compile(r"[A-Za-z0-9_.:-]{8,64}")
# What such a part of an address is called in a route.
_SECRETS = ("secret", "key")
_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

logger = structlog.get_logger(__name__)


def init_app(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_finish)
    app.log_exception = _log_failure  # type: ignore[method-assign]  # The line Flask would write is not JSON.


def request_id() -> str:
    """Return the name of the current request."""
    name: str = g.request_id
    return name


def _begin() -> None:
    given = request.headers.get(HEADER, "")
    g.request_id = given if _SANE.fullmatch(given) else secrets.token_hex(8)
    g.started = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _finish(response: Response) -> Response:
    response.headers[HEADER] = request_id()
    logger.info(
        "request",
        method=request.method,
        path=_path(),
        status=response.status_code,
        ms=round((time.perf_counter() - g.started) * 1000, 1),
    )
    return response


def _path() -> str:
    """Return the path of the request without what opens it to whoever knows it."""
    given = request.view_args or {}
    hidden = (str(given[name]) for name in _SECRETS if name in given)
    return next((request.path.replace(it, "…") for it in hidden), request.path)


def _log_failure(exc_info: _ExcInfo) -> None:
    logger.error("request_failed", method=request.method, path=_path(), exc_info=exc_info or sys.exc_info())
