"""Logs a machine can read: one JSON object a line, each with the id of the request it belongs to.

Only what is passed to a log call is written. Names, telephone numbers and the text of records are never passed.
"""

from __future__ import annotations

import logging
import sys

import structlog
from structlog.tracebacks import ExceptionDictTransformer

# Local variables hold records, keys and texts, which never belong in a log.
_FRAMES = ExceptionDictTransformer(show_locals=False)


def configure(level: str, style: str) -> None:
    """Set up structlog; ``style`` is ``json`` or ``console``. Both write to standard error."""
    renderer = (
        structlog.processors.JSONRenderer(ensure_ascii=False) if style == "json" else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(_FRAMES),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
