"""What is written about an account: registering, a password, a profile, a token, an invitation, a role."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from flask_babel import gettext

from marketplace import vocabulary
from marketplace.db import today
from marketplace.errors import N_
from marketplace.models.people.account import ROLES
from marketplace.schemas.fields import REQUIRED, Code, Day, DomainSchema, Line, Many, NameOfUnit, Refusing, Text, Whole

# A worker and an enterprise register themselves; every other role is given by staff.
SELF_REGISTERED = ("worker", "enterprise")
LANGUAGES = ("zh_Hans", "en")
TOKEN_SCOPES = (
    "read", "demands", "listings", "matches", "deals", "achievements", "proposals", "benefits", "honours", "studios",
    "participation", "judging", "following", "review",
)  # fmt: skip
MOST_TOKEN_DAYS = 366
MOST_ROWS = 2**31 - 1
# NIST SP 800-63B: length matters, rules about kinds of characters do not; more than 200 only cost time.
SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 200


class Email(Text):
    """An address of mail, in the form in which it is kept; whether it exists is found out by writing to it."""

    default_error_messages = {"email": N_("请填写有效的邮箱地址，例如 zhang@example.cn。")}

    def __init__(self, **options: Any) -> None:
        super().__init__(254, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> str:
        from email_validator import EmailNotValidError, validate_email

        text = super()._deserialize(value, attr, data, **options)
        try:
            found = validate_email(text, check_deliverability=False, test_environment=True)
        except EmailNotValidError:
            raise self.make_error("email") from None
        return found.normalized.casefold()


class Password(Refusing, ma.fields.String):
    """A password as typed, white space and all."""

    default_error_messages = {
        **REQUIRED,
        "invalid": N_("请填写文字。"),
        "short": N_("密码至少 %(least)s 个字符。"),
        "long": N_("密码最多 %(most)s 个字符。"),
        "plain": N_("这个密码太容易猜到，请换一个。"),
    }

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **options)
        if len(text) < SHORTEST_PASSWORD:
            raise self.make_error("short", least=SHORTEST_PASSWORD)
        if len(text) > LONGEST_PASSWORD:
            raise self.make_error("long", most=LONGEST_PASSWORD)
        if len(set(text)) < 5 or _runs_on(text):
            raise self.make_error("plain")
        return text


class RegistrationSchema(DomainSchema):
    role = Text(20, required=True, validate=ma.validate.OneOf(SELF_REGISTERED))
    email = Email(required=True)
    name = Line(100, required=True)
    organisation_name = NameOfUnit(load_default="", data_key="organisation")
    region = Code(vocabulary.regions, load_default=None)

    @ma.validates_schema(skip_on_field_errors=True)
    def check_organisation(self, data: dict[str, Any], **_options: Any) -> None:
        if data["role"] == "enterprise" and not data["organisation_name"]:
            raise ma.ValidationError(gettext("企业注册请填写单位名称。"), "organisation")


class PasswordSchema(DomainSchema):
    password = Password(required=True)
    repeated = ma.fields.String(load_default="")

    @ma.validates_schema(skip_on_field_errors=True)
    def check_repetition(self, data: dict[str, Any], **_options: Any) -> None:
        if data["password"] != data["repeated"]:
            raise ma.ValidationError(gettext("两次填写的密码不同。"), "repeated")


class ProfileSchema(DomainSchema):
    name = Line(100, required=True)
    language = Text(8, required=True, validate=ma.validate.OneOf(LANGUAGES))


class TokenSchema(DomainSchema):
    name = Line(100, required=True)
    scopes = Many(Text(20, validate=ma.validate.OneOf(TOKEN_SCOPES)))
    days = Whole(1, MOST_TOKEN_DAYS, load_default=90)

    @ma.validates("scopes")
    def check_scopes(self, scopes: list[str], **_options: Any) -> None:
        if not scopes:
            raise ma.ValidationError(gettext("请至少选一项。"))


class InvitationSchema(DomainSchema):
    email = Email(required=True)
    name = Line(100, required=True)
    language = Text(8, load_default="zh_Hans", validate=ma.validate.OneOf(LANGUAGES))


class GrantSchema(DomainSchema):
    """A role with its scope; which parts of a scope a role takes is decided by the permissions."""

    role = Text(20, required=True, validate=ma.validate.OneOf(ROLES))
    region = Code(vocabulary.regions, load_default=None)
    industry = Code(vocabulary.industries, load_default=None)
    organisation_name = NameOfUnit(load_default="", data_key="organisation")
    until = Day(load_default=None)

    @ma.validates("until")
    def check_until(self, until: dt.date | None, **_options: Any) -> None:
        if until is not None and until <= today():
            raise ma.ValidationError(gettext("请填写今天以后的日期。"))


class ReasonSchema(DomainSchema):
    reason = Text(500, required=True)


def _runs_on(text: str) -> bool:
    """Say whether a text only counts up or down, as 1234567890 does."""
    steps = {ord(after) - ord(before) for before, after in itertools.pairwise(text)}
    return len(steps) == 1


class DeputationSchema(DomainSchema):
    """Whose desk, who sees to it, and from which day to which; who may be named is decided by the permissions."""

    grant_id = Whole(1, MOST_ROWS, required=True, data_key="grant")
    deputy_id = Whole(1, MOST_ROWS, required=True, data_key="deputy")
    starts_on = Day(required=True)
    ends_on = Day(required=True)
