"""Reports of the ledger for offices, and the public statistics."""

from __future__ import annotations

from flask import Flask

from marketplace.web.reports import names, office, public

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    app.register_blueprint(office.blueprint)
    app.register_blueprint(public.blueprint)
    app.jinja_env.globals.update(
        report_kind_names=names.KINDS,
        report_row_names=names.ROWS,
        measure_names=names.MEASURES,
        in_words=names.in_words,
    )
