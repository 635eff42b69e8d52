"""Accounts on the web: the entrance (register, sign in, forgotten passwords) and one's own account."""

from __future__ import annotations

from flask import Flask
from flask_limiter import Limiter
from sqlalchemy.exc import OperationalError

from marketplace.config import Settings
from marketplace.permissions import can_enter_curation
from marketplace.web.account import entrance, names, profile, tokens
from marketplace.web.actor import SignedIn, actor, page_wanted, signed_in

__all__ = ["init_app", "tokens"]


def init_app(app: Flask, settings: Settings, limiter: Limiter) -> None:
    app.register_blueprint(entrance.blueprint)
    app.register_blueprint(profile.blueprint)
    # Whoever guesses passwords, or floods an address with mail, is slowed down by the address he comes from.
    guarded = limiter.shared_limit(settings.sign_in_rate_limit, "entrance", methods=["POST"])
    for name in ("sign_in", "give_code", "register", "forgotten", "set_password"):
        endpoint = f"entrance.{name}"
        app.view_functions[endpoint] = guarded(app.view_functions[endpoint])
    app.add_template_global(_person, "signed_in")
    app.add_template_global(page_wanted)
    app.add_template_global(lambda: _person() is not None and can_enter_curation(actor()), "may_enter_curation")
    names.init_app(app)


def _person() -> SignedIn | None:
    """Return who is signed in, and nobody while the database cannot say: that is told on a page too."""
    try:
        return signed_in()
    except OperationalError:
        return None
