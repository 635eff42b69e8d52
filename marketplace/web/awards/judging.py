"""The judge's pages: the sheets assigned to him, each with the text without names and the form for its points."""

from __future__ import annotations

from flask import Blueprint

from marketplace.services.award import judging
from marketplace.services.naming import judging as judging_studios
from marketplace.web.actor import actor
from marketplace.web.judging import serve

blueprint = Blueprint("judging", __name__, url_prefix="/judging")

serve(
    blueprint,
    judging,
    "awards",
    listed=lambda session: {"of_studios": judging_studios.count_open(session, actor())},
)
