"""The pages of the annual review: the report of a studio, its grade and what follows, and how a year stands."""

from __future__ import annotations

from flask import Flask

from marketplace.web.studio_reviews import names, reviews, years

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    app.register_blueprint(years.blueprint)
    app.register_blueprint(reviews.blueprint)
    app.jinja_env.globals.update(
        appeal_state_names=names.APPEAL_STATES,
        appealed_names=names.APPEALED,
        office_names=names.OFFICES,
        review_figures=names.figures,
        review_state_names=names.REVIEW_STATES,
    )
