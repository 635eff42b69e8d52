"""The pages of honours: the public list, one's own, and the files an office keeps of its people."""

from __future__ import annotations

from flask import Flask

from marketplace.permissions import can_see_name
from marketplace.web.actor import actor
from marketplace.web.honours import names, office, overviews, public

__all__ = ["init_app", "overviews"]


def init_app(app: Flask) -> None:
    app.register_blueprint(public.blueprint)
    app.register_blueprint(office.blueprint)
    app.jinja_env.globals.update(honour_state_names=names.HONOUR_STATES, person_name=names.person_name)
    app.add_template_global(lambda person: can_see_name(actor(), person), "may_see_name")
