"""The pages of naming studios: the batch as everybody sees it, applications, the judge's sheets, the office's desk."""

from __future__ import annotations

from flask import Flask

from marketplace.web.naming import (
    applications,
    decided_names,
    deciding,
    issuing,
    judging,
    names,
    office,
    public,
    results,
)

# These add pages to the blueprints of the others.
__all__ = ["deciding", "init_app", "issuing", "results"]


def init_app(app: Flask) -> None:
    app.register_blueprint(public.blueprint)
    app.register_blueprint(applications.blueprint)
    app.register_blueprint(judging.blueprint)
    app.register_blueprint(office.blueprint)
    names.init_app(app)
    decided_names.init_app(app)
