"""People for tests: opened through the services, with a password that is set the way the mail would have it."""

from __future__ import annotations

import re
from typing import Any

import pyotp
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.db import unit_of_work
from marketplace.models import Account, Mail
from marketplace.permissions import SYSTEM
from marketplace.schemas.account import GrantSchema, InvitationSchema
from marketplace.services.account import credentials, people, registering, second_factor
from tests.web.pages import Page, opened, sent

# What takes long on purpose would take long in every test: one pass over little memory hashes as well.
credentials._HASHER = PasswordHasher(time_cost=1, memory_cost=64)

PASSWORD = "一句不容易猜到的话 4711"


def invited(session: Session, email: str, role: str, **scope: Any) -> Account:
    """Open an account with a role, and set its password."""
    invitation = InvitationSchema().load({"email": email, "name": email.partition("@")[0]})
    _account, secret = people.invite(session, SYSTEM, invitation, GrantSchema().load({"role": role, **scope}))
    assert secret is not None
    return registering.set_password(session, secret, PASSWORD)


def opened_account(app: Flask, email: str, role: str, **scope: Any) -> None:
    with app.app_context(), unit_of_work(app.extensions["marketplace"].sessions) as session:
        invited(session, email, role, **scope)


def with_second_factor(app: Flask, email: str) -> pyotp.TOTP:
    """Turn the second factor of an account on and return the app on the phone."""
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        account = session.scalars(sa.select(Account).filter_by(email=email)).one()
        second_factor.begin(account)
        assert account.totp_secret is not None
        phone = pyotp.TOTP(account.totp_secret)
        second_factor.confirm(session, SYSTEM, account, phone.now())
        # The code of this half minute was used just now; a test does not wait for the next one.
        account.totp_step = None
    return phone


def signed_in(app: Flask, email: str, password: str = PASSWORD) -> FlaskClient:
    """Return a browser in which somebody has signed in."""
    client = app.test_client()
    page = sign_in(client, email, password)
    assert page.status == 200, page.source
    return client


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD, status: int = 200, **query: str) -> Page:
    form = opened(client, "/account/sign-in", query_string=query).form(
        "/account/sign-in", **{"email": email, "password": password}
    )
    return sent(client, "/account/sign-in", form, status)


def link_of(app: Flask, email: str) -> str:
    """Return the address in the last mail to somebody, as its reader would open it."""
    with app.extensions["marketplace"].sessions() as session:
        query = sa.select(Mail).where(Mail.recipient == email, Mail.due_at.is_not(None)).order_by(Mail.id.desc())
        mails = session.scalars(query).all()
    secret = next(mail.values["secret"] for mail in mails if "secret" in mail.values)
    assert re.fullmatch(r"[\w-]{43}", secret)
    return f"/account/link?key={secret}"


def mails_to(app: Flask, email: str) -> list[str]:
    """Return the kinds of the mails to somebody, oldest first."""
    with app.extensions["marketplace"].sessions() as session:
        return list(session.scalars(sa.select(Mail.kind).where(Mail.recipient == email).order_by(Mail.id)))
