"""The forms of a person's file and of an honour. What a field may hold is said by the schemas."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import wtforms
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import widgets
from wtforms.fields.choices import SelectChoice

from marketplace import vocabulary
from marketplace.errors import N_
from marketplace.models import AidRecord, Person
from marketplace.vocabulary import CodeList
from marketplace.web.account.forms import DomainForm
from marketplace.web.demands.forms import industry_choices, region_choices
from marketplace.web.display import label
from marketplace.web.money import Yuan


def choices(codes: CodeList, nothing: object = "") -> Callable[[], list[SelectChoice]]:
    """Return the choices of a list, before them one for none where ``nothing`` names it."""

    def offered() -> list[SelectChoice]:
        none = [SelectChoice("", gettext(str(nothing)))] if nothing else []
        return none + [SelectChoice(code, label(code, codes.name)) for code in codes]

    return offered


def select(name: object, codes: CodeList, nothing: object = "") -> wtforms.SelectField:
    return wtforms.SelectField(name, choices=choices(codes, nothing), validate_choice=False)


def day(name: object) -> wtforms.StringField:
    return wtforms.StringField(name, widget=widgets.DateInput())


class PersonForm(DomainForm):
    """A file. Phone and day of birth are not shown here: left blank they stay as they are."""

    name = wtforms.StringField(_("姓名"), render_kw={"maxlength": 100, "autocomplete": "off"})
    unit = wtforms.StringField(_("单位（全称）"), render_kw={"maxlength": 200, "autocomplete": "off"})
    unit_kind = select(_("单位类别（新单位填写）"), vocabulary.organisation_kinds, N_("未定"))
    region = wtforms.SelectField(_("单位所在地区（新单位填写）"), choices=region_choices, validate_choice=False)
    industry = wtforms.SelectField(_("单位所属行业（新单位填写）"), choices=industry_choices, validate_choice=False)
    born_on = day(_("出生日期"))
    phone = wtforms.StringField(_("联系电话"), render_kw={"maxlength": 40, "autocomplete": "off"})
    employment = select(_("在职情况"), vocabulary.employment)
    skill_level = select(_("技能等级"), vocabulary.skill_levels, N_("未定"))
    revision = wtforms.HiddenField(default="0")

    @classmethod
    def showing(cls, person: Person) -> PersonForm:
        names = ("name", "employment", "skill_level", "revision")
        return cls(
            formdata=None,
            data={name: getattr(person, name) or "" for name in names} | {"unit": person.organisation.name},
        )


class HonourForm(DomainForm):
    title = wtforms.StringField(_("荣誉名称（照文件）"), render_kw={"maxlength": 200})
    kind = select(_("类别"), vocabulary.honour_kinds, N_("按名称判断"))
    level = select(_("级别"), vocabulary.honour_levels, N_("按名称判断"))
    year = wtforms.IntegerField(_("年度"), widget=widgets.NumberInput(min=1949, max=2100))
    given_by = wtforms.StringField(_("授予单位"), render_kw={"maxlength": 200})
    basis = wtforms.StringField(_("依据文件（名称和文号）"), render_kw={"maxlength": 300})
    begins_on = day(_("授予或聘任日期"))
    ends_on = day(_("任期最后一天（首席员工必填）"))


class ManagementForm(DomainForm):
    """Who looks after a model worker, among the levels that ``offer`` fills in."""

    level = wtforms.SelectField(_("由哪一级管理"), validate_choice=False)
    since = day(_("从哪天起"))
    reason = wtforms.StringField(_("移交的理由（第一次确定可以不填）"), render_kw={"maxlength": 500})

    def offer(self, levels: Collection[str]) -> None:
        offered = [code for code in vocabulary.award_levels if code in levels]
        self.level.choices = [SelectChoice(code, label(code, "award_levels")) for code in offered]


class RevocationForm(DomainForm):
    revoked_on = day(_("撤销日期"))
    reason = wtforms.TextAreaField(_("撤销的理由和依据"), render_kw={"rows": 3, "maxlength": 2000})


class PurposeForm(DomainForm):
    purpose = wtforms.StringField(_("查看的用途"), render_kw={"maxlength": 500, "required": True})


class AidForm(DomainForm):
    kind = select(_("类别"), vocabulary.aid_kinds)
    done_on = day(_("日期"))
    amount = Yuan(_("金额（元，可不填）"))
    note = wtforms.TextAreaField(_("情况"), render_kw={"rows": 3, "maxlength": 5000})

    @classmethod
    def of(cls, aid_id: int, **options: Any) -> AidForm:
        """Return the form that corrects a record, told from the others of its page."""
        return cls(prefix=f"aid-{aid_id}-", **options)

    @classmethod
    def correcting(cls, aid: AidRecord) -> AidForm:
        data = {name: getattr(aid, name) for name in ("kind", "done_on", "amount", "note")}
        return cls.of(aid.id, formdata=None, data=data)
