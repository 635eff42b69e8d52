"""Two questions of whoever operates the server: is the process alive, and can it answer people."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from marketplace import migrations
from marketplace.runtime import runtime
from marketplace.web.security import over_any_protocol
from search.errors import SearchError

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@over_any_protocol
def alive() -> ResponseReturnValue:
    """Answer as long as the process runs, whatever it depends on."""
    return {"status": "ok"}


@blueprint.get("/readyz")
@over_any_protocol
def ready() -> ResponseReturnValue:
    """Answer 200 when database and index can be used, otherwise 503 and which cannot."""
    checks = {"database": _database(), "index": _index()}
    is_ready = all(state == "ok" for state in checks.values())
    return {"status": "ok" if is_ready else "unavailable", "checks": checks}, 200 if is_ready else 503


def _database() -> str:
    try:
        return "ok" if migrations.is_current(runtime().engine) else "not migrated: run flask db upgrade"
    except SQLAlchemyError:
        return "unreachable"


def _index() -> str:
    try:
        return "ok" if runtime().catalogue.is_ready() else "missing: run flask index rebuild"
    except SearchError as error:
        return f"{type(error).__name__}: run flask index rebuild"
