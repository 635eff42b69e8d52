"""Wire everything: the application that answers requests, and the leaner one of a command."""

from __future__ import annotations

import click
from flask import Flask

from marketplace import cli, logs
from marketplace.config import ConfigurationError, Settings
from marketplace.runtime import Runtime

# The commands of libraries that serve the web or tell of it.
_OF_THE_WEB = {"limiter", "routes", "run", "shell"}


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application with its web; raise ConfigurationError when a setting is not usable."""
    # Here, because the web is most of what there is to import, and a command does without.
    from marketplace import web

    settings = settings or Settings.from_environment()
    app = _without_web(settings, settings.elasticsearch_timeout)
    web.init_app(app, settings)
    return app


def create_command_app() -> Flask:
    """Return the application for the ``flask`` command, with the web only for a command that needs it.

    A setting that is not usable ends the command with a sentence: a stack trace would only hide which one.
    """
    try:
        settings = Settings.from_environment()
    except ConfigurationError as error:
        raise SystemExit(str(error)) from error
    words = click.get_current_context().command_path.split()
    if not _OF_THE_WEB.isdisjoint(words):
        return create_app(settings)
    # Here, because the web brings its own: what a schema refuses is said by gettext, which needs a language.
    from flask_babel import Babel

    app = _without_web(settings)
    Babel(app, default_locale="zh_Hans")
    return app


def _without_web(settings: Settings, patience: float | None = None) -> Flask:
    logs.configure(settings.log_level, settings.log_format)
    app = Flask("marketplace", instance_path=str(settings.instance_path.absolute()))
    app.extensions["marketplace"] = Runtime(settings, patience)
    cli.init_app(app)
    return app
