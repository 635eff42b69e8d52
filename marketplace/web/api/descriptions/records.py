"""What the fields of achievements, demands, units and terms of the thesaurus mean."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _

from marketplace.schemas.achievement import AchievementSchema
from marketplace.schemas.demand import DemandSchema
from marketplace.schemas.organisation import OrganisationSchema
from marketplace.schemas.outcome import OutcomeSchema
from marketplace.schemas.thesaurus import ConceptSchema

MEANINGS: dict[type[ma.Schema], dict[str, Any]] = {
    AchievementSchema: {
        "published_at": _("公布时间"),
        "teaser": _("一句话简介"),
        "summary": _("简介"),
        "problem": _("解决的问题"),
        "principle": _("原理"),
        "difference": _("与现有做法的不同"),
        "indicators": _("关键技术指标"),
        "economic_comparison": _("经济性对比"),
        "language": _("文字的语言"),
        "kind": _("类型"),
        "achievement_class": _("类别"),
        "field": _("技术领域"),
        "maturity": _("所处阶段"),
        "level": _("技术水平"),
        "form": _("体现形式"),
        "trl": _("技术就绪度"),
        "trl_evidence": _("就绪度的依据"),
        "region": _("地区"),
        "ipc": _("国际专利分类号"),
        "keywords": _("关键词"),
        "completed_on": _("完成日期"),
        "ip": _("知识产权"),
        "rights_holder": _("权利人"),
        "is_duty": _("是否职务成果"),
        "protection": _("专利问题的回答：已经申请、准备申请、作为技术秘密、不申请"),
        "completers": _("完成人"),
        "supporters": _("协助人员"),
        "units": _("完成单位"),
        "studio": _("创新工作室"),
        "campaign": _("来源活动"),
        "transfer_modes": _("转化方式"),
        "transfer_note": _("转化说明"),
        "price_form": _("定价方式"),
        "price": _("价格，单位为分"),
        "licence_kind": _("许可种类"),
        "territory": _("许可地域"),
        "term": _("许可期限"),
        "applied_sites": _("应用单位"),
        "benefit_claimed": _("申报的年效益，单位为分"),
        "attachments": _("附件"),
        "disclosure": _("各字段的披露层级，0 为公开"),
        "deferred_until": _("延期公开至"),
        "statements": _("声明"),
        "extra": _("来源中的其他内容"),
    },
    DemandSchema: {
        "created_at": _("发布时间"),
        "text": _("需求原文"),
        "process": _("工序或工艺"),
        "object": _("对象：工件、设备或材料"),
        "present_state": _("现状"),
        "base_conditions": _("现有条件"),
        "indicators": _("要达到的指标"),
        "limits": _("限制：不能改变什么"),
        "acceptance": _("怎样算解决"),
        "due": _("希望何时解决"),
        "budget_min": _("预算下限，单位为分"),
        "budget_max": _("预算上限，单位为分"),
        "cooperation": _("合作方式"),
        "min_trl": _("技术就绪度至少"),
        "region": _("在哪里使用"),
        "valid_until": _("需求有效期至"),
        "is_anonymous": _("公开时不显示单位名称"),
        "organisation": _("单位：提交时填名称，读取时为编号和名称"),
        "contact_name": _("联系人，只给持密钥者"),
        "contact_phone": _("联系电话，只给持密钥者"),
        "extra": _("来源中的其他内容"),
    },
    OutcomeSchema: {
        "interested": _("是否有兴趣"),
        "codes": _("不合适的理由，没有兴趣时必填"),
        "note": _("补充说明；理由为其他时必填"),
    },
    OrganisationSchema: {
        "name": _("名称"),
        "aliases": _("别名"),
        "credit_code": _("统一社会信用代码"),
        "kind": _("类型"),
        "region": _("地区"),
        "is_above_designated_size": _("是否规模以上"),
        "is_public": _("是否公有制"),
        "headcount": _("职工人数"),
        "achievements": _("最新的公开成果"),
        "demands": _("最新的公开需求"),
    },
    ConceptSchema: {
        "kind": _("种类：问题、技术、设备、材料、性能、工艺、效果"),
        "preferred": _("正式名称"),
        "alternatives": _("其他叫法：车间叫法、俗称、旧称"),
        "english": _("英文名称，最常用的在前"),
        "broader": _("上位词"),
        "related": _("相关词"),
        "solved_by": _("已知能解决它的技术，只有问题才有"),
        "sector": _("行业"),
        "gloss": _("解释"),
    },
}
