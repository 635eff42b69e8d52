"""The second factor: a code of six digits that an authenticator app shows and that changes every half minute."""

from __future__ import annotations

import time

import pyotp
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import now
from marketplace.errors import N_, Invalid
from marketplace.models import Account
from marketplace.permissions import Actor
from marketplace.services.account import recovery
from marketplace.services.mail import queue

# A clock may be half a minute off either way (RFC 6238, 5.2).
_TOLERATED = 1
_STEP = 30


def begin(account: Account) -> str:
    """Return the address (otpauth://…) that an app is set up with; nothing is asked for before ``confirm``."""
    if account.totp_secret is None:
        account.totp_secret = pyotp.random_base32()
    return pyotp.TOTP(account.totp_secret).provisioning_uri(name=account.email, issuer_name="职工创新成果转化平台")


def is_on(account: Account) -> bool:
    return account.totp_confirmed_at is not None


def confirm(session: Session, actor: Actor, account: Account, code: str) -> list[str]:
    """Ask for a code from now on and return recovery codes; raise Invalid unless this one shows the app is set up."""
    if not _accept(account, code):
        raise Invalid({"code": [N_("动态码不对，请核对手机的时间后再试。")]})
    account.totp_confirmed_at = now()
    audit.record(session, actor, "add_second_factor", "account", account.id)
    return recovery.make(session, actor, account)


def remove(session: Session, actor: Actor, account: Account, reason: str | None = None) -> None:
    """Ask for no code any more: the app's secret and the recovery codes are forgotten, the owner is told by mail."""
    account.totp_secret = account.totp_confirmed_at = account.totp_step = None
    recovery.forget(session, account)
    audit.record(session, actor, "remove_second_factor", "account", account.id, reason=reason)
    queue.post(session, account, "second_factor_removed")


def accept(account: Account, code: str) -> bool:
    """Say whether a code is right and new; each opens once."""
    return is_on(account) and _accept(account, code)


def _accept(account: Account, code: str) -> bool:
    digits = "".join(code.split())
    if account.totp_secret is None or not digits.isascii() or not digits.isdigit():
        return False
    totp, present = pyotp.TOTP(account.totp_secret), int(time.time()) // _STEP
    for step in range(present - _TOLERATED, present + _TOLERATED + 1):
        is_new = account.totp_step is None or step > account.totp_step
        if is_new and pyotp.utils.strings_equal(totp.at(step * _STEP), digits):
            account.totp_step = step
            return True
    return False
