"""What the fields of people's files and honours mean."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _

from marketplace.schemas.honour import AgreementSchema, HonourSchema, PersonSchema, RevocationSchema

MEANINGS: dict[type[ma.Schema], dict[str, Any]] = {
    PersonSchema: {
        "name": _("姓名"),
        "unit": _("单位全称"),
        "region": _("单位所在地区，新单位填写"),
        "born_on": _("出生日期，用来区分同名的人，不再给出"),
        "phone": _("联系电话，不再给出"),
        "employment": _("在职情况"),
        "skill_level": _("技能等级"),
        "management_level": _("劳模由哪一级管理"),
    },
    HonourSchema: {
        "title": _("荣誉名称，照依据文件"),
        "kind": _("类别，不填时由名称判断"),
        "level": _("级别，不填时由名称判断"),
        "year": _("年度"),
        "given_by": _("授予单位"),
        "basis": _("依据文件的名称和文号"),
        "begins_on": _("授予或聘任的日期"),
        "ends_on": _("任期的最后一天，首席员工必填"),
    },
    RevocationSchema: {"revoked_on": _("撤销的日期"), "reason": _("撤销的理由和依据")},
    AgreementSchema: {"shows_name": _("是否公开姓名和荣誉"), "shows_unit": _("是否同时公开单位")},
}
