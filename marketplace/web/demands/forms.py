"""The forms of a demand. They render fields and read them back; what a field may hold is said by ``DemandSchema``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import wtforms
from flask_babel import gettext, lazy_pgettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import widgets
from wtforms.fields.choices import SelectChoice

from marketplace import vocabulary
from marketplace.vocabulary import CodeList
from marketplace.web.display import label
from marketplace.web.money import WanYuan

# The code of Sichuan; the choice begins with its cities.
_PROVINCE = "51"
_COMPARISONS = ("", "≥", "≤", ">", "<", "=", "~", "±")
# Empty rows for indicators nobody has named yet; saving gives new ones.
_SPARE_ROWS = 2


def industry_choices() -> list[SelectChoice]:
    codes = vocabulary.industries
    return _grouped(codes, [code for code in codes if codes.level(code) == 1])


def region_choices() -> list[SelectChoice]:
    return _grouped(vocabulary.regions, vocabulary.regions.children(_PROVINCE))


def _grouped(codes: CodeList, heads: Iterable[str]) -> list[SelectChoice]:
    """Return nothing at all, and the codes under each head as a group that begins with the head itself."""
    return [SelectChoice("", gettext("未定"))] + [
        SelectChoice(code, label(code, codes.name), optgroup=label(head, codes.name))
        for head in heads
        for code in (head, *codes.children(head))
    ]


def _transfer_modes() -> list[SelectChoice]:
    return [SelectChoice(code, label(code, "transfer_modes")) for code in vocabulary.transfer_modes]


def _readiness() -> list[SelectChoice]:
    levels = [SelectChoice(code, f"{code} · {label(code, 'trl')}") for code in vocabulary.trl]
    return [SelectChoice("", gettext("未定")), *levels]


class Ticks(wtforms.SelectMultipleField):
    """Several of a few choices, each with a box to tick."""

    option_widget = widgets.CheckboxInput()


class IndicatorForm(wtforms.Form):
    """One indicator wanted; a row left empty is none."""

    name = wtforms.StringField(_("指标"), render_kw={"maxlength": 200, "placeholder": _("如：合格率")})
    comparison = wtforms.SelectField(_("比较"), choices=list(map(SelectChoice, _COMPARISONS)), validate_choice=False)
    value = wtforms.StringField(_("数值"), render_kw={"maxlength": 60, "placeholder": "98"})
    unit = wtforms.StringField(lazy_pgettext("计量", "单位"), render_kw={"maxlength": 40, "placeholder": "%"})


class TextForm(FlaskForm):
    """The first step: the need in one's own words."""

    text = wtforms.TextAreaField(_("您的难题或需求"), render_kw={"rows": 12, "maxlength": 20000, "required": True})


