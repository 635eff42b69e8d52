"""The judge's pages: who is assigned to him in a contest, and the form for his points."""

from __future__ import annotations

from flask import Blueprint

from marketplace.services.contest import judging
from marketplace.web.judging import serve

blueprint = Blueprint("contest_judging", __name__, url_prefix="/judging/contests")

serve(blueprint, judging, "contests")
