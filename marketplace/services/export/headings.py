"""The columns of each list, as data: those of records, and those of what offices do with them.

Those of people, crews and studios stand beside in ``people_headings``.

A column without a third word shows its field as it is.
"""

from __future__ import annotations

from collections.abc import Mapping

from marketplace.errors import N_
from marketplace.services.export.columns import (
    Column,
    address,
    code,
    codes,
    day,
    indicators,
    named,
    names,
    noun_name,
    person,
    persons,
    phone,
    rights,
    roles,
    several,
    state,
    unit,
    yes,
    yuan,
)
from marketplace.services.export.people_headings import PEOPLE

_ACHIEVEMENT = (
    Column(N_("平台编号"), "id"),
    Column(N_("成果名称"), "title"),
    Column(N_("状态"), "state", state("achievement")),
    Column(N_("成果类型"), "kind", code("achievement_kinds")),
    Column(N_("成果类别"), "achievement_class", code("achievement_classes")),
    Column(N_("一句话简介"), "teaser"),
    Column(N_("成果简介"), "summary"),
    Column(N_("解决的问题"), "problem"),
    Column(N_("技术原理"), "principle"),
    Column(N_("与现有做法的区别"), "difference"),
    Column(N_("指标"), "indicators", indicators),
    Column(N_("成熟度"), "maturity", code("maturity")),
    Column(N_("技术就绪度"), "trl"),
    Column(N_("行业"), "industry", code("industries")),
    Column(N_("地区"), "region", code("regions")),
    Column(N_("关键词"), "keywords", several),
    Column(N_("完成日期"), "completed_on", day),
    Column(N_("完成单位"), "units", names),
    Column(N_("完成人"), "completers", persons),
    Column(N_("创新工作室"), "studio"),
    Column(N_("知识产权"), "ip", rights),
    Column(N_("转化方式"), "transfer_modes", codes("transfer_modes")),
    Column(N_("定价方式"), "price_form", code("price_forms")),
    Column(N_("价格（元）"), "price", yuan),
    Column(N_("年直接经济效益（元）"), "benefit_claimed", yuan),
    Column(N_("联系人"), "contact_name", person),
    Column(N_("联系电话"), "contact_phone", phone),
    Column(N_("公布日期"), "published_at", day),
)

_DEMAND = (
    Column(N_("平台编号"), "id"),
    Column(N_("需求名称"), "title"),
    Column(N_("状态"), "state", state("demand")),
    Column(N_("需求描述"), "text"),
    Column(N_("工艺过程"), "process"),
    Column(N_("对象"), "object"),
    Column(N_("现状"), "present_state"),
    Column(N_("指标"), "indicators", indicators),
    Column(N_("限制条件"), "limits"),
    Column(N_("验收方式"), "acceptance"),
    Column(N_("完成期限"), "due", day),
    Column(N_("预算下限（元）"), "budget_min", yuan),
    Column(N_("预算上限（元）"), "budget_max", yuan),
    Column(N_("合作方式"), "cooperation", codes("transfer_modes")),
    Column(N_("最低技术就绪度"), "min_trl"),
    Column(N_("行业"), "industry", code("industries")),
    Column(N_("地区"), "region", code("regions")),
    Column(N_("需求单位"), "organisation", unit),
    Column(N_("联系人"), "contact_name", person),
    Column(N_("联系电话"), "contact_phone", phone),
)

_PROPOSAL = (
    Column(N_("平台编号"), "id"),
    Column(N_("建议名称"), "title"),
    Column(N_("状态"), "state", state("proposal")),
    Column(N_("类别"), "category", code("proposal_categories")),
    Column(N_("现状"), "present_state"),
    Column(N_("改进措施"), "measure"),
    Column(N_("预期效果"), "expected_effect"),
    Column(N_("单位"), "organisation", unit),
    Column(N_("班组"), "crew"),
    Column(N_("作者"), "authors", persons),
    Column(N_("提交日期"), "submitted_at", day),
    Column(N_("答复日期"), "decided_at", day),
    Column(N_("单位答复"), "reply"),
    Column(N_("采纳的部分"), "adopted_part"),
    Column(N_("实施情况"), "implementation"),
    Column(N_("开始使用日期"), "first_used_on", day),
)

_QUEUE = (
    Column(N_("事项"), "noun", noun_name),
    Column(N_("平台编号"), "id"),
    Column(N_("名称"), "title"),
    Column(N_("单位"), "unit"),
    Column(N_("环节"), "state", lambda value, telling: telling.state(*value)),
    Column(N_("送达日期"), "opened_at", day),
    Column(N_("办理期限"), "due_on", day),
    Column(N_("剩余工作日"), "days_left"),
)

_BENEFIT = (
    Column(N_("效益编号"), "id"),
    Column(N_("建议编号"), "proposal_id"),
    Column(N_("建议名称"), "title"),
    Column(N_("单位"), "unit"),
    Column(N_("环节"), "state", state("benefit")),
    Column(N_("效益指标"), "metric"),
    Column(N_("改进以前"), "baseline"),
    Column(N_("核算方法"), "method"),
    Column(N_("期间开始"), "period_from", day),
    Column(N_("期间结束"), "period_to", day),
    Column(N_("申报（元）"), "claimed", yuan),
    Column(N_("申报日期"), "claimed_at", day),
    Column(N_("证明（元）"), "attested", yuan),
    Column(N_("证明日期"), "attested_at", day),
    Column(N_("核验（元）"), "verified", yuan),
    Column(N_("核验日期"), "verified_at", day),
    Column(N_("安全或环保效果"), "safety_effect"),
    Column(N_("撤销日期"), "revoked_at", day),
    Column(N_("撤销的理由"), "revoked_because"),
)

