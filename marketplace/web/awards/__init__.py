"""The pages of golden ideas: what is public of them, the judge's sheets, and the rounds as the offices run them."""

from __future__ import annotations

from flask import Flask

from marketplace.permissions import Permission, can
from marketplace.web.actor import actor
from marketplace.web.awards import judging, names, nominations, office, public, ranking

__all__ = ["init_app", "nominations", "ranking"]


def init_app(app: Flask) -> None:
    app.register_blueprint(public.blueprint)
    app.register_blueprint(judging.blueprint)
    app.register_blueprint(office.blueprint)
    app.add_template_global(lambda: can(actor(), Permission.AWARD_JUDGE), "may_judge")
    names.init_app(app)
