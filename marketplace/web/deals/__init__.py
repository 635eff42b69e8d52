"""The pages of deals: the room of two parties, its terms and contract, what follows, and the register of an office."""

from __future__ import annotations

from flask import Flask

from marketplace.web.deals import after, calendars, names, office, owners, rooms, statistics, terms

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    for page in (rooms, terms, owners, after, calendars, office, statistics):
        app.register_blueprint(page.blueprint)
    app.jinja_env.globals.update(
        deal_state_names=names.STATES,
        deal_event_names=names.EVENTS,
        deal_state_order=names.WAY,
        seat_names=names.SEATS,
        task_name=names.task_name,
        term_names=names.TERMS,
        term_value=names.term_value,
    )
