"""Stop the mails of a saved search by the link in one of them, without signing in (RFC 8058).

A mail program posts to the address by itself; whoever opens it sees a button, so that a program that only looks at
links stops nothing.
"""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from marketplace.db import unit_of_work
from marketplace.runtime import runtime
from marketplace.services.saved_search import keeping

blueprint = Blueprint("unsubscribing", __name__, url_prefix="/unsubscribe")


@blueprint.get("/<key>")
def ask(key: str) -> str:
    with runtime().sessions() as session:
        saved = keeping.by_unsubscribe_key(session, key)
        return render_template("following/unsubscribe.html", saved=saved, is_done=saved.paused_at is not None)


@blueprint.post("/<key>")
def stop(key: str) -> str:
    with unit_of_work(runtime().sessions) as session:
        saved = keeping.unsubscribe(session, key)
        return render_template("following/unsubscribe.html", saved=saved, is_done=True)


@blueprint.after_request
def keep_secret(response: Response) -> Response:
    response.cache_control.no_store = True
    response.headers["X-Robots-Tag"] = "noindex"
    return response
