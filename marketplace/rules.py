"""The rules that are the staff's to set: each with what it is at first, what it may be, and where it comes from.

A value is looked up for a day, so that what was decided under an earlier value stays explained by it. No code states
such a number itself. Amounts are integer fen, points are of 100.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.errors import N_
from marketplace.models import RuleValue

_OURS = N_("本平台的默认值")
_MEDALS = N_("2025 年四川省五一劳动奖的公示期")
_GRADES_OF_1986 = N_("1986 年《合理化建议和技术改进奖励条例》的等级；金额已过时，请按需设定")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule. ``kind`` is "working_days", "days", "years", "count", "points", "fen", "table" or "list".

    ``of`` is the kind of each entry of a table, and ``least`` the least a number may be where that is not nothing.
    """

    name: str
    kind: str
    default: Any
    title: str
    source: str = _OURS
    of: str = ""
    least: int = 0


_YUAN = 100
_WAN = 10_000 * _YUAN

_RUBRIC_A = {"technique": 30, "benefit": 30, "scope": 20, "practicality": 20}

_NAMING_INDICATORS = {"quality": 25, "benefit": 25, "brand": 10, "innovation": 20, "training": 20}

_REVIEW_WEIGHTS = {"results": 25, "benefit": 20, "people": 20, "transfer": 15, "sharing": 10, "ledger": 10}

# What of a published achievement is looked at again when it changes (domain rule 4).
_MATERIAL = [
    "title", "contributors", "rights", "protection", "rights_holder", "is_duty", "benefit_claimed", "indicators",
    "economic_comparison", "principle", "difference",
]  # fmt: skip

# 电机密封 and 司机密切配合 are about machines and drivers, 机密性 and 秘密共享 about ciphers.
_HARMLESS_MARKS = [
    "技术秘密", "商业秘密", "商业机密", "企业秘密", "机密封", "机密闭", "机密度", "机密实", "机密集", "机密切",
    "机密钥", "机密码", "机密排", "绝密封", "绝密闭", "机密胶", "机密性",
    "机密计算", "秘密共享", "秘密分享", "秘密图像", "秘密份额", "秘密重建", "子秘密",
]  # fmt: skip

_CYCLE = N_("四川省第八届（2020 年）、第九届（2025 年）劳动模范和先进工作者评选的通知")
_FIVE_AND_FIVE = [
    "工作内容指标化", "工作要求标准化", "工作步骤程序化", "工作考核数据化", "工作管理系统化",
    "政治引领强", "技能素质强", "创新创效强", "安全管理强", "民主和谐强",
]  # fmt: skip

_PLAN_OF_2015 = N_("2015 年全省规划的目标")
_YEARLY_TARGETS = {
    "competing": 7_000_000, "trained": 2_000_000, "drilled": 2_000_000, "contested": 2_000_000,
    "proposals": 1_000_000, "innovations": 1_000_000,
}  # fmt: skip

_COMPLEXITY = {"indicators": 22, "pilot": 20, "compliance": 18, "duty": 16, "length": 14, "no_budget": 10}

# What an agreement on secrecy says, a clause a line; whoever sets others makes another version.
_NDA_TERMS = [
    "披露方通过本平台向接收方披露上述成果中标为 L2 的内容（以下称保密信息），供接收方判断是否合作。",
    "接收方只把保密信息用于判断是否合作，不作其他使用，不申请专利，不作反向工程，也不协助他人这样做。",
    "接收方只让必须知道的本单位人员查看，并对他们的行为负责；不向第三方披露，不复制、不拍摄、不去除水印。",
    "已经公开的、接收方事先合法持有的、从第三方合法得到的和法律要求披露的，不受上述限制；接收方负举证责任。",
    "平台逐次记录谁在何时看了哪一项，双方认可这份记录。",
    "任何一方可以在平台上终止本协议，终止后不再开放保密信息；保密义务自终止之日起继续五年，构成商业秘密的到其公开为止。",
    "违反本协议的，赔偿由此造成的损失。本协议不转让、不许可任何权利，也不约定必须合作。",
    "因本协议发生的争议，双方先协商；协商不成的，由披露方所在地人民法院管辖。",
]

