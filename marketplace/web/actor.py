"""Who is asking: for now a visitor, who holds the keys of the demands posted from this browser.

The keys live in the signed session cookie. A page that shows a key in an address lets its owner go on from another
device.
"""

from __future__ import annotations

from dataclasses import replace

from flask import session

from marketplace.permissions import VISITOR, Actor

_KEYS = "demand_keys"
# A cookie holds 4 KiB; whoever posts more than this from one browser keeps the newest.
_MOST_KEYS = 40


def actor() -> Actor:
    """Return the actor of the current request."""
    return replace(VISITOR, keys=frozenset(session.get(_KEYS, ())))


def remember(key: str) -> None:
    """Let this browser read and change the demand the key opens from now on."""
    others = [held for held in session.get(_KEYS, ()) if held != key]
    session[_KEYS] = [*others, key][-_MOST_KEYS:]
    session.permanent = True
