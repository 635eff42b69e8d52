"""What the states of an application, of a place in a ranked list and of an objection are called on a page."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _

from marketplace import state_names
from marketplace.services.selection.meeting import REASONS
from marketplace.services.selection.outcomes import told_of

NOT_CHOSEN = {code: _(called) for code, called in REASONS.items()}
APPLICATION_STATES = {code: _(called) for code, called in state_names.STUDIO_APPLICATION.items()}
OBJECTION_STATES = {code: _(called) for code, called in state_names.OBJECTION.items()}


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        application_state_names=APPLICATION_STATES,
        not_chosen_names=NOT_CHOSEN,
        objection_state_names=OBJECTION_STATES,
        told_of=told_of,
    )
