"""What a person follows and how he is told: notices and preferences."""

from __future__ import annotations

from flask import Flask

from marketplace.web.following import names, notices

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    app.register_blueprint(notices.blueprint)
    app.add_template_global(notices.unread)
    app.jinja_env.globals.update(topic_names=names.TOPICS, mail_names=names.MAILS)
