"""The pages of figures for union staff: themes at a glance, the entries behind a number, what rates divide by."""

from __future__ import annotations

from flask import Flask

from marketplace.web.statistics import denominators, names, pages, studios

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(denominators.blueprint)
    app.jinja_env.globals.update({name: getattr(names, name) for name in names.FOR_PAGES})
    app.jinja_env.globals.update(counted_name=studios.counted_name)
