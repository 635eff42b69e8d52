"""Wire everything: settings, logs, database, catalogue, web face and commands."""

from __future__ import annotations

from flask import Flask

from marketplace import cli, logs, runtime, web
from marketplace.config import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application; raise ConfigurationError when a setting is not usable."""
    settings = settings or Settings.from_environment()
    logs.configure(settings.log_level, settings.log_format)
    app = Flask("marketplace", instance_path=str(settings.instance_path.absolute()))
    app.extensions["marketplace"] = runtime.start(settings)
    web.init_app(app, settings)
    cli.init_app(app)
    return app
