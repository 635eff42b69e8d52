"""The judge's pages: the studios assigned to him, each with its frozen dossier and the form for its points."""

from __future__ import annotations

from flask import Blueprint

from marketplace.services.naming import applications, judging
from marketplace.web.judging import serve

blueprint = Blueprint("naming_judging", __name__, url_prefix="/judging/studios")

serve(
    blueprint,
    judging,
    "naming",
    shown=lambda found: {"levels": applications.levels_of(found.dossier) if found.dossier else {}},
)
