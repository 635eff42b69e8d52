"""What the states of a batch and of an application are called on a page, and for what place a batch is held."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _

from marketplace import state_names
from marketplace.models import NamingBatch
from marketplace.web.display import label, place

BATCH_STATES = {code: _(called) for code, called in state_names.NAMING_BATCH.items()}


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        batch_state_names=BATCH_STATES,
        place_of_recommendation=place_of_recommendation,
        scope_of_batch=scope_of_batch,
    )


def scope_of_batch(batch: NamingBatch) -> str:
    """Return which tier a batch names, and for which region or industry."""
    paths = (batch.region_path, "regions"), (batch.industry_path, "industries")
    parts = [place(path.rsplit("/", 1)[-1], codes) for path, codes in paths if path]
    return " ".join([label(batch.tier, "studio_tiers"), *parts])


def place_of_recommendation(path: str, role: str) -> str:
    """Return the place an application was recommended from."""
    return place(path.rsplit("/", 1)[-1], "industries" if role == "industry_union" else "regions") if path else ""
