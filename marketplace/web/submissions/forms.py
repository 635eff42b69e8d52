"""The form of a submission. It renders fields and reads back those a page had; ``DraftSchema`` says what they hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import wtforms
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import widgets
from wtforms.fields.choices import SelectChoice

from marketplace import vocabulary
from marketplace.models import Achievement
from marketplace.schemas.draft import DraftSchema
from marketplace.services.authoring.completeness import DECLARATIONS, UNTITLED
from marketplace.web.demands.forms import Ticks, industry_choices, region_choices, sentences, told
from marketplace.web.display import label
from marketplace.web.money import WanYuan
from marketplace.web.submissions import rows, words
from marketplace.web.submissions.rows import Listed, choices_of

# Empty rows of a list nobody has filled yet; saving gives new ones.
_SPARE = {"indicators": 2, "economic_comparison": 1, "applied_sites": 1, "ip": 1, "completers": 1}


def _area(lines: int) -> dict[str, Any]:
    return {"rows": lines, "maxlength": 20000}


def _readiness() -> list[SelectChoice]:
    levels = [SelectChoice(code, f"{code} · {label(code, 'trl')}") for code in vocabulary.trl]
    return [SelectChoice("", gettext("请选择")), *levels]


def _duty() -> list[SelectChoice]:
    return [
        SelectChoice("", gettext("请选择")),
        SelectChoice("true", gettext("是：本职工作或单位交办的任务")),
        SelectChoice("false", gettext("不是")),
    ]


def _table(row: type[wtforms.Form], name: object) -> wtforms.FieldList:
    return wtforms.FieldList(wtforms.FormField(row), label=name)


class SubmissionForm(FlaskForm):
    """Every field an author writes; a page shows and sends some of them, which ``fields`` names."""

    title = wtforms.StringField(_("名称"), render_kw={"maxlength": 300})
    teaser = wtforms.StringField(_("一句话简介"), render_kw={"maxlength": 300})
    problem = wtforms.TextAreaField(_("解决的问题"), render_kw=_area(4))
    summary = wtforms.TextAreaField(_("简介"), render_kw=_area(5))
    principle = wtforms.TextAreaField(_("原理与做法"), render_kw=_area(6))
    difference = wtforms.TextAreaField(_("与现有做法的区别"), render_kw=_area(4))
    indicators = _table(rows.IndicatorRow, _("关键指标"))
    economic_comparison = _table(rows.ComparisonRow, _("应用前后对比"))
    trl = wtforms.SelectField(_("技术就绪度"), choices=_readiness, validate_choice=False)
    trl_evidence = wtforms.TextAreaField(_("就绪度的依据"), render_kw=_area(3))
    completed_on = wtforms.StringField(_("完成日期"), widget=widgets.DateInput())
    applied_sites = _table(rows.SiteRow, _("已经在用的单位"))
    kind = wtforms.SelectField(_("类型"), choices=choices_of(vocabulary.achievement_kinds), validate_choice=False)
    achievement_class = wtforms.SelectField(
        _("类别"), choices=choices_of(vocabulary.achievement_classes), validate_choice=False
    )
    industry = wtforms.SelectField(_("行业"), choices=industry_choices, validate_choice=False)
    region = wtforms.SelectField(_("地区"), choices=region_choices, validate_choice=False)
    field = wtforms.StringField(_("技术领域"), render_kw={"maxlength": 120})
    keywords = Listed(_("关键词（3 到 8 个，用顿号隔开）"))
    completers = _table(rows.CompleterRow, _("完成人，按次序"))
    supporters = Listed(_("协助人员（用顿号隔开）"))
    completing_units = Listed(_("完成单位（全称；第一个单位的工会办理）"))
    studio = wtforms.StringField(_("创新工作室"), render_kw={"maxlength": 200})
    campaign = wtforms.StringField(_("参加的活动"), render_kw={"maxlength": 200})
    is_duty = wtforms.SelectField(_("是不是职务成果"), choices=_duty, validate_choice=False)
    rights_holder = wtforms.StringField(_("权利人"), render_kw={"maxlength": 200})
    protection = wtforms.SelectField(
        _("有没有申请专利"), choices=choices_of(vocabulary.protections), validate_choice=False
    )
    ip = _table(rows.RightRow, _("知识产权"))
    ipc = Listed(_("国际专利分类号（知道就填）"))
    transfer_modes = Ticks(_("转化方式"), choices=lambda: choices_of(vocabulary.transfer_modes)()[1:],
                           validate_choice=False)  # fmt: skip
    price_form = wtforms.SelectField(_("定价方式"), choices=choices_of(vocabulary.price_forms), validate_choice=False)
    price = WanYuan(_("价格（万元）"))
    licence_kind = wtforms.SelectField(
        _("许可种类"), choices=choices_of(vocabulary.licence_kinds), validate_choice=False
    )
    territory = wtforms.StringField(_("许可地域"), render_kw={"maxlength": 200})
    term = wtforms.StringField(_("许可期限"), render_kw={"maxlength": 200})
    transfer_note = wtforms.TextAreaField(_("说明"), render_kw=_area(2))
    benefit_claimed = WanYuan(_("自报年效益（万元）"))
    contact_name = wtforms.StringField(_("联系人"), render_kw={"maxlength": 100, "autocomplete": "name"})
    contact_phone = wtforms.StringField(_("联系电话"), render_kw={"maxlength": 60, "autocomplete": "tel"})
    statements = Ticks(
        _("声明"),
        choices=lambda: [SelectChoice(code, str(words.DECLARATIONS[code])) for code in DECLARATIONS],
        validate_choice=False,
    )
    fields = wtforms.HiddenField()
    revision = wtforms.HiddenField()

    @classmethod
    def of(cls, achievement: Achievement, names: Collection[str]) -> SubmissionForm:
        """Return the form as the achievement stands, for a page with these fields."""
        form = cls(formdata=None, data=_as_written(achievement))
        form.fields.data, form.revision.data = ",".join(names), str(achievement.revision)
        return form

    def names(self) -> list[str]:
        """Return the fields the page had, whatever was left in them."""
        return [name for name in (self.fields.data or "").split(",") if name in words.STEP_OF]

    def submitted(self, names: Collection[str]) -> dict[str, Any]:
        """Return what was written into some fields, in the form ``draft_changes`` takes it."""
        return {name: self._written(name) for name in names}

    def revision_read(self) -> int:
        """Return the revision the form was filled from; what is no number matches none."""
        text = self.revision.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    def offer_rows(self) -> None:
        """Add empty rows where the form does not have them yet."""
        for name, spare in _SPARE.items():
            for _row in range(spare - (len(self[name]) - len(self._filled(name)))):
                self[name].append_entry()

    def differences(self, other: SubmissionForm, names: Collection[str]) -> list[tuple[str, str, str]]:
        """Return (label, here, there) for each of some fields that the two forms do not agree on."""
        pairs = [(self[name].label.text, told(self[name]), told(other[name])) for name in names]
        return [pair for pair in pairs if pair[1] != pair[2]]

    def refuse(self, messages: Mapping[str, Any]) -> None:
        """Put what was refused, as a schema or a service reports it, beside the fields."""
        for name, found in messages.items():
            if name in _SPARE and isinstance(found, Mapping):
                self._refuse_rows(name, found)
            elif name in words.STEP_OF:
                self[name].errors = list(sentences(found))

    def _refuse_rows(self, name: str, messages: Mapping[int, Mapping[str, Any]]) -> None:
        filled = self._filled(name)
        for number, parts in messages.items():
            for part, found in parts.items():
                filled[number].form[part].errors = list(sentences(found))

    def _written(self, name: str) -> Any:
        field = self[name]
        if name in _SPARE:
            return [row.data for row in self._filled(name)]
        if isinstance(field, Listed):
            return field.listed()
        if name == "trl" and field.data in vocabulary.trl:
            return int(field.data)
        return field.data

    def _filled(self, name: str) -> list[wtforms.FormField]:
        return [row for row in self[name] if any(row.data.values())]


def _as_written(achievement: Achievement) -> dict[str, Any]:
    plain: dict[str, Any] = DraftSchema().dump(achievement)
    people = [
        {
            **shown,
            "share": f"{person.share.normalize():f}" if person.share else "",
            "email": person.email,
            "standing": person.standing,
        }
        for shown, person in zip(plain["completers"], achievement.contributors, strict=True)
    ]
    is_duty = {None: "", True: "true", False: "false"}[achievement.is_duty]
    return plain | {
        "title": "" if achievement.title == UNTITLED else achievement.title,
        "completers": people,
        "completing_units": [unit.name for unit in achievement.units],
        "is_duty": is_duty,
        "trl": str(achievement.trl or ""),
    }