class DemandForm(FlaskForm):
    """The second step and the editing: the text and the brief it was turned into."""

    title = wtforms.StringField(_("标题"), render_kw={"maxlength": 300, "required": True})
    text = wtforms.TextAreaField(_("需求原文"), render_kw={"rows": 7, "maxlength": 20000, "required": True})
    process_ = wtforms.StringField(_("工序或工艺"), name="process", render_kw={"maxlength": 2000})
    object = wtforms.StringField(_("对象：工件、设备或材料"), render_kw={"maxlength": 2000})
    present_state = wtforms.TextAreaField(_("现状"), render_kw={"rows": 2})
    base_conditions = wtforms.TextAreaField(_("现有条件"), render_kw={"rows": 2})
    indicators = wtforms.FieldList(wtforms.FormField(IndicatorForm), label=_("要达到的指标"))
    limits = wtforms.TextAreaField(_("限制：不能改变什么"), render_kw={"rows": 2})
    acceptance = wtforms.TextAreaField(_("怎样算解决"), render_kw={"rows": 2})
    industry = wtforms.SelectField(_("行业"), choices=industry_choices, validate_choice=False)
    region = wtforms.SelectField(_("在哪里使用"), choices=region_choices, validate_choice=False)
    budget_min = WanYuan(_("预算下限（万元）"))
    budget_max = WanYuan(_("预算上限（万元）"))
    cooperation = Ticks(_("合作方式"), choices=_transfer_modes, validate_choice=False)
    min_trl = wtforms.SelectField(_("成熟度至少"), choices=_readiness, validate_choice=False)
    due = wtforms.StringField(_("希望何时解决"), widget=widgets.DateInput())
    valid_until = wtforms.StringField(_("需求有效期至"), widget=widgets.DateInput())
    organisation = wtforms.StringField(_("单位名称"), render_kw={"maxlength": 200, "autocomplete": "organization"})
    is_anonymous = wtforms.BooleanField(_("公开时不显示单位名称"))
    contact_name = wtforms.StringField(_("联系人"), render_kw={"maxlength": 100, "autocomplete": "name"})
    contact_phone = wtforms.StringField(_("联系电话"), render_kw={"maxlength": 60, "autocomplete": "tel"})
    revision = wtforms.HiddenField()

    def process(self, *given: Any, **options: Any) -> None:
        """Fill the form; this method has the name of one field, which is therefore declared under another."""
        self._fields = {field.short_name: field for field in self._fields.values()}
        super().process(*given, **options)

    def offer_rows(self) -> None:
        """Add empty rows for further indicators, where the form does not have them yet."""
        for _row in range(_SPARE_ROWS - (len(self.indicators) - len(self._filled_rows()))):
            self.indicators.append_entry()

    def submitted(self) -> dict[str, Any]:
        """Return what was written, in the form ``DemandSchema.load`` takes it."""
        plain = {name: value for name, value in self.data.items() if name not in ("csrf_token", "revision")}
        plain["indicators"] = [row.data for row in self._filled_rows()]
        if plain["min_trl"] in vocabulary.trl:
            plain["min_trl"] = int(plain["min_trl"])
        return plain

    def revision_read(self) -> int:
        """Return the revision the form was filled from; what is no number matches none."""
        text = self.revision.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    def differences(self, other: DemandForm) -> list[tuple[str, str, str]]:
        """Return (label, here, there) for every field that the two forms do not agree on."""
        pairs = ((field, other[field.name]) for field in self if not isinstance(field, wtforms.HiddenField))
        each = ((here.label.text, told(here), told(there)) for here, there in pairs)
        return [(name, here, there) for name, here, there in each if here != there]

    def refuse(self, messages: Mapping[str, Any]) -> None:
        """Put what the schema refused, as it reports it, beside the fields."""
        for name, found in messages.items():
            if name == "indicators" and isinstance(found, Mapping):
                self._refuse_rows(found)
            elif name in self:
                self[name].errors = list(sentences(found))
            else:
                self.form_errors = list(sentences(found))

    def _refuse_rows(self, messages: Mapping[int, Mapping[str, Any]]) -> None:
        rows = self._filled_rows()
        for number, parts in messages.items():
            for name, found in parts.items():
                rows[number].form[name].errors = list(sentences(found))

    def _filled_rows(self) -> list[wtforms.FormField]:
        return [row for row in self.indicators if row.form.name.data or row.form["value"].data]


def told(field: wtforms.Field) -> str:
    """Return what a field holds in words, as a person compares it."""
    if isinstance(field, wtforms.FieldList):
        lines = (" ".join(_words(value) for value in row.data.values() if value) for row in field)
        return "\n".join(line for line in lines if line)
    if isinstance(field, wtforms.SelectField | wtforms.SelectMultipleField):
        return gettext("、").join(choice.label for choice in field.iter_choices() if choice.selected and choice.value)
    if isinstance(field, wtforms.BooleanField):
        return gettext("是") if field.data else gettext("否")
    return str(field._value()).strip()


def _words(value: Any) -> str:
    return "、".join(value) if isinstance(value, list) else str(value)


def sentences(found: Any) -> Iterator[str]:
    """Yield the sentences in messages nested to any depth."""
    if not isinstance(found, Mapping | list):
        # A sentence, or one that waits for its language.
        yield str(found)
        return
    for below in found.values() if isinstance(found, Mapping) else found:
        yield from sentences(below)
