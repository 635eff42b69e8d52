"""The forms of an account. They render fields and read them back; what a field may hold is said by the schemas."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import marshmallow as ma
import wtforms
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import widgets
from wtforms.fields.choices import SelectChoice

from marketplace.errors import Invalid
from marketplace.models import Account
from marketplace.schemas.account import SHORTEST_PASSWORD, TOKEN_SCOPES
from marketplace.web.account.names import ROLES as ROLE_NAMES
from marketplace.web.account.names import TOKEN_SCOPES as SCOPE_NAMES
from marketplace.web.demands.forms import Ticks, industry_choices, region_choices, sentences
from marketplace.web.language import NAMES

_LANGUAGES = [SelectChoice(language, name) for language, name in NAMES.items()]
_EMAIL = {"autocomplete": "username", "maxlength": 254, "inputmode": "email"}
_NEW_PASSWORD = {"autocomplete": "new-password", "minlength": SHORTEST_PASSWORD}


class DomainForm(FlaskForm):
    """A form whose content a schema judges."""

    def load(self, schema: ma.Schema, **more: Any) -> dict[str, Any] | None:
        """Return what the schema makes of the form and ``more``, or None with the refusals beside the fields."""
        keys = {field.data_key or name for name, field in schema.load_fields.items()}
        given = {name: value for name, value in self.data.items() if name in keys} | more
        try:
            data: dict[str, Any] = schema.load(given)
        except ma.ValidationError as error:
            self.refuse(error.normalized_messages())
            return None
        return data

    def revision_read(self) -> int:
        """Return the revision a form with one was made from; -1, which nothing has, for what is no number."""
        text = str(self["revision"].data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1

    def refuse(self, messages: Mapping[str, Any]) -> None:
        """Put sentences beside the fields they are about."""
        for name, found in messages.items():
            self[name].errors = list(sentences(found))

    def refuse_invalid(self, error: Invalid) -> None:
        """Put what a service refused beside the fields, in the language of the page."""
        self.refuse({name: [gettext(sentence) for sentence in found] for name, found in error.fields.items()})


class SignInForm(FlaskForm):
    email = wtforms.EmailField(_("邮箱"), render_kw={**_EMAIL, "required": True})
    password = wtforms.PasswordField(_("密码"), render_kw={"autocomplete": "current-password", "required": True})
    next = wtforms.HiddenField()


class CodeForm(DomainForm):
    """The code an app shows, or a recovery code instead."""

    code = wtforms.StringField(
        _("动态码（六位数字）"),
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 10},
    )
    recovery_code = wtforms.StringField(
        _("恢复码"), render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false", "maxlength": 40}
    )
    next = wtforms.HiddenField()

    @property
    def given(self) -> str:
        """The code, whichever it is."""
        return (self.code.data or "").strip() or (self.recovery_code.data or "").strip()

    def refuse_code(self) -> None:
        """Say that the code opens nothing, beside the field it stands in."""
        if not self.given:
            self.code.errors = [gettext("请填写动态码或恢复码。")]
        elif self.code.data and self.code.data.strip():
            self.code.errors = [gettext("动态码不对，或者账号暂时锁定。")]
        else:
            self.recovery_code.errors = [gettext("恢复码不对或已经用过，或者账号暂时锁定。")]


class RegistrationForm(DomainForm):
    role = wtforms.RadioField(
        _("我是"),
        choices=[SelectChoice("worker", _("职工")), SelectChoice("enterprise", _("企业"))],
        default="worker",
        validate_choice=False,
    )
    name = wtforms.StringField(_("姓名"), render_kw={"autocomplete": "name", "maxlength": 100})
    email = wtforms.EmailField(_("邮箱"), render_kw={**_EMAIL, "autocomplete": "email"})
    organisation = wtforms.StringField(
        _("单位名称（企业必填）"), render_kw={"autocomplete": "organization", "maxlength": 200}
    )
    region = wtforms.SelectField(_("单位在哪里"), choices=region_choices, validate_choice=False)


class ForgottenForm(FlaskForm):
    email = wtforms.EmailField(_("邮箱"), render_kw={**_EMAIL, "required": True})


class PasswordForm(DomainForm):
    password = wtforms.PasswordField(_("新密码"), render_kw=_NEW_PASSWORD, description=_("至少十个字符，越长越好。"))
    repeated = wtforms.PasswordField(_("再填一次"), render_kw=_NEW_PASSWORD)


class ChangePasswordForm(PasswordForm):
    present = wtforms.PasswordField(_("现在的密码"), render_kw={"autocomplete": "current-password"})


class ProfileForm(DomainForm):
    name = wtforms.StringField(_("姓名"), render_kw={"autocomplete": "name", "maxlength": 100})
    language = wtforms.SelectField(_("页面和邮件的语言"), choices=_LANGUAGES, validate_choice=False)


class TokenForm(DomainForm):
    name = wtforms.StringField(_("用途"), render_kw={"maxlength": 100, "placeholder": _("例如：夜间同步")})
    scopes = Ticks(
        _("可以做什么"),
        choices=[SelectChoice(scope, SCOPE_NAMES[scope]) for scope in TOKEN_SCOPES],
        validate_choice=False,
    )
    days = wtforms.IntegerField(_("有效天数"), default=90, widget=widgets.NumberInput(min=1, max=366))


class GrantForm(DomainForm):
    """A role with its scope; a role that takes a part of the scope refuses the form without it."""

    role = wtforms.SelectField(_("角色"), validate_choice=False)
    region = wtforms.SelectField(_("地区"), choices=region_choices, validate_choice=False)
    industry = wtforms.SelectField(_("行业"), choices=industry_choices, validate_choice=False)
    organisation = wtforms.StringField(_("单位名称"), render_kw={"autocomplete": "off", "maxlength": 200})
    until = wtforms.StringField(_("有效期至（可不填）"), widget=widgets.DateInput())

    def offer(self, roles: Iterable[str]) -> None:
        """Let one choose among these roles, those given most often first."""
        self.role.choices = [SelectChoice(role, ROLE_NAMES[role]) for role in roles]


class InvitationForm(GrantForm):
    name = wtforms.StringField(_("姓名"), render_kw={"autocomplete": "off", "maxlength": 100})
    email = wtforms.EmailField(_("邮箱"), render_kw={"autocomplete": "off", "maxlength": 254})
    language = wtforms.SelectField(_("邮件的语言"), choices=_LANGUAGES, validate_choice=False)


def _chosen(value: object) -> int | None:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


class DeputationForm(DomainForm):
    """Who sees to a desk, and from which day to which."""

    grant = wtforms.IntegerField(widget=widgets.HiddenInput())
    deputy = wtforms.SelectField(_("请谁代理"), coerce=_chosen, validate_choice=False)
    starts_on = wtforms.StringField(_("从哪一天"), widget=widgets.DateInput())
    ends_on = wtforms.StringField(_("到哪一天"), widget=widgets.DateInput())

    @classmethod
    def beginning(cls, grant_id: int, day: dt.date) -> DeputationForm:
        """Return the empty form for a desk, from a day on."""
        return cls(formdata=None, data={"grant": grant_id, "starts_on": day.isoformat()})

    def offer(self, grant_id: int, colleagues: Iterable[tuple[Account, str]]) -> None:
        """Let one choose among these people, each with his role; a page has such a form for each desk."""
        for field in self:
            field.id = field.label.field_id = f"{field.short_name}-{grant_id}"
        people = [SelectChoice(str(it.id), f"{it.name}（{ROLE_NAMES[role]}）") for it, role in colleagues]
        self.deputy.choices = [SelectChoice("", gettext("请选择")), *people]


class ReasonForm(DomainForm):
    reason = wtforms.StringField(_("撤销的理由"), render_kw={"maxlength": 500, "required": True})
