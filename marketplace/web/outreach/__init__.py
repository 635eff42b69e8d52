"""The pages of publicity events: those everybody sees, and the office's with who came."""

from __future__ import annotations

from flask import Flask

from marketplace.web.outreach import names, office, public

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    app.register_blueprint(office.blueprint)
    app.register_blueprint(public.blueprint)
    app.jinja_env.globals.update(outreach_state_names=names.OUTREACH_STATES, host_name=names.host_name)
