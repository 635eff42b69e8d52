"""Tokens for programs: made, shown once, listed and revoked."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.db import unit_of_work
from marketplace.errors import Invalid
from marketplace.runtime import runtime
from marketplace.schemas.account import TokenSchema
from marketplace.services.account import tokens
from marketplace.web.account.forms import TokenForm
from marketplace.web.account.profile import blueprint
from marketplace.web.actor import actor


@blueprint.get("/tokens")
def token_list() -> str:
    return _page(TokenForm(data={"scopes": ["read"], "days": 90}))


@blueprint.post("/tokens")
def create_token() -> ResponseReturnValue:
    form = TokenForm()
    data = form.load(TokenSchema())
    if data is None:
        return _page(form), 422
    try:
        with unit_of_work(runtime().sessions) as writing:
            _token, secret = tokens.create(writing, actor(), data)
    except Invalid as error:
        form.refuse_invalid(error)
        return _page(form), 422
    # Shown in the answer itself: an address to come back to would show it twice.
    return _page(TokenForm(formdata=None, data={"scopes": ["read"], "days": 90}), secret), 201


@blueprint.post("/tokens/<int:token_id>/revoke")
def revoke_token(token_id: int) -> ResponseReturnValue:
    with unit_of_work(runtime().sessions) as writing:
        tokens.revoke(writing, actor(), token_id)
    flash(_("令牌已撤销。"))
    return redirect(url_for(".token_list"), 303)


def _page(form: TokenForm, secret: str | None = None) -> str:
    with runtime().sessions() as reading:
        return render_template("account/tokens.html", form=form, tokens=tokens.listed(reading, actor()), secret=secret)
