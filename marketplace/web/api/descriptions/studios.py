"""What the fields of studios, and of the batches in which they are named, mean."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _

from marketplace.schemas.naming import ApplicationSchema, BatchSchema, RecommendationSchema
from marketplace.schemas.studio import (
    DossierSchema,
    GrantSchema,
    GrantUseSchema,
    LeaderSchema,
    MemberSchema,
    PairSchema,
    ResultSchema,
    StudioSchema,
    TierSchema,
    WhoSchema,
    YearSchema,
)

MEANINGS: dict[type[ma.Schema], dict[str, Any]] = {
    StudioSchema: {
        "name": _("名称"),
        "aliases": _("曾用名"),
        "kind": _("类别"),
        "unit": _("所在单位全称"),
        "region": _("单位所在地区，新单位填写"),
        "partner": _("联合单位"),
        "founded_on": _("成立日期"),
        "field": _("专业方向"),
        "story": _("公开的介绍"),
        "address": _("场地的地址"),
        "area": _("场地的面积，平方米"),
        "equipment": _("设备"),
        "rules": _("规章制度"),
        "was_lab": _("是不是单位原有的研发机构改名；不知道时为空"),
    },
    TierSchema: {"tier": _("梯次"), "since": _("命名日期"), "basis": _("命名文件"), "plaque": _("牌匾编号")},
    LeaderSchema: {"since": _("从哪天起"), "reason": _("更换的理由，有前任时必填")},
    MemberSchema: {
        "role": _("角色"),
        "crew": _("所在班组"),
        "on_first_line": _("是不是一线职工；不知道时为空"),
        "skill_level": _("技能等级"),
        "since": _("从哪天起"),
    },
    WhoSchema: {
        "name": _("姓名"),
        "unit": _("单位，不填为工作室所在单位"),
        "person_id": _("档案编号，有同名的人时填写"),
    },
    PairSchema: {
        "mentor": _("师傅"),
        "mentor_unit": _("师傅的单位，不填为工作室所在单位"),
        "apprentice": _("徒弟"),
        "apprentice_unit": _("徒弟的单位，不填为工作室所在单位"),
        "began_on": _("开始日期"),
        "plan": _("培养计划"),
    },
    YearSchema: {"year": _("年度"), "plan": _("年度计划"), "budget": _("预算列支，以分计")},
    GrantSchema: {
        "payer": _("拨付单位"),
        "amount": _("金额，以分计"),
        "received_on": _("到账日期"),
        "basis": _("依据文件"),
    },
    DossierSchema: {"purpose": _("申报什么")},
    GrantUseSchema: {
        "grant_id": _("经费的编号"),
        "category": _("用途"),
        "amount": _("金额，以分计"),
        "used_on": _("支出日期"),
        "receipt": _("凭证编号"),
        "note": _("说明"),
    },
    ResultSchema: {
        "kind": _("类别"),
        "object_id": _("成果或建议的编号"),
        "title": _("名称，不是成果或建议时填写"),
        "number": _("文号、标准号或专利号"),
        "made_on": _("完成日期"),
        "note": _("说明"),
    },
    BatchSchema: {
        "year": _("年度"),
        "tier": _("命名为哪个梯次"),
        "region": _("地区：县级和市级填写"),
        "industry": _("行业：产业级填写"),
        "announcement": _("公告正文"),
        "opens_on": _("申报开始的日期"),
        "closes_on": _("申报截止的日期"),
        "recommend_by": _("推荐截止的日期"),
        "score_by": _("评分截止的日期"),
        "quota": _("名额"),
        "city_cap": _("每个市（州）最多几个，空为不限"),
        "recommendation_cap": _("每个市（州）或产业最多推荐几个，空为不限"),
        "indicators": _("评分项目和满分，合计 100"),
        "barring": _("不符合就不能申报的条件"),
        "line": _("入选的最低分"),
        "judges_needed": _("每项至少几位评审专家"),
        "publicity_days": _("公示几个工作日"),
    },
    ApplicationSchema: {
        "studio": _("工作室的编号"),
        "statement": _("申报理由"),
        "acknowledged": _("单位确认不符合或没有数据的条件"),
        "explanation": _("对这些条件的说明"),
    },
    RecommendationSchema: {
        "opinion": _("推荐意见"),
        "rank": _("推荐顺序，不填排在最后"),
    },
}
