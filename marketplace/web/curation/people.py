"""The people of an office: listed, invited, given roles, and roles taken back with a reason."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.db import unit_of_work
from marketplace.errors import Invalid
from marketplace.models.people.account import ROLES
from marketplace.permissions import Actor
from marketplace.permissions.roles import GRANTABLE
from marketplace.runtime import runtime
from marketplace.schemas.account import GrantSchema, InvitationSchema, ReasonSchema
from marketplace.services.account import people as persons
from marketplace.services.account import second_factor
from marketplace.web.account.forms import GrantForm, InvitationForm, ReasonForm
from marketplace.web.actor import actor
from marketplace.web.curation.home import blueprint

_PAGE = 50
_SECOND_FACTOR = "second factor"


@blueprint.get("/people")
def people() -> str:
    text, after = request.args.get("q", "").strip()[:100], request.args.get("after", type=int)
    with runtime().sessions() as reading:
        # One more than is shown tells whether there is a next page.
        found = persons.listed(reading, actor(), text=text, limit=_PAGE + 1, after=after)
        return render_template(
            "curation/people.html",
            people=found[:_PAGE],
            text=text,
            next_after=found[_PAGE - 1].id if len(found) > _PAGE else None,
        )


@blueprint.route("/people/invite", methods=["GET", "POST"])
def invite() -> ResponseReturnValue:
    form = InvitationForm()
    form.offer(_grantable(actor()))
    if request.method == "GET":
        return render_template("curation/invite.html", form=form)
    invitation, role = form.load(InvitationSchema()), form.load(GrantSchema())
    if invitation is not None and role is not None:
        try:
            with unit_of_work(runtime().sessions) as writing:
                account, secret = persons.invite(writing, actor(), invitation, role)
                account_id = account.id
            flash(_("邀请已寄出。") if secret else _("这个邮箱已有账号，角色已授予。"))
            return redirect(url_for(".person", account_id=account_id), 303)
        except Invalid as error:
            form.refuse_invalid(error)
    return render_template("curation/invite.html", form=form), 422


@blueprint.get("/people/<int:account_id>")
def person(account_id: int) -> str:
    return _person_page(account_id, GrantForm(formdata=None))


@blueprint.post("/people/<int:account_id>/grant")
def grant(account_id: int) -> ResponseReturnValue:
    form = GrantForm()
    role = form.load(GrantSchema())
    if role is not None:
        try:
            with unit_of_work(runtime().sessions) as writing:
                persons.grant(writing, actor(), account_id, role)
            flash(_("角色已授予。"))
            return redirect(url_for(".person", account_id=account_id), 303)
        except Invalid as error:
            form.refuse_invalid(error)
    return _person_page(account_id, form), 422


@blueprint.post("/people/<int:account_id>/roles/<int:grant_id>/revoke")
def revoke(account_id: int, grant_id: int) -> ResponseReturnValue:
    reason = ReasonForm()
    data = reason.load(ReasonSchema())
    if data is None:
        return _person_page(account_id, GrantForm(formdata=None), refused=grant_id), 422
    with unit_of_work(runtime().sessions) as writing:
        persons.revoke(writing, actor(), account_id, grant_id, data["reason"])
    flash(_("角色已撤销。"))
    # Without the role the person may lie outside of this office's scope.
    return redirect(url_for(".people"), 303)


@blueprint.post("/people/<int:account_id>/unit")
def settle_claim(account_id: int) -> ResponseReturnValue:
    """Confirm or decline the unit a person says to belong to."""
    is_confirmed = request.form.get("answer") == "confirm"
    with unit_of_work(runtime().sessions) as writing:
        persons.settle_claim(writing, actor(), account_id, is_confirmed=is_confirmed)
    flash(_("已确认所属单位。") if is_confirmed else _("没有确认所属单位。"))
    return redirect(url_for(".person", account_id=account_id), 303)


@blueprint.post("/people/<int:account_id>/second-factor/remove")
def remove_second_factor(account_id: int) -> ResponseReturnValue:
    """Take the second factor off an account whose owner has lost the phone and the recovery codes."""
    data = ReasonForm().load(ReasonSchema())
    if data is None:
        return _person_page(account_id, GrantForm(formdata=None), refused=_SECOND_FACTOR), 422
    with unit_of_work(runtime().sessions) as writing:
        persons.remove_second_factor(writing, actor(), account_id, data["reason"])
    flash(_("二次验证已解除，本人已收到邮件，各处都已退出登录。"))
    return redirect(url_for(".person", account_id=account_id), 303)


def _person_page(account_id: int, form: GrantForm, refused: int | str | None = None) -> str:
    form.offer(_grantable(actor()))
    with runtime().sessions() as reading:
        account = persons.get(reading, actor(), account_id)
        return render_template(
            "curation/person.html",
            account=account,
            form=form,
            is_oneself=account.id == actor().account_id,
            may_remove_second_factor=second_factor.is_on(account)
            and persons.may_remove_second_factor(actor(), account),
            may_settle=persons.may_settle(actor(), account),
            revocable={held.id for held in account.grants if persons.may_revoke(actor(), held)},
            refused=refused,
        )


def _grantable(giver: Actor) -> list[str]:
    """Return the roles the actor may give to somebody, the nearest first."""
    found = frozenset[str]().union(*(GRANTABLE.get(held.role, ()) for held in giver.grants))
    return [role for role in reversed(ROLES) if role in found]
