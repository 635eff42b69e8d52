"""Two questions of whoever operates the server: is the process alive, and can it answer people."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from marketplace import migrations
from marketplace.runtime import runtime
from marketplace.web.security import over_any_protocol
from search.errors import IndexUnavailable, SearchError

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@over_any_protocol
def alive() -> ResponseReturnValue:
    """Answer as long as the process runs, whatever it depends on."""
    return {"status": "ok"}


@blueprint.get("/readyz")
@over_any_protocol
def ready() -> ResponseReturnValue:
    """Answer 200 when people can be answered, otherwise 503; in each case what is wrong and what to do.

    Without the index people are answered from the database, so that alone takes no server out of use.
    """
    checks = {"database": _database(), "index": _index()}
    if checks["database"] != "ok":
        return {"status": "unavailable", "checks": checks}, 503
    return {"status": "ok" if checks["index"] == "ok" else "degraded", "checks": checks}, 200


def _database() -> str:
    try:
        return "ok" if migrations.is_current(runtime().engine) else "not migrated: run flask db upgrade"
    except SQLAlchemyError:
        return "unreachable"


def _index() -> str:
    try:
        return "ok" if runtime().catalogue.is_ready() else "missing: run flask index rebuild"
    except IndexUnavailable:
        return "unavailable: start the search engine"
    except SearchError as error:
        return f"{type(error).__name__}: run flask index rebuild"
