"""The pages of a match: what each side does next, the thread, the agreement with what it opens, the broker's desk."""

from __future__ import annotations

from flask import Flask

from marketplace.web.matches import names, pages, secrecy

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(secrecy.blueprint)
    app.jinja_env.globals.update(
        match_state_names=names.STATES,
        match_side_names=names.SIDES,
        match_event_names=names.EVENTS,
        match_group_names=names.GROUPS,
        may_introduce=names.may_introduce,
        next_step=names.next_step,
    )
