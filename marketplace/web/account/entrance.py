"""The entrance: register, sign in and out, a forgotten password, a link from a mail.

No answer tells whether an address has an account; only the mail does, to whoever reads it.
"""

from __future__ import annotations

import datetime as dt
import time
from urllib.parse import urlsplit

import flask
from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from marketplace.db import unit_of_work
from marketplace.errors import LinkSpent
from marketplace.models import Account
from marketplace.permissions import can_enter_curation
from marketplace.runtime import runtime
from marketplace.schemas.account import PasswordSchema, RegistrationSchema
from marketplace.services.account import credentials, registering, second_factor, signing_in
from marketplace.web import language
from marketplace.web.account.forms import CodeForm, ForgottenForm, PasswordForm, RegistrationForm, SignInForm
from marketplace.web.actor import actor, forget_sign_in, keep_signed_in, signed_in

blueprint = Blueprint("entrance", __name__, url_prefix="/account")

_CODE_FOR = "code_for"
_LINK = "link"
# How long after the password a code may be given, in seconds.
_CODE_WITHIN = 600


@blueprint.after_request
def keep_out_of_caches(response: flask.Response) -> flask.Response:
    response.cache_control.no_store = True
    return response


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    form = SignInForm()
    if request.method == "GET":
        form.next.data = inside(request.args.get("next"))
        return render_template("account/sign_in.html", form=form)
    with unit_of_work(runtime().sessions) as writing:
        account = signing_in.check_password(writing, form.email.data or "", form.password.data or "", patience())
        is_enough = account is not None and not second_factor.is_on(account)
        secret = _signed_in(writing, account, has_second_factor=False) if account and is_enough else None
    if account is not None and secret is not None:
        return _enter(secret, account, form.next.data)
    if account is None:
        form.password.errors = [_("邮箱或密码不对，或者账号暂时锁定。")]
        return render_template("account/sign_in.html", form=form), 422
    session[_CODE_FOR] = [account.id, int(time.time())]
    return redirect(url_for(".give_code", next=inside(form.next.data)), 303)


@blueprint.route("/code", methods=["GET", "POST"])
def give_code() -> ResponseReturnValue:
    """Ask for the second factor, after the password was right."""
    account_id, at = session.get(_CODE_FOR, (None, 0))
    if account_id is None or at < time.time() - _CODE_WITHIN:
        return redirect(url_for(".sign_in"), 303)
    form = CodeForm()
    if request.method == "GET":
        form.next.data = inside(request.args.get("next"))
        return render_template("account/code.html", form=form)
    with unit_of_work(runtime().sessions) as writing:
        account = writing.get_one(Account, account_id)
        is_right = (
            account.is_active and bool(form.given) and signing_in.check_code(writing, account, form.given, patience())
        )
        secret = _signed_in(writing, account, has_second_factor=True) if is_right else None
    if secret is None:
        form.refuse_code()
        return render_template("account/code.html", form=form), 422
    session.pop(_CODE_FOR, None)
    return _enter(secret, account, form.next.data)


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    found = signed_in()
    if found is not None:
        with unit_of_work(runtime().sessions) as writing:
            signing_in.end(writing, found.actor, found.sign_in.id)
    forget_sign_in()
    return redirect(url_for("catalogue.home"), 303)


@blueprint.route("/register", methods=["GET", "POST"])
def register() -> ResponseReturnValue:
    form = RegistrationForm()
    if request.method == "GET":
        return render_template("account/register.html", form=form)
    data = form.load(RegistrationSchema())
    if data is None:
        return render_template("account/register.html", form=form), 422
    with unit_of_work(runtime().sessions) as writing:
        registering.register(writing, data, language.current())
    return redirect(url_for(".sent"), 303)


@blueprint.route("/forgotten", methods=["GET", "POST"])
def forgotten() -> ResponseReturnValue:
    form = ForgottenForm()
    if request.method == "GET":
        return render_template("account/forgotten.html", form=form)
    with unit_of_work(runtime().sessions) as writing:
        registering.forget(writing, form.email.data or "")
    return redirect(url_for(".sent"), 303)


@blueprint.get("/sent")
def sent() -> str:
    return render_template("account/sent.html")


@blueprint.route("/link", methods=["GET", "POST"])
def set_password() -> ResponseReturnValue:
    """Set a password by the link of a mail; the secret leaves the address bar and never enters the log."""
    if key := request.args.get("key"):
        session[_LINK] = key
        return redirect(url_for(".set_password"), 303)
    secret = session.get(_LINK)
    if secret is None:
        raise LinkSpent
    with runtime().sessions() as reading:
        email = credentials.find_link(reading, secret).account.email
    form = PasswordForm()
    if request.method == "GET":
        return render_template("account/set_password.html", form=form, email=email)
    data = form.load(PasswordSchema())
    if data is None:
        return render_template("account/set_password.html", form=form, email=email), 422
    with unit_of_work(runtime().sessions) as writing:
        registering.set_password(writing, secret, data["password"])
    session.pop(_LINK, None)
    forget_sign_in()
    flash(_("密码已设置，请登录。"))
    return redirect(url_for(".sign_in"), 303)


def patience() -> signing_in.Patience:
    settings = runtime().settings
    return signing_in.Patience(settings.sign_in_attempts, dt.timedelta(minutes=settings.sign_in_lock_minutes))


def inside(target: str | None) -> str | None:
    """Return an address of this site as it is, and nothing for any other: a link must not lead people elsewhere."""
    if not target or not target.startswith("/") or target.startswith("//"):
        return None
    # Browsers take a backslash for a slash and leave out control characters.
    if "\\" in target or any(character < " " for character in target):
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


def _signed_in(writing: Session, account: Account, *, has_second_factor: bool) -> str:
    return signing_in.sign_in(
        writing,
        account,
        has_second_factor=has_second_factor,
        address=request.remote_addr or "",
        agent=request.user_agent.string,
    )


def _enter(secret: str, account: Account, wanted: str | None) -> ResponseReturnValue:
    keep_signed_in(secret, account.language)
    if target := inside(wanted):
        return redirect(target, 303)
    is_staff = can_enter_curation(actor())
    return redirect(url_for("curation.home" if is_staff else "account.home"), 303)
