"""The kinds of field the domain has, each refusing bad input in words that say what to write instead."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import marshmallow as ma
from flask_babel import gettext, lazy_gettext

from marketplace.credit_code import is_valid
from marketplace.db import today
from marketplace.errors import N_
from marketplace.vocabulary import CodeList

# What no page can show and no database hold: a control character, or half of a surrogate pair.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")

REQUIRED = {"required": N_("必填。"), "null": N_("不能为空。")}


class DomainSchema(ma.Schema):
    """A schema that refuses fields it does not know and takes a blank for a value not given."""

    error_messages = {
        "unknown": lazy_gettext("没有这个字段。"),
        "type": lazy_gettext("应为一组字段。"),
    }

    class Meta:
        unknown = ma.RAISE

    @ma.pre_load
    def drop_blanks(self, data: Any, **_options: Any) -> Any:
        """Drop empty values: a form sends "" for a field left blank, a file has an empty cell."""
        if not isinstance(data, Mapping):
            return data
        return {key: value for key, value in data.items() if value not in ("", None)}


class Refusing(ma.fields.Field[Any]):
    """A field that words its refusal in the language of whoever sent the value."""

    def make_error(self, key: str, **params: Any) -> ma.ValidationError:
        return ma.ValidationError(gettext(self.error_messages[key], **params))


class Nested(Refusing, ma.fields.Nested):
    default_error_messages = {**REQUIRED, "type": N_("应为一组字段。")}


class Text(Refusing, ma.fields.String):
    """Text without white space around it and with at most ``longest`` characters."""

    default_error_messages = {
        **REQUIRED,
        "invalid": N_("请填写文字。"),
        "too_long": N_("最多 %(longest)s 个字，现有 %(length)s 个。"),
        "control": N_("含有不可见或残缺的字符，请删除后再提交。"),
    }

    def __init__(self, longest: int = 20_000, **options: Any) -> None:
        super().__init__(**options)
        self.longest = longest

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **options).strip()
        if len(text) > self.longest:
            raise self.make_error("too_long", longest=self.longest, length=len(text))
        if _UNPRINTABLE.search(text):
            raise self.make_error("control")
        if self.required and not text:
            raise self.make_error("required")
        return text.replace("\r\n", "\n").replace("\r", "\n")


class Line(Text):
    """Text on one line, such as a name."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> str:
        return " ".join(super()._deserialize(value, attr, data, **options).split())


class NameOfUnit(Line):
    """The name of an organisation; punctuation alone names none."""

    default_error_messages = {"nameless": N_("请填写单位的全称。")}

    def __init__(self, **options: Any) -> None:
        super().__init__(200, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> str:
        text = super()._deserialize(value, attr, data, **options)
        if text and not re.search(r"\w", text):
            raise self.make_error("nameless")
        return text


class Whole(Refusing, ma.fields.Integer):
    """A whole number between two bounds, both included."""

    default_error_messages = {
        **REQUIRED,
        "invalid": N_("请填写整数。"),
        "too_large": N_("数字太大。"),
        "range": N_("应在 %(least)s 和 %(most)s 之间。"),
    }

    def __init__(self, least: int, most: int, **options: Any) -> None:
        super().__init__(strict=True, **options)
        self.least, self.most = least, most

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> int:
        if isinstance(value, bool):
            raise self.make_error("invalid")
        number = super()._deserialize(value, attr, data, **options)
        if not self.least <= number <= self.most:
            raise self.make_error("range", least=self.least, most=self.most)
        return number


class Fen(Whole):
    """An amount of money in fen (1/100 yuan), from nothing to ten thousand 亿元."""

    # True of fen, which a program gives, and of yuan, which people type.
    default_error_messages = {
        "invalid": N_("请只填写金额的数字，最多精确到分，不写单位。"),
        "range": N_("金额应在 0 和 1 万亿元之间。"),
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(0, 10**14, **options)


class Share(Refusing, ma.fields.Decimal):
    """A part of a whole in per cent, with two decimals, given out as text so that nothing is rounded on the way."""

    default_error_messages = {
        **REQUIRED,
        "invalid": N_("份额请填写百分数，例如 35。"),
        "special": N_("份额请填写百分数，例如 35。"),
        "range": N_("份额应大于 0，不超过 100。"),
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(places=2, as_string=True, **options)

    def _validated(self, value: Any) -> Decimal:
        share: Decimal = super()._validated(value)
        if not 0 < share <= 100:
            raise self.make_error("range")
        return share


class Flag(Refusing, ma.fields.Boolean):
    default_error_messages = {**REQUIRED, "invalid": N_("请填写“是”或“否”。")}


class Day(Refusing, ma.fields.Date):
    """A calendar day, ISO 8601, between 1900 and 2100."""

    default_error_messages = {
        **REQUIRED,
        "invalid": N_("请填写日期，例如 2026-03-15。"),
        "range": N_("日期应在 1900 年到 2100 年之间。"),
    }

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> dt.date:
        day: dt.date = super()._deserialize(value, attr, data, **options)
        if not 1900 <= day.year <= 2100:
            raise self.make_error("range")
        return day


def passed(day: dt.date) -> None:
    """Refuse a day to come, for what has happened."""
    if day > today():
        raise ma.ValidationError(gettext("日期不能晚于今天。"))


class Code(Refusing, ma.fields.Field[str]):
    """A code of one of the closed lists; a label is understood as well and stored as its code."""

    default_error_messages = {
        **REQUIRED,
        "invalid": N_("请填写代码或名称。"),
        "unknown": N_("“%(value)s”不在代码表中，请从列表里选。"),
    }

    def __init__(self, codes: CodeList, **options: Any) -> None:
        super().__init__(**options)
        self.codes = codes

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> str:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        if value in self.codes:
            return value
        code = self.codes.find(value)
        if code is None:
            raise self.make_error("unknown", value=value[:40])
        return code


class Many(Refusing, ma.fields.List[Any]):
    """A list with at most ``longest`` members; texts are kept once each and never empty."""

    default_error_messages = {
        **REQUIRED,
        "invalid": N_("请填写列表。"),
        "too_many": N_("最多 %(longest)s 项，现有 %(length)s 项。"),
    }

    def __init__(self, inner: ma.fields.Field[Any], longest: int = 50, **options: Any) -> None:
        super().__init__(inner, load_default=options.pop("load_default", list), **options)
        self.longest = longest

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> list[Any]:
        members = super()._deserialize(value, attr, data, **options)
        if len(members) > self.longest:
            raise self.make_error("too_many", longest=self.longest, length=len(members))
        if all(isinstance(member, str) for member in members):
            return list(dict.fromkeys(member for member in members if member))
        return members


class CreditCode(Text):
    """A unified social credit code, 18 characters with the check digit of GB 32100-2015."""

    default_error_messages = {"check_digit": N_("统一社会信用代码不正确：应为 18 位，且校验码要相符。")}

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> str:
        code = super()._deserialize(value, attr, data, **options).upper()
        if code and not is_valid(code):
            raise self.make_error("check_digit")
        return code
