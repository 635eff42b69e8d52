"""What the fields of the nouns mean, for whoever reads the description of the API instead of a form."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _

from marketplace.schemas.achievement import AchievementSchema
from marketplace.schemas.award import AwardRoundSchema
from marketplace.schemas.benefit import BenefitSchema
from marketplace.schemas.demand import DemandSchema
from marketplace.schemas.organisation import OrganisationSchema
from marketplace.schemas.outcome import OutcomeSchema
from marketplace.schemas.proposal import ProposalSchema
from marketplace.schemas.thesaurus import ConceptSchema

_OF_EVERY = {
    "id": _("编号"),
    "revision": _("版本号，每次修改加一"),
    "state": _("所处状态"),
    "title": _("标题"),
    "industry": _("行业"),
    "source": _("来源名称"),
    "source_id": _("在来源中的编号"),
}
_MEANINGS: dict[type[ma.Schema], dict[str, Any]] = {
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
    AwardRoundSchema: {
        "year": _("年度"),
        "level": _("级别"),
        "region": _("地区"),
        "organisation": _("单位级评选的单位名称"),
        "opens_on": _("提名开始的日期"),
        "closes_on": _("提名截止的日期"),
        "rubrics": _("各评分标准的项目和满分"),
        "quotas": _("各等级的名额，从高到低"),
        "line": _("入选的最低分"),
        "spread": _("去掉最高最低分后，分差超过多少进行第二轮"),
        "judges_needed": _("每项至少几位评审专家"),
        "publicity_days": _("公示几个工作日"),
        "bars_heads_of_unit": _("第一作者是否不得为单位负责人、有高级职称或博士学位"),
    },
    ProposalSchema: {
        "title": _("名称；不填时取措施的开头"),
        "present_state": _("现状：哪里不好"),
        "measure": _("措施：怎么改"),
        "expected_effect": _("预期效果"),
        "benefit_metric": _("用什么衡量效益"),
        "category": _("类别"),
        "crew": _("班组"),
        "is_pseudonymous": _("是否不署名：只有本单位工会知道是谁提的"),
        "organisation_id": _("提交给哪个单位；不填时为您所属的单位"),
        "organisation": _("单位"),
        "authors": _("作者，按顺序；份额为百分数，合计 100，或者都不填"),
        "submitted_at": _("第一次提交的时间"),
        "decided_at": _("单位决定的时间"),
        "reply": _("单位的书面答复"),
        "adopted_part": _("部分采纳时，采纳的部分"),
        "implementation": _("实施情况"),
        "begun_on": _("开始实施的日期"),
        "first_used_on": _("首次使用的日期"),
        "merged_into_id": _("并入的建议编号"),
    },
    BenefitSchema: {
        "metric": _("指标"),
        "baseline": _("基准"),
        "method": _("方法"),
        "planned_attestor": _("约定由谁证明：finance 单位财务，outside 外部机构"),
        "unit_of_output": _("产量的单位"),
        "tax_basis": _("计价：excluded 不含税，included 含税"),
        "price_year": _("价格的年份"),
        "period_from": _("计算期的第一天，即首次使用的日期"),
        "period_to": _("计算期结束的次日，首次使用满十二个月"),
        "currency": _("货币"),
        "unit_cost_before": _("改之前的单位成本，以分计"),
        "unit_cost_after": _("改之后的单位成本，以分计"),
        "yearly_output": _("年产量"),
        "implementation_cost": _("每年的实施费用，以分计"),
        "safety_effect": _("安全或环保效果"),
        "claimed": _("申报的年度净效益，以分计"),
        "claimed_at": _("申报的时间"),
        "attested": _("财务或外部机构证明的金额，以分计"),
        "attested_at": _("证明的时间"),
        "attestor": _("由谁证明"),
        "attestation_note": _("证明的依据"),
        "verified": _("工会核验的金额，以分计"),
        "verified_at": _("核验的时间"),
        "verification_note": _("核验的依据"),
        "revoked_at": _("因数据不实撤销的时间"),
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
}


def meaning_of_field(_converter: Any, field: ma.fields.Field[Any], ret: dict[str, Any]) -> dict[str, Any]:
    """Return the description of a noun's own field, where it has not got one; ``ret`` is what is known of it so far."""
    for noun, meanings in _MEANINGS.items():
        if isinstance(field.parent, noun) and "description" not in ret:
            name = field.data_key or field.name
            meaning = meanings.get(name) or _OF_EVERY.get(name)
            return {"description": meaning} if meaning else {}
    return {}
