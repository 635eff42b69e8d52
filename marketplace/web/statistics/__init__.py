"""The pages of figures for union staff: themes at a glance, the entries behind a number, what rates divide by."""

from __future__ import annotations

from flask import Flask

from marketplace.web.statistics import denominators, names, pages

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(denominators.blueprint)
    app.jinja_env.globals.update(
        month_name=names.month_name, place_name=names.place_name, rate_text=names.rate_text, signed=names.signed,
        source_text=names.source_text, short_number=names.short_number, percent_text=names.percent_text,
        scope_name=names.scope_name, whole_text=names.whole_text,
    )  # fmt: skip
