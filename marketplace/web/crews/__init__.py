"""The pages of crews: those everybody sees, and the records an office keeps."""

from __future__ import annotations

from flask import Flask

from marketplace.web.crews import office, public

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    app.register_blueprint(office.blueprint)
    app.register_blueprint(public.blueprint)
