"""Secrets given out once and kept as their hash, passwords kept by argon2, and the links sent by mail."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from functools import cache

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Session

from marketplace.db import now
from marketplace.errors import LinkSpent
from marketplace.models import Account, OneTimeLink

# How long a link opens what it was sent for.
LIFETIMES = {"confirm": dt.timedelta(days=2), "reset": dt.timedelta(hours=1), "invite": dt.timedelta(days=14)}

# The parameters of RFC 9106 for machines without much memory: argon2id, 64 MiB, three passes.
_HASHER = PasswordHasher()


def new_secret() -> str:
    """Return 256 random bits as text that fits into an address."""
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """Return the SHA-256 under which a random secret is kept; it needs no salt, because nobody can guess it."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def hashed_password(password: str) -> str:
    return _HASHER.hash(password)


def password_matches(password_hash: str | None, password: str) -> bool:
    """Say whether a password is the one kept; without one it takes as long to say no."""
    try:
        _HASHER.verify(password_hash or _nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Say whether a password was hashed with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(password_hash)


def issue_link(session: Session, account: Account, purpose: str) -> str:
    """Return the secret of a new link; those sent before for the same purpose open nothing any more."""
    moment = now()
    unused = sa.select(OneTimeLink).filter_by(account_id=account.id, purpose=purpose, used_at=None)
    for link in session.scalars(unused):
        link.used_at = moment
    secret = new_secret()
    session.add(
        OneTimeLink(
            account=account, purpose=purpose, secret_hash=hash_of(secret), expires_at=moment + LIFETIMES[purpose]
        )
    )
    session.flush()
    return secret


def find_link(session: Session, secret: str) -> OneTimeLink:
    """Return the link of a secret; raise LinkSpent where it was used, is too old or never was."""
    link = session.scalar(sa.select(OneTimeLink).filter_by(secret_hash=hash_of(secret)))
    if link is None or link.used_at is not None or link.expires_at <= now() or not link.account.is_active:
        raise LinkSpent
    return link


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash(new_secret())
