"""Who is asking: the account this browser is signed in to, and the keys of the demands posted from it.

The keys and the secret of the sign-in live in the signed session cookie; a sign-in is looked up at each request, so
that ending it anywhere ends it at once. A page that shows a key in an address lets its owner go on from another device.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlsplit, urlunsplit

import flask
from flask import g, session
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from marketplace.db import unit_of_work
from marketplace.models import Account, SignIn
from marketplace.permissions import VISITOR, Actor
from marketplace.runtime import runtime
from marketplace.services.account import signing_in

_KEYS = "demand_keys"
_SIGN_IN = "sign_in"
# A cookie holds 4 KiB; whoever posts more than this from one browser keeps the newest.
_MOST_KEYS = 40


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person at this browser; ``actor`` holds the roles in force."""

    account: Account
    sign_in: SignIn
    actor: Actor

    @property
    def must_add_second_factor(self) -> bool:
        """Whether roles of the account wait for a code beside the password."""
        return not self.sign_in.has_second_factor and signing_in.needs_second_factor(self.account)


def actor() -> Actor:
    """Return the actor of the current request."""
    found = signed_in()
    return replace(found.actor if found else VISITOR, keys=frozenset(session.get(_KEYS, ())))


def signed_in() -> SignedIn | None:
    """Return who is signed in at this browser, None for a visitor."""
    if "signed_in" not in g:
        g.signed_in = _look_up(session[_SIGN_IN]) if _SIGN_IN in session else None
    found: SignedIn | None = g.signed_in
    return found


def sign_in_first() -> ResponseReturnValue | None:
    """Lead a visitor to the page where one signs in; used before the requests of a whole blueprint."""
    if signed_in() is not None:
        return None
    return flask.redirect(flask.url_for("entrance.sign_in", next=page_wanted()), 303)


def page_wanted() -> str | None:
    """Return the page to come back to after signing in: the one asked for, or the one whose form was sent."""
    if flask.request.method == "GET":
        return flask.request.full_path.rstrip("?")
    came = urlsplit(flask.request.referrer or "")
    if came.netloc != flask.request.host or not _is_page(came.path):
        return None
    return urlunsplit(("", "", came.path, came.query, ""))


def remember(key: str) -> None:
    """Let this browser read and change the demand the key opens from now on."""
    others = [held for held in session.get(_KEYS, ()) if held != key]
    session[_KEYS] = [*others, key][-_MOST_KEYS:]
    session.permanent = True


def keep_signed_in(secret: str, language: str) -> None:
    """Let this browser be signed in from now on; forms that were open before are no longer taken."""
    session.pop("csrf_token", None)
    session[_SIGN_IN] = secret
    session["language"] = language
    session.permanent = True
    g.pop("signed_in", None)


def forget_sign_in() -> None:
    """Let this browser be a visitor's again."""
    session.pop(_SIGN_IN, None)
    session.pop("csrf_token", None)
    g.pop("signed_in", None)


def _is_page(path: str) -> bool:
    """Say whether there is something to open at an address: the page of a refused form is not asked for by itself."""
    try:
        flask.current_app.create_url_adapter(flask.request).match(path, "GET")  # type: ignore[union-attr]
    except HTTPException:
        return False
    return True


def _look_up(secret: str) -> SignedIn | None:
    sessions = runtime().sessions
    with sessions() as reading:
        found = signing_in.find(reading, secret)
        if found is None:
            return None
        known = signing_in.actor_of(found.account, has_second_factor=found.has_second_factor)
        signed = SignedIn(found.account, found, known)
    if signing_in.was_seen_long_ago(found):
        with unit_of_work(sessions) as writing:
            signing_in.see(writing, found.id)
    return signed