_AWARD = (
    Column(N_("评选编号"), "id"),
    Column(N_("评选名称"), "title"),
    Column(N_("年度"), "year"),
    Column(N_("级别"), "level", code("award_levels")),
    Column(N_("单位"), "unit"),
    Column(N_("状态"), "state", state("award")),
    Column(N_("提名开始"), "opens_on", day),
    Column(N_("提名截止"), "closes_on", day),
    Column(N_("入选的最低分"), "line"),
    Column(N_("确定名单的日期"), "decided_at", day),
)

_NOMINATION = (
    Column(N_("评选名称"), "award"),
    Column(N_("年度"), "year"),
    Column(N_("级别"), "level", code("award_levels")),
    Column(N_("代号"), "alias"),
    Column(N_("建议编号"), "proposal_id"),
    Column(N_("建议名称"), "title"),
    Column(N_("单位"), "unit"),
    Column(N_("评分标准"), "rubric"),
    Column(N_("得分"), "score"),
    Column(N_("名次"), "rank"),
    Column(N_("等级"), "grade", code("award_grades")),
    Column(N_("结果"), "outcome", state("nomination")),
    Column(N_("证书编号"), "certificate_number"),
    Column(N_("授予日期"), "granted_on", day),
)

_GOLDEN_IDEA = (
    Column(N_("证书编号"), "certificate_number"),
    Column(N_("建议名称"), "title"),
    Column(N_("类别"), "category", code("proposal_categories")),
    Column(N_("单位"), "unit"),
    Column(N_("作者"), "authors", named),
    Column(N_("评选名称"), "award"),
    Column(N_("年度"), "year"),
    Column(N_("级别"), "level", code("award_levels")),
    Column(N_("等级"), "grade", code("award_grades")),
    Column(N_("授予日期"), "granted_on", day),
)

_ENTRY = (
    Column(N_("公示编号"), "publicity_id"),
    Column(N_("公示名称"), "publicity"),
    Column(N_("公示开始"), "starts_on", day),
    Column(N_("公示结束"), "ends_on", day),
    Column(N_("公示渠道"), "channel"),
    Column(N_("事项"), "noun", noun_name),
    Column(N_("平台编号"), "id"),
    Column(N_("名称"), "title"),
    Column(N_("单位"), "units", several),
    Column(N_("人员"), "persons", named),
    Column(N_("状态"), "state", lambda value, telling: telling.state(*value)),
)

_OBJECTION = (
    Column(N_("异议编号"), "id"),
    Column(N_("公示名称"), "publicity"),
    Column(N_("事项"), "noun", noun_name),
    Column(N_("平台编号"), "object_id"),
    Column(N_("状态"), "state", state("objection")),
    Column(N_("提出人"), "name", person),
    Column(N_("联系方式"), "contact", phone),
    Column(N_("异议内容"), "text"),
    Column(N_("证据"), "evidence"),
    Column(N_("提出日期"), "raised_at", day),
    Column(N_("办理期限"), "due_on", day),
    Column(N_("核查结论"), "finding"),
    Column(N_("办结日期"), "decided_at", day),
)

_ACCOUNT = (
    Column(N_("账号编号"), "id"),
    Column(N_("姓名"), "name", person),
    Column(N_("邮箱"), "email", address),
    Column(N_("角色"), "roles", roles),
    Column(N_("所属单位"), "unit"),
    Column(N_("停用"), "stopped", yes),
    Column(N_("开设日期"), "created_at", day),
)

_QUESTION = (
    Column(N_("检索词"), "text"),
    Column(N_("次数"), "count"),
    Column(N_("第一次"), "first_on", day),
    Column(N_("最近一次"), "last_on", day),
    Column(N_("办结日期"), "settled_at", day),
)

_CONTRACT = (
    Column(N_("编号"), "id"),
    Column(N_("名称"), "title"),
    Column(N_("成果编号"), "achievement_id"),
    Column(N_("需求方"), "enterprise"),
    Column(N_("成果方"), "owner"),
    Column(N_("状态"), "state", state("deal")),
    Column(N_("合同类别"), "contract_kind", code("contract_kinds")),
    Column(N_("转化方式"), "mode", code("transfer_modes")),
    Column(N_("许可种类"), "licence_kind", code("licence_kinds")),
    Column(N_("定价方式"), "price_form", code("price_forms")),
    Column(N_("合同金额（元）"), "amount", yuan),
    Column(N_("其中技术交易额（元）"), "technical_part", yuan),
    Column(N_("双方有关联关系"), "is_related_party", yes),
    Column(N_("签订日期"), "signed_on", day),
    Column(N_("认定登记号"), "registration_no"),
    Column(N_("登记机构"), "registration_office"),
    Column(N_("登记日期"), "registered_on", day),
    Column(N_("启用日期"), "first_used_on", day),
    Column(N_("终止的理由"), "terminated_because"),
)

COLUMNS: Mapping[str, tuple[Column, ...]] = {
    **PEOPLE,
    "account": _ACCOUNT,
    "achievement": _ACHIEVEMENT,
    "award": _AWARD,
    "benefit": _BENEFIT,
    "contract": _CONTRACT,
    "demand": _DEMAND,
    "entry": _ENTRY,
    "golden_idea": _GOLDEN_IDEA,
    "nomination": _NOMINATION,
    "objection": _OBJECTION,
    "proposal": _PROPOSAL,
    "question": _QUESTION,
    "task": _QUEUE,
}
