"""What the fields of contests and score sheets mean."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _

from marketplace.schemas.contest import (
    CompetitionIndicatorSchema,
    CompetitionRegistrationSchema,
    CompetitionValueSchema,
    ContestSchema,
    EvaluationSchema,
    GroupSchema,
    OwnRegistrationSchema,
    PrizeSchema,
    RegistrationRowSchema,
    StageSchema,
)
from marketplace.schemas.judging import ScoresSchema

MEANINGS: dict[type[ma.Schema], dict[str, Any]] = {
    ContestSchema: {
        "announcement": _("比赛通知"),
        "place": _("地点"),
        "registers_until": _("报名的最后一天，在第一个阶段以前"),
        "unit_quota": _("一个单位最多报几人，空为不限"),
        "judges_needed": _("每人至少几位评审专家；去掉最高分和最低分的至少 3 位"),
        "drops_extremes": _("是否去掉一个最高分和一个最低分"),
        "spread": _("评分相差超过几分，进行第二轮"),
        "prizes": _("每组的奖项，从高到低；空为不设奖"),
        "is_public": _("结果是否向社会公开；没有同意公开的姓名隐去"),
        "stages": _("阶段，按先后，都在活动期间"),
        "groups": _("组别"),
    },
    StageSchema: {
        "name": _("阶段的名称"),
        "begins_on": _("第一天"),
        "ends_on": _("最后一天"),
        "advancing": _("每组前几名晋级，同名次的一并晋级；最后一个阶段不填"),
    },
    GroupSchema: {
        "name": _("组别的名称"),
        "criteria": _("评分标准：各项的满分，合计 100"),
        "tie_break": _("总分相同时依次比较哪些项；都相同的名次并列，后面的顺延"),
    },
    PrizeSchema: {"grade": _("等级"), "count": _("名额")},
    OwnRegistrationSchema: {"group": _("组别的名称或编号"), "unit_id": _("单位的编号，在几个单位工作时填写")},
    RegistrationRowSchema: {
        "person": _("姓名"),
        "person_id": _("档案编号，有同名的人时填写"),
        "group": _("组别的名称或编号"),
    },
    CompetitionRegistrationSchema: {
        "unit": _("单位的全称"),
        "enterprise_class": _("企业的类型，竞赛的类别分类型时必填"),
    },
    CompetitionIndicatorSchema: {
        "name": _("指标的名称"),
        "unit": _("计量单位"),
        "target": _("目标值，没有的不填"),
        "less_is_better": _("是否越低越好"),
    },
    EvaluationSchema: {
        "phase": _("竞赛前、竞赛中或竞赛后"),
        "evaluated_on": _("评价的日期"),
        "finding": _("评价意见"),
        "values": _("各项指标的数值，每项一次"),
    },
    CompetitionValueSchema: {
        "indicator_id": _("指标的编号"),
        "value": _("数值，最多四位小数"),
        "evidence": _("依据，例如台账的名称和页码"),
    },
    ScoresSchema: {
        "scores": _("各项的分数，从 0 到该项满分的整数；空的以后再填，锁定前填齐"),
        "comment": _("评语"),
    },
}
