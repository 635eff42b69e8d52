"""The pages of proposals: a worker's, which a unit reads and answers too, and those of benefits."""

from __future__ import annotations

from flask import Flask

from marketplace.permissions import Permission, can
from marketplace.web.actor import actor
from marketplace.web.proposals import answers, authors, benefits, views

__all__ = ["answers", "authors", "init_app"]


def init_app(app: Flask) -> None:
    app.register_blueprint(views.blueprint)
    app.register_blueprint(benefits.blueprint)
    app.add_template_global(lambda: can(actor(), Permission.BENEFIT_ATTEST), "may_attest")
