"""The forms of a crew's record, one a part. What a field may hold is said by the schemas."""

from __future__ import annotations

from collections.abc import Sequence

import wtforms
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms.fields.choices import SelectChoice

from marketplace import vocabulary
from marketplace.errors import N_
from marketplace.models import Crew
from marketplace.web.account.forms import DomainForm
from marketplace.web.demands.forms import industry_choices, region_choices
from marketplace.web.honours.forms import HonourForm, day, select
from marketplace.web.studios.forms import Names, line, number, text


class CrewForm(DomainForm):
    name = line(_("班组名称"), 120)
    aliases = Names(_("曾用名和台账上的写法（用顿号隔开）"))
    unit = line(_("所在单位（全称）"))
    region = wtforms.SelectField(_("单位所在地区（新单位填写）"), choices=region_choices, validate_choice=False)
    industry = wtforms.SelectField(_("单位所属行业（新单位填写）"), choices=industry_choices, validate_choice=False)
    leader = line(_("班组长姓名"), 100)
    leader_id = number(_("班组长的档案编号（有同名的人时填写）"))
    headcount = number(_("人数"))
    formed_on = day(_("成立日期"))
    story = text(_("公开的介绍"))
    revision = wtforms.HiddenField(default="0")

    @classmethod
    def showing(cls, crew: Crew) -> CrewForm:
        names = ("name", "aliases", "headcount", "formed_on", "story", "revision")
        said = {"unit": crew.organisation.name, "leader": crew.leader.name if crew.leader else ""}
        return cls(formdata=None, data={name: getattr(crew, name) for name in names} | said)


class CrewHonourForm(HonourForm):
    kind = select(_("类别"), vocabulary.crew_honour_kinds, N_("按名称判断"))
    ends_on = day(_("有效期最后一天（没有期限的不填）"))


class FindingForm(DomainForm):
    """What is found by one of the criteria in force, which ``offer`` fills in."""

    kind = wtforms.HiddenField()
    criterion = wtforms.SelectField(_("标准"), validate_choice=False)
    is_met = wtforms.SelectField(
        _("结果"),
        choices=[SelectChoice("", _("请选择")), SelectChoice("yes", _("符合")), SelectChoice("no", _("不符合"))],
        validate_choice=False,
    )
    evidence = text(_("依据：看了什么材料、什么数据"), 2000)
    found_on = day(_("评定日期"))

    def offer(self, kind: str, criteria: Sequence[str]) -> None:
        self.kind.data = kind
        self.criterion.choices = [SelectChoice("", gettext("请选择")), *(SelectChoice(it, it) for it in criteria)]


class InnovationForm(DomainForm):
    achievement_id = number(_("本平台的成果编号"))


class DissolutionForm(DomainForm):
    dissolved_on = day(_("撤销日期"))
    reason = line(_("理由和依据"), 500)
