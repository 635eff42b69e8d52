"""The forms of a studio's record, one a part. What a field may hold is said by the schemas."""

from __future__ import annotations

import re
from typing import Any

import wtforms
from flask_babel import lazy_gettext as _
from wtforms import widgets
from wtforms.fields.choices import SelectChoice

from marketplace import vocabulary
from marketplace.errors import N_
from marketplace.models import Studio
from marketplace.services.studio import ladder
from marketplace.web.account.forms import DomainForm
from marketplace.web.demands.forms import industry_choices, region_choices
from marketplace.web.display import label
from marketplace.web.honours.forms import day, select
from marketplace.web.money import Yuan


class Names(wtforms.StringField):
    """Several names on one line, separated as people write them."""

    def _value(self) -> str:
        return "、".join(self.data or [])

    def process_formdata(self, valuelist: list[str]) -> None:
        parts = re.split("[、；;，,\n]", valuelist[0] if valuelist else "")
        self.data = [name for part in parts if (name := part.strip())]


def line(name: object, longest: int = 200) -> wtforms.StringField:
    return wtforms.StringField(name, render_kw={"maxlength": longest, "autocomplete": "off"})


def number(name: object, least: int = 1) -> wtforms.IntegerField:
    return wtforms.IntegerField(name, widget=widgets.NumberInput(min=least))


def text(name: object, longest: int = 5000) -> wtforms.TextAreaField:
    return wtforms.TextAreaField(name, render_kw={"rows": 3, "maxlength": longest})


def yes_or_no(name: object) -> wtforms.SelectField:
    said = [SelectChoice("", _("没有说明")), SelectChoice("no", _("不是")), SelectChoice("yes", _("是"))]
    return wtforms.SelectField(name, choices=said, validate_choice=False)


def _number_of(value: str) -> int | str:
    return int(value) if str(value).isdigit() else value


class PartForm(DomainForm):
    """A form for a part of one studio; ``offer`` fills in what may be chosen there."""

    def offer(self, studio: Studio) -> None:
        """Leave the choices as they are."""


class StudioForm(DomainForm):
    name = line(_("名称"))
    aliases = Names(_("曾用名（用顿号隔开）"))
    kind = select(_("类别"), vocabulary.studio_kinds)
    unit = line(_("所在单位（全称）"))
    region = wtforms.SelectField(_("单位所在地区（新单位填写）"), choices=region_choices, validate_choice=False)
    industry = wtforms.SelectField(_("单位所属行业（新单位填写）"), choices=industry_choices, validate_choice=False)
    partner = line(_("联合单位（联合工作室填写）"))
    founded_on = day(_("成立日期"))
    field = line(_("专业方向"))
    story = text(_("公开的介绍"))
    address = line(_("场地：地址"))
    area = number(_("场地：面积（平方米）"), 0)
    equipment = text(_("设备"))
    rules = text(_("规章制度（名称和要点；文件另传附件）"))
    was_lab = yes_or_no(_("是不是单位原有的研发机构改名"))
    revision = wtforms.HiddenField(default="0")

    @classmethod
    def showing(cls, studio: Studio) -> StudioForm:
        names = (
            "name", "aliases", "kind", "partner", "founded_on", "field", "story", "address", "area", "equipment",
            "rules", "revision",
        )  # fmt: skip
        said = {None: "", False: "no", True: "yes"}[studio.was_lab]
        data = {name: getattr(studio, name) for name in names}
        data |= {"unit": studio.organisation.name, "was_lab": said}
        return cls(formdata=None, data=data)


class NewStudioForm(StudioForm):
    tier = select(_("现在的梯次"), vocabulary.studio_tiers)
    since = day(_("命名日期"))
    basis = line(_("命名文件（名称和文号）"), 300)
    plaque = line(_("牌匾编号"), 60)


