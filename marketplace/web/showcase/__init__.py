"""The pages of the showcase: stories and collections for everybody, and the desk of the province that composes them."""

from __future__ import annotations

from flask import Flask

from marketplace.web.showcase import collection_desk, front_desk, names, public, story_desk
from marketplace.web.showcase.desk import blueprint as desk

__all__ = ["collection_desk", "front_desk", "init_app", "story_desk"]


def init_app(app: Flask) -> None:
    app.register_blueprint(public.blueprint)
    app.register_blueprint(desk)
    app.jinja_env.globals.update(
        showcase_events=names.EVENTS,
        showcase_nouns=names.NOUNS,
        showcase_states=names.STATES,
        slot_states=names.SLOT_STATES,
        slot_places=names.PLACES,
        card_url=names.card_url,
    )
    app.add_template_filter(names.shown_month)
