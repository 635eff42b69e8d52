"""Recovery codes: ten secrets to be written down, each of which stands in once for the code of a phone that is lost."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import now
from marketplace.models import Account, RecoveryCode
from marketplace.permissions import Actor
from marketplace.services.account.credentials import hash_of
from marketplace.services.mail import queue

COUNT = 10
# Digits and letters of which none is taken for another: Crockford's base 32. Four groups of four are 80 bits.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_MISTAKEN = str.maketrans({"o": "0", "i": "1", "l": "1", "-": None, " ": None})


def make(session: Session, actor: Actor, account: Account) -> list[str]:
    """Return new codes, which are kept nowhere as they are; those made before open nothing any more."""
    forget(session, account)
    codes = ["-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4)) for _ in range(COUNT)]
    session.add_all(RecoveryCode(account=account, secret_hash=_hash_of(code)) for code in codes)
    audit.record(session, actor, "make_recovery_codes", "account", account.id)
    session.flush()
    return codes


def use(session: Session, account: Account, code: str) -> bool:
    """Say whether a code is one of the account's and was not used before; its owner is told by mail that it was."""
    unused = sa.update(RecoveryCode).where(
        RecoveryCode.account_id == account.id,
        RecoveryCode.secret_hash == _hash_of(code),
        RecoveryCode.used_at.is_(None),
    )
    # One statement: of two that come with the same code at the same moment, the database lets one in.
    if session.execute(unused.values(used_at=now())).rowcount != 1:  # type: ignore[attr-defined]
        return False
    audit.record(session, Actor(f"account:{account.id}"), "use_recovery_code", "account", account.id)
    queue.post(session, account, "recovery_code_used", left=str(left(session, account)))
    return True


def left(session: Session, account: Account) -> int:
    """Return how many codes of an account were not used yet."""
    query = sa.select(sa.func.count()).select_from(RecoveryCode).filter_by(account_id=account.id, used_at=None)
    return session.scalar(query) or 0


def forget(session: Session, account: Account) -> None:
    """Let no code of an account open anything any more."""
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.account_id == account.id))


def _hash_of(code: str) -> str:
    return hash_of(code.casefold().translate(_MISTAKEN))
