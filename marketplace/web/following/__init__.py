"""What a person follows and how he is told: notices, saved searches, feeds, favourites, webhooks."""

from __future__ import annotations

from flask import Flask

from marketplace.web.following import comparing, favourites, feeds, names, notices, searches, unsubscribing, webhooks

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    for page in (notices, searches, unsubscribing, feeds, favourites, comparing, webhooks):
        app.register_blueprint(page.blueprint)
    app.add_template_global(notices.unread)
    app.jinja_env.globals.update(
        topic_names=names.TOPICS,
        mail_names=names.MAILS,
        frequency_names=names.FREQUENCIES,
        searched_names=names.SEARCHED,
    )
