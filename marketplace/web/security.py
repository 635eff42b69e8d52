"""What protects visitors and the server: headers, the content security policy, CSRF tokens and a limit on requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_talisman import Talisman
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from marketplace.config import Settings

# Everything comes from here and nothing is written inline. Bootstrap draws its check marks as data: images.
POLICY = {
    "default-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
View = TypeVar("View", bound=Callable[..., Any])

_SEARCHES = ("catalogue.results",)
# A mail program posts by itself to the address that a mail gives it; the key in it is the proof.
_WITHOUT_FORM = ("unsubscribing.stop",)


def init_app(app: Flask, settings: Settings) -> Limiter:
    """Protect the application; returns what limits requests, for those who must be slower still."""
    _believe_proxies(app, settings.trusted_proxies)
    Talisman(
        app,
        content_security_policy=POLICY,
        force_https=settings.force_https,
        frame_options="DENY",
        referrer_policy="same-origin",
        session_cookie_secure=settings.marketplace_env == "production",
        strict_transport_security=settings.force_https,
    )
    limiter = Limiter(
        get_remote_address,
        app=app,
        storage_uri="memory://",
        application_limits=[settings.rate_limit],
        application_limits_exempt_when=_costs_little,
    )
    _protect_forms(app)
    return limiter


def over_any_protocol(view: View) -> View:
    """Answer a view without leading it to HTTPS: a probe asks from inside, where nothing is encrypted."""
    marked: View = Talisman()(force_https=False)(view)
    return marked


def inert(view: View) -> View:
    """Answer a view with what runs nothing and fetches nothing, should a browser show it as a page all the same."""
    marked: View = Talisman()(content_security_policy={"default-src": "'none'", "sandbox": ""})(view)
    return marked


def is_api() -> bool:
    """Say whether the request came to the JSON interface, which knows no cookie and answers errors as JSON."""
    return request.path.startswith("/api/")


def _believe_proxies(app: Flask, count: int) -> None:
    """Take the visitor's address, protocol and host from the headers of that many proxies and of no other."""
    if count:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]


def _costs_little() -> bool:
    """Say whether a request only reads a page: it is answered in milliseconds and need not be counted."""
    is_reading = request.method in ("GET", "HEAD", "OPTIONS")
    return is_reading and not is_api() and request.endpoint not in _SEARCHES


def _protect_forms(app: Flask) -> None:
    # The tokens end with the session, not after an hour: a long form must not be lost on submission.
    app.config.update(WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_TIME_LIMIT=None)
    csrf = CSRFProtect(app)

    @app.before_request
    def protect() -> None:
        if not is_api() and request.endpoint not in _WITHOUT_FORM:
            csrf.protect()
