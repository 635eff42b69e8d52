"""One's own account: name and language, password, second factor, and the browsers signed in."""

from __future__ import annotations

import io

import flask
import segno
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.db import unit_of_work
from marketplace.errors import Invalid
from marketplace.runtime import runtime
from marketplace.schemas.account import PasswordSchema, ProfileSchema
from marketplace.services.account import recovery, registering, second_factor, signing_in
from marketplace.web.account.entrance import patience
from marketplace.web.account.forms import ChangePasswordForm, CodeForm, ProfileForm
from marketplace.web.actor import SignedIn, actor, sign_in_first, signed_in

blueprint = Blueprint("account", __name__, url_prefix="/account")

blueprint.before_request(sign_in_first)


@blueprint.after_request
def keep_out_of_caches(response: flask.Response) -> flask.Response:
    response.cache_control.no_store = True
    return response


@blueprint.route("", methods=["GET", "POST"])
def home() -> ResponseReturnValue:
    account = here().account
    form = ProfileForm(data={"name": account.name, "language": account.language})
    if request.method == "POST":
        data = form.load(ProfileSchema())
        if data is not None:
            with unit_of_work(runtime().sessions) as writing:
                registering.revise(writing, actor(), data)
            flask.session["language"] = data["language"]
            flash(_("已保存。"))
            return redirect(url_for(".home"), 303)
    with runtime().sessions() as reading:
        page = render_template("account/home.html", form=form, account=registering.get(reading, actor()))
    return page, 422 if request.method == "POST" else 200


@blueprint.route("/password", methods=["GET", "POST"])
def password() -> ResponseReturnValue:
    form = ChangePasswordForm()
    if request.method == "GET":
        return render_template("account/password.html", form=form)
    data = form.load(PasswordSchema())
    if data is None:
        return render_template("account/password.html", form=form), 422
    try:
        with unit_of_work(runtime().sessions) as writing:
            registering.change_password(
                writing, actor(), form.present.data or "", data["password"], sign_in_id=here().sign_in.id
            )
    except Invalid as error:
        form.refuse_invalid(error)
        return render_template("account/password.html", form=form), 422
    flash(_("密码已更改，其他浏览器都已退出登录。"))
    return redirect(url_for(".home"), 303)


@blueprint.get("/second-factor")
def second_factor_page() -> ResponseReturnValue:
    return _second_factor(CodeForm()), 200


@blueprint.post("/second-factor")
def add_second_factor() -> ResponseReturnValue:
    form = CodeForm()
    try:
        with unit_of_work(runtime().sessions) as writing:
            account = registering.get(writing, actor())
            codes = second_factor.confirm(writing, actor(), account, form.code.data or "")
            signing_in.strengthen(writing, here().sign_in.id)
    except Invalid as error:
        form.refuse_invalid(error)
        return _second_factor(form), 422
    # Shown in the answer itself: an address to come back to would show them twice.
    return render_template("account/recovery_codes.html", codes=codes, is_new=True), 201


@blueprint.post("/second-factor/codes")
def make_recovery_codes() -> ResponseReturnValue:
    """Make new recovery codes; a code proves once more who asks."""
    form, codes = CodeForm(), None
    with unit_of_work(runtime().sessions) as writing:
        account = registering.get(writing, actor())
        if form.given and signing_in.check_code(writing, account, form.given, patience()):
            codes = recovery.make(writing, actor(), account)
    if codes is None:
        form.refuse_code()
        return _second_factor(form), 422
    return render_template("account/recovery_codes.html", codes=codes, is_new=False), 201


@blueprint.post("/second-factor/remove")
def remove_second_factor() -> ResponseReturnValue:
    """Take the second factor off; a code proves once more who asks."""
    form = CodeForm()
    with unit_of_work(runtime().sessions) as writing:
        account = registering.get(writing, actor())
        is_right = bool(form.given) and signing_in.check_code(writing, account, form.given, patience())
        if is_right:
            second_factor.remove(writing, actor(), account)
    if not is_right:
        form.refuse_code()
        return _second_factor(form), 422
    flash(_("二次验证已关闭。"))
    return redirect(url_for(".home"), 303)


@blueprint.get("/sign-ins")
def sign_ins() -> str:
    with runtime().sessions() as reading:
        found = signing_in.listed(reading, actor())
        return render_template("account/sign_ins.html", sign_ins=found, present=here().sign_in.id)


@blueprint.post("/sign-ins/<int:sign_in_id>/end")
def end_sign_in(sign_in_id: int) -> ResponseReturnValue:
    with unit_of_work(runtime().sessions) as writing:
        signing_in.end(writing, actor(), sign_in_id)
    flash(_("已退出登录。"))
    return redirect(url_for(".sign_ins"), 303)


def here() -> SignedIn:
    """Return who is signed in; the blueprint lets nobody else in."""
    found = signed_in()
    if found is None:  # pragma: no cover - said once more for the types.
        flask.abort(403)
    return found


def _second_factor(form: CodeForm) -> str:
    with unit_of_work(runtime().sessions) as writing:
        account = registering.get(writing, actor())
        if second_factor.is_on(account):
            left = recovery.left(writing, account)
            return render_template("account/second_factor.html", form=form, picture=None, left=left)
        address = second_factor.begin(account)
        return render_template(
            "account/second_factor.html", form=form, picture=_picture(address), secret=account.totp_secret
        )


def _picture(address: str) -> str:
    """Return an address as a QR code, drawn as SVG with its own colours, because dark pages invert nothing."""
    drawn = io.BytesIO()
    code = segno.make(address, error="m")
    code.save(drawn, kind="svg", scale=4, dark="#000", light="#fff", xmldecl=False, svgns=True, nl=False)
    return drawn.getvalue().decode()
