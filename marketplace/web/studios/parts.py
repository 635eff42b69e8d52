"""The parts of a studio's record that are written by a form of their own: which form, which schema, which verb."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _

from marketplace.schemas import studio as schemas
from marketplace.services.studio import keeping, ladder, people, records
from marketplace.web.studios import forms


@dataclass(frozen=True, slots=True)
class Part:
    """What is written by one form; ``is_office`` where whoever leads the studio does not write it himself."""

    heading: object
    form: type[forms.PartForm]
    schema: type[ma.Schema]
    write: Callable[..., Any]
    is_office: bool = False


PARTS: Mapping[str, Part] = {
    "tier": Part(_("升一级"), forms.TierForm, schemas.TierSchema, ladder.climb, is_office=True),
    "leader": Part(_("确定领衔人"), forms.LeaderForm, schemas.LeaderSchema, people.lead, is_office=True),
    "vacancy": Part(_("领衔人离任"), forms.VacancyForm, schemas.VacancySchema, people.vacate, is_office=True),
    "member": Part(_("添加成员，或变更角色和技能等级"), forms.MemberForm, schemas.MemberSchema, people.join),
    "pair": Part(_("登记师徒"), forms.PairForm, schemas.PairSchema, people.pair),
    "year": Part(_("填写年度计划和预算"), forms.YearForm, schemas.YearSchema, keeping.plan_year),
    "grant": Part(_("登记经费"), forms.GrantForm, schemas.GrantSchema, keeping.receive),
    "use": Part(_("登记支出"), forms.GrantUseForm, schemas.GrantUseSchema, keeping.spend),
    "result": Part(_("列入成果"), forms.ResultForm, schemas.ResultSchema, keeping.bring_about),
    "alliance": Part(_("加入联盟"), forms.AllianceForm, schemas.AllianceSchema, keeping.ally),
    "move": Part(_("迁到别的单位"), forms.MoveForm, schemas.MoveSchema, records.move, is_office=True),
    "suspend": Part(_("暂停"), forms.StandingForm, schemas.StandingSchema, records.suspend, is_office=True),
    "resume": Part(_("恢复"), forms.StandingForm, schemas.StandingSchema, records.resume, is_office=True),
    "close": Part(_("撤销工作室"), forms.StandingForm, schemas.StandingSchema, records.close, is_office=True),
}

ENDINGS: Mapping[str, Callable[..., Any]] = {
    "member": people.leave, "pair": people.end_pair, "alliance": keeping.part,
}  # fmt: skip
