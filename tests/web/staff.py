"""Somebody of the province at a browser, second factor and all."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from marketplace.db import unit_of_work
from marketplace.models import Account
from marketplace.services.account import signing_in
from tests.accounts import opened_account


def at_the_province(app: Flask, email: str = "curator@example.cn") -> FlaskClient:
    opened_account(app, email, "province_curator")
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        account = session.scalars(sa.select(Account).filter_by(email=email)).one()
        secret = signing_in.sign_in(session, account, has_second_factor=True, address="", agent="")
    client = app.test_client()
    with client.session_transaction() as kept:
        kept["sign_in"] = secret
    return client
