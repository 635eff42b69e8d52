"""The pages of participation: a worker's own, one entry, and the office's with campaigns, what waits and is closed."""

from __future__ import annotations

from flask import Flask

from marketplace.web.participation import entries, names, office, own

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    app.register_blueprint(own.blueprint)
    app.register_blueprint(entries.blueprint)
    app.register_blueprint(office.blueprint)
    app.jinja_env.globals.update(
        campaign_state_names=names.CAMPAIGN_STATES,
        entry_state_names=names.ENTRY_STATES,
        figure_names=names.FIGURES,
        item_name=names.item_name,
    )
