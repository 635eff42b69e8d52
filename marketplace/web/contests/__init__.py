"""The pages of contests and labour competitions: for workers, judges, offices and everybody."""

from __future__ import annotations

from flask import Flask

from marketplace.web.contests import competitions, grades, judging, names, office, public, showcases

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    for module in (public, judging, office, competitions, grades, showcases):
        app.register_blueprint(module.blueprint)
    app.jinja_env.globals.update(
        contest_state_names=names.CONTEST_STATES,
        contest_stage_state_names=names.STAGE_STATES,
        contestant_state_names=names.CONTESTANT_STATES,
        registration_state_names=names.REGISTRATION_STATES,
        showcase_state_names=names.SHOWCASE_STATES,
        competition_phase_names=names.PHASES,
        showcase_kind_names=names.SHOWCASE_KINDS,
    )
