"""What the fields of proposals, their benefits and the rounds of awards mean."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _

from marketplace.schemas.award import AwardRoundSchema
from marketplace.schemas.benefit import BenefitSchema
from marketplace.schemas.proposal import ProposalSchema

MEANINGS: dict[type[ma.Schema], dict[str, Any]] = {
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
}
