"""The web face: pages for people, a JSON interface for programs, and what both need around every request.

A view parses, calls one service and renders. It holds no query, no rule and no commit beside ``unit_of_work``.
"""

from __future__ import annotations

import datetime as dt
from importlib.metadata import entry_points

from flask import Flask
from flask_bootstrap import Bootstrap5

from marketplace.config import Settings
from marketplace.web import (
    account,
    api,
    awards,
    catalogue,
    contests,
    crews,
    curation,
    deals,
    deciding,
    demands,
    disclosure,
    display,
    errors,
    exports,
    files,
    following,
    health,
    honours,
    language,
    listings,
    matches,
    names,
    naming,
    novelty,
    open_bids,
    outreach,
    participation,
    proposals,
    publicity,
    reports,
    security,
    showcase,
    statistics,
    studio_reviews,
    studios,
    submissions,
    tracing,
)
from marketplace.web.routing import LazyRule


def init_app(app: Flask, settings: Settings) -> None:
    """Register everything that answers requests."""
    _configure(app, settings)
    # The order of these is the order in which they see a request: it is named before anything can go wrong with it.
    tracing.init_app(app)
    limiter = security.init_app(app, settings)
    language.init_app(app, settings)
    Bootstrap5(app)
    display.init_app(app)
    names.init_app(app)
    deciding.init_app(app)
    app.register_blueprint(health.blueprint)
    if settings.metrics_token:
        # Here, because only where figures are asked for is there anything to count with.
        from marketplace.web import metrics

        metrics.init_app(app)
    app.register_blueprint(catalogue.blueprint)
    app.register_blueprint(demands.blueprint)
    matches.init_app(app)
    app.register_blueprint(open_bids.blueprint)
    app.register_blueprint(novelty.blueprint)
    proposals.init_app(app)
    app.register_blueprint(submissions.blueprint)
    app.register_blueprint(files.blueprint)
    app.register_blueprint(disclosure.blueprint)
    app.register_blueprint(publicity.blueprint)
    account.init_app(app, settings, limiter)
    app.register_blueprint(curation.blueprint)
    awards.init_app(app)
    honours.init_app(app)
    crews.init_app(app)
    outreach.init_app(app)
    contests.init_app(app)
    participation.init_app(app)
    statistics.init_app(app)
    reports.init_app(app)
    listings.init_app(app)
    studio_reviews.init_app(app)
    studios.init_app(app)
    naming.init_app(app)
    deals.init_app(app)
    showcase.init_app(app)
    following.init_app(app)
    # What stands above this package brings its own pages.
    for page in entry_points(group="marketplace.pages"):
        page.load()(app)
    api.init_app(app)
    exports.init_app(app, limiter)
    # Last, because flask-smorest brings error handlers of its own.
    errors.init_app(app)


def _configure(app: Flask, settings: Settings) -> None:
    app.url_rule_class = LazyRule
    app.template_folder = "web/templates"
    app.static_folder = "web/static"
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=settings.max_upload_bytes,
        PERMANENT_SESSION_LIFETIME=dt.timedelta(days=365),
        SEND_FILE_MAX_AGE_DEFAULT=dt.timedelta(hours=1),
        BOOTSTRAP_SERVE_LOCAL=True,
    )