class TierForm(PartForm):
    tier = wtforms.SelectField(_("升为"), validate_choice=False)
    since = day(_("命名日期"))
    basis = line(_("命名文件（名称和文号）"), 300)
    plaque = line(_("牌匾编号"), 60)

    def offer(self, studio: Studio) -> None:
        self.tier.choices = [SelectChoice(it, label(it, "studio_tiers")) for it in ladder.next_tiers(studio)]


class LeaderForm(PartForm):
    name = line(_("姓名"), 100)
    unit = line(_("单位（不填为工作室所在单位）"))
    person_id = number(_("档案编号（有同名的人时填写）"))
    since = day(_("从哪天起"))
    reason = line(_("更换的理由"), 500)


class VacancyForm(PartForm):
    until = day(_("到哪天为止"))
    reason = line(_("理由：退休、调离、失去荣誉等"), 500)


class MemberForm(PartForm):
    name = line(_("姓名"), 100)
    unit = line(_("单位（不填为工作室所在单位）"))
    person_id = number(_("档案编号（有同名的人时填写）"))
    role = select(_("角色"), vocabulary.studio_roles)
    crew = line(_("所在班组"), 120)
    on_first_line = yes_or_no(_("是不是一线职工"))
    skill_level = select(_("技能等级"), vocabulary.skill_levels, N_("未定"))
    since = day(_("从哪天起"))


class EndForm(DomainForm):
    ended_on = day(_("结束日期"))
    result = line(_("结果"), 500)


class YearForm(PartForm):
    year = number(_("年度"), 1990)
    plan = text(_("年度计划"))
    budget = Yuan(_("预算列支（元）"))


class GrantForm(PartForm):
    payer = line(_("拨付单位"))
    amount = Yuan(_("金额（元）"))
    received_on = day(_("到账日期"))
    basis = line(_("依据文件"), 300)


class GrantUseForm(PartForm):
    grant_id = wtforms.SelectField(_("哪一笔经费"), coerce=_number_of, validate_choice=False)
    category = select(_("用途"), vocabulary.grant_uses)
    amount = Yuan(_("金额（元）"))
    used_on = day(_("支出日期"))
    receipt = line(_("凭证编号"), 120)
    note = line(_("说明"), 500)

    def offer(self, studio: Studio) -> None:
        self.grant_id.choices = [
            SelectChoice(it.id, f"{it.payer} {it.received_on}") for it in studio.grants if it.left > 0
        ]


class PairForm(PartForm):
    mentor = line(_("师傅"), 100)
    mentor_unit = line(_("师傅的单位（不填为工作室所在单位）"))
    apprentice = line(_("徒弟"), 100)
    apprentice_unit = line(_("徒弟的单位（不填为工作室所在单位）"))
    began_on = day(_("开始日期"))
    plan = text(_("培养计划"))


class ResultForm(PartForm):
    kind = select(_("类别"), vocabulary.studio_results)
    object_id = number(_("本平台的编号（成果、建议填写）"))
    title = line(_("名称（项目、标准、论文、专利填写）"), 300)
    number = line(_("文号、标准号或专利号"), 120)
    made_on = day(_("完成日期"))
    note = line(_("说明"), 500)


class AllianceForm(PartForm):
    alliance_id = number(_("联盟的编号（在联盟的页面上）"))
    since = day(_("加入日期"))


class MoveForm(PartForm):
    unit = line(_("迁到哪个单位（全称）"))
    region = wtforms.SelectField(_("单位所在地区（新单位填写）"), choices=region_choices, validate_choice=False)
    industry = wtforms.SelectField(_("单位所属行业（新单位填写）"), choices=industry_choices, validate_choice=False)
    moved_on = day(_("迁移日期"))
    reason = line(_("理由"), 500)


class StandingForm(PartForm):
    on = day(_("日期"))
    reason = line(_("理由和依据"), 500)


class DossierForm(DomainForm):
    purpose = line(_("申报什么，例如“2026 年省级示范创新工作室”"), 300)


def fields_of(form: DomainForm) -> list[Any]:
    """Return the fields a person fills in, in their order."""
    return [field for field in form if field.type not in ("CSRFTokenField", "HiddenField")]
