"""The kinds of field a submission has beside those of a demand: lists on one line, and rows of a few fields each."""

from __future__ import annotations

import re
from typing import Any

import wtforms
from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext
from wtforms import widgets
from wtforms.fields.choices import SelectChoice

from marketplace import vocabulary
from marketplace.vocabulary import CodeList
from marketplace.web.demands.forms import Ticks
from marketplace.web.display import label

_BETWEEN = re.compile(r"[、，,;；\n\r]+")


def choices_of(codes: CodeList) -> Any:
    """Return what offers the codes of a list after nothing, in the language of the page."""
    return lambda: [
        SelectChoice("", str(_("请选择"))),
        *(SelectChoice(code, label(code, codes.name)) for code in codes),
    ]


class Listed(wtforms.StringField):
    """Several words on one line, as people write them."""

    def _value(self) -> str:
        return self.data if isinstance(self.data, str) else "、".join(self.data or [])

    def listed(self) -> list[str]:
        return [word for part in _BETWEEN.split(self._value()) if (word := part.strip())]


class IndicatorRow(wtforms.Form):
    name = wtforms.StringField(_("指标"), render_kw={"maxlength": 200, "placeholder": _("如：合格率")})
    value = wtforms.StringField(_("数值"), render_kw={"maxlength": 200, "placeholder": "98.6"})
    unit = wtforms.StringField(lazy_pgettext("计量", "单位"), render_kw={"maxlength": 40, "placeholder": "%"})
    test = wtforms.StringField(_("怎样测的"), render_kw={"maxlength": 2000})


class ComparisonRow(wtforms.Form):
    aspect = wtforms.StringField(_("项目"), render_kw={"maxlength": 200, "placeholder": _("如：单件工时")})
    before = wtforms.StringField(_("应用前"), render_kw={"maxlength": 200})
    after = wtforms.StringField(_("应用后"), render_kw={"maxlength": 200})
    unit = wtforms.StringField(lazy_pgettext("计量", "单位"), render_kw={"maxlength": 40})


class SiteRow(wtforms.Form):
    unit = wtforms.StringField(_("应用单位"), render_kw={"maxlength": 200})
    since = wtforms.StringField(_("从何时起"), widget=widgets.DateInput())
    certificate = wtforms.StringField(_("用户证明"), render_kw={"maxlength": 200, "placeholder": _("文号或出具人")})


class RightRow(wtforms.Form):
    kind = wtforms.SelectField(_("种类"), choices=choices_of(vocabulary.ip_kinds), validate_choice=False)
    number = wtforms.StringField(_("号码"), render_kw={"maxlength": 60})
    status = wtforms.StringField(_("状态"), render_kw={"maxlength": 30})
    filed_on = wtforms.StringField(_("申请日"), widget=widgets.DateInput())


class CompleterRow(wtforms.Form):
    name = wtforms.StringField(_("姓名"), render_kw={"maxlength": 100, "autocomplete": "off"})
    share = wtforms.StringField(_("份额（%）"), render_kw={"maxlength": 6, "inputmode": "decimal"})
    email = wtforms.EmailField(_("邮箱（请他确认）"), render_kw={"maxlength": 254, "autocomplete": "off"})
    part = wtforms.StringField(_("创造性贡献"), render_kw={"maxlength": 2000})
    standing = Ticks(
        _("是否属于（第一完成人须填）"),
        choices=lambda: choices_of(vocabulary.standings)()[1:],
        validate_choice=False,
    )