_RULES = (
    Rule("unit_endorsement", "working_days", 10, N_("单位工会确认成果的期限")),
    Rule("first_review", "working_days", 10, N_("市州或产业工会初审的期限")),
    Rule("final_review", "working_days", 15, N_("省级终审的期限")),
    Rule("author_correction", "working_days", 20, N_("退回后作者补正的期限")),
    Rule("proposal_screening", "working_days", 5, N_("单位受理建议的期限")),
    Rule("unit_answer", "working_days", 15, N_("单位答复建议的期限")),
    Rule("implementation_report", "working_days", 250, N_("采纳后报告实施情况的期限")),
    Rule("benefit_verification", "working_days", 20, N_("核验效益的期限")),
    Rule("objection_handling", "working_days", 10, N_("办理异议的期限")),
    Rule("achievement_publicity", "working_days", 5, N_("成果公示的期限"), _MEDALS),
    Rule("listing_validity", "count", 12, N_("挂牌的有效期（月）"), least=1),
    Rule("listing_reminder", "days", 30, N_("挂牌到期前多少天提醒")),
    Rule("price_publicity_public", "days", 15, N_("国家设立的科研院所、高校等单位协议定价的公示期"),
         N_("《促进科技成果转化法》第十八条及有关规定：公示不少于 15 日"), least=15),
    Rule("price_publicity_enterprise", "days", 7, N_("企业协议定价的公示期（0 为不公示）")),
    Rule("first_refusal", "days", 15, N_("转让职务成果以前，完成人可以行使优先受让权的期限"),
         N_("优先受让权见《民法典》第八百四十七条；期限是本平台的默认值"), least=1),
    Rule("auction_extension", "count", 5, N_("拍卖结束前几分钟内有人出价，就再延长几分钟")),
    Rule("milestone_delivery", "days", 30, N_("签约后多少天交付；合同另有约定的按合同"), least=1),
    Rule("milestone_trial", "days", 90, N_("签约后多少天试用；合同另有约定的按合同"), least=1),
    Rule("milestone_acceptance", "days", 150, N_("签约后多少天验收；合同另有约定的按合同"), least=1),
    Rule("milestone_six_months", "days", 183, N_("签约后多少天作第一次回访"), least=1),
    Rule("milestone_twelve_months", "days", 365, N_("签约后多少天作第二次回访"), least=1),
    Rule("milestone_reminder", "days", 7, N_("交易的任务和节点到期前多少天提醒")),
    Rule(
        "duty_reward_share", "points", 50,
        N_("职务成果转让、许可的净收入至少百分之几奖励完成人；企业另有约定的从其约定"),
        N_("《促进科技成果转化法》第四十五条"),
    ),
    Rule("duty_reward_days", "days", 90, N_("款项到账后多少天以内把奖励发给完成人"), least=1),
    Rule("duty_reward_reminder", "days", 14, N_("发放奖励的期限前多少天提醒成果方")),
    Rule("duty_reward_overdue", "days", 30, N_("奖励过了期限还没有发放的，每隔多少天再提醒成果方"), least=1),
    Rule("award_publicity", "working_days", 5, N_("金点子公示的期限"), _MEDALS),
    Rule("deputation", "days", 60, N_("一次最多请人代理多少天"), least=1),
    Rule("reminder", "working_days", 2, N_("到期前多久提醒")),
    Rule("saved_searches", "count", 50, N_("一个账号最多保存多少项检索"), least=1),
    Rule("favourites", "count", 500, N_("一个账号最多收藏多少条"), least=1),
    Rule("webhooks", "count", 10, N_("一个账号或一个单位最多几个推送地址"), least=1),
    Rule("webhook_attempts", "count", 8, N_("一次推送最多试几次"), least=1),
    Rule("webhook_wait", "count", 1, N_("推送失败后等几分钟再试；以后每次加倍"), least=1),
    Rule("webhook_overlap", "days", 1, N_("推送换密钥以后，旧密钥的签名再附几天")),
    Rule("webhook_failures", "count", 5, N_("连续几次推送都没有送达就停用"), least=1),
    Rule("letter_hour", "count", 8, N_("每天（每周一）几点发出汇总邮件，0 到 23")),
    Rule("material_fields", "list", _MATERIAL, N_("公布后修改哪些字段要重新终审")),
    Rule("completer_link", "days", 30, N_("请完成人确认的链接多久有效")),
    Rule("user_certificate_from", "count", 8, N_("从哪一级技术就绪度起须有用户证明")),
    Rule("first_completer_bars", "list", ["head_of_unit", "senior_title", "doctorate"],
         N_("哪些人不能作第一完成人"), N_("南宁市的评选办法")),
    Rule("secret_marks", "list", ["绝密", "机密", "秘密"], N_("文字里有哪些涉密标志就不接收")),
    Rule("harmless_marks", "list", _HARMLESS_MARKS,
         N_("哪些词语含有涉密标志而不涉密")),
    Rule("office_contacts", "list", [],
         N_("各级工会的联系方式：每行先写地区代码、行业代码或单位名称，空一格写联系方式")),
    Rule("longest_deferral", "years", 5, N_("延后公开最长多少年")),
    Rule("restriction_grace", "days", 30, N_("公布后作者可自行收紧公开范围的期限")),
    Rule("merge_reversal", "days", 90, N_("合并建议后可撤销的期限")),
    Rule("shelved_reoffer", "days", 365, N_("存档备用的建议多久重新提请单位考虑")),
    Rule("benefit_verified_after", "days", 180, N_("首次使用满多少天才能核验效益")),
    Rule("false_data_block", "years", 3, N_("弄虚作假后不得申报的年限")),
    Rule("studio_members", "count", 5, N_("工作室至少几名成员"), least=1),
    Rule("studio_results", "count", 1, N_("工作室十二个月内至少几项成果"), least=1),
    Rule("studio_pairs", "count", 1, N_("工作室至少几对正在带的师徒"), least=1),
    Rule("studio_ledger", "days", 180, N_("工作室的记录多少天没有新内容就算没有记台账")),
    Rule("studio_leader_levels", "list", ["city", "industry", "province", "national"],
         N_("领衔人的荣誉要在哪些级别")),
    Rule("studio_leader_skills", "list",
         ["technician", "senior_technician", "special_technician", "chief_technician"],
         N_("领衔人没有这些级别的荣誉时，技能等级要在哪些等级")),
    Rule("tier_years", "years", 1, N_("创新工作室在下一级满几年才能升一级"), least=1),
    Rule("naming_indicators", "table", _NAMING_INDICATORS, N_("命名创新工作室的评分标准"),
         N_("2015 年全省规划：以质量、效益、品牌评价，看创新中心和育人中心的作用"), of="points"),
    Rule("naming_barring", "list",
         ["leader", "members", "premises", "results", "pairs", "not_a_lab", "crews", "not_delisted"],
         N_("哪些条件不符合就不能申报命名；其余的须说明情况")),
    Rule("naming_city_cap", "count", 3, N_("一批命名中每个市（州）最多几个"), least=1),
    Rule("plaque_series", "list", ["县级 XJ", "市（州）级 SZ", "产业级 CY", "省级 SJ", "省级示范 SF"],
         N_("牌匾编号的字头：每行先写梯次，空一格写字头")),
    Rule("naming_publicity", "working_days", 5, N_("创新工作室命名公示的期限"), _MEDALS, least=1),
    Rule("showcase_publicity", "working_days", 5,
         N_("不出自竞赛的示范企业、示范园区公示的期限（0 为不公示）；出自竞赛的按竞赛的规定"), _MEDALS),
    Rule("leader_replacement", "days", 60, N_("领衔人退休、调离或失去荣誉后，多少天内确定新的领衔人"),
         N_("齐齐哈尔市的管理办法")),
    Rule("grant_spending", "days", 365, N_("工作室经费到账多少天没有用完就提示")),
    Rule("apprentices_of_mentor", "count", 3, N_("一位师傅同时最多带几个徒弟"), least=1),
    Rule("model_worker_cycle", "years", 5, N_("省级劳动模范和先进工作者几年评选一次"), _CYCLE, least=1),
    Rule("model_worker_since", "count", 2015, N_("省级劳动模范的评选周期从哪一年算起；更早的年度不检查"), _CYCLE),
    Rule("term_warning", "days", 60, N_("首席员工任期届满以前多少天提醒")),
    Rule("pioneer_criteria", "list", ["一流工作", "一流服务", "一流业绩", "一流团队"],
         N_("工人先锋号的标准，每行一条"), N_("全国总工会创建“工人先锋号”活动的要求")),
    Rule("five_and_five_criteria", "list", _FIVE_AND_FIVE, N_("五化五强班组的标准，每行一条"),
         N_("五化取自全国总工会关于加强班组建设的指导意见；五强是本平台的默认值，请按创建办法设定")),
    Rule("crew_proposals", "count", 1, N_("班组十二个月内至少几条建议"), least=1),
    Rule("crew_innovations", "count", 1, N_("班组十二个月内至少几项创新成果"), least=1),
    Rule("crew_finding_age", "days", 365, N_("班组的评定多少天以后要重新评定"), least=1),
    Rule("review_weights", "table", _REVIEW_WEIGHTS, N_("创新工作室年度考核各项指标的分数"), of="points"),
    Rule("review_excellent", "points", 20, N_("年度考核的优秀最多占本级参加考核的百分之几")),
    Rule("review_rectification", "days", 90, N_("年度考核整改的期限"), N_("河北省、齐齐哈尔市的管理办法"), least=1),
    Rule("review_appeal", "days", 15, N_("对年度考核结果可以申诉的期限"), least=1),
    Rule("review_appeal_handling", "working_days", 15, N_("办理年度考核申诉的期限"), least=1),
    Rule("review_reminder", "days", 14, N_("年度考核截止和整改到期前多少天提醒")),
    Rule("delisting_bar", "years", 2, N_("年度考核摘牌以后几年不得申报命名")),
    Rule("complexity_weights", "table", _COMPLEXITY, N_("需求的复杂程度：各因素的分数"), of="points"),
    Rule("complexity_indicators", "count", 3, N_("需求有几个带数值的指标算多"), least=1),
    Rule("complexity_length", "count", 300, N_("需求的说明多少字算长"), least=1),
    Rule("complexity_pilot", "list", ["中试", "量产", "批量生产", "批产", "规模化", "产线"],
         N_("需求里哪些词说明要中试或量产")),
    Rule("complexity_compliance", "list", ["专利", "知识产权", "侵权", "认证", "资质", "合规", "环评", "行业标准"],
         N_("需求里哪些词说明涉及知识产权或合规")),
    Rule("complexity_duty", "list", ["赔偿", "违约", "停产", "质保", "保证期", "连带责任", "安全责任"],
         N_("需求里哪些词说明涉及经营责任")),
    Rule("complexity_hint", "points", 32, N_("需求的复杂程度从多少分起提示请技术经理人")),
    Rule("complexity_broker", "points", 55, N_("需求的复杂程度从多少分起须先指派技术经理人")),
    Rule("broker_load", "count", 10, N_("一位技术经理人同时对接多少条需求算满，满了就排到后面"), least=1),
    Rule("demand_validity", "days", 180, N_("需求没有写有效期的，公开多少天有效；续期也是这么多天"), least=1),
    Rule("demand_warning", "days", 14, N_("需求到期前多少天提醒，并可以续期")),
    Rule("match_silence", "days", 30, N_("匹配多少天没有动静就结束"), least=1),
    Rule("match_warning", "days", 7, N_("匹配因没有动静而结束以前多少天提醒双方")),
    Rule("readers_said", "count", 3, N_("至少几个读者回绝以后，才向成果方公布理由的统计"), least=1),
    Rule("nda_terms", "list", _NDA_TERMS, N_("保密协议的条款，每行一条；每次设定就是新的一版")),
    # The highest and the lowest score do not count, and of the others at least one must be left.
    Rule("judges", "count", 5, N_("评审专家最少人数"), least=3),
    Rule("score_spread", "points", 20, N_("去掉最高最低分后，最高分与最低分之差超过多少进行第二轮评审")),
    Rule("award_line", "points", 60, N_("入选的最低分")),
    Rule("rubric_a", "table", _RUBRIC_A, N_("评分标准 A：技术、效益、范围、实用"), N_("公开的合理化建议评审办法"),
         of="points"),
    Rule("rubric_b", "table", {"technique": 30, "hazard_removed": 30, "scope": 20, "practicality": 20},
         N_("评分标准 B：效益为安全或环保的建议，效益一项按消除的危害评"), of="points"),
    Rule("award_quotas", "table", {"special": 1, "first": 2, "second": 10, "third": 30}, N_("各等级名额"),
         N_("湖北省的评选办法"), of="count"),
    Rule("yearly_targets", "table", _YEARLY_TARGETS, N_("全省一年要达到的人次"), _PLAN_OF_2015, of="count", least=1),
    Rule("coverage_target", "points", 90, N_("规模以上企业要有百分之几参加劳动竞赛"), _PLAN_OF_2015),
    Rule("public_cell", "count", 5, N_("公开的统计里，少于几个人的格子不公布"), least=3),
    Rule("headcount_age", "days", 400, N_("比率用的职工人数最多早于截止日多少天"), least=1),
    Rule("benefit_grades", "table", {"1": 100 * _WAN, "2": 50 * _WAN, "3": 10 * _WAN, "4": 1 * _WAN, "5": 0},
         N_("按年度净效益定等级的起点金额"), _GRADES_OF_1986, of="fen"),
    Rule("finance_attestation", "fen", 10 * _WAN, N_("申报效益从多少起须财务证明")),
    Rule("outside_attestation", "fen", 100 * _WAN, N_("申报效益从多少起须外部机构证明")),
    Rule("golden_idea_benefit", "fen", 30 * _WAN, N_("省级金点子的最低核验效益"), N_("淮南市的评选办法")),
)  # fmt: skip

RULES: Mapping[str, Rule] = {rule.name: rule for rule in _RULES}


def value(session: Session, name: str, on: dt.date) -> Any:
    """Return what a rule is on a day; raise KeyError for a rule that does not exist."""
    rule = RULES[name]
    query = (
        sa.select(RuleValue.value)
        .where(RuleValue.name == name, RuleValue.valid_from <= on)
        .order_by(RuleValue.valid_from.desc(), RuleValue.id.desc())
        .limit(1)
    )
    row = session.execute(query).first()
    return rule.default if row is None else row[0]


def spans(session: Session, name: str) -> list[tuple[dt.date, dt.date, Any]]:
    """Return every value of a rule with the first day it holds and the day it no longer does, the earliest first."""
    query = sa.select(RuleValue).filter_by(name=name).order_by(RuleValue.valid_from, RuleValue.id)
    # Of several that begin on one day the last one counts.
    begun = {dt.date.min: RULES[name].default} | {row.valid_from: row.value for row in session.scalars(query)}
    days = [*begun, dt.date.max]
    return [(first, after, begun[first]) for first, after in itertools.pairwise(days)]
